use aggregates::values::plain_code;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::crawl::{Selection, Unvisitable};
use crate::http::{Answer, ApiError, M, Mode, OptionalJsonBody, Writer};

/// A run that was asked for.
#[derive(Serialize, JsonSchema)]
pub(super) struct Run {
    run_id: Uuid,
    /// queued, or running when one was under way already.
    status: &'static str,
}

pub(super) async fn handler(
    writer: Writer,
    OptionalJsonBody(body): OptionalJsonBody,
) -> Result<Answer, ApiError> {
    let values = super::SELECTION.read(&body, Mode::Change)?;
    let numbers = values.integers("listing_ids").unwrap_or_default();
    let codes = values.texts("product_ids").unwrap_or_default();
    let codes: Vec<String> = codes.iter().map(|code| plain_code(code)).collect();
    let app = writer.app();
    let selection = if numbers.is_empty() && codes.is_empty() {
        Selection::Due
    } else {
        chosen(app, numbers, codes).await?
    };
    let asked = app.crawler.ask(&selection, &projections::users::author(&writer.context().actor)).await?;
    let status = if asked.was_running { "running" } else { "queued" };
    // What it will find is told by events to come: so far it has none of its own.
    let position = app.store.confirmed_head().await?;
    Ok(M::ok(Run { run_id: asked.run, status }).position(position))
}

/// All of them must be listings with a page.
async fn chosen(app: &App, numbers: Vec<i64>, codes: Vec<String>) -> Result<Selection, ApiError> {
    match app.crawler.find(&numbers, &codes).await? {
        Ok(numbers) => Ok(Selection::Listings(numbers)),
        Err(Unvisitable::Number(number)) => Err(ApiError::field(
            "listing_ids",
            "unknown",
            format!("listing_ids: {number} is no listing with a page"),
        )),
        Err(Unvisitable::Code(code)) => Err(ApiError::field(
            "product_ids",
            "unknown",
            format!("product_ids: {code:?} is no listing with a page"),
        )),
    }
}
