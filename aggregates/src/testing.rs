//! What the slices' tests need to speak given/when/then.

use std::fmt::Debug;

use cqrs_es::Aggregate;
use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use crate::{Decider, Refusal};

/// A stream on which `events` happened.
pub(crate) fn given<A: Aggregate<Services = ()>>(
    events: impl Into<Vec<A::Event>>,
) -> AggregateTestExecutor<A> {
    TestFramework::with(()).given(events.into())
}

/// The state after `events`.
pub(crate) fn after<A: Decider>(events: &[A::Event]) -> A {
    let mut state = A::default();
    for event in events {
        state.evolve(event);
    }
    state
}

/// The state after a command took effect on `state`.
pub(crate) fn done<A: Decider>(mut state: A, command: A::Command) -> A {
    for event in state.decide(command).expect("the command is allowed") {
        state.evolve(&event);
    }
    state
}

/// The field and the code of each fault; a success or another refusal fails the test.
pub(crate) fn faults<E: Debug>(decision: Result<E, Refusal>) -> Vec<(String, String)> {
    match decision {
        Err(Refusal::Invalid(faults)) => faults.into_iter().map(|fault| (fault.field, fault.code)).collect(),
        other => panic!("expected faults, got {other:?}"),
    }
}

/// A single fault, to compare with [`faults`].
pub(crate) fn fault(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

/// An exact number.
pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

/// The same id for the same number.
pub(crate) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A text that is there.
pub(crate) fn text(text: impl Into<String>) -> Option<String> {
    Some(text.into())
}

/// How it is stored.
pub(crate) fn json(value: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(value).expect("serialises")
}
