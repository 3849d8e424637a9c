//! What a judged body appends: the events of the listings that changed, then the page that tells of all.

use std::sync::Arc;

use aggregates::listings::{Listing, ListingEvent};
use aggregates::observations::{BOOK, Looked, Observations, Page};
use aggregates::{Claim, Decider};
use cqrs_es::DomainEvent;
use serde::Serialize;
use serde_json::value::to_raw_value;

use super::Intake;
use super::board::Board;
use super::plan::Plan;
use crate::event_store::append::Request;
use crate::event_store::{ClaimAction, ClaimChange, Context, ExecuteError, NewEvent, StreamAppend};

/// The append of a body; none: there is nothing to tell.
pub(super) fn of(
    plan: &Plan,
    board: &Board,
    intake: &Intake,
    context: &Context,
) -> Result<Option<Request>, ExecuteError> {
    let page = Page {
        run: intake.run,
        source: intake.source.clone(),
        confirmed: Looked::of(plan.confirmed.iter().copied()),
        changed: Looked::of(plan.changed.iter().copied()),
        gone: Looked::of(plan.gone.iter().copied()),
        failed: Looked::of(plan.failed.iter().copied()),
    };
    let Some(page) = page.into_event() else { return Ok(None) };
    let (mut streams, mut claims) = (Vec::new(), Vec::new());
    for (number, work) in plan.work.iter().filter(|(_, work)| !work.events.is_empty()) {
        claims.extend(work.events.first().and_then(|event| claim(*number, event)));
        let events = work.events.iter().map(written).collect::<Result<_, _>>()?;
        let id = number.to_string().into();
        streams.push(StreamAppend { kind: Listing::KIND, id, expected: work.expected, events });
    }
    streams.push(StreamAppend {
        kind: Observations::KIND,
        id: BOOK.into(),
        expected: board.book(),
        events: vec![written(&page)?],
    });
    let metadata = Arc::new(context.metadata(Vec::new()));
    Ok(Some(Request { streams, claims, key: context.idempotency.clone(), metadata }))
}

/// The code of a new listing is its own.
fn claim(number: i64, first: &ListingEvent) -> Option<ClaimChange> {
    let ListingEvent::ListingRegistered { details, .. } = first else { return None };
    let claim = Claim::new("listing-code", details.product_id.as_ref()?, number);
    Some(ClaimChange { action: ClaimAction::Take, claim })
}

fn written<E: DomainEvent + Serialize>(event: &E) -> Result<NewEvent, ExecuteError> {
    let payload = to_raw_value(event).map_err(|error| ExecuteError::Internal(error.to_string()))?;
    let (event_type, event_version) = (event.event_type().into(), event.event_version().into());
    Ok(NewEvent { event_type, event_version, payload })
}
