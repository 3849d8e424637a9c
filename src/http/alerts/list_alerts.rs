use axum::extract::State;
use axum::response::Response;
use projections::alerts::{AlertQuery, AlertView, list_alerts};

use crate::answers::Subject;
use crate::app::App;
use crate::http::listings::moment::{self, Edge};
use crate::http::{ApiError, M, Query, Read, Reader};

pub(super) async fn handler(
    State(app): State<App>,
    query: Query,
    reader: Reader,
) -> Result<Response, ApiError> {
    let (offset, limit) = super::part(&query);
    let zone = app.zone();
    let asked = AlertQuery {
        rule_id: query.id("rule_id")?,
        listing_id: query.integer("listing_id", 1, i64::MAX)?,
        from: moment::read(&query, "from", zone, Edge::Start)?,
        until: moment::read(&query, "to", zone, Edge::End)?,
        is_suppressed: query.text("suppressed").map(|_| query.flag("suppressed")).transpose()?,
        offset,
        limit,
    };
    reader
        .answer(|app| async move {
            let found = list_alerts(&app.pool, &asked).await?;
            let alerts: Vec<_> = found.items.into_iter().map(|row| AlertView::of(row, zone)).collect();
            let answer = M::ok(alerts).total_count(found.total);
            Ok(Read { answer, subjects: vec![Subject::kind("alert")] })
        })
        .await
}
