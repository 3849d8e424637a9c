use axum::extract::State;
use axum::response::Response;

use super::notification_view::NotificationView;
use crate::app::App;
use crate::http::{After, ApiError, M, PathId};

/// Not remembered: what a job waits for changes without an event, so while it waits its bytes are its version.
pub(super) async fn handler(
    State(app): State<App>,
    after: After,
    PathId(id): PathId,
) -> Result<Response, ApiError> {
    let found = projections::notifications::find_notification(&app.pool, id).await?;
    let row = found.ok_or_else(|| ApiError::not_found("notification"))?;
    let (version, is_queued, channel) = (row.own_position, row.status == "queued", row.channel.clone());
    let view = NotificationView::of(row, app.zone());
    let waits = if is_queued { waits_for(&app, &channel, id).await? } else { None };
    let answer = M::ok(view.waiting_for(waits));
    Ok(after.respond(if is_queued { answer } else { answer.etag(version) }))
}

/// Why a message is still queued: nothing could send it here, or the last attempt's reason.
async fn waits_for(app: &App, channel: &str, id: uuid::Uuid) -> Result<Option<String>, ApiError> {
    if let Some(obstacle) = app.jobs.obstacle(&super::send_telegram::job_kind(channel)) {
        return Ok(Some(obstacle));
    }
    let kind = super::send_telegram::job_kind(channel);
    let job = app.jobs.find_for(&kind, "notification_id", &id.to_string()).await?;
    Ok(job.and_then(|job| job.error))
}
