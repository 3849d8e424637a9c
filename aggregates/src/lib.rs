//! Pure decisions.
//!
//! A command meets the state folded from a stream's events and yields new events or a [`Refusal`].
//! Nothing here knows time, chance, a database or HTTP: instants, ids and numbers arrive in commands.
//! One folder is one slice, always in the same four files: `mod.rs` the vocabulary (rules as sentences,
//! commands, events), `state.rs` what is remembered, `decide.rs` one small function per command,
//! `tests.rs` given/when/then.

#[macro_use]
mod details;

pub mod alerts;
pub mod brands;
pub mod campaigns;
pub mod copywriting;
pub mod crawl_runs;
mod decider;
mod fact;
mod faults;
pub mod imports;
pub mod listings;
mod metadata;
pub mod notifications;
pub mod observations;
mod personal;
pub mod products;
mod recorded;
mod refusal;
pub mod sales;
pub mod stockouts;
pub mod templates;
#[cfg(test)]
mod testing;
pub mod users;
pub mod values;
pub mod vendor_mails;
pub mod vendors;

pub use decider::{Claim, Decider};
pub use fact::Fact;
pub use metadata::{Actor, Metadata};
pub use personal::{ERASED, ERASING, erases, personal_fields};
pub use recorded::Recorded;
pub use refusal::{Fault, Refusal};
