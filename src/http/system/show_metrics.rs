use axum::extract::State;
use axum::http::HeaderValue;

use crate::app::App;
use crate::http::Answer;
use crate::metrics;

pub(super) async fn handler(State(app): State<App>) -> Answer {
    metrics::measure(&app).await;
    Answer::of_type(HeaderValue::from_static("text/plain; version=0.0.4"), metrics::render())
}
