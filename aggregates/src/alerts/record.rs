//! Verdicts on the log: one stream for each rule and listing.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Arithmetic, Channel, Fired, Suppression, When};
use crate::{Decider, Refusal, event_sourced};

/// The stream of a rule's verdicts on a listing.
pub fn alert_stream(rule: Uuid, listing: i64) -> String {
    format!("{rule}.{listing}")
}

/// A condition that held, with all that shows why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Its id.
    pub id: Uuid,
    /// The rule.
    pub rule_id: Uuid,
    /// Which version of the rule.
    pub rule_version: i64,
    /// What the rule was called.
    pub rule_name: String,
    /// The listing.
    pub listing_id: i64,
    /// The listing's goods code.
    pub product_id: Option<String>,
    /// The sighting that decided it: the position of its event.
    pub position: i64,
    /// When that was seen.
    pub at: DateTime<Utc>,
    /// What the rule waits for.
    pub when: When,
    /// The price that it is about.
    pub price: Option<Decimal>,
    /// The price before.
    pub previous_price: Option<Decimal>,
    /// How the price was compared.
    pub arithmetic: Arithmetic,
    /// The positions of all sightings that it rests on.
    pub checks: Vec<i64>,
    /// When the rule fired for this listing before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fired_before: Option<Fired>,
}

/// What one may ask of a rule's verdicts on a listing.
#[derive(Clone, Debug)]
pub enum AlertCommand {
    /// Keep a verdict, unless it was kept before.
    Keep {
        /// The verdict.
        verdict: Box<Verdict>,
        /// Where it is to be told; meaningless when it was suppressed.
        channels: Vec<Channel>,
        /// Why nobody is told; none: it fired.
        suppressed: Option<Suppression>,
    },
    /// Note that a fired alert was told.
    Notify {
        /// Which.
        id: Uuid,
        /// Where.
        channel: Channel,
    },
}

/// What may have happened between a rule and a listing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AlertEvent {
    /// The rule's condition held, and somebody is to be told.
    AlertFired {
        /// The verdict.
        alert: Verdict,
        /// Where it is to be told.
        channels: Vec<Channel>,
    },
    /// The rule's condition held, and nobody is told.
    AlertSuppressed {
        /// The verdict.
        alert: Verdict,
        /// Why.
        reason: Suppression,
    },
    /// An alert was told.
    AlertNotified {
        /// Which.
        id: Uuid,
        /// Where.
        channel: Channel,
    },
}

event_sourced!(Alert, AlertEvent { AlertFired = "1.0", AlertSuppressed = "1.0", AlertNotified = "1.0" });

/// What is remembered of a rule's verdicts on a listing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// The sighting that the newest verdict rests on.
    pub position: i64,
    /// The rule, once there was a verdict.
    pub rule_id: Uuid,
    /// The listing, once there was a verdict.
    pub listing_id: i64,
    /// Alerts that fired and were not told everywhere yet, newest last.
    untold: Vec<(Uuid, BTreeSet<Channel>)>,
}

/// Alerts that may wait to be told at once; the oldest are given up.
const UNTOLD_MAX: usize = 100;

impl Decider for Alert {
    const KIND: &'static str = "alert";
    type Command = AlertCommand;
    type Event = AlertEvent;

    fn decide(&self, command: AlertCommand) -> Result<Vec<AlertEvent>, Refusal> {
        Ok(match command {
            // The log is read again after a crash: what was judged is judged.
            AlertCommand::Keep { verdict, .. } if verdict.position <= self.position => Vec::new(),
            AlertCommand::Keep { verdict, channels, suppressed } => vec![match suppressed {
                None => AlertEvent::AlertFired { alert: *verdict, channels },
                Some(reason) => AlertEvent::AlertSuppressed { alert: *verdict, reason },
            }],
            AlertCommand::Notify { id, channel } => {
                let waits =
                    self.untold.iter().any(|(alert, channels)| *alert == id && channels.contains(&channel));
                waits.then_some(AlertEvent::AlertNotified { id, channel }).into_iter().collect()
            }
        })
    }

    fn evolve(&mut self, event: &AlertEvent) {
        match event {
            AlertEvent::AlertFired { alert, channels } => {
                self.judged(alert);
                self.untold.push((alert.id, channels.iter().copied().collect()));
                let surplus = self.untold.len().saturating_sub(UNTOLD_MAX);
                self.untold.drain(..surplus);
            }
            AlertEvent::AlertSuppressed { alert, .. } => self.judged(alert),
            AlertEvent::AlertNotified { id, channel } => {
                for (_, channels) in self.untold.iter_mut().filter(|(alert, _)| alert == id) {
                    channels.remove(channel);
                }
                self.untold.retain(|(_, channels)| !channels.is_empty());
            }
        }
    }

    fn tags(&self) -> Vec<String> {
        if self.position == 0 {
            return Vec::new();
        }
        vec![format!("alert-rule:{}", self.rule_id), format!("listing:{}", self.listing_id)]
    }
}

impl Alert {
    fn judged(&mut self, verdict: &Verdict) {
        (self.position, self.rule_id, self.listing_id) =
            (verdict.position, verdict.rule_id, verdict.listing_id);
    }
}
