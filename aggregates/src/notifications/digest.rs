use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Decider, Refusal, event_sourced};

/// How far in the log the price digests have come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Digests {
    /// Every price change up to this position was in a digest, or happened before the first.
    pub upto: i64,
}

/// What one may ask of the digests.
#[derive(Clone, Debug)]
pub enum DigestsCommand {
    /// Send one.
    Send {
        /// The position that the sender took for the last one's.
        after: i64,
        /// The newest position that was looked at.
        upto: i64,
        /// How many changes it tells of.
        changes: i64,
        /// The messages that carry it.
        notifications: Vec<Uuid>,
    },
}

/// What may have happened to the digests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DigestsEvent {
    /// A digest of the price changes between two positions went out.
    PriceDigestSent {
        /// The position of the one before.
        after: i64,
        /// The newest position that it looks at.
        upto: i64,
        /// How many changes it tells of.
        changes: i64,
        /// The messages that carry it.
        notifications: Vec<Uuid>,
    },
}

event_sourced!(Digests, DigestsEvent { PriceDigestSent = "1.0" });

/// The code of the fault that another digest is.
pub const OVERTAKEN: &str = "overtaken";

impl Decider for Digests {
    const KIND: &'static str = "price-digests";
    type Command = DigestsCommand;
    type Event = DigestsEvent;

    fn decide(&self, command: DigestsCommand) -> Result<Vec<DigestsEvent>, Refusal> {
        let DigestsCommand::Send { after, upto, changes, notifications } = command;
        if after != self.upto {
            return Err(Refusal::field("after", OVERTAKEN, "another digest was sent in the meantime"));
        }
        Ok(vec![DigestsEvent::PriceDigestSent { after, upto, changes, notifications }])
    }

    fn evolve(&mut self, event: &DigestsEvent) {
        let DigestsEvent::PriceDigestSent { upto, .. } = event;
        self.upto = *upto;
    }
}
