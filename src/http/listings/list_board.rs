use axum::response::Response;
use chrono::Utc;
use projections::Page;
use projections::listings::{BoardQuery, Filter, board, sorts};

use super::moment::Edge;
use crate::answers::Subject;
use crate::http::{ApiError, Bare, Query, Read, Reader};

pub(super) async fn handler(query: Query, reader: Reader) -> Result<Response, ApiError> {
    let zone = reader.app().zone();
    let since = super::moment::read(&query, "since", zone, Edge::Start)?;
    let since = since.unwrap_or_else(|| zone.start_of(zone.day(Utc::now())));
    let number = |number: u64| i64::try_from(number).ok();
    let page = query.page("per_page");
    let asked = BoardQuery {
        page: Page::new(number(page.number), number(page.rows)),
        category: query.text("category").map(str::to_owned),
        filter: query.choice("filter", &Filter::WORDS)?.map(Filter::of).unwrap_or_default(),
        since,
        search: query.text("q").map(str::to_owned),
        sort_by: query.choice("sort_by", &sorts())?.unwrap_or("id"),
        is_descending: query.choice("order", &["asc", "desc"])? == Some("desc"),
    };
    // What rose since midnight is another question when the day is another.
    let reader =
        if asked.filter.compares() { reader.depending_on(&since.timestamp().to_string()) } else { reader };
    reader
        .answer(|app| async move {
            let found = board(&app.pool, &asked, zone).await?;
            let subjects = vec![Subject::kind("listing"), Subject::kind("observations")];
            Ok(Read { answer: Bare::ok(found), subjects })
        })
        .await
}
