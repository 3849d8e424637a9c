use axum::extract::State;
use projections::copywriting::GenerationView;

use crate::app::App;
use crate::http::{After, Answer, ApiError, Caller, M, PathNumber};

/// GET /api/ai/history/{id}.
pub(super) async fn handler(
    State(app): State<App>,
    _: After,
    caller: Caller,
    PathNumber(number): PathNumber,
) -> Result<Answer, ApiError> {
    let row = super::seen(&app, number, super::asker(&caller)).await?;
    let version = row.own_position;
    Ok(M::ok(GenerationView::of(row, app.zone())).etag(version))
}
