use aggregates::Refusal;
use aggregates::imports::{Import, ImportCommand, ImportFault};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::event_store::ExecuteError;
use crate::imports::carry_out;
use crate::jobs::{Attempt, Ended, Ending, Job, JobHandler, Stop};
use crate::limits;

/// Carries out imports.
pub struct ImportSheets {
    app: App,
}

/// What it needs to know.
#[derive(Debug, Serialize, Deserialize)]
pub struct Payload {
    /// The import.
    pub job: Uuid,
}

impl ImportSheets {
    /// The kind of its jobs.
    pub const KIND: &'static str = "import";

    /// The handler of a node.
    pub fn new(app: App) -> Self {
        Self { app }
    }
}

#[async_trait]
impl JobHandler for ImportSheets {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn at_once(&self) -> usize {
        limits::IMPORTS_AT_ONCE
    }

    async fn run(&self, attempt: &mut Attempt) -> Result<Value, Stop> {
        let Payload { job } = attempt.payload()?;
        carry_out(&self.app, job, &attempt.context()).await
    }

    async fn ended(&self, job: &Job, ended: &Ended) -> Result<(), Stop> {
        if ended.ending == Ending::Done {
            return Ok(());
        }
        let Ok(Payload { job: import }) = serde_json::from_value(job.payload.clone()) else { return Ok(()) };
        let fault = ImportFault {
            row: None,
            column: "file".to_owned(),
            code: "failed".to_owned(),
            message: ended.reason.clone().unwrap_or_else(|| "it could not be done".to_owned()),
            value: None,
        };
        let command = ImportCommand::Fail { faults: vec![fault] };
        match self.app.store.execute::<Import>(&import.to_string(), command, &job.context()).await {
            Ok(_) | Err(ExecuteError::Refused(Refusal::NotFound(_))) => Ok(()),
            Err(error) => Err(Stop::retry(error)),
        }
    }
}
