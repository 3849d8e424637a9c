//! The checks that slices share, and the list of what they found.
//!
//! A check looks at one field of a command, brings its value into the form that is stored (trimmed,
//! fixed decimal places) and notes what is wrong with it. Nothing is refused before every field was seen.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, SubsecRound, Utc};
use rust_decimal::Decimal;

use crate::values::{Figure, Sent};
use crate::{Fault, Refusal};

/// The longest description, in characters.
pub(crate) const DESCRIPTION_CHARS_MAX: usize = 20_000;
/// The longest of any other free text, in characters.
pub(crate) const TEXT_CHARS_MAX: usize = 2_000;
/// The longest name of a product or a campaign, and the longest id of its knowledge base.
pub(crate) const NAME_CHARS_MAX: usize = 255;
/// The largest count.
pub(crate) const COUNT_MAX: i64 = 1_000_000_000_000_000;
/// The largest amount of money, views or a sent figure.
pub(crate) const AMOUNT_MAX: i64 = 10_000_000_000_000;
/// More faults than anybody reads are not kept: a report of ten thousand creators stays a short answer.
const FAULTS_MAX: usize = 100;

/// Everything wrong with a command, collected so that its sender can mend it at once.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    inside: String,
    found: Vec<Fault>,
}

impl Faults {
    /// From now on fields are those of a part of the command, such as `creators[3].`.
    pub(crate) fn inside(&mut self, part: String) {
        self.inside = part;
    }

    /// Notes that `field` breaks a rule; the rule completes a sentence that starts with the field's name.
    pub(crate) fn add(&mut self, field: &str, code: &str, rule: &str) {
        if self.found.len() < FAULTS_MAX {
            let field = format!("{}{field}", self.inside);
            let message = format!("{field} {rule}");
            self.found.push(Fault::new(field, code, message));
        }
    }

    /// Nothing wrong, or the refusal that lists it.
    pub(crate) fn verdict(self) -> Result<(), Refusal> {
        if self.found.is_empty() { Ok(()) } else { Err(Refusal::Invalid(self.found)) }
    }

    /// A name: trimmed, not empty.
    pub(crate) fn name(&mut self, field: &str, name: Option<&mut String>, chars_max: usize) {
        if let Some(name) = name {
            if name.trim().len() != name.len() {
                *name = name.trim().to_owned();
            }
            self.required(field, Some(name), chars_max);
        }
    }

    /// A text that may not be blank, kept as it was sent.
    pub(crate) fn required(&mut self, field: &str, text: Option<&String>, chars_max: usize) {
        let Some(text) = text else { return };
        let rule = format!("must have 1 to {chars_max} characters");
        if text.trim().is_empty() {
            self.add(field, "required", &rule);
        } else if text.chars().count() > chars_max {
            self.add(field, "too_long", &rule);
        } else {
            self.storable(field, text);
        }
    }

    /// A free text that may be absent or null.
    pub(crate) fn text(&mut self, field: &str, text: &Option<Option<String>>, chars_max: usize) {
        let Some(Some(text)) = text else { return };
        if text.chars().count() > chars_max {
            self.add(field, "too_long", &format!("must have at most {chars_max} characters"));
        } else {
            self.storable(field, text);
        }
    }

    /// Postgres keeps no NUL, neither in text nor in jsonb.
    fn storable(&mut self, field: &str, text: &str) {
        if text.contains('\0') {
            self.add(field, "not_allowed", "must not contain the character NUL");
        }
    }

    /// An identifying text: no character that a terminal or a header would obey. (NUL is found elsewhere.)
    pub(crate) fn printable(&mut self, field: &str, text: &str) {
        if text.chars().any(|character| character.is_control() && character != '\0') {
            self.add(field, "not_allowed", "must not contain control characters");
        }
    }

    /// An exact number; it gets exactly `places`, so that equal values are equal JSON.
    pub(crate) fn decimal(
        &mut self,
        field: &str,
        value: Option<&mut Decimal>,
        places: u32,
        range: RangeInclusive<i64>,
    ) {
        let Some(value) = value else { return };
        let (least, most) = range.into_inner();
        if *value < Decimal::from(least) {
            self.add(field, "out_of_range", &format!("must be at least {least}"));
        } else if *value > Decimal::from(most) {
            self.add(field, "out_of_range", &format!("must be at most {most}"));
        } else if value.normalize().scale() > places {
            self.add(field, "out_of_range", &places_rule(places));
        } else {
            value.rescale(places);
            if value.is_zero() {
                // There is a "-0" too.
                value.set_sign_positive(true);
            }
        }
    }

    /// A count of things.
    pub(crate) fn count(&mut self, field: &str, value: Option<i64>) {
        match value {
            Some(value) if value < 0 => self.add(field, "out_of_range", "must be at least 0"),
            Some(value) if value > COUNT_MAX => {
                self.add(field, "out_of_range", &format!("must be at most {COUNT_MAX}"));
            }
            _ => {}
        }
    }

    /// An instant that every clock face and RFC 3339 can show, to the microsecond that Postgres keeps.
    pub(crate) fn instant(&mut self, field: &str, instant: &mut Option<Option<DateTime<Utc>>>) {
        let Some(Some(instant)) = instant else { return };
        if (1..=9999).contains(&instant.year()) {
            *instant = instant.trunc_subsecs(6);
        } else {
            self.add(field, "out_of_range", "must be in the years 1 to 9999");
        }
    }

    /// Figures that a client sent.
    pub(crate) fn figures<F: Figure>(&mut self, figures: &mut Sent<F>) {
        for (figure, value) in figures {
            self.decimal(figure.field(), value.as_mut(), figure.places(), 0..=AMOUNT_MAX);
        }
    }
}

fn places_rule(places: u32) -> String {
    match places {
        0 => "must be a whole number".to_owned(),
        1 => "must have at most 1 decimal place".to_owned(),
        _ => format!("must have at most {places} decimal places"),
    }
}
