//! How values look in JSON (contract R5, R6).

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use rust_decimal::{Decimal, RoundingStrategy};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// An instant, printed as RFC 3339 in UTC with `Z`, to the microsecond at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub DateTime<Utc>);

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.trunc_subsecs(6).to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl JsonSchema for Instant {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Instant".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// An exact number with always the same count of decimal places, printed as a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed<const PLACES: u32>(String);

impl<const PLACES: u32> Fixed<PLACES> {
    /// A number that Postgres printed with these places already; a sum may be too large for [`Decimal`].
    pub(crate) fn printed(text: String) -> Self {
        Self(text)
    }

    /// As it is printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const PLACES: u32> From<Decimal> for Fixed<PLACES> {
    /// Halves are rounded away from zero.
    fn from(value: Decimal) -> Self {
        let mut rounded = value.round_dp_with_strategy(PLACES, RoundingStrategy::MidpointAwayFromZero);
        if rounded.is_zero() {
            // There is a "-0" too.
            rounded.set_sign_positive(true);
        }
        Self(format!("{rounded:.*}", PLACES as usize))
    }
}

impl<const PLACES: u32> Serialize for Fixed<PLACES> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<const PLACES: u32> JsonSchema for Fixed<PLACES> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Fixed{PLACES}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let places = if PLACES == 0 { String::new() } else { format!(r"\.[0-9]{{{PLACES}}}") };
        json_schema!({ "type": "string", "pattern": format!("^-?[0-9]+{places}$") })
    }
}

/// An exact number as family M prints it: a JSON integer when whole, otherwise the number itself, never a float
/// (contract R6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount(pub Decimal);

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plain = self.0.normalize();
        match i64::try_from(plain) {
            Ok(whole) if plain.is_integer() => serializer.serialize_i64(whole),
            _ => RawValue::from_string(plain.to_string())
                .map_err(serde::ser::Error::custom)?
                .serialize(serializer),
        }
    }
}

impl JsonSchema for Amount {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_an_integer_when_whole_and_exact_otherwise() {
        let shown = |text: &str| serde_json::to_string(&Amount(text.parse().unwrap())).unwrap();
        assert_eq!(shown("3280.00"), "3280");
        assert_eq!(shown("-12"), "-12");
        assert_eq!(shown("0.10"), "0.1");
        assert_eq!(shown("12345678901234567890.25"), "12345678901234567890.25");
        assert_eq!(shown("79228162514264337593543950335"), "79228162514264337593543950335");
    }

    #[test]
    fn a_fixed_number_always_has_its_places() {
        let shown = |text: &str| Fixed::<2>::from(text.parse::<Decimal>().unwrap()).as_str().to_owned();
        assert_eq!(shown("10"), "10.00");
        assert_eq!(shown("0.005"), "0.01");
        assert_eq!(shown("-0.001"), "0.00");
        assert_eq!(shown("-1.5"), "-1.50");
        assert_eq!(shown("79228162514264337593543950335"), "79228162514264337593543950335.00");
        assert_eq!(Fixed::<0>::from(Decimal::new(49995, 1)).as_str(), "5000");
    }

    #[test]
    fn an_instant_ends_in_z_and_shows_no_more_than_microseconds() {
        let shown = |text: &str| serde_json::to_string(&Instant(text.parse().unwrap())).unwrap();
        assert_eq!(shown("2023-01-01T08:00:00+08:00"), r#""2023-01-01T00:00:00Z""#);
        assert_eq!(shown("2023-01-01T00:00:00.123456789Z"), r#""2023-01-01T00:00:00.123456Z""#);
    }

    #[test]
    fn a_fixed_number_is_described_by_its_pattern() {
        let schema = |schema: Schema| serde_json::to_value(schema).unwrap()["pattern"].clone();
        let mut generator = SchemaGenerator::default();
        assert_eq!(schema(Fixed::<2>::json_schema(&mut generator)), r"^-?[0-9]+\.[0-9]{2}$");
        assert_eq!(schema(Fixed::<0>::json_schema(&mut generator)), r"^-?[0-9]+$");
    }
}
