use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Job, Stop};
use crate::event_store::Context;

/// One try of a job. Whatever it writes is written only while its lease holds.
pub struct Attempt {
    /// The job.
    pub job: Job,
    /// Cancelled when the node is to stop: what can be put down and taken up again should be.
    pub stop: CancellationToken,
    pub(super) id: Uuid,
    pub(super) pool: PgPool,
}

impl Attempt {
    /// What the job is about.
    ///
    /// # Errors
    /// Failed, when the row says something else than this build expects.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, Stop> {
        serde_json::from_value(self.job.payload.clone())
            .map_err(|error| Stop::Failed(format!("the job cannot be read: {error}")))
    }

    /// What an earlier attempt left to go on from.
    pub fn progress<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_value(self.job.progress.clone()?).ok()
    }

    /// Writes down what the next attempt goes on from.
    ///
    /// # Errors
    /// When the job is another's by now, or the database does not answer.
    pub async fn save_progress(&mut self, progress: impl Serialize) -> Result<(), Stop> {
        let progress = serde_json::to_value(progress).map_err(Stop::retry)?;
        let saved = sqlx::query("UPDATE jobs SET progress = $3 WHERE id = $1 AND attempt_id = $2")
            .bind(self.job.id)
            .bind(self.id)
            .bind(&progress)
            .execute(&self.pool)
            .await?;
        self.job.progress = Some(progress);
        if saved.rows_affected() == 0 { Err(lost()) } else { Ok(()) }
    }

    /// Announces an effect that must not happen twice, durably, before it begins. From here on the job ends as
    /// unknown should this node go away.
    ///
    /// # Errors
    /// When the job is another's by now, or the database does not answer: then nothing may happen.
    pub async fn begin_effect(&mut self) -> Result<(), Stop> {
        let begun = sqlx::query("UPDATE jobs SET effect_begun = true WHERE id = $1 AND attempt_id = $2")
            .bind(self.job.id)
            .bind(self.id)
            .execute(&self.pool)
            .await?;
        if begun.rows_affected() == 0 {
            return Err(lost());
        }
        self.job.effect_begun = true;
        Ok(())
    }

    /// A context for the commands of this job.
    pub fn context(&self) -> Context {
        self.job.context()
    }
}

impl Job {
    /// A context for commands in the name of this job.
    pub fn context(&self) -> Context {
        let context = Context::system(&self.kind, "job", self.correlation_id.clone());
        Context { causation: self.causation, ..context }
    }
}

fn lost() -> Stop {
    Stop::retry("another node has this job now")
}
