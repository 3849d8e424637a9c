use axum::extract::State;

use crate::app::App;
use crate::http::{Answer, ApiError, PathText};
use crate::projector::JobKind;

pub(super) async fn handler(State(app): State<App>, PathText(name): PathText) -> Result<Answer, ApiError> {
    super::ask_and_tell(&app, name, JobKind::Rebuild).await
}
