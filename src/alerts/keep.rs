//! Verdicts onto the log.

use std::collections::BTreeMap;

use aggregates::alerts::{
    Alert, AlertCommand, AlertRule, Channel, Judged, Outcome, Sighting, Suppression, Verdict, alert_stream,
};
use futures::{StreamExt, TryStreamExt};
use projections::alerts::{ListingFacts, find_alert};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::notice::Notice;
use crate::app::App;
use crate::event_store::{Context, ExecuteError, Outcome as Appended};
use crate::limits;

/// A verdict on its way to the log.
pub(super) struct Ready {
    pub(super) stream: String,
    pub(super) verdict: Verdict,
    /// Where it is to be told; nowhere when it was suppressed.
    pub(super) channels: Vec<Channel>,
    pub(super) suppressed: Option<Suppression>,
    pub(super) facts: ListingFacts,
    pub(super) context: Context,
}

/// The verdict of `rule` on a listing.
pub(super) fn ready(
    rule: &AlertRule,
    listing: i64,
    facts: ListingFacts,
    sighting: &Sighting,
    judged: Judged,
    correlation_id: &str,
) -> Ready {
    let suppressed = match judged.outcome {
        Outcome::Fired => None,
        Outcome::Suppressed(reason) => Some(reason),
    };
    let verdict = Verdict {
        id: id_of(rule.id, listing, sighting.position),
        rule_id: rule.id,
        rule_version: rule.version,
        rule_name: rule.settings.name.clone(),
        listing_id: listing,
        product_id: facts.product_id.clone(),
        position: sighting.position,
        at: sighting.at,
        when: rule.settings.when,
        price: judged.price,
        previous_price: judged.previous_price,
        arithmetic: judged.arithmetic,
        checks: judged.checks,
        fired_before: judged.fired_before,
    };
    let context = Context::system("alerts", "alerts", correlation_id.to_owned());
    Ready {
        stream: alert_stream(rule.id, listing),
        verdict,
        channels: if suppressed.is_none() { rule.settings.channels.clone() } else { Vec::new() },
        suppressed,
        facts,
        context: Context { causation: Some(sighting.position), ..context },
    }
}

/// The same id for the same verdict, however often it is reached.
fn id_of(rule: Uuid, listing: i64, position: i64) -> Uuid {
    let hash = Sha256::digest(format!("{rule}/{listing}/{position}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Keeps the verdicts: those of one stream in their order, several streams at once. Gives what is to be told of them.
pub(super) async fn keep_all(app: &App, verdicts: Vec<Ready>) -> Result<Vec<Notice>, ExecuteError> {
    let mut streams: BTreeMap<String, Vec<Ready>> = BTreeMap::new();
    for ready in verdicts {
        streams.entry(ready.stream.clone()).or_default().push(ready);
    }
    let keeping = streams.into_iter().map(|(stream, verdicts)| async move {
        let mut notices = Vec::new();
        for ready in verdicts {
            let command = AlertCommand::Keep {
                verdict: Box::new(ready.verdict.clone()),
                channels: ready.channels.clone(),
                suppressed: ready.suppressed,
            };
            let kept = app.store.execute::<Alert>(&stream, command, &ready.context).await?;
            if !ready.channels.is_empty() {
                let position = position(app, &ready.verdict, &kept).await?;
                notices.extend(ready.channels.iter().map(|channel| {
                    let correlation_id = &ready.context.correlation_id;
                    Notice::of(&ready.verdict, *channel, &ready.facts, position, correlation_id)
                }));
            }
        }
        Ok::<_, ExecuteError>(notices)
    });
    let kept = futures::stream::iter(keeping).buffer_unordered(limits::ALERTS_KEPT_AT_ONCE);
    Ok(kept.try_collect::<Vec<_>>().await?.concat())
}

/// Where the verdict stands in the log.
async fn position(app: &App, verdict: &Verdict, kept: &Appended) -> Result<i64, ExecuteError> {
    if kept.appended > 0 {
        return Ok(kept.position);
    }
    // It was kept before a crash.
    let known = find_alert(&app.pool, verdict.id).await;
    let known = known.map_err(|error| ExecuteError::Unavailable(error.to_string()))?;
    Ok(known.map_or(verdict.position, |row| row.position))
}
