use axum::extract::State;

use crate::app::App;
use crate::http::{After, Answer, ApiError, M};

pub(super) async fn handler(State(app): State<App>, _after: After) -> Result<Answer, ApiError> {
    Ok(M::ok(app.projector.status().await?))
}
