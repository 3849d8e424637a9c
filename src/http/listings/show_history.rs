use aggregates::values::plain_code;
use axum::response::Response;
use projections::listings::{Granularity, HistoryQuery, history, resolve};

use super::moment::Edge;
use crate::answers::Subject;
use crate::http::{ApiError, Bare, PathText, Query, Read, Reader};
use crate::limits;

pub(super) async fn handler(
    PathText(name): PathText,
    query: Query,
    reader: Reader,
) -> Result<Response, ApiError> {
    let zone = reader.app().zone();
    let limit = query.limit(limits::HISTORY_ENTRIES, limits::HISTORY_ENTRIES)?;
    let asked = HistoryQuery {
        from: super::moment::read(&query, "from", zone, Edge::Start)?,
        to: super::moment::read(&query, "to", zone, Edge::End)?,
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
        granularity: match query.choice("granularity", &["hour", "day"])? {
            Some("hour") => Granularity::Hour,
            Some(_) => Granularity::Day,
            None => Granularity::Change,
        },
    };
    reader
        .answer(|app| async move {
            let number = resolve(&app.pool, &plain_code(&name)).await?;
            let number = number.ok_or_else(|| ApiError::not_found("listing"))?;
            let entries = history(&app.pool, number, asked, zone).await?;
            let subjects = vec![Subject::kind("listing"), Subject::kind("observations")];
            Ok(Read { answer: Bare::ok(entries), subjects })
        })
        .await
}
