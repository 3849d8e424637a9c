//! `POST /api/listings/observations`: up to 10,000 observations as a JSON array or as lines of JSON.

mod item;
mod split;

use axum::extract::Request;
use axum::http::{HeaderMap, header};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::body::read_limited;
use crate::http::{Answer, ApiError, M, Query, WriteError, Writer};
use crate::limits;
use crate::observations::{Intake, Rejected};

/// What became of a body.
#[derive(Serialize, JsonSchema)]
pub(super) struct Taken {
    /// Observations that changed a price or a stock state.
    changed: usize,
    /// Observations that confirmed what is known.
    confirmed: usize,
    /// Those that were not taken, by their place in the body, from 0.
    rejected: Vec<Rejected>,
}

pub(super) async fn handler(writer: Writer, query: Query, request: Request) -> Result<Answer, ApiError> {
    must_be_lines_or_json(request.headers())?;
    let creates = query.flag("create")?;
    let body = read_limited(request, limits::UPLOAD_BODY_BYTES).await?;
    let now = Utc::now();
    let now = DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now);
    let app = writer.app();
    let reader = item::Reader { now, zone: app.zone(), creates };
    let (mut sightings, mut rejected) = (Vec::new(), Vec::new());
    split::each(&body, |index, text| match reader.item(index, text) {
        Ok(sighting) => sightings.push(sighting),
        Err(wrong) => rejected.push(wrong),
    })?;
    let intake = Intake { run: None, source: "api".to_owned(), creates, now };
    let report =
        app.observations.take(&sightings, &intake, writer.context()).await.map_err(WriteError::from)?;
    if report.position > 0 {
        writer.visible_within(report.position, limits::OBSERVATIONS_VISIBLE_WITHIN).await?;
    }
    rejected.extend(report.rejected);
    rejected.sort_by_key(|rejected| rejected.index);
    let taken = Taken { changed: report.changed, confirmed: report.confirmed, rejected };
    Ok(M::ok(taken).position(report.position.max(app.store.feed().head())))
}

/// Without a Content-Type a body counts as JSON: old clients send none.
fn must_be_lines_or_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let text = value.to_str().unwrap_or("?").to_ascii_lowercase();
    let essence = text.split(';').next().unwrap_or_default().trim();
    let is_json = essence.strip_prefix("application/").is_some_and(|subtype| {
        ["json", "x-ndjson", "ndjson", "jsonl", "x-jsonlines", "jsonlines", "json-seq"].contains(&subtype)
            || subtype.ends_with("+json")
    });
    if is_json || essence.is_empty() || essence == "text/plain" {
        return Ok(());
    }
    Err(ApiError::unsupported_media_type("application/json or application/x-ndjson"))
}
