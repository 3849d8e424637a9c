use super::Form;
use crate::http::instant;

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text of at most so many characters.
    Text {
        /// Most characters.
        max: usize,
    },
    /// Text that is never trimmed or shown: a password.
    Secret {
        /// Most characters.
        max: usize,
    },
    /// A whole number; also `3.0` and `"3"`.
    Integer {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// An exact number with a fixed number of places, from a JSON number or a string.
    Decimal {
        /// Most decimal places.
        places: u32,
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// `true` or `false`.
    Bool,
    /// An RFC 3339 time, or a date (its midnight in UTC).
    Instant,
    /// A UUID.
    Id,
    /// One of these words; `also` are other spellings with the word they stand for.
    Choice {
        /// The words, as shown to clients.
        allowed: &'static [&'static str],
        /// Other spellings.
        also: &'static [(&'static str, &'static str)],
    },
    /// A list of things of one kind.
    List {
        /// What each item is.
        of: &'static Kind,
        /// Most items.
        max: usize,
    },
    /// An object with fields of its own.
    Object(&'static Form),
    /// An object with fields of its own, or just the text of one of them.
    TextOrObject {
        /// The field that a text stands for.
        text: &'static str,
        /// The fields.
        form: &'static Form,
    },
    /// Any JSON object, its numbers as they were written.
    Json,
    /// A text, or any JSON object, kept as it is.
    TextOrJson,
}

impl Kind {
    /// What a client should have sent, to complete "… must be".
    pub(super) fn expectation(&self) -> String {
        match self {
            Self::Text { .. } | Self::Secret { .. } => "text".to_owned(),
            Self::Integer { .. } => "a whole number".to_owned(),
            Self::Decimal { .. } => "a number".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::Instant => instant::EXPECTATION.to_owned(),
            Self::Id => "a UUID".to_owned(),
            Self::Choice { allowed, .. } => format!("one of {}", allowed.join(", ")),
            Self::List { of, .. } => match of {
                Self::Id => "a list of UUIDs".to_owned(),
                Self::Text { .. } => "a list of texts".to_owned(),
                Self::Integer { .. } => "a list of whole numbers".to_owned(),
                _ => "a list".to_owned(),
            },
            Self::Object(_) | Self::Json => "an object".to_owned(),
            Self::TextOrJson => "text or an object".to_owned(),
            Self::TextOrObject { .. } => "text or an object".to_owned(),
        }
    }
}
