//! Sheets as people make them, and their way to the server.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

use super::actors::send;
use super::{Actor, Response};

/// A workbook of these rows of text.
pub(crate) fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Workbook::new();
    // The same rows are the same bytes.
    let made = ExcelDateTime::from_ymd(2026, 1, 29).expect("a day");
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = book.add_worksheet();
    for (number, row) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*row) {
            if !cell.is_empty() {
                sheet.write(number, column, *cell).expect("a cell");
            }
        }
    }
    book.save_to_buffer().expect("a workbook")
}

impl Actor {
    /// Sends a file as a form, with fields beside it.
    pub(crate) async fn uploads(
        &self,
        path: &str,
        name: &str,
        bytes: impl Into<Vec<u8>>,
        fields: &[(&str, &str)],
    ) -> Response {
        let file = Part::bytes(bytes.into()).file_name(name.to_owned());
        let form = fields.iter().fold(Form::new().part("file", file), |form, (name, value)| {
            form.text((*name).to_owned(), (*value).to_owned())
        });
        send(self.request(Method::POST, path).multipart(form)).await
    }
}
