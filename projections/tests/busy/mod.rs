//! Busy histories: much that may happen to few things, in a wild order that is the same on each run.
//!
//! Each slice has a file that says what may happen to it. Acts come in bursts, so that several events of one
//! stream are in one batch, and the rules of the aggregates decide what really happens.

mod alerts;
mod brands;
mod copywriting;
mod imports;
mod listings;
mod notices;
mod sales;
mod stockouts;
mod users;
mod vendors;

pub(crate) use brands::FamilyB;
pub(crate) use listings::{LISTINGS, Listings};

use aggregates::Decider;

use crate::support::History;

/// The most acts of one slice in a row.
const BURST_MAX: usize = 6;

/// Choices without chance: the same on each run.
pub(crate) struct Choices(u64);

impl Choices {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % bound as u64).unwrap()
    }

    /// A number from 1 to `last`.
    pub(crate) fn number(&mut self, last: i64) -> i64 {
        1 + i64::try_from(self.below(usize::try_from(last).unwrap())).unwrap()
    }

    pub(crate) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// Some of these, in their order; perhaps none.
    pub(crate) fn some<T: Clone>(&mut self, of: &[T]) -> Vec<T> {
        of.iter().filter(|_| self.below(2) == 0).cloned().collect()
    }

    /// True once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

/// What may happen to the things of a slice.
pub(crate) trait Slice {
    /// Lets something happen, the `act`-th of all.
    fn act(&mut self, history: &mut History, choices: &mut Choices, act: usize);
}

/// Every slice that has a projection.
pub(crate) fn all() -> Vec<Box<dyn Slice>> {
    vec![
        Box::new(FamilyB::default()),
        Box::new(Listings),
        Box::new(alerts::Alerts::default()),
        Box::new(users::Users::default()),
        Box::new(sales::Sales::default()),
        Box::new(vendors::Vendors::default()),
        Box::new(stockouts::Stockouts::default()),
        Box::new(imports::Imports::default()),
        Box::new(notices::Notices::default()),
        Box::new(copywriting::Copywriting),
    ]
}

/// `acts` acts of these slices, one slice and then another.
pub(crate) fn history(mut slices: Vec<Box<dyn Slice>>, acts: usize, seed: u64) -> History {
    let (mut history, mut choices) = (History::default(), Choices(seed));
    let mut act = 0;
    while act < acts {
        let slice = choices.below(slices.len());
        for _ in 0..choices.number(BURST_MAX.try_into().unwrap()) {
            slices[slice].act(&mut history, &mut choices, act);
            act += 1;
        }
    }
    history
}

/// Lets `command` happen if the rules allow it. A refusal is as good: it appends nothing.
fn may<A: Decider>(history: &mut History, id: &impl ToString, command: A::Command) {
    let _allowed_or_not = history.execute::<A>(&id.to_string(), command);
}

/// `act` as a number.
fn number(act: usize) -> i64 {
    i64::try_from(act).unwrap()
}
