use std::borrow::Cow;
use std::ops::RangeInclusive;

use aggregates::values::plain_code;
use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::header::Header;
use super::{Cell, Layout, RowFault, date, number};
use crate::limits;

/// One row below the header: asked for its values by their keys, it notes what is wrong with them.
pub struct Row<'a> {
    pub(super) number: u32,
    pub(super) layout: &'static Layout,
    pub(super) header: &'a Header,
    pub(super) cells: &'a [(u32, Cell<'a>)],
    pub(super) faults: Vec<RowFault>,
}

impl<'a> Row<'a> {
    /// Its number in the sheet, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Whether nothing is wrong with it so far.
    pub fn is_good(&self) -> bool {
        self.faults.is_empty()
    }

    /// The cell under the header of `key`; none when it is empty or the sheet has no such column.
    pub fn cell(&self, key: &str) -> Option<&'a Cell<'a>> {
        let place = self.place(key)?.0;
        // Mostly no cell of a row is empty: then a cell's place is its column.
        let cells = self.cells;
        match cells.get(place as usize) {
            Some((at, cell)) if *at == place => Some(cell),
            _ => cells.iter().find(|(at, _)| *at == place).map(|(_, cell)| cell),
        }
    }

    fn place(&self, key: &str) -> Option<&'a (u32, String)> {
        let columns = self.layout.columns();
        let index = columns.iter().position(|column| column.key == key)?;
        self.header.places.get(index)?.as_ref()
    }

    /// Notes that the value of `key` breaks a rule; the rule completes a sentence that starts with the column's name.
    pub fn fault(&mut self, key: &'static str, code: &str, rule: &str) {
        let value = self.cell(key).map(|cell| cut(&cell.shown(), limits::SHEET_FAULT_VALUE_CHARS));
        let name = self.place(key).map_or(key, |(_, name)| name.as_str());
        let message = format!("{name} {rule}");
        self.faults.push(RowFault {
            row: self.number,
            column: key.to_owned(),
            code: code.to_owned(),
            message,
            value,
        });
    }

    /// Notes every required column that has no value here.
    pub(super) fn check_required(&mut self) {
        for column in self.layout.columns().iter().filter(|column| column.is_required) {
            if self.cell(column.key).is_none() {
                self.fault(column.key, "required", "must not be empty");
            }
        }
    }

    /// The value of `key`, unless the cell is empty or broken.
    fn value(&mut self, key: &'static str) -> Option<&'a Cell<'a>> {
        let cell = self.cell(key)?;
        if let Cell::Broken(_) = cell {
            self.fault(key, "wrong_type", "is an error of the sheet");
            return None;
        }
        Some(cell)
    }

    /// Free text, trimmed, in one line, at most `chars_max` characters.
    pub fn text(&mut self, key: &'static str, chars_max: usize) -> Option<String> {
        let cell = self.value(key)?;
        self.sized(key, one_line(&cell.shown()), chars_max)
    }

    /// A code: text whose full-width letters and digits count as the plain ones.
    pub fn code(&mut self, key: &'static str, chars_max: usize) -> Option<String> {
        let cell = self.value(key)?;
        let plain = plain_code(&cell.shown());
        self.sized(key, one_line(&plain), chars_max)
    }

    fn sized(&mut self, key: &'static str, text: Cow<'_, str>, chars_max: usize) -> Option<String> {
        if text.len() > chars_max && text.chars().count() > chars_max {
            self.fault(key, "too_long", &format!("must have at most {chars_max} characters"));
            return None;
        }
        Some(text.into_owned())
    }

    /// An exact number with at most `places` decimal places; further ones are refused.
    pub fn decimal(&mut self, key: &'static str, places: u32, range: RangeInclusive<i64>) -> Option<Decimal> {
        let read = match self.value(key)? {
            Cell::Number(float) => number::exact(*float),
            Cell::Whole(whole) => Some(Decimal::from(*whole)),
            Cell::Text(text) => number::parse(text),
            _ => None,
        };
        let Some(read) = read else {
            self.fault(key, "wrong_type", "must be a number");
            return None;
        };
        let (least, most) = range.into_inner();
        if read.scale() > places {
            let rule = if places == 0 {
                "must be a whole number".to_owned()
            } else {
                format!("must have at most {places} decimal places")
            };
            self.fault(key, "out_of_range", &rule);
            return None;
        }
        if read < Decimal::from(least) || read > Decimal::from(most) {
            let rule = if read < Decimal::from(least) {
                format!("must be at least {least}")
            } else {
                format!("must be at most {most}")
            };
            self.fault(key, "out_of_range", &rule);
            return None;
        }
        Some(read)
    }

    /// A whole number.
    pub fn whole(&mut self, key: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        self.decimal(key, 0, range)?.try_into().ok()
    }

    /// A day.
    pub fn date(&mut self, key: &'static str) -> Option<NaiveDate> {
        let read = match self.value(key)? {
            Cell::Moment(moment) => Some(moment.date()),
            Cell::Number(float) => date::of_number(*float),
            #[expect(
                clippy::cast_precision_loss,
                reason = "a day's number has at most eight digits; others are none"
            )]
            Cell::Whole(whole) => date::of_number(*whole as f64),
            Cell::Text(text) => date::of_text(text),
            Cell::Flag(_) | Cell::Broken(_) => None,
        };
        if read.is_none() {
            self.fault(key, "invalid_date", "must be a day like 2026/01/29 or 115/01/29");
        }
        read
    }
}

/// Without line breaks and other control characters.
fn one_line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(char::is_control) {
        return Cow::Borrowed(text);
    }
    let spaced: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    Cow::Owned(spaced.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn cut(text: &str, chars: usize) -> String {
    one_line(text).chars().take(chars).collect()
}
