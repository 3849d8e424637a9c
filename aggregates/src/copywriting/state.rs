use serde::{Deserialize, Serialize};

use super::{GenerationCommand, GenerationEvent, decide};
use crate::{Decider, Refusal};

/// What is remembered of a request to a model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Generation {
    /// Its number; 0 before it was made.
    pub number: i64,
    /// Who asked.
    pub user_id: i64,
    /// Whether it is a favourite.
    pub is_favorite: bool,
    /// Made, and not taken out of the history.
    pub is_active: bool,
}

impl Decider for Generation {
    const KIND: &'static str = "generation";
    type Command = GenerationCommand;
    type Event = GenerationEvent;

    fn decide(&self, command: GenerationCommand) -> Result<Vec<GenerationEvent>, Refusal> {
        match command {
            GenerationCommand::RecordCopy { number, user_id, asked, template, outcome } => {
                decide::record_copy(self, number, user_id, asked, template, outcome)
            }
            GenerationCommand::RecordSearch { number, user_id, asked, outcome } => {
                decide::record_search(self, number, user_id, asked, outcome)
            }
            GenerationCommand::Favor { asker, favorite } => decide::favor(self, asker, favorite),
            GenerationCommand::Delete { asker } => decide::delete(self, asker),
        }
    }

    fn evolve(&mut self, event: &GenerationEvent) {
        match event {
            GenerationEvent::CopyGenerated { number, user_id, .. }
            | GenerationEvent::CopyFailed { number, user_id, .. }
            | GenerationEvent::SearchAnswered { number, user_id, .. }
            | GenerationEvent::SearchFailed { number, user_id, .. } => {
                *self = Self { number: *number, user_id: *user_id, is_favorite: false, is_active: true };
            }
            GenerationEvent::GenerationFavored { favorite } => self.is_favorite = *favorite,
            GenerationEvent::GenerationDeleted {} => self.is_active = false,
        }
    }
}
