use aggregates::stockouts::{BatchOrigin, StockoutRow};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::export_errors;
use crate::app::App;
use crate::http::{Answer, ApiError, M, Upload, WriteError, Writer};
use crate::imports::keep_faults;
use crate::limits;
use crate::sheets::file_digest;
use crate::sheets::read::{RowFault, Sheet, Unreadable};
use crate::stockouts::import::{self, Taken};

/// What became of a sheet.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Imported {
    /// The batch; null in a dry run.
    batch_id: Option<Uuid>,
    /// Rows with data.
    total: i64,
    /// Rows stored; in a dry run, rows that would be.
    imported: i64,
    /// Rows that were wrong.
    skipped: i64,
    /// Whether the same file was imported before.
    duplicate: bool,
    /// The first things wrong.
    errors: Vec<RowFault>,
    /// Where everything wrong is, as a workbook; null when nothing is.
    errors_url: Option<String>,
    /// Headers of the sheet that no column is known by.
    ignored_columns: Vec<String>,
}

pub(super) async fn handler(writer: Writer, upload: Upload) -> Result<Answer, ApiError> {
    let policy = upload.choice("policy", super::POLICIES)?;
    let is_dry = upload.flag("dry_run")?;
    let hash = file_digest(&upload.file);
    let sheet = import::read(upload.file.clone()).await.map_err(refused)?;
    let app = writer.app();
    if policy == Some("reject_everything") && sheet.failed > 0 {
        let errors_url = keep(app, Uuid::now_v7(), &sheet.faults).await;
        return Err(rejected(&sheet, errors_url));
    }
    let mut shown = Imported {
        batch_id: None,
        total: count(sheet.total),
        imported: count(sheet.rows.len()),
        skipped: count(sheet.failed),
        duplicate: false,
        errors: sheet.faults.iter().take(limits::SHEET_FAULTS_SHOWN).cloned().collect(),
        errors_url: None,
        ignored_columns: sheet.ignored,
    };
    let faults = sheet.faults;
    if is_dry {
        if let Some(batch) = import::known(app, &hash).await? {
            (shown.batch_id, shown.duplicate) = (Some(batch.id), true);
        }
        shown.errors_url = keep(app, shown.batch_id.unwrap_or_else(Uuid::now_v7), &faults).await;
        return Ok(M::ok(shown));
    }
    let origin = BatchOrigin {
        file_name: upload.name.clone(),
        file_digest: hash,
        sheet: sheet.name.clone(),
        total: shown.total,
        skipped: shown.skipped,
        job: None,
    };
    let rows: Vec<StockoutRow> = sheet.rows.into_iter().map(|(_, row)| row).collect();
    let position = match import::store(app, origin, rows, writer.context()).await.map_err(WriteError::from)? {
        Taken::New { batch, position } => {
            shown.batch_id = Some(batch);
            position
        }
        Taken::Restored { batch, rows, position } => {
            (shown.batch_id, shown.imported) = (Some(batch), rows);
            position
        }
        Taken::Known(batch) => {
            (shown.batch_id, shown.duplicate) = (Some(batch.id), true);
            batch.own_position
        }
    };
    shown.errors_url = keep(app, shown.batch_id.unwrap_or_else(Uuid::now_v7), &faults).await;
    writer.visible_within(position, limits::SHEET_VISIBLE_WITHIN).await?;
    Ok(M::ok(shown).position(position))
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// Writes everything wrong down; gives its address. Without it the answer still says the first of it.
async fn keep(app: &App, id: Uuid, faults: &[RowFault]) -> Option<String> {
    if faults.is_empty() {
        return None;
    }
    let faults: Vec<_> = faults.iter().map(crate::imports::shown).collect();
    match keep_faults(&app.pool, id, &faults).await {
        Ok(()) => Some(export_errors::address(id)),
        Err(error) => {
            tracing::warn!(%error, "what is wrong with a sheet could not be written down");
            None
        }
    }
}

/// 400 with what is wrong with the rows.
fn rejected(sheet: &Sheet<StockoutRow>, errors_url: Option<String>) -> ApiError {
    let shown: Vec<_> = sheet.faults.iter().take(limits::SHEET_FAULTS_SHOWN).collect();
    let all = errors_url.map_or_else(String::new, |url| format!("; everything wrong is at {url}"));
    let message = format!("{} of {} rows are wrong: nothing was stored{all}", sheet.failed, sheet.total);
    ApiError::invalid(message).with_details(serde_json::json!(shown))
}

/// 400 because of the file as a whole.
pub(in crate::http) fn refused(error: Unreadable) -> ApiError {
    let details: Vec<_> = error
        .faults()
        .into_iter()
        .map(|(field, message)| serde_json::json!({ "field": field, "code": error.code(), "message": message }))
        .collect();
    ApiError::invalid(error.to_string()).with_details(serde_json::Value::Array(details))
}
