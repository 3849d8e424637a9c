//! One batch of the feed before the judge.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use aggregates::alerts::{AlertRule, PricePoint, Seen, Sighting, Watch, judge};
use aggregates::listings::ListingEvent;
use aggregates::observations::ObservationsEvent;
use aggregates::{Fact, Recorded};
use chrono::{DateTime, Utc};
use projections::Zone;
use projections::alerts::{ListingFacts, listing_facts, prices_since, standing_prices};
use uuid::Uuid;

use super::keep::{Ready, ready};
use super::rules::Rules;
use super::sightings::{seen_in, sighting};
use super::watches::Watches;
use crate::app::App;

/// What came of a batch.
#[derive(Default)]
pub(super) struct Judgement {
    pub(super) verdicts: Vec<Ready>,
    pub(super) watches: Watches,
}

/// What is known while a batch is judged.
struct Court<'a> {
    zone: Zone,
    facts: HashMap<i64, ListingFacts>,
    prices: HashMap<i64, Vec<PricePoint>>,
    judgement: Judgement,
    rules: &'a mut Rules,
}

/// Judges what happened, in its order. The read tables have passed it.
pub(super) async fn judge_batch(
    app: &App,
    rules: &mut Rules,
    events: &[Arc<Recorded>],
) -> anyhow::Result<Judgement> {
    let concerns_rules = events.iter().any(|event| matches!(event.fact(), Fact::AlertRule(_)));
    if rules.are_silent() && !concerns_rules {
        return Ok(Judgement::default());
    }
    let mut court = Court::open(app, rules, events).await?;
    for event in events {
        match event.fact() {
            Fact::AlertRule(change) => {
                let Ok(id) = Uuid::parse_str(&event.aggregate_id) else { continue };
                let rule = court.rules.take(id, change).cloned();
                court.begin_version(app, id, rule, event.recorded_at).await?;
            }
            Fact::Listing(change) => {
                let Ok(listing) = event.aggregate_id.parse() else { continue };
                if let Some((at, seen)) = seen_in(change) {
                    court.changed(listing, sighting(court.zone, event.position, at, seen), event);
                }
            }
            Fact::Observations(page) => court.confirmed(page, event),
            _ => {}
        }
    }
    Ok(court.judgement)
}

/// How far back any rule looks from `first`, also one that begins in the batch; none: no rule looks back.
fn looks_back_to(rules: &Rules, events: &[Arc<Recorded>], first: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let of = |rules: &Rules| {
        let looking_back = rules.on().filter(|rule| rule.settings.looks_back());
        looking_back.map(|rule| rule.settings.window_start(first)).min()
    };
    let (mut earliest, mut ahead) = (of(rules), rules.clone());
    for event in events {
        if let (Fact::AlertRule(change), Ok(id)) = (event.fact(), Uuid::parse_str(&event.aggregate_id)) {
            ahead.take(id, change);
            earliest = earliest.into_iter().chain(of(&ahead)).min();
        }
    }
    earliest
}

impl<'a> Court<'a> {
    /// Gathers what the batch needs, in a few questions.
    async fn open(app: &App, rules: &'a mut Rules, events: &[Arc<Recorded>]) -> anyhow::Result<Self> {
        let mut listings = BTreeSet::new();
        let mut first: Option<DateTime<Utc>> = None;
        for event in events {
            if let Fact::Listing(change) = event.fact()
                && let (Ok(listing), Some((at, _))) = (event.aggregate_id.parse::<i64>(), seen_in(change))
            {
                listings.insert(listing);
                first = Some(first.map_or(at, |first| first.min(at)));
            }
        }
        let listings: Vec<i64> = listings.into_iter().collect();
        let watches = Watches::load(&app.pool, &listings).await?;
        let waiting = watches.waiting().into_iter().map(|((_, listing), _)| listing);
        let known: Vec<i64> = listings.iter().copied().chain(waiting).collect();
        let facts = listing_facts(&app.pool, &known).await?;
        let since = first.and_then(|first| looks_back_to(rules, events, first));
        // What is gone is told with its last price.
        let is_gone = |event: &Arc<Recorded>| {
            let Fact::Listing(change) = event.fact() else { return false };
            matches!(**change, ListingEvent::ListingDelisted { .. })
        };
        let since = since.into_iter().chain(first.filter(|_| events.iter().any(is_gone))).min();
        let prices = match since {
            Some(since) => prices_since(&app.pool, &listings, since).await?,
            None => HashMap::new(),
        };
        let judgement = Judgement { verdicts: Vec::new(), watches };
        Ok(Self { zone: app.zone(), facts, prices, judgement, rules })
    }

    /// A rule began, changed or ended. What held already is told by the next check.
    async fn begin_version(
        &mut self,
        app: &App,
        id: Uuid,
        rule: Option<AlertRule>,
        at: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        self.judgement.watches.end(id);
        let Some(rule) = rule.filter(|rule| rule.settings.enabled) else { return Ok(()) };
        let standing = standing_prices(&app.pool, &rule.settings).await?;
        let unknown: Vec<i64> = standing.iter().map(|(listing, _)| *listing).collect();
        self.facts.extend(listing_facts(&app.pool, &unknown).await?);
        for (listing, price) in standing {
            let watch = Watch::of_standing(&rule.settings, price, at);
            self.judgement.watches.remember((id, listing), rule.version, watch);
        }
        Ok(())
    }

    /// A listing changed: every rule that is for it looks.
    fn changed(&mut self, listing: i64, sighting: Sighting, event: &Recorded) {
        let facts = self.facts.get(&listing).cloned().unwrap_or_default();
        let (category, brand) = (facts.category.as_deref(), facts.brand.as_deref());
        let for_it = self.rules.on().filter(|rule| rule.settings.scope.holds(listing, category, brand));
        let for_it: Vec<AlertRule> = for_it.cloned().collect();
        for rule in for_it {
            self.ask(&rule, listing, &sighting, event);
        }
    }

    /// Listings were seen as they were known: whatever waits for that is asked.
    fn confirmed(&mut self, page: &ObservationsEvent, event: &Recorded) {
        let ObservationsEvent::ObservationsTaken { confirmed, .. } = page;
        for ((rule, listing), version) in self.judgement.watches.waiting() {
            let Some(at) = confirmed.at(listing) else { continue };
            let Some(rule) = self.rules.version(rule, version).cloned() else { continue };
            let seen = sighting(self.zone, event.position, at, Seen::Confirmed);
            self.ask(&rule, listing, &seen, event);
        }
    }

    fn ask(&mut self, rule: &AlertRule, listing: i64, sighting: &Sighting, event: &Recorded) {
        let key = (rule.id, listing);
        let mut watch = self.judgement.watches.of(key, rule.version);
        let prices = self.prices.get(&listing).map_or(&[][..], Vec::as_slice);
        let before = &prices[..prices.partition_point(|point| point.at < sighting.at)];
        let judged = judge(&rule.settings, &mut watch, sighting, before);
        self.judgement.watches.remember(key, rule.version, watch);
        if let Some(judged) = judged {
            let facts = self.facts.get(&listing).cloned().unwrap_or_default();
            let correlation_id = &event.metadata.correlation_id;
            self.judgement.verdicts.push(ready(rule, listing, facts, sighting, judged, correlation_id));
        }
    }
}
