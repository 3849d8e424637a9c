use std::collections::BTreeMap;

use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::housekeeping;
use crate::http::{Answer, ApiError, Caller, Field, Form, M, Mode, OptionalJsonBody, Query};

/// Whether to only count.
pub(super) static FORM: Form =
    Form::new(&[Field::boolean("dry_run").doc("true: only count, remove nothing")]);

/// What was removed, or would be.
#[derive(Serialize, JsonSchema)]
pub(super) struct Cleaned {
    dry_run: bool,
    /// By kind: sessions, tickets, tokens, keys, polling_tasks, polling_watchers, files.
    removed: BTreeMap<String, u64>,
    total: u64,
}

/// POST /api/system/cleanup.
pub(super) async fn handler(
    State(app): State<App>,
    caller: Caller,
    query: Query,
    OptionalJsonBody(body): OptionalJsonBody,
) -> Result<Answer, ApiError> {
    let values = FORM.read(&body, Mode::Create)?;
    let dry_run = query.flag("dry_run")? || values.boolean("dry_run").unwrap_or(false);
    let removed = housekeeping::clean(&app.pool, &app.config.data_dir, dry_run).await?;
    let total = removed.values().sum();
    tracing::info!(user_id = caller.user_id, dry_run, total, "cleaned up");
    Ok(M::ok(Cleaned { dry_run, removed, total }))
}
