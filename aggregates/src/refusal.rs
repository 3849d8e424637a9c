use serde::{Deserialize, Serialize};

/// One thing wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The field's name as the client wrote it.
    pub field: String,
    /// A stable word: `required`, `too_long`, `out_of_range`, `unknown_value`, `wrong_type` …
    pub code: String,
    /// A sentence for a person.
    pub message: String,
}

impl Fault {
    /// A fault of `field`.
    pub fn new(field: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), code: code.into(), message: message.into() }
    }
}

/// A rule of the domain says no. Never an outage: those are the shell's errors.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The thing was never created or is deleted (contract R11); the word names its kind.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The request breaks rules that its sender can mend.
    #[error("{}", .0.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<Fault>),
}

impl Refusal {
    /// A refusal because of a single field.
    pub fn field(field: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Fault::new(field, code, message)])
    }

    /// A stream that has begun cannot begin again, even after its end; the word names its kind.
    pub fn already_exists(kind: &'static str) -> Self {
        Self::field("id", "already_exists", format!("id is that of an existing {kind}"))
    }
}
