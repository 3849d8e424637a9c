use async_trait::async_trait;
use serde_json::Value;

use super::{Attempt, Ended, Job, Stop};
use crate::limits;

/// Does the jobs of one kind.
#[async_trait]
pub trait JobHandler: Send + Sync {
    /// The kind.
    fn kind(&self) -> &'static str;

    /// How many of them one node does at once.
    fn at_once(&self) -> usize {
        limits::JOBS_AT_ONCE
    }

    /// How often one is tried before it has failed.
    fn attempts(&self) -> i32 {
        limits::JOB_ATTEMPTS
    }

    /// What stands in the way of all of them on this node, as a sentence, such as a missing setting: they stay
    /// queued until a node that can do them takes them.
    fn obstacle(&self) -> Option<String> {
        None
    }

    /// Whether one that failed may be tried again: nothing happened outside, and the log takes another end of it.
    /// Otherwise a sentence that says what to do instead.
    fn again(&self) -> Result<(), &'static str> {
        Ok(())
    }

    /// Tries to do one. It may be dropped at any await once its lease is lost; what it did before must then be
    /// harmless to repeat, or announced by [`Attempt::begin_effect`].
    ///
    /// # Errors
    /// Why it is not done.
    async fn run(&self, attempt: &mut Attempt) -> Result<Value, Stop>;

    /// Hears how one ended, to tell the log. Called again until it succeeds, perhaps on another node: telling a
    /// thing twice must be the same as telling it once.
    ///
    /// # Errors
    /// Why it must be told again.
    async fn ended(&self, job: &Job, ended: &Ended) -> Result<(), Stop> {
        let _ = (job, ended);
        Ok(())
    }
}
