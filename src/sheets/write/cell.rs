use std::borrow::Cow;

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

/// What stands in a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text, whatever it looks like.
    Text(String),
    /// A count of things.
    Whole(i64),
    /// An amount: shown without places when it is whole, else with two.
    Amount(Decimal),
    /// A share in percent: 5 is shown as `5.00%`, and is 0.05 to a formula.
    Percent(Decimal),
    /// A day.
    Date(NaiveDate),
    /// A time of day in the zone of the house, shown to the minute.
    Moment(NaiveDateTime),
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

macro_rules! cells {
    ($($kind:ty => $variant:ident),+ $(,)?) => { $(
        impl From<$kind> for Cell {
            fn from(value: $kind) -> Self {
                Self::$variant(value)
            }
        }
    )+ };
}
cells!(i64 => Whole, Decimal => Amount, NaiveDate => Date, NaiveDateTime => Moment);

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// Whether a program that opens the file could take the text for a formula.
pub(in crate::sheets) fn looks_like_formula(text: &str) -> bool {
    // Some programs skip blanks before they look; NFKC makes the full-width signs plain ones.
    let first = text.trim_start_matches([' ', '\u{3000}']).chars().next();
    matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n'))
}

/// The beginning of a text: at most so many units of UTF-16, in which Excel counts.
pub(super) fn shortened(text: &str, units_max: usize) -> Cow<'_, str> {
    if text.len() <= units_max {
        return Cow::Borrowed(text);
    }
    let mut units = 0;
    for (index, letter) in text.char_indices() {
        units += letter.len_utf16();
        if units > units_max {
            return Cow::Borrowed(&text[..index]);
        }
    }
    Cow::Borrowed(text)
}
