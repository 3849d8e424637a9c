//! A rule before the judge for what has happened already: how often would it have fired, when, for what?
//!
//! Everything is seen in the order of time, also what was told late. Nothing is kept.

use std::collections::{BTreeMap, HashMap};

use aggregates::Fact;
use aggregates::alerts::{Judged, Outcome, PricePoint, RuleSettings, Seen, Suppression, Watch, judge};
use aggregates::listings::{ListingEvent, points_of};
use aggregates::observations::ObservationsEvent;
use chrono::{DateTime, Utc};
use projections::alerts::{ListingFacts, listings_in_scope, prices_since};

use super::sightings::{in_stock, seen_in, sighting};
use crate::app::App;
use crate::limits;

/// What a rule would have come to.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    /// How often it would have fired.
    pub fired: i64,
    /// How often it would have been suppressed.
    pub suppressed: i64,
    /// How many listings it is for.
    pub listings: i64,
    /// The first of them, in the order of time.
    pub alerts: Vec<TrialAlert>,
    /// Whether all of the time was looked at; otherwise the history was too long.
    pub is_complete: bool,
}

/// One time that it would have fired or been suppressed.
#[derive(Clone, Debug)]
pub struct TrialAlert {
    /// For which listing.
    pub listing_id: i64,
    /// What is known of that.
    pub facts: ListingFacts,
    /// When.
    pub at: DateTime<Utc>,
    /// The verdict.
    pub judged: Judged,
    /// Why it would not have been told.
    pub suppressed: Option<Suppression>,
}

/// What was seen of one listing: when, by which event, what.
type Seens = Vec<(DateTime<Utc>, i64, Seen)>;

/// Judges what was seen from `from` to before `to`.
///
/// # Errors
/// When the database does not answer.
pub async fn try_rule(
    app: &App,
    settings: &RuleSettings,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> sqlx::Result<Trial> {
    let listings = listings_in_scope(&app.pool, settings, limits::TRIAL_LISTINGS).await?;
    let mut trial = Trial { listings: listings.len() as i64, is_complete: true, ..Trial::default() };
    trial.is_complete = trial.listings < limits::TRIAL_LISTINGS;
    let mut seen: BTreeMap<i64, Seens> =
        listings.iter().map(|(listing, _)| (*listing, Seens::new())).collect();
    trial.is_complete &= gather(app, settings, &mut seen, from, to).await?;
    let mut found = Vec::new();
    for some in listings.chunks(limits::TRIAL_LISTINGS_AT_ONCE) {
        let numbers: Vec<i64> = some.iter().map(|(listing, _)| *listing).collect();
        let mut prices = prices_since(&app.pool, &numbers, settings.window_start(from)).await?;
        for (listing, facts) in some {
            let known = prices.remove(listing).unwrap_or_default();
            let seens = seen.remove(listing).unwrap_or_default();
            let verdicts = live_through(app, settings, known, seens, from);
            found.extend(verdicts.into_iter().map(|(at, judged)| (*listing, facts, at, judged)));
        }
    }
    found.sort_by_key(|(listing, _, at, _)| (*at, *listing));
    for (listing_id, facts, at, judged) in found {
        let suppressed = match judged.outcome {
            Outcome::Fired => None,
            Outcome::Suppressed(reason) => Some(reason),
        };
        *if suppressed.is_none() { &mut trial.fired } else { &mut trial.suppressed } += 1;
        if trial.alerts.len() < limits::TRIAL_ALERTS {
            trial.alerts.push(TrialAlert { listing_id, facts: facts.clone(), at, judged, suppressed });
        }
    }
    Ok(trial)
}

/// Reads what was seen of the listings from the log; false when that is too much to read.
async fn gather(
    app: &App,
    settings: &RuleSettings,
    seen: &mut BTreeMap<i64, Seens>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> sqlx::Result<bool> {
    // Nothing is seen after it was told.
    let mut position = app.store.position_at(from).await?;
    let (head, mut read) = (app.store.feed().head(), 0_usize);
    let confirmations_matter =
        settings.confirm_checks > 1 || settings.quiet_hours.is_some() || settings.when.is_level();
    let mut confirmed = HashMap::<i64, Seens>::new();
    let mut note = |listing: i64, at: DateTime<Utc>, position: i64, what: Seen| {
        if at >= from
            && at < to
            && let Some(seens) = seen.get_mut(&listing)
        {
            seens.push((at, position, what));
            read += 1;
        }
        read <= limits::TRIAL_SIGHTINGS
    };
    while position < head {
        let events = app.store.feed().after(position, limits::ALERTS_BATCH_EVENTS).await?;
        for event in &events {
            position = event.position;
            match event.fact() {
                Fact::Listing(change) => {
                    let Ok(listing) = event.aggregate_id.parse() else { continue };
                    for (at, what) in seens_of(change) {
                        if !note(listing, at, position, what) {
                            return Ok(false);
                        }
                    }
                }
                Fact::Observations(page) if confirmations_matter => {
                    let ObservationsEvent::ObservationsTaken { confirmed: looked, .. } = &**page;
                    for (listing, at) in looked.iter() {
                        confirmed.entry(listing).or_default().push((at, position, Seen::Confirmed));
                    }
                }
                _ => {}
            }
        }
        if confirmed.values().map(Vec::len).sum::<usize>() > limits::TRIAL_SIGHTINGS {
            return Ok(false);
        }
        if events.is_empty() {
            break;
        }
    }
    for (listing, seens) in confirmed {
        for (at, position, what) in seens {
            if !note(listing, at, position, what) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// All that an event puts on the timeline, also late. What was before is told by the order of time.
fn seens_of(change: &ListingEvent) -> Vec<(DateTime<Utc>, Seen)> {
    let points = points_of(change).into_iter().flatten().map(|point| {
        let (price, in_stock) = (point.price, in_stock(point.stock_status));
        (point.at, Seen::Changed { price, previous: None, in_stock, was_in_stock: None })
    });
    let points: Vec<_> = points.collect();
    if points.is_empty() { seen_in(change).into_iter().collect() } else { points }
}

/// One listing's life under the rule.
fn live_through(
    app: &App,
    settings: &RuleSettings,
    known: Vec<PricePoint>,
    mut seens: Seens,
    from: DateTime<Utc>,
) -> Vec<(DateTime<Utc>, Judged)> {
    seens.sort_by_key(|(at, position, _)| (*at, *position));
    let before = known.partition_point(|point| point.at < from);
    let mut history: Vec<PricePoint> = known[..before].to_vec();
    let mut price = history.last().and_then(|point| point.price);
    let mut stock = None;
    let mut watch = match price {
        Some(price) => Watch::of_standing(settings, price, from),
        None => Watch::default(),
    };
    let mut verdicts = Vec::new();
    for (at, position, mut what) in seens {
        let now = match &mut what {
            Seen::Changed { price: now, previous, in_stock, was_in_stock } => {
                (*previous, *was_in_stock) = (price, stock);
                (price, stock) = (*now, *in_stock);
                Some(PricePoint { at, price })
            }
            _ => None,
        };
        let sighting = sighting(app.zone(), position, at, what);
        let judged = judge(settings, &mut watch, &sighting, &history);
        history.extend(now);
        verdicts.extend(judged.map(|judged| (at, judged)));
    }
    verdicts
}
