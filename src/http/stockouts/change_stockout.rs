use aggregates::stockouts::{StockoutBatch, StockoutCommand};
use projections::stockouts::{batch_of, find_stockout};

use crate::http::{Answer, ApiError, JsonBody, M, Mode, PathNumber, Writer};

pub(super) async fn handler(
    PathNumber(id): PathNumber,
    writer: Writer,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = super::CHANGE_FORM.read(&body, Mode::Change)?;
    let app = writer.app();
    let batch = batch_of(&app.pool, id).await?.ok_or_else(|| ApiError::not_found("stockout"))?;
    if writer.names_version() {
        let found = find_stockout(&app.pool, id, app.zone()).await?;
        writer.check_version(found.map_or(0, |found| found.version))?;
    }
    let command = match values.choice("status") {
        Some("resolved") => StockoutCommand::Resolve { ids: vec![id] },
        Some(_) => StockoutCommand::Reopen { ids: vec![id] },
        // Nothing is asked for: a stale If-Match is told all the same.
        None => StockoutCommand::Resolve { ids: Vec::new() },
    };
    let outcome = writer.execute::<StockoutBatch>(batch, command).await?;
    let found = find_stockout(&app.pool, id, app.zone()).await?;
    let found = found.ok_or_else(|| ApiError::not_found("stockout"))?;
    Ok(M::ok(found.view).etag(found.version).position(outcome.position))
}
