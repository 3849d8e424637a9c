use std::borrow::Cow;

use calamine::{Data, DataRef, ExcelDateTime};
use chrono::NaiveDateTime;

use super::number;

/// One cell with its value; of a formula the value that the file remembers.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// A number, to the 15 digits that spreadsheets keep.
    Number(f64),
    /// A whole number that was never a float.
    Whole(i64),
    /// A yes or no.
    Flag(bool),
    /// A day and time of day, from a cell that is formatted as such.
    Moment(NaiveDateTime),
    /// `#N/A` and its like.
    Broken(String),
}

impl<'a> Cell<'a> {
    /// From a workbook; none when the cell is empty.
    pub(super) fn of_ref(value: DataRef<'a>) -> Option<Self> {
        Some(match value {
            DataRef::Empty => return None,
            DataRef::Int(number) => Self::Whole(number),
            DataRef::Float(number) => Self::Number(number),
            DataRef::String(text) => return Self::text(Cow::Owned(text)),
            DataRef::SharedString(text) => return Self::text(Cow::Borrowed(text)),
            DataRef::Bool(flag) => Self::Flag(flag),
            DataRef::DateTime(moment) => Self::moment(moment),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => return Self::text(Cow::Owned(text)),
            DataRef::Error(error) => Self::Broken(error.to_string()),
        })
    }

    /// From a workbook that was read as a whole; none when the cell is empty.
    pub(super) fn of_data(value: &'a Data) -> Option<Self> {
        Some(match value {
            Data::Empty => return None,
            Data::Int(number) => Self::Whole(*number),
            Data::Float(number) => Self::Number(*number),
            Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
                return Self::text(Cow::Borrowed(text));
            }
            Data::Bool(flag) => Self::Flag(*flag),
            Data::DateTime(moment) => Self::moment(*moment),
            Data::Error(error) => Self::Broken(error.to_string()),
        })
    }

    /// Text that is not blank.
    pub(super) fn text(text: Cow<'a, str>) -> Option<Self> {
        if text.trim().is_empty() { None } else { Some(Self::Text(text)) }
    }

    fn moment(moment: ExcelDateTime) -> Self {
        match moment.as_datetime() {
            Some(instant) if moment.is_datetime() => Self::Moment(instant),
            _ => Self::Number(moment.as_f64()),
        }
    }

    /// As a person sees it.
    pub fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text.trim()),
            Self::Number(number) => Cow::Owned(number::shown(*number)),
            Self::Whole(number) => Cow::Owned(number.to_string()),
            Self::Flag(flag) => Cow::Borrowed(if *flag { "TRUE" } else { "FALSE" }),
            Self::Moment(moment) if moment.time() == chrono::NaiveTime::MIN => {
                Cow::Owned(moment.date().to_string())
            }
            Self::Moment(moment) => Cow::Owned(moment.format("%Y-%m-%d %H:%M:%S").to_string()),
            Self::Broken(name) => Cow::Borrowed(name),
        }
    }
}
