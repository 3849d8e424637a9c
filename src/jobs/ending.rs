use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::limits;

/// Why an attempt did not do the job.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// Not now: nothing happened outside, so it is tried again, after this pause or a growing one. After the last
    /// attempt it has failed.
    Retry {
        /// What was in the way.
        reason: String,
        /// How long the outside asked us to wait.
        after: Option<Duration>,
    },
    /// It is not its turn yet. Does not count as an attempt.
    Wait {
        /// What it waits for.
        reason: String,
        /// When to look again.
        until: DateTime<Utc>,
    },
    /// Never like this.
    Failed(String),
    /// It may have happened or not, and must not happen twice.
    Unknown(String),
}

impl Stop {
    /// To be tried again after a pause that grows with each attempt.
    pub fn retry(reason: impl ToString) -> Self {
        Self::Retry { reason: reason.to_string(), after: None }
    }
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::retry(error)
    }
}

/// How a job is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is done.
    Done,
    /// It will not be done.
    Failed,
    /// It may have been done.
    Unknown,
}

impl Ending {
    /// The word in the row.
    pub fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    pub(super) fn parse(code: &str) -> Self {
        match code {
            "done" => Self::Done,
            "failed" => Self::Failed,
            _ => Self::Unknown,
        }
    }
}

/// How a job ended, with what there is to say of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// How.
    pub ending: Ending,
    /// What it came to, when it is done.
    pub result: Option<Value>,
    /// Why it is not.
    pub reason: Option<String>,
}

impl Ended {
    pub(super) fn because(ending: Ending, reason: &str) -> Self {
        Self { ending, result: None, reason: Some(short(reason)) }
    }
}

/// As much of a reason as is kept; Postgres keeps no NUL.
pub(super) fn short(reason: &str) -> String {
    reason.chars().filter(|character| *character != '\0').take(limits::JOB_REASON_CHARS).collect()
}
