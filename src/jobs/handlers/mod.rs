//! What this house does on the outside, one file a kind of job.

mod import;

pub use import::{ImportSheets, Payload as ImportPayload};

use std::sync::Arc;

use super::JobHandler;
use crate::app::App;

/// Every kind of job that a node of this build can do.
pub fn all(app: &App) -> Vec<Arc<dyn JobHandler>> {
    vec![Arc::new(ImportSheets::new(app.clone()))]
}
