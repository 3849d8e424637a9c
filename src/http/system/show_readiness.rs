use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::http::{Answer, Bare};
use crate::limits;

/// Whether requests should be sent here.
#[derive(Serialize, JsonSchema)]
pub(super) struct Readiness {
    status: &'static str,
    /// Whether the database answers.
    database: bool,
    /// The newest position of the log, as this node knows it.
    head: i64,
    /// The position up to which every read table is.
    applied: i64,
    /// Events between the two.
    lag: i64,
    /// Streams that wait because an event of theirs could not be applied.
    parked: i64,
}

pub(super) async fn handler(State(app): State<App>) -> Answer {
    let bound = Duration::from_secs(limits::CONNECT_TIMEOUT_S);
    let head = tokio::time::timeout(bound, app.store.confirmed_head()).await.ok().and_then(Result::ok);
    let parked = match head {
        Some(_) => parked(&app).await.unwrap_or(0),
        None => 0,
    };
    let (known, applied) = (head.unwrap_or_else(|| app.store.feed().head()), app.projector.applied());
    let lag = (known - applied).max(0);
    // A backlog that is being worked off quickly, or nothing at all, is fine; one that stands still is not.
    let keeps_up = lag <= limits::READY_LAG_EVENTS
        && app.projector.wait(known, Duration::from_secs(limits::READY_WITHIN_S)).await;
    let is_ready = head.is_some() && keeps_up;
    let answer = Bare::ok(Readiness {
        status: match (is_ready, parked) {
            (false, _) => "unavailable",
            (true, 0) => "ready",
            (true, _) => "degraded",
        },
        database: head.is_some(),
        head: known,
        applied,
        lag,
        parked,
    });
    if is_ready {
        return answer;
    }
    answer.status(StatusCode::SERVICE_UNAVAILABLE).header(header::RETRY_AFTER, HeaderValue::from_static("1"))
}

async fn parked(app: &App) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT count(*) FROM parked_streams").fetch_one(&app.pool).await
}
