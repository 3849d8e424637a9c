use aggregates::campaigns::{Campaign, CampaignEvent};
use aggregates::values::Status;
use aggregates::{Decider, Fact, Recorded};
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::event_view::{ActorView, at};
use crate::app::App;
use crate::event_store::StreamFilter;
use crate::http::{Answer, ApiError, M, PathId, Query};
use crate::limits;

const TYPES: [&str; 3] = ["CampaignCreated", "CampaignStatusChanged", "CampaignResultsReported"];

/// A campaign's statuses, oldest first.
#[derive(Serialize, JsonSchema)]
pub(super) struct Statuses {
    statuses: Vec<StatusView>,
}

#[derive(Clone, Serialize, JsonSchema)]
struct StatusView {
    position: i64,
    at: String,
    status: &'static str,
    /// Null for the first.
    previous: Option<&'static str>,
    /// Whether the plan did not foresee this step.
    #[serde(rename = "override")]
    is_override: bool,
    gmv_achieved: Option<String>,
    views_achieved: Option<String>,
    #[serde(serialize_with = "actor")]
    #[schemars(with = "ActorView")]
    actor: aggregates::Actor,
}

fn actor<S: serde::Serializer>(actor: &aggregates::Actor, serializer: S) -> Result<S::Ok, S::Error> {
    ActorView::from(actor).serialize(serializer)
}

pub(super) async fn handler(
    State(app): State<App>,
    PathId(id): PathId,
    query: Query,
) -> Result<Answer, ApiError> {
    let limit = query.integer("limit", 1, limits::EVENTS_PAGE_MAX)?.unwrap_or(limits::EVENTS_PAGE_MAX);
    let mut statuses: Vec<StatusView> = Vec::new();
    let mut filter =
        StreamFilter { types: TYPES.map(str::to_owned).to_vec(), limit, ..StreamFilter::default() };
    let mut state = Campaign::default();
    loop {
        let events = app.store.stream_page(Campaign::KIND, &id.to_string(), &filter).await?;
        statuses.extend(events.iter().filter_map(|event| line(&mut state, event)));
        match super::event_view::next(&events, limit) {
            Some(next) if (statuses.len() as i64) < limit => filter.after = next,
            _ => break,
        }
    }
    if statuses.is_empty() {
        return Err(ApiError::not_found("campaign"));
    }
    statuses.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(M::ok(Statuses { statuses }))
}

/// The campaign after an event; results count as a line of their own, with the status as it is.
fn line(state: &mut Campaign, event: &Recorded) -> Option<StatusView> {
    let Fact::Campaign(fact) = event.fact() else { return None };
    let before = state.status;
    state.evolve(fact);
    let is_first = matches!(**fact, CampaignEvent::CampaignCreated { .. });
    let is_override = matches!(**fact, CampaignEvent::CampaignStatusChanged { is_override: true, .. });
    Some(StatusView {
        position: event.position,
        at: at(event),
        status: Status::code(state.status),
        previous: (!is_first).then(|| before.code()),
        is_override,
        gmv_achieved: state.results.gmv_achieved.clone(),
        views_achieved: state.results.views_achieved.clone(),
        actor: event.metadata.actor.clone(),
    })
}
