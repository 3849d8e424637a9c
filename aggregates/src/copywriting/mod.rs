//! Copy that a model wrote, and answers it looked up (contract §3).
//!
//! * Each request to a model is kept: what was asked, with which template, what came of it, what it used.
//! * What it cost is told by the dated table of prices on the day; a model without a price has no cost, which is
//!   not the same as none.
//! * A row belongs to who asked: to others it is not there. Deleting it takes it out of the history, not out of the
//!   figures.

mod asked;
mod decide;
mod prices;
mod state;
#[cfg(test)]
mod tests;
mod trending;

pub use asked::{CopyRequest, SearchRequest};
pub use prices::cost_usd;
pub use state::Generation;
pub use trending::{Trending, TrendingCommand, TrendingEvent, TrendingItem};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::event_sourced;

/// Who runs a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// A machine of one's own.
    #[default]
    Ollama,
    /// Google.
    Gemini,
}

impl Provider {
    /// Every provider.
    pub const ALL: [Self; 2] = [Self::Ollama, Self::Gemini];

    /// The code that clients see.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ollama => "ollama",
            Self::Gemini => "gemini",
        }
    }

    /// Reads a code.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.code() == text)
    }
}

/// Which instructions a model got.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateName {
    /// The style it is for.
    pub style: String,
    /// Which version of it.
    pub version: i64,
}

/// What a request used.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Used {
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// What the model read.
    pub input_tokens: i64,
    /// What the model wrote.
    pub output_tokens: i64,
    /// What that cost, in US dollars; none: no price is known.
    pub cost_usd: Option<Decimal>,
}

/// Where an answer comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its address.
    pub uri: String,
    /// What it is called.
    pub title: Option<String>,
}

/// A part of an answer with the sources that bear it out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Where it begins in the answer, in bytes of UTF-8.
    pub start: i64,
    /// Where it ends.
    pub end: i64,
    /// Its text.
    pub text: String,
    /// Places in the list of sources, from 0.
    pub sources: Vec<i64>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// In the model's words.
    pub answer: String,
    /// Where it looked.
    pub sources: Vec<Source>,
    /// Which words come from where.
    pub segments: Vec<Segment>,
    /// What it searched for.
    pub queries: Vec<String>,
    /// Google's own suggestions, to be shown unaltered.
    pub rendered: Option<String>,
}

/// What came of a request.
#[derive(Clone, Debug)]
pub enum Outcome<T> {
    /// The model answered.
    Answered {
        /// Which model.
        model: String,
        /// What it said.
        content: T,
        /// What that used.
        used: Used,
    },
    /// It did not, or not in a way that can be used.
    Failed {
        /// Which model was asked.
        model: String,
        /// Why, without a secret or an address.
        reason: String,
        /// How long it took, in milliseconds.
        duration_ms: i64,
    },
}

/// What one may ask of a request to a model.
#[derive(Clone, Debug)]
pub enum GenerationCommand {
    /// Keep what came of a request for copy.
    RecordCopy {
        /// The number allotted to it (contract R4).
        number: i64,
        /// Who asked.
        user_id: i64,
        /// What for.
        asked: CopyRequest,
        /// With which instructions.
        template: TemplateName,
        /// And what came of it.
        outcome: Outcome<String>,
    },
    /// Keep what came of a search.
    RecordSearch {
        /// The number allotted to it.
        number: i64,
        /// Who asked.
        user_id: i64,
        /// What for.
        asked: SearchRequest,
        /// And what came of it.
        outcome: Outcome<Findings>,
    },
    /// Make it a favourite, or none; without a wish the other of what it is.
    Favor {
        /// Who asks; none: somebody who may see everybody's.
        asker: Option<i64>,
        /// What it is to be.
        favorite: Option<bool>,
    },
    /// Take it out of the history.
    Delete {
        /// Who asks; none: somebody who may see everybody's.
        asker: Option<i64>,
    },
}

/// What may have happened to a request to a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum GenerationEvent {
    /// Copy was written.
    CopyGenerated {
        /// Its number.
        number: i64,
        /// Who asked.
        user_id: i64,
        /// What for.
        asked: CopyRequest,
        /// With which instructions.
        template: TemplateName,
        /// Which model wrote it.
        model: String,
        /// What it wrote.
        content: String,
        /// What that used.
        used: Used,
    },
    /// No copy was written.
    CopyFailed {
        /// Its number.
        number: i64,
        /// Who asked.
        user_id: i64,
        /// What for.
        asked: CopyRequest,
        /// With which instructions.
        template: TemplateName,
        /// Which model was asked.
        model: String,
        /// Why.
        reason: String,
        /// How long it took, in milliseconds.
        duration_ms: i64,
    },
    /// A search was answered.
    SearchAnswered {
        /// Its number.
        number: i64,
        /// Who asked.
        user_id: i64,
        /// What for.
        asked: SearchRequest,
        /// Which model answered.
        model: String,
        /// What it found.
        findings: Findings,
        /// What that used.
        used: Used,
    },
    /// A search was not answered.
    SearchFailed {
        /// Its number.
        number: i64,
        /// Who asked.
        user_id: i64,
        /// What for.
        asked: SearchRequest,
        /// Which model was asked.
        model: String,
        /// Why.
        reason: String,
        /// How long it took, in milliseconds.
        duration_ms: i64,
    },
    /// It became a favourite, or none any more.
    GenerationFavored {
        /// What it is now.
        favorite: bool,
    },
    /// It was taken out of the history.
    GenerationDeleted {},
}

event_sourced!(Generation, GenerationEvent {
    CopyGenerated = "1.0",
    CopyFailed = "1.0",
    SearchAnswered = "1.0",
    SearchFailed = "1.0",
    GenerationFavored = "1.0",
    GenerationDeleted = "1.0",
});
