use super::{Form, Kind};
use crate::limits;

/// One field of a form.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in the JSON.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it must be there when a thing is created, and may never be empty.
    pub required: bool,
    /// Whether null is a value of it.
    pub nullable: bool,
    /// Whether a number is taken as its text.
    pub number_as_text: bool,
    /// One line for the document.
    pub doc: &'static str,
}

impl Field {
    /// A field of any kind.
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, required: false, nullable: false, number_as_text: false, doc: "" }
    }

    /// Text of at most `max` characters.
    pub const fn text(name: &'static str, max: usize) -> Self {
        Self::new(name, Kind::Text { max })
    }

    /// Text that may be null, of at most `max` characters.
    pub const fn nullable_text(name: &'static str, max: usize) -> Self {
        Self::text(name, max).nullable()
    }

    /// A password or the like.
    pub const fn secret(name: &'static str, max: usize) -> Self {
        Self::new(name, Kind::Secret { max })
    }

    /// A whole number.
    pub const fn integer(name: &'static str, min: i64, max: i64) -> Self {
        Self::new(name, Kind::Integer { min, max })
    }

    /// A number of things: a whole number from 0.
    pub const fn counter(name: &'static str) -> Self {
        Self::integer(name, 0, i64::MAX)
    }

    /// An exact number of any size that is sensible, either sign.
    pub const fn decimal(name: &'static str, places: u32) -> Self {
        let most = 10_i64.pow(limits::DECIMAL_WHOLE_DIGITS) - 1;
        Self::new(name, Kind::Decimal { places, min: -most, max: most })
    }

    /// An exact number from `min` to `max`.
    pub const fn decimal_within(name: &'static str, places: u32, min: i64, max: i64) -> Self {
        Self::new(name, Kind::Decimal { places, min, max })
    }

    /// An exact amount from 0.
    pub const fn amount(name: &'static str, places: u32) -> Self {
        Self::decimal_within(name, places, 0, 10_i64.pow(limits::DECIMAL_WHOLE_DIGITS) - 1)
    }

    /// `true` or `false`.
    pub const fn boolean(name: &'static str) -> Self {
        Self::new(name, Kind::Bool)
    }

    /// A time.
    pub const fn instant(name: &'static str) -> Self {
        Self::new(name, Kind::Instant)
    }

    /// A UUID.
    pub const fn id(name: &'static str) -> Self {
        Self::new(name, Kind::Id)
    }

    /// A list of UUIDs.
    pub const fn ids(name: &'static str) -> Self {
        Self::list(name, &Kind::Id, limits::LIST_ITEMS)
    }

    /// A list of at most `max` things.
    pub const fn list(name: &'static str, of: &'static Kind, max: usize) -> Self {
        Self::new(name, Kind::List { of, max })
    }

    /// One of these words.
    pub const fn choice(name: &'static str, allowed: &'static [&'static str]) -> Self {
        Self::new(name, Kind::Choice { allowed, also: &[] })
    }

    /// One of these words, in other spellings too.
    pub const fn choice_also(
        name: &'static str,
        allowed: &'static [&'static str],
        also: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self::new(name, Kind::Choice { allowed, also })
    }

    /// An object with fields of its own.
    pub const fn object(name: &'static str, form: &'static Form) -> Self {
        Self::new(name, Kind::Object(form))
    }

    /// Any JSON object.
    pub const fn json(name: &'static str) -> Self {
        Self::new(name, Kind::Json)
    }

    /// A text, or any JSON object.
    pub const fn text_or_json(name: &'static str) -> Self {
        Self::new(name, Kind::TextOrJson)
    }

    /// Must be there when a thing is created, and may never be null or blank.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// May be null.
    #[must_use]
    pub const fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }

    /// Takes a number as its text, for free text that is mostly a figure.
    #[must_use]
    pub const fn or_number(self) -> Self {
        Self { number_as_text: true, ..self }
    }

    /// One line for the document.
    #[must_use]
    pub const fn doc(self, doc: &'static str) -> Self {
        Self { doc, ..self }
    }
}
