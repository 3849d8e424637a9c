//! Verdicts onto the log.

use std::collections::BTreeMap;

use aggregates::alerts::{
    Alert, AlertCommand, AlertRule, Channel, Judged, Outcome, Sighting, Suppression, Verdict, alert_stream,
};
use futures::{StreamExt, TryStreamExt};
use projections::alerts::ListingFacts;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::notice;
use crate::app::App;
use crate::event_store::{Context, ExecuteError};
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

/// Keeps the verdicts: those of one stream in their order, several streams at once.
pub(super) async fn keep_all(app: &App, verdicts: Vec<Ready>) -> Result<(), ExecuteError> {
    let mut streams: BTreeMap<String, Vec<Ready>> = BTreeMap::new();
    for ready in verdicts {
        streams.entry(ready.stream.clone()).or_default().push(ready);
    }
    let keeping = streams.into_iter().map(|(stream, verdicts)| async move {
        for Ready { verdict, channels, suppressed, facts, context, .. } in verdicts {
            let command = AlertCommand::Keep {
                verdict: Box::new(verdict.clone()),
                channels: channels.clone(),
                suppressed,
            };
            let kept = app.store.execute::<Alert>(&stream, command, &context).await?;
            notice::ask(app, &verdict, &channels, &facts, &kept, &context).await?;
        }
        Ok(())
    });
    futures::stream::iter(keeping).buffer_unordered(limits::ALERTS_KEPT_AT_ONCE).try_collect().await
}
