use axum::extract::State;

use crate::app::App;
use crate::http::{Answer, ApiError, M};

pub(super) async fn handler(State(app): State<App>) -> Result<Answer, ApiError> {
    Ok(M::ok(app.projector.status().await?))
}
