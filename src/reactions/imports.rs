use aggregates::imports::ImportEvent;
use aggregates::{Fact, Recorded};

use super::Reaction;
use crate::jobs::NewJob;
use crate::jobs::handlers::{ImportPayload, ImportSheets};

/// An import that was ordered is carried out.
pub(super) struct ImportsAreCarriedOut;

impl Reaction for ImportsAreCarriedOut {
    fn name(&self) -> &'static str {
        "imports"
    }

    fn follows(&self) -> &'static [&'static str] {
        &["ImportRequested"]
    }

    fn promises(&self, event: &Recorded) -> Vec<NewJob> {
        let Fact::Import(ImportEvent::ImportRequested { id, .. }) = event.fact() else { return Vec::new() };
        vec![NewJob::new(ImportSheets::KIND, "", ImportPayload { job: *id })]
    }
}
