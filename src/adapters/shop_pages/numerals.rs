//! Numbers as shops write them: which mark is the decimal one, and which only groups digits.

use rust_decimal::Decimal;

/// The mark between whole and parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// 1,299.00
    Point,
    /// 1.299,00
    Comma,
}

/// How numbers of a page are to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Numerals {
    /// The decimal mark, where the page or a person says its language.
    pub(super) mark: Option<Mark>,
    /// The currency has no parts: a mark before three digits only groups.
    pub(super) is_whole: bool,
    /// Spaces may group digits.
    pub(super) has_spaces: bool,
    /// Written for programs (JSON, attributes): a lone point is the decimal mark.
    pub(super) is_machine: bool,
}

/// Currencies whose prices have no parts in shops.
const WHOLE: [&str; 8] = ["TWD", "JPY", "KRW", "VND", "IDR", "CLP", "ISK", "HUF"];
/// Languages that write 1.299,00.
const COMMA: [&str; 30] = [
    "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "tr", "cs", "sv", "da", "nb", "nn", "no", "fi", "hu",
    "ro", "id", "vi", "uk", "el", "bg", "hr", "sk", "sl", "sr", "lt", "lv", "et",
];
/// Languages that write 1,299.00.
const POINT: [&str; 7] = ["zh", "en", "ja", "ko", "th", "he", "hi"];
/// Regions that write a point although their language elsewhere writes a comma.
const POINT_REGIONS: [&str; 9] =
    ["de-ch", "de-li", "it-ch", "es-mx", "es-us", "es-419", "es-pa", "es-gt", "es-do"];
/// Languages that group digits with spaces.
const SPACES: [&str; 12] = ["fr", "pl", "ru", "cs", "sv", "nb", "nn", "no", "fi", "hu", "uk", "sk"];

impl Numerals {
    /// How a page in this language, with prices in this currency, writes numbers.
    pub(super) fn of(language: Option<&str>, currency: &str) -> Self {
        let language = language.map(|tag| tag.trim().to_lowercase().replace('_', "-")).unwrap_or_default();
        let primary = language.split('-').next().unwrap_or_default();
        let mark =
            if POINT_REGIONS.iter().any(|region| language.starts_with(region)) || POINT.contains(&primary) {
                Some(Mark::Point)
            } else if COMMA.contains(&primary) {
                Some(Mark::Comma)
            } else {
                None
            };
        let is_whole = WHOLE.iter().any(|code| code.eq_ignore_ascii_case(currency));
        Self { mark, is_whole, has_spaces: SPACES.contains(&primary), is_machine: false }
    }

    /// The same for what programs read.
    pub(super) fn for_machines(self) -> Self {
        Self { is_machine: true, ..self }
    }

    /// Reads a number made of ASCII digits, points, commas, apostrophes and spaces.
    pub(super) fn parse(&self, text: &str) -> Option<Decimal> {
        let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '\'' | '’')).collect();
        let (points, commas) = (bare.matches('.').count(), bare.matches(',').count());
        let plain = match (points, commas) {
            (0, 0) => bare,
            (0, 1) => self.one_mark(&bare, ',')?,
            (1, 0) => self.one_mark(&bare, '.')?,
            (0, _) => grouped(&bare, ',')?,
            (_, 0) => grouped(&bare, '.')?,
            _ => {
                let decimal = if bare.rfind('.') > bare.rfind(',') { '.' } else { ',' };
                let (whole, parts) = bare.rsplit_once(decimal)?;
                let group = if decimal == '.' { ',' } else { '.' };
                if whole.contains(decimal) {
                    return None;
                }
                format!("{}.{parts}", grouped(whole, group)?)
            }
        };
        let value: Decimal = plain.parse().ok()?;
        Some(value.normalize())
    }

    /// A single mark groups where three digits follow, unless somebody says that it is the decimal one.
    fn one_mark(&self, bare: &str, mark: char) -> Option<String> {
        let (whole, rest) = bare.split_once(mark)?;
        if whole.is_empty() || rest.is_empty() {
            return None;
        }
        let could_group = rest.len() == 3 && whole.len() <= 3 && whole != "0";
        // Currencies without parts: "1,28" is neither 128 nor 1.28.
        let has_parts = rest.len() != 3 && rest.bytes().any(|digit| digit != b'0');
        if self.is_whole && has_parts && mark == ',' && self.mark != Some(Mark::Comma) {
            return None;
        }
        let is_decimal_here = match (self.mark, mark) {
            (Some(Mark::Point), '.') | (Some(Mark::Comma), ',') => true,
            (Some(_), _) => false,
            (None, '.') => self.is_machine,
            (None, _) => false,
        };
        if could_group && (self.is_whole || !is_decimal_here) {
            Some(format!("{whole}{rest}"))
        } else {
            Some(format!("{whole}.{rest}"))
        }
    }
}

/// Takes the grouping marks out; groups have three digits, in India two but for the last.
fn grouped(text: &str, mark: char) -> Option<String> {
    let mut groups = text.split(mark);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let Some((last, middle)) = rest.split_last() else { return Some(first.to_owned()) };
    let is_sound = (1..=3).contains(&first.len())
        && last.len() == 3
        && (middle.iter().all(|group| group.len() == 3) || middle.iter().all(|group| group.len() == 2));
    is_sound.then(|| format!("{first}{}", rest.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, language: &str, currency: &str) -> Option<String> {
        Numerals::of(Some(language), currency).parse(text).map(|value| value.to_string())
    }

    #[test]
    fn reads_numbers_as_their_language_writes_them() {
        for (text, language, currency, expected) in [
            ("3,280", "zh-TW", "TWD", "3280"),
            ("3280.0", "zh-TW", "TWD", "3280"),
            ("1.299,00", "de", "EUR", "1299"),
            ("1.299,00", "", "EUR", "1299"),
            ("1,299.50", "", "USD", "1299.5"),
            ("1.299", "de", "EUR", "1299"),
            ("1.299", "zh-TW", "TWD", "1299"),
            ("12,50", "", "EUR", "12.5"),
            ("12.50", "de", "EUR", "12.5"),
            ("1 299,00", "fr", "EUR", "1299"),
            ("1'299.00", "de-CH", "CHF", "1299"),
            ("1,00,000", "hi", "INR", "100000"),
            ("1.234.567,8", "es", "EUR", "1234567.8"),
            ("0.999", "", "USD", "0.999"),
            ("3280.000", "", "TWD", "3280"),
        ] {
            assert_eq!(read(text, language, currency).as_deref(), Some(expected), "{text} in {language}");
        }
    }

    #[test]
    fn does_not_take_other_things_for_numbers() {
        for text in ["1.2.3", "1,2,3", "1,,2", "10.0.0.1", "1,234.567.8", ""] {
            assert_eq!(read(text, "en", "USD"), None, "{text}");
        }
    }

    #[test]
    fn a_lone_point_is_decimal_where_programs_read() {
        let machine = Numerals::of(None, "EUR").for_machines();
        assert_eq!(machine.parse("1.299").map(|value| value.to_string()).as_deref(), Some("1.299"));
        let german = Numerals::of(Some("de"), "EUR").for_machines();
        assert_eq!(german.parse("1.299").map(|value| value.to_string()).as_deref(), Some("1299"));
    }
}
