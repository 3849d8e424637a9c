//! Promises: when this happened, that shall be done.
//!
//! A [`Reaction`] looks at events and names jobs; that is its only power. Each has a checkpoint of its own in the
//! log, which moves in the transaction that enqueues its jobs, so a promise is neither lost nor made twice. One
//! node of the cluster reacts: an advisory lock on the connection that also carries the transactions, so that who
//! lost the lead can't write. A new reaction begins at the head: the past is not acted upon, and neither is a
//! rebuild, which never comes by here.

mod crawl_failures;
mod imports;
mod lead;
mod send_notifications;
mod stockout_mails;

use std::sync::Arc;

use aggregates::Recorded;

use crate::jobs::NewJob;

pub use lead::{register, run};

/// One promise.
pub trait Reaction: Send + Sync {
    /// Its name; part of the key of every job that it promises, so it never changes.
    fn name(&self) -> &'static str;

    /// The wire names of the events that it looks at.
    fn follows(&self) -> &'static [&'static str];

    /// The jobs that this event makes necessary, keyed within the event: mostly one with the key "". A function of
    /// the event alone; what else a job needs to know it looks up itself.
    fn promises(&self, event: &Recorded) -> Vec<NewJob>;
}

/// Every reaction of the house.
pub fn all() -> Vec<Arc<dyn Reaction>> {
    vec![
        Arc::new(imports::ImportsAreCarriedOut),
        Arc::new(stockout_mails::VendorsAreTold),
        Arc::new(send_notifications::SendNotifications),
        Arc::new(crawl_failures::CrawlFailuresAreTold),
    ]
}

/// A promised job as it is enqueued: unique by promise and event, and joined to it.
fn promised(reaction: &dyn Reaction, event: &Recorded, job: NewJob) -> NewJob {
    let key = match job.key.as_str() {
        "" => format!("{}@{}", reaction.name(), event.position),
        part => format!("{}@{}#{part}", reaction.name(), event.position),
    };
    let correlation_id = event.metadata.correlation_id.clone();
    NewJob { key, correlation_id, causation: Some(event.position), ..job }
}
