use axum::extract::State;
use axum::response::Response;

use super::job_view::{DurableJobView, found};
use crate::app::App;
use crate::http::{After, ApiError, M, PathId};

pub(super) async fn handler(
    State(app): State<App>,
    after: After,
    PathId(id): PathId,
) -> Result<Response, ApiError> {
    let job = found(&app, id).await?;
    Ok(after.respond(M::ok(DurableJobView::of(&app, job))))
}
