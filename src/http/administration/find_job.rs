use axum::extract::State;

use super::job_view::{DurableJobView, found};
use crate::app::App;
use crate::http::{After, Answer, ApiError, M, PathId};

pub(super) async fn handler(
    State(app): State<App>,
    _: After,
    PathId(id): PathId,
) -> Result<Answer, ApiError> {
    let job = found(&app, id).await?;
    Ok(M::ok(DurableJobView::of(&app, job)))
}
