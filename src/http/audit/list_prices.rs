use aggregates::listings::{Listing, ListingEvent};
use aggregates::{Decider, Fact, Recorded};
use axum::extract::State;
use chrono::SecondsFormat;
use projections::Amount;
use schemars::JsonSchema;
use serde::Serialize;

use super::event_view::{ActorView, at};
use crate::actor_names;
use crate::app::App;
use crate::event_store::StreamFilter;
use crate::http::listings::moment::Edge;
use crate::http::{After, Answer, ApiError, M, PathNumber, Query};
use crate::limits;

/// A listing's prices in the order in which they were recorded.
#[derive(Serialize, JsonSchema)]
pub(super) struct Prices {
    prices: Vec<PriceView>,
}

#[derive(Serialize, JsonSchema)]
struct PriceView {
    position: i64,
    /// When it was recorded.
    at: String,
    /// When it was seen.
    observed_at: String,
    /// Null: not known.
    price: Option<Amount>,
    /// The price before; null for the first.
    previous: Option<Amount>,
    stock_status: &'static str,
    /// Who saw it.
    source: String,
    actor: ActorView,
}

pub(super) async fn handler(
    State(app): State<App>,
    _: After,
    PathNumber(number): PathNumber,
    query: Query,
) -> Result<Answer, ApiError> {
    let limit = query.limit(limits::EVENTS_PAGE_MAX, limits::EVENTS_PAGE_MAX)?;
    let id = number.to_string();
    let filter = StreamFilter {
        from: super::moment(&query, "from", app.zone(), Edge::Start)?,
        to: super::moment(&query, "to", app.zone(), Edge::End)?,
        types: vec!["PriceObserved".to_owned()],
        limit,
        ..StreamFilter::default()
    };
    let mut events = app.store.stream_page(Listing::KIND, &id, &filter).await?;
    actor_names::name(&app.pool, &mut events).await?;
    if events.is_empty() && !super::show_state::exists(&app, Listing::KIND, &id).await? {
        return Err(ApiError::not_found(Listing::KIND));
    }
    Ok(M::ok(Prices { prices: events.iter().filter_map(line).collect() }))
}

fn line(event: &Recorded) -> Option<PriceView> {
    let Fact::Listing(fact) = event.fact() else { return None };
    let ListingEvent::PriceObserved { price, stock_status, observed_at, source, previous, .. } = &**fact
    else {
        return None;
    };
    Some(PriceView {
        position: event.position,
        at: at(event),
        observed_at: observed_at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        price: price.map(Amount),
        previous: previous.as_ref().and_then(|previous| previous.price).map(Amount),
        stock_status: stock_status.code(),
        source: source.clone(),
        actor: (&event.metadata.actor).into(),
    })
}
