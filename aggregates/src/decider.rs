use serde::{Serialize, de::DeserializeOwned};

use crate::Refusal;

/// Something that must be unique among all streams, such as a live brand's name.
///
/// `(scope, key)` is unique in the log's claims table; `owner` says whose it is. Claims are taken and
/// released in the transaction of the append that changes them, never by looking at a read model.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Claim {
    /// What kind of thing is claimed: `brand-name`, `product`.
    pub scope: &'static str,
    /// The claimed value.
    pub key: String,
    /// Who holds it: mostly the stream's id, for a product its brand.
    pub owner: String,
}

impl Claim {
    /// A claim of `key` in `scope` by `owner`.
    pub fn new(scope: &'static str, key: impl ToString, owner: impl ToString) -> Self {
        Self { scope, key: key.to_string(), owner: owner.to_string() }
    }
}

/// A consistency boundary: the state of one stream and the decisions taken on it.
///
/// `decide` and `evolve` are synchronous and pure. `decide` never changes the state, it says what
/// happened; `evolve` never refuses. [`event_sourced!`](crate::event_sourced) makes a `Decider` a
/// cqrs-es `Aggregate`, so that its test framework and its repositories work with it.
pub trait Decider: Default + Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The `aggregate_type` of its streams.
    const KIND: &'static str;
    /// Raised when the state's fields change meaning: older snapshots are then ignored.
    const STATE_VERSION: i32 = 1;
    /// How many of its streams a node keeps folded in memory at most, for kinds whose states are large.
    const KEPT_IN_MEMORY: u64 = u64::MAX;
    /// What one may ask.
    type Command: Clone + Send + Sync + std::fmt::Debug;
    /// What may have happened.
    type Event: cqrs_es::DomainEvent + 'static;

    /// What `command` makes happen here. An empty list: it is already so (contract R12).
    ///
    /// # Errors
    /// A [`Refusal`] when a rule of the slice forbids it.
    fn decide(&self, command: Self::Command) -> Result<Vec<Self::Event>, Refusal>;

    /// Remember that `event` happened.
    fn evolve(&mut self, event: &Self::Event);

    /// The claims held in this state. The executor takes and releases the difference.
    fn claims(&self) -> Vec<Claim> {
        Vec::new()
    }

    /// Claims of other streams that `event` relies on: a product's brand must be live. Ask the state that
    /// has just evolved `event`: what a thing joins must be live, what it leaves need not.
    fn requires(&self, event: &Self::Event) -> Vec<Claim> {
        let _ = event;
        Vec::new()
    }

    /// Other things that this stream's events concern, as `kind:id`; recorded in the metadata so that
    /// readers can tell which answers an event makes stale.
    fn tags(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Bridges a [`Decider`] to cqrs-es: `Aggregate` for the type and `DomainEvent` for its events.
///
/// Each listed event is `Variant = "version"`; the variant's name is the event's type on the wire.
#[macro_export]
macro_rules! event_sourced {
    ($state:ty, $event:ident { $($variant:ident = $version:literal),+ $(,)? }) => {
        impl cqrs_es::DomainEvent for $event {
            fn event_type(&self) -> String {
                match self { $(Self::$variant { .. } => stringify!($variant).to_owned(),)+ }
            }
            fn event_version(&self) -> String {
                match self { $(Self::$variant { .. } => $version.to_owned(),)+ }
            }
        }
        impl $event {
            /// Each event's wire name with its current version.
            pub const WIRE: &'static [(&'static str, &'static str)] =
                &[$((stringify!($variant), $version)),+];
        }
        impl cqrs_es::Aggregate for $state {
            const TYPE: &'static str = <$state as $crate::Decider>::KIND;
            type Command = <$state as $crate::Decider>::Command;
            type Event = $event;
            type Error = $crate::Refusal;
            type Services = ();

            async fn handle(
                &mut self,
                command: Self::Command,
                _services: &(),
                sink: &cqrs_es::event_sink::EventSink<Self>,
            ) -> Result<(), $crate::Refusal> {
                for event in $crate::Decider::decide(self, command)? {
                    sink.write(event, self).await;
                }
                Ok(())
            }

            fn apply(&mut self, event: Self::Event) {
                $crate::Decider::evolve(self, &event);
            }
        }
    };
}
