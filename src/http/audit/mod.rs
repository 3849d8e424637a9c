//! What happened, told from the events themselves (contract §4).

mod event_view;
mod export_events;
mod list_events;
mod list_prices;
mod list_statuses;
mod list_stream;
mod listing;
mod sales_day;
mod show_state;
mod stream_events;

use aggregates::Decider;
use aggregates::alerts::{Alert, AlertRule};
use aggregates::copywriting::{Generation, Trending};
use aggregates::notifications::{Chat, Digests, Notification};
use aggregates::observations::Observations;
use aggregates::templates::Template;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use projections::Zone;

use super::listings::moment::{self, Edge};
use super::{Access, ApiError, Query, Route};
use crate::app::App;
use crate::audit_export::KINDS;
use crate::limits;

/// The routes.
pub fn routes() -> Vec<Route<App>> {
    vec![
        Route::get("/api/audit/export", Access::Audit, export_events::handler)
            .doc("export_audit", "Hash-chained NDJSON; `tidemark audit verify FILE` checks it offline")
            .param("kind", "string", "campaigns, brands, products, listings, users, vendors, stockout-batches, vendor-mails, imports, sales-days or crawl-runs")
            .param("id", "string", "only this one")
            .param("from", "string", "only events recorded at or after this time, or from this day of the zone on")
            .param("to", "string", "only events recorded at or before this time, or up to the end of this day")
            .timeout(std::time::Duration::from_secs(limits::AUDIT_EXPORT_S))
            .answers_other("application/x-ndjson"),
        Route::get("/api/audit/{kind}/{id}", Access::Audit, list_stream::handler)
            .doc("list_audit_events", "The events of one thing, in order")
            .param("from", "string", "only events recorded at or after this time, or from this day of the zone on")
            .param("to", "string", "only events recorded at or before this time, or up to the end of this day")
            .param("after", "integer", "only events after this position; `next` of the page before")
            .param("limit", "integer", "events of a page, 100 unless said, at most 1000")
            .answers::<event_view::StreamPage>(),
        Route::get("/api/audit/{kind}/{id}/state", Access::Audit, show_state::handler)
            .doc("show_audit_state", "One thing as it stood, folded from its events")
            .param("as_of", "string", "a time, a day (its end) or a position; now unless said")
            .answers::<show_state::StateView>(),
        Route::get("/api/audit/campaigns/{id}/statuses", Access::Audit, list_statuses::handler)
            .doc("list_audit_statuses", "A campaign's statuses and results, replayed from its events")
            .param("limit", "integer", "at most this many, 1000 unless said")
            .answers::<list_statuses::Statuses>(),
        Route::get("/api/audit/listings/{id}/prices", Access::Audit, list_prices::handler)
            .doc("list_audit_prices", "A listing's prices as they were recorded, replayed from its events")
            .param("from", "string", "only those recorded at or after this time, or from this day on")
            .param("to", "string", "only those recorded at or before this time, or up to the end of this day")
            .param("limit", "integer", "at most this many, 1000 unless said")
            .answers::<list_prices::Prices>(),
        Route::get("/api/events", Access::Admin, list_events::handler)
            .doc("list_events", "The whole log, in order")
            .param("after", "integer", "only events after this position")
            .param("limit", "integer", "events of a page, 100 unless said, at most 1000")
            .param("kind", "string", "only events of this kind of thing")
            .param("type", "string", "only events of this type")
            .answers::<event_view::FeedPage>(),
        Route::get("/api/events/stream", Access::Admin, stream_events::handler)
            .doc("stream_events", "The log as it grows, as server-sent events")
            .param(
                "after",
                "integer",
                "begin after this position; Last-Event-ID does the same; now unless said",
            )
            .param("kind", "string", "only events of this kind of thing")
            .param("type", "string", "only events of this type")
            .answers_other("text/event-stream"),
    ]
}

/// Those that the feed shows beside them, by the streams' own words: nobody asks for one of their streams.
const FEED_KINDS: [&str; 9] = [
    Alert::KIND,
    AlertRule::KIND,
    Chat::KIND,
    Generation::KIND,
    Notification::KIND,
    Observations::KIND,
    Digests::KIND,
    Template::KIND,
    Trending::KIND,
];

/// The kind of stream that an address means; an unknown kind is not found.
fn stream_kind(kind: &str) -> Result<&'static str, ApiError> {
    let found = KINDS.iter().find(|(plural, _)| *plural == kind);
    found.map(|(_, stream)| *stream).ok_or_else(|| ApiError::not_found("kind"))
}

/// The word that the address has for a kind of stream.
fn kind_word(stream: &str) -> &str {
    KINDS.iter().find(|(_, kind)| *kind == stream).map_or(stream, |(plural, _)| plural)
}

/// The kind of stream that `kind` asks for: the address's word, or the stream's own.
fn asked_kind(query: &Query) -> Result<Option<String>, ApiError> {
    let Some(asked) = query.text("kind") else { return Ok(None) };
    let of_audit = KINDS.iter().find(|(plural, stream)| *plural == asked || *stream == asked);
    let of_feed = || FEED_KINDS.into_iter().find(|stream| *stream == asked);
    let found = of_audit.map(|(_, stream)| *stream).or_else(of_feed).ok_or_else(|| {
        let words: Vec<_> = KINDS.iter().map(|(plural, _)| *plural).chain(FEED_KINDS).collect();
        ApiError::field("kind", "unknown_value", format!("kind must be one of {}", words.join(", ")))
    })?;
    Ok(Some(found.to_owned()))
}

/// A moment of the query: a day of the house's zone by its edge, a time of that zone, or an instant.
fn moment(query: &Query, name: &str, zone: Zone, edge: Edge) -> Result<Option<DateTime<Utc>>, ApiError> {
    // An instant is taken to the microsecond, so that the `at` of an event names it.
    match (query.date(name), query.instant(name)) {
        (Ok(Some(day)), _) if (1..=9999).contains(&day.year()) => Ok(Some(match edge {
            Edge::Start => zone.start_of(day),
            Edge::End => zone.end_of(day) - TimeDelta::microseconds(1),
        })),
        (Err(_), Ok(instant)) => Ok(instant),
        _ => moment::read(query, name, zone, edge),
    }
}

fn page_limit(query: &Query) -> Result<i64, ApiError> {
    query.limit(limits::EVENTS_PAGE, limits::EVENTS_PAGE_MAX)
}
