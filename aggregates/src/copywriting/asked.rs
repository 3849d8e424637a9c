//! What may be asked of a model: checked before anybody pays for it.

use serde::{Deserialize, Serialize};

use super::Provider;
use crate::Refusal;
use crate::faults::{Faults, NAME_CHARS_MAX, TEXT_CHARS_MAX};

/// The longest style and the longest keyword, in characters.
const WORD_CHARS_MAX: usize = 100;
/// The most keywords.
const KEYWORDS_MAX: usize = 20;

/// Copy for a product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyRequest {
    /// What it is for.
    pub product_name: String,
    /// In which manner; none: as the house likes it.
    pub style: Option<String>,
    /// Words that should occur.
    pub keywords: Vec<String>,
    /// Who is to write it.
    pub provider: Provider,
}

impl CopyRequest {
    /// The request in the form that is kept: trimmed, without control characters, without empty keywords.
    ///
    /// # Errors
    /// A refusal that names everything wrong.
    pub fn checked(mut self) -> Result<Self, Refusal> {
        let mut faults = Faults::default();
        faults.name("product_name", Some(&mut self.product_name), NAME_CHARS_MAX);
        faults.printable("product_name", &self.product_name);
        self.style = self.style.map(|style| style.trim().to_owned()).filter(|style| !style.is_empty());
        if let Some(style) = &mut self.style {
            faults.name("style", Some(style), WORD_CHARS_MAX);
            faults.printable("style", style);
        }
        for word in &mut self.keywords {
            *word = word.trim().to_owned();
        }
        self.keywords.retain(|word| !word.is_empty());
        if self.keywords.len() > KEYWORDS_MAX {
            faults.add("keywords", "too_many", &format!("must be at most {KEYWORDS_MAX}"));
        }
        for (place, word) in self.keywords.iter_mut().take(KEYWORDS_MAX).enumerate() {
            let field = format!("keywords[{place}]");
            faults.name(&field, Some(word), WORD_CHARS_MAX);
            faults.printable(&field, word);
        }
        faults.verdict().map(|()| self)
    }
}

/// Something to look up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchRequest {
    /// The question.
    pub query: String,
}

impl SearchRequest {
    /// The request in the form that is kept.
    ///
    /// # Errors
    /// A refusal that says what is wrong.
    pub fn checked(mut self) -> Result<Self, Refusal> {
        let mut faults = Faults::default();
        faults.name("query", Some(&mut self.query), TEXT_CHARS_MAX);
        faults.verdict().map(|()| self)
    }
}
