//! Everything wrong with a sheet, as a file.

use aggregates::imports::ImportFault;
use axum::http::{HeaderValue, header};
use uuid::Uuid;

use crate::http::{Answer, ApiError};
use crate::sheets::write::{Cell, Column, Format, Sheet, to_bytes};

static SHEET: Sheet = Sheet {
    name: "錯誤",
    columns: &[
        Column::new("列 row", 8),
        Column::new("欄位 column", 18),
        Column::new("代碼 code", 16),
        Column::new("說明 message", 60),
        Column::new("內容 value", 30),
    ],
};

/// Answers with the faults as a file that is called by `id`.
pub(in crate::http) async fn answer(
    id: Uuid,
    faults: Vec<ImportFault>,
    format: Format,
) -> Result<Answer, ApiError> {
    let written = tokio::task::spawn_blocking(move || to_bytes(format, SHEET, faults.into_iter().map(cells)));
    let bytes = written.await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    let name = format!("attachment; filename=\"errors-{id}.{}\"", format.extension());
    let name = HeaderValue::try_from(name).map_err(ApiError::internal)?;
    Ok(Answer::of_type(HeaderValue::from_static(format.content_type()), bytes)
        .header(header::CONTENT_DISPOSITION, name))
}

fn cells(fault: ImportFault) -> Vec<Cell> {
    vec![
        fault.row.map_or(Cell::Empty, |row| Cell::from(i64::from(row))),
        Cell::from(fault.column),
        Cell::from(fault.code),
        Cell::from(fault.message),
        fault.value.map_or(Cell::Empty, Cell::from),
    ]
}
