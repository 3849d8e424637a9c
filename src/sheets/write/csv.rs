use std::borrow::Cow;
use std::io::{self, Write};

use rust_decimal::Decimal;

use super::cell::{Cell, looks_like_formula};
use super::{Column, Sheet};

/// Tells Excel that the file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Comma-separated values (RFC 4180: CRLF, quotes where needed).
pub struct Csv<W: Write> {
    out: ::csv::Writer<W>,
}

impl<W: Write> Csv<W> {
    pub(super) fn begin(sheets: &[Sheet], mut out: W) -> io::Result<Self> {
        debug_assert_eq!(sheets.len(), 1, "a CSV file has no sheets but one");
        out.write_all(BYTE_ORDER_MARK)?;
        let mut out =
            ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).flexible(true).from_writer(out);
        let columns: &[Column] = sheets.first().map_or(&[], |sheet| sheet.columns);
        out.write_record(columns.iter().map(|column| column.title))?;
        Ok(Self { out })
    }

    pub(super) fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        for cell in cells {
            self.out.write_field(&*shown(cell))?;
        }
        // No further field: that ends the record.
        Ok(self.out.write_record(None::<&[u8]>)?)
    }

    pub(super) fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        self.out.into_inner().map_err(|error| io::Error::other(error.to_string()))
    }
}

fn shown(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Empty => Cow::Borrowed(""),
        // A file of text knows no kinds: the apostrophe is what spreadsheets read as "this is text".
        Cell::Text(text) if looks_like_formula(text) => Cow::Owned(format!("'{text}")),
        Cell::Text(text) => Cow::Borrowed(text),
        Cell::Whole(number) => Cow::Owned(number.to_string()),
        Cell::Amount(amount) => Cow::Owned(plain(*amount)),
        Cell::Percent(share) => Cow::Owned(format!("{}%", plain(*share))),
        Cell::Date(date) => Cow::Owned(date.format("%Y-%m-%d").to_string()),
        Cell::Moment(moment) => Cow::Owned(moment.format("%Y-%m-%d %H:%M").to_string()),
    }
}

/// Without places that say nothing.
fn plain(number: Decimal) -> String {
    number.normalize().to_string()
}
