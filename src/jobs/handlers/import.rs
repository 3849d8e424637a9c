use aggregates::Refusal;
use aggregates::imports::{Import, ImportCommand, ImportFault};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::event_store::{Context, ExecuteError};
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

    /// What a sheet changes is changed by whoever ordered its import: an auditor asks for a person.
    async fn in_name_of_its_orderer(&self, context: Context) -> Result<Context, Stop> {
        let Some(order) = context.causation else { return Ok(context) };
        let events = self.app.store.feed().after(order - 1, 1).await.map_err(Stop::retry)?;
        let actor = events.first().map(|event| event.metadata.actor.clone());
        Ok(Context { actor: actor.unwrap_or_else(|| context.actor.clone()), ..context })
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

    fn again(&self) -> Result<(), &'static str> {
        Err("an import that failed is ordered again, by sending its file")
    }

    async fn run(&self, attempt: &mut Attempt) -> Result<Value, Stop> {
        let Payload { job } = attempt.payload()?;
        let context = self.in_name_of_its_orderer(attempt.context()).await?;
        carry_out(&self.app, job, &context).await
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
