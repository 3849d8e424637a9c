use aggregates::campaigns::{Campaign, CampaignEvent};
use aggregates::values::Status;
use aggregates::{Decider, Fact, Recorded};
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::event_view::{ActorView, at};
use crate::actor_names;
use crate::app::App;
use crate::event_store::StreamFilter;
use crate::http::{After, Answer, ApiError, M, PathId, Query};
use crate::limits;

const RESULTS: &str = "CampaignResultsReported";
const TYPES: [&str; 3] = ["CampaignCreated", "CampaignStatusChanged", RESULTS];

/// A campaign's statuses, oldest first.
#[derive(Serialize, JsonSchema)]
pub(super) struct Statuses {
    statuses: Vec<StatusView>,
}

#[derive(Serialize, JsonSchema)]
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
    _: After,
    PathId(id): PathId,
    query: Query,
) -> Result<Answer, ApiError> {
    let limit = query.limit(limits::EVENTS_PAGE_MAX, limits::EVENTS_PAGE_MAX)?;
    let types = TYPES.map(str::to_owned).to_vec();
    let mut filter = StreamFilter { types, limit: limits::EVENTS_PAGE_MAX, ..StreamFilter::default() };
    let (mut lines, mut state): (Vec<Line>, _) = (Vec::new(), Campaign::default());
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    loop {
        let mut events = app.store.stream_page(Campaign::KIND, &id.to_string(), &filter).await?;
        actor_names::name(&app.pool, &mut events).await?;
        for event in &events {
            take(&mut lines, &mut state, event);
        }
        match events.last() {
            // One line more than asked for: the last one shown is complete then.
            Some(last) if events.len() as i64 >= filter.limit && lines.len() <= most => {
                filter.after = last.position
            }
            _ => break,
        }
    }
    if lines.is_empty() {
        return Err(ApiError::not_found("campaign"));
    }
    let statuses = lines.into_iter().take(most).map(|line| line.view).collect();
    Ok(M::ok(Statuses { statuses }))
}

/// A line and the command that it tells of.
struct Line {
    correlation_id: String,
    view: StatusView,
}

/// Adds an event to the lines. Results that came with a status, in one command, are told in its line; results
/// alone are a line of their own, with the status as it is.
fn take(lines: &mut Vec<Line>, state: &mut Campaign, event: &Recorded) {
    let Some(view) = line(state, event) else { return };
    let correlation_id = event.metadata.correlation_id.clone();
    let is_results = &*event.event_type == RESULTS;
    match lines.last_mut() {
        Some(last) if is_results && last.correlation_id == correlation_id && last.view.at == view.at => {
            last.view.gmv_achieved = view.gmv_achieved;
            last.view.views_achieved = view.views_achieved;
        }
        _ => lines.push(Line { correlation_id, view }),
    }
}

/// The campaign after an event.
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
