//! What was seen goes into the log, through the same door as everybody's observations, and is remembered.

use std::collections::{BTreeMap, HashSet};

use aggregates::listings::Observation;
use aggregates::values::{Currency, StockStatus};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use super::known::{self, Known, Outcome};
use crate::adapters::shop_pages::{Candidate, Offer};
use crate::adapters::shops::Validators;
use crate::event_store::Context;
use crate::observations::{Intake, Look, Named, Observations, Sighting};

/// Who sees all this, in events.
const SOURCE: &str = "crawler";

/// What a visit saw.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) listing: i64,
    /// See [`super::pages::ToVisit::asked`].
    pub(super) asked: String,
    pub(super) at: DateTime<Utc>,
    pub(super) sight: Sight,
}

/// What a visit saw, in a word.
#[derive(Clone, Debug)]
pub(super) enum Sight {
    /// The goods are offered.
    Offered { known: Known, is_ambiguous: bool, candidates: Vec<Candidate> },
    /// The shop says that they are gone.
    Gone { why: &'static str },
    /// Nobody could tell.
    Failed(String),
}

impl Sight {
    /// What a page said.
    pub(super) fn offered(
        asked: &str,
        offer: Offer,
        candidates: Vec<Candidate>,
        validators: Validators,
    ) -> Self {
        let known = Known {
            asked: asked.to_owned(),
            validators,
            price: offer.price,
            currency: offer.currency,
            stock_status: offer.availability.map(|availability| availability.code().to_owned()),
            source: offer.source.map(|source| source.code().to_owned()),
        };
        Self::Offered { known, is_ambiguous: offer.is_ambiguous, candidates }
    }
}

impl Seen {
    fn look(&self) -> Look {
        match &self.sight {
            Sight::Failed(_) => Look::Failed { at: self.at },
            Sight::Gone { why } => Look::Gone { at: self.at, evidence: Some(json!({ "gone": why })) },
            Sight::Offered { known, is_ambiguous, candidates } => Look::Seen(Observation {
                price: known.price,
                currency: known.currency.as_deref().and_then(Currency::parse),
                stock_status: known.stock_status.as_deref().and_then(StockStatus::parse),
                observed_at: self.at,
                source: SOURCE.to_owned(),
                evidence: evidence(known, *is_ambiguous, candidates),
            }),
        }
    }

    fn outcome(self, is_changed: bool, rejected: Option<String>) -> Outcome {
        let (outcome, error, known) = match self.sight {
            Sight::Failed(why) => ("failed", Some(why), None),
            Sight::Gone { .. } => ("gone", None, None),
            Sight::Offered { .. } if rejected.is_some() => ("failed", rejected, None),
            Sight::Offered { known, .. } if is_changed => ("changed", None, Some(known)),
            Sight::Offered { known, .. } => ("confirmed", None, Some(known)),
        };
        Outcome { listing: self.listing, asked: self.asked, at: self.at, outcome, error, known }
    }
}

/// What shows a price: where it was found, and what else was.
fn evidence(known: &Known, is_ambiguous: bool, candidates: &[Candidate]) -> Option<Value> {
    (!candidates.is_empty())
        .then(|| json!({ "method": known.source, "ambiguous": is_ambiguous, "candidates": candidates }))
}

/// Takes in what was seen, then marks the pages as done.
pub(super) async fn take(
    observations: &Observations,
    pool: &PgPool,
    run: Uuid,
    seen: Vec<Seen>,
) -> anyhow::Result<()> {
    let sightings: Vec<Sighting> = seen
        .iter()
        .enumerate()
        .map(|(index, seen)| Sighting {
            index,
            listing: Named::Number(seen.listing),
            look: seen.look(),
            about: None,
        })
        .collect();
    let intake = Intake { run: Some(run), source: SOURCE.to_owned(), creates: false, now: Utc::now() };
    let context = Context::system("crawler", "crawl", run.to_string());
    let report = observations.take(&sightings, &intake, &context).await?;
    let rejected: BTreeMap<usize, String> =
        report.rejected.into_iter().map(|rejected| (rejected.index, rejected.message)).collect();
    let changed: HashSet<i64> = report.changed_listings.into_iter().collect();
    let outcomes: Vec<Outcome> = seen
        .into_iter()
        .enumerate()
        .map(|(index, seen)| {
            let is_changed = changed.contains(&seen.listing);
            seen.outcome(is_changed, rejected.get(&index).cloned())
        })
        .collect();
    known::save(pool, run, &outcomes).await?;
    Ok(())
}
