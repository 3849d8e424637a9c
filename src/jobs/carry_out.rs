//! One attempt from its begin to what is written of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures::FutureExt;
use serde_json::Value;
use uuid::Uuid;

use super::{Attempt, Ended, Ending, JobHandler, Jobs, Stop, claim, pauses, settle};
use crate::{database, limits};

/// Tries a job and writes down what came of it, as long as the lease holds.
pub(super) async fn carry_out(jobs: Jobs, handler: Arc<dyn JobHandler>, attempt: Attempt) {
    let (job, id) = (attempt.job.id, attempt.id);
    tokio::select! {
        () = try_and_settle(&jobs, handler.as_ref(), attempt) => {}
        () = lease_lost(&jobs, job, id) => {
            tracing::warn!(kind = handler.kind(), %job, "another node has this job now");
        }
    }
}

async fn try_and_settle(jobs: &Jobs, handler: &dyn JobHandler, mut attempt: Attempt) {
    let ended = match known_end(handler, &attempt) {
        Some(ended) => ended,
        None => {
            let began = Instant::now();
            let came_to = try_it(jobs, handler, &mut attempt).await;
            metrics::histogram!("tidemark_job_seconds", "kind" => handler.kind()).record(began.elapsed());
            match end_of(came_to, handler, &attempt) {
                Next::Over(ended) => ended,
                Next::Later { until, reason, counts } => {
                    return settle::later(&attempt, until, &reason, counts).await;
                }
            }
        }
    };
    settle::over(handler, &attempt, &ended).await;
}

/// What an earlier attempt came to already, or what so many attempts without an end come to.
fn known_end(handler: &dyn JobHandler, attempt: &Attempt) -> Option<Ended> {
    let job = &attempt.job;
    if let Some(ending) = &job.ending {
        let reason = job.error.clone();
        return Some(Ended { ending: Ending::parse(ending), result: job.result.clone(), reason });
    }
    (job.attempts > handler.attempts()).then(|| {
        let reason = job.error.as_deref().unwrap_or("it was interrupted each time");
        Ended::because(Ending::Failed, &format!("given up after {} attempts: {reason}", handler.attempts()))
    })
}

enum Next {
    Over(Ended),
    Later { until: DateTime<Utc>, reason: String, counts: bool },
}

fn end_of(came_to: Result<Value, Stop>, handler: &dyn JobHandler, attempt: &Attempt) -> Next {
    match came_to {
        Ok(result) => Next::Over(Ended { ending: Ending::Done, result: Some(result), reason: None }),
        Err(Stop::Failed(reason)) => Next::Over(Ended::because(Ending::Failed, &reason)),
        Err(Stop::Unknown(reason)) => Next::Over(Ended::because(Ending::Unknown, &reason)),
        Err(Stop::Wait { reason, until }) => Next::Later { until, reason, counts: false },
        Err(Stop::Retry { reason, .. }) if attempt.job.attempts >= handler.attempts() => {
            Next::Over(Ended::because(Ending::Failed, &reason))
        }
        Err(Stop::Retry { reason, after }) => {
            let pause = pauses::pause(attempt.job.attempts, after, rand::random());
            Next::Later { until: Utc::now() + pause, reason, counts: true }
        }
    }
}

/// Runs the handler once the read tables show what caused the job.
async fn try_it(jobs: &Jobs, handler: &dyn JobHandler, attempt: &mut Attempt) -> Result<Value, Stop> {
    let cause = attempt.job.causation.unwrap_or_default();
    if !jobs.0.projector.wait(cause, limits::VISIBLE_WITHIN).await {
        let until = Utc::now() + limits::VISIBLE_WITHIN;
        return Err(Stop::Wait { reason: "the read tables are behind".to_owned(), until });
    }
    let tried = std::panic::AssertUnwindSafe(handler.run(attempt)).catch_unwind().await;
    tried.unwrap_or_else(|_panic| {
        tracing::error!(kind = attempt.job.kind, job = %attempt.job.id, "the handler of a job broke off");
        let reason = "its handler broke off";
        Err(if attempt.job.effect_begun { Stop::Unknown(reason.to_owned()) } else { Stop::retry(reason) })
    })
}

/// Renews the lease until the job is another's. While the database is away nobody else can have it.
async fn lease_lost(jobs: &Jobs, job: Uuid, attempt: Uuid) {
    loop {
        tokio::time::sleep(Duration::from_secs(limits::JOB_HEARTBEAT_S)).await;
        match database::in_time(claim::renew(&jobs.0.pool, job, attempt)).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::warn!(%error, %job, "the lease of a job cannot be renewed"),
        }
    }
}
