use axum::extract::State;
use chrono::SecondsFormat;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::http::{After, Answer, ApiError, B};

/// What is polled.
#[derive(Serialize, JsonSchema)]
pub(super) struct ActiveTasks {
    active_tasks: Vec<Task>,
}

#[derive(Serialize, JsonSchema)]
struct Task {
    campaign_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_id: Option<Uuid>,
    /// Seconds.
    interval: u32,
    last_poll: Option<String>,
}

pub(super) async fn handler(State(app): State<App>, _after: After) -> Result<Answer, ApiError> {
    let interval = app.polling.interval_s();
    let tasks = app.polling.active().await?.into_iter().map(|task| Task {
        campaign_id: task.campaign_id,
        product_id: Some(task.product_id).filter(|product| !product.is_nil()),
        interval,
        last_poll: task.last_poll.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
    });
    Ok(B::ok(ActiveTasks { active_tasks: tasks.collect() }))
}
