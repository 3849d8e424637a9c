//! Numbers as people write them in sheets.

use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

/// A float as a spreadsheet shows it: 15 digits, never an exponent.
pub(super) fn shown(number: f64) -> String {
    match exact(number) {
        Some(exact) => exact.to_string(),
        None => number.to_string(),
    }
}

/// The decimal that a float stands for, by the 15 digits that spreadsheets keep: 0.1 + 0.2 is 0.3.
pub(super) fn exact(number: f64) -> Option<Decimal> {
    if !number.is_finite() {
        return None;
    }
    if number.fract() == 0.0 && number.abs() < 1e15 {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and has fifteen digits at most")]
        return Some(Decimal::from(number as i64));
    }
    let hundredths = number * 100.0;
    if hundredths.fract() == 0.0 && hundredths.abs() < 1e15 {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and has fifteen digits at most")]
        return Some(Decimal::new(hundredths as i64, 2).normalize());
    }
    Decimal::from_scientific(&format!("{number:.14e}")).ok().map(|exact| exact.normalize())
}

/// Reads full-width digits, thousands separators, currency signs, `(1,234)` and `1,234-`.
pub(super) fn parse(text: &str) -> Option<Decimal> {
    let mut text: String = text.nfkc().filter(|letter| !letter.is_whitespace()).collect();
    if text.len() > 60 {
        return None;
    }
    let mut is_negative = false;
    if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        (is_negative, text) = (true, inner.to_owned());
    } else if let Some(rest) =
        text.strip_prefix(['-', '\u{2212}', '\u{2013}']).or_else(|| text.strip_suffix('-'))
    {
        (is_negative, text) = (true, rest.to_owned());
    } else if let Some(rest) = text.strip_prefix('+') {
        text = rest.to_owned();
    }
    let bare = without_currency(&text);
    let bare = bare.strip_prefix('-').inspect(|_| is_negative = true).unwrap_or(bare);
    let number = plain(bare)?;
    Some(if is_negative { -number } else { number }.normalize())
}

fn without_currency(text: &str) -> &str {
    let mut text = text;
    for sign in ["NT$", "nt$", "NTD", "TWD", "$", "¥"] {
        text = text.strip_prefix(sign).unwrap_or(text);
    }
    for sign in ["元", "圓", "NTD", "TWD"] {
        text = text.strip_suffix(sign).unwrap_or(text);
    }
    text
}

/// Digits with at most one point; separators only where thousands are.
fn plain(text: &str) -> Option<Decimal> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let is_grouped = whole.contains(',');
    let good = digits(first) && digits(fraction) && (!is_grouped || (1..=3).contains(&first.len()));
    if !good
        || !groups.all(|group| group.len() == 3 && digits(group))
        || (whole.is_empty() && fraction.is_empty())
    {
        return None;
    }
    let joined = format!("{}.{}", whole.replace(',', ""), if fraction.is_empty() { "0" } else { fraction });
    let joined = if joined.starts_with('.') { format!("0{joined}") } else { joined };
    joined.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, value) in [
            ("1,234", "1234"),
            ("１２，３４５", "12345"),
            ("NT$3,280", "3280"),
            ("$ 3,280 元", "3280"),
            ("-5", "-5"),
            ("(1,234.50)", "-1234.5"),
            ("1,234-", "-1234"),
            ("－１", "-1"),
            ("0.10", "0.1"),
            (".5", "0.5"),
            ("+7", "7"),
        ] {
            assert_eq!(parse(text), Some(value.parse().unwrap()), "{text}");
        }
        for text in ["", "-", "x", "3個", "1,23", "12,34,567", "1.2.3", "1e9", "12345,678", "NaN", "()"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_float_is_what_a_spreadsheet_shows() {
        assert_eq!(shown(0.1 + 0.2), "0.3");
        assert_eq!(shown(4_710_088_412_345.0), "4710088412345");
        assert_eq!(shown(-1_234.5), "-1234.5");
        assert_eq!(exact(f64::NAN), None);
        assert_eq!(shown(1e300), format!("{}", 1e300));
    }
}
