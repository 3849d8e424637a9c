//! Numbers from outside: free text that may hold one (contract §2, totals of a brand), and counts.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// What may stand before a number.
const CURRENCY_SIGNS: [&str; 6] = ["US$", "NT$", "$", "＄", "¥", "￥"];

/// What may stand behind a number, with what it multiplies by.
const SUFFIXES: [(char, i64); 5] =
    [('k', 1_000), ('K', 1_000), ('m', 1_000_000), ('M', 1_000_000), ('万', 10_000)];

/// The number that `text` is, if it is one.
///
/// Digits, in groups of three by commas or without any, with an optional decimal part; before them
/// perhaps one of `$ ¥ NT$ US$`, behind them perhaps `k`, `m` (in either case) or `万`; blanks around and
/// between these are fine. Everything else is no number: signs, ranges such as `1k-2k`, units, words, and
/// numbers beyond the 28 digits that are counted exactly.
pub(crate) fn read_number(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let text = CURRENCY_SIGNS.iter().find_map(|sign| text.strip_prefix(sign)).unwrap_or(text).trim_start();
    let suffix = SUFFIXES.iter().find_map(|(letter, factor)| Some((text.strip_suffix(*letter)?, *factor)));
    let (digits, factor) = suffix.unwrap_or((text, 1));
    let digits = digits.trim_end();
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    if !is_grouped(whole) || fraction.is_some_and(|part| !is_digits(part)) {
        return None;
    }
    let number = Decimal::from_str_exact(&digits.replace(',', "")).ok()?;
    number.checked_mul(Decimal::from(factor))
}

/// Plain digits, or one to three of them and then groups of three.
fn is_grouped(text: &str) -> bool {
    let mut groups = text.split(',');
    let first = groups.next().unwrap_or_default();
    let mut others = groups.peekable();
    let short_enough = others.peek().is_none() || first.len() <= 3;
    is_digits(first) && short_enough && others.all(|group| group.len() == 3 && is_digits(group))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A count from outside as a whole number; one beyond all counting becomes the largest.
pub(crate) fn whole(value: Decimal) -> i64 {
    let farthest = if value.is_sign_negative() { i64::MIN } else { i64::MAX };
    value.to_i64().unwrap_or(farthest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_number_is_read() {
        let cases = [
            ("1000", "1000"),
            (" 1,234,567.50 ", "1234567.50"),
            ("$12.5", "12.5"),
            ("NT$ 3,000", "3000"),
            ("US$1.5k", "1500"),
            ("¥2 M", "2000000"),
            ("3.2万", "32000"),
            ("0", "0"),
        ];
        for (text, number) in cases {
            assert_eq!(read_number(text), number.parse().ok(), "{text}");
        }
    }

    #[test]
    fn a_count_is_whole_and_never_overflows() {
        assert_eq!(whole(Decimal::new(125, 1)), 12);
        assert_eq!(whole(Decimal::MAX), i64::MAX);
        assert_eq!(whole(Decimal::MIN), i64::MIN);
    }

    #[test]
    fn what_is_no_number_is_not() {
        let cases = [
            "",
            " ",
            "$",
            "k",
            "-5",
            "+5",
            "1k-2k",
            "100-200",
            "about 5",
            "5 pieces",
            "1,5",
            "1234,567",
            ",5",
            "5,",
            "1,,000",
            ".5",
            "5.",
            "1.2.3",
            "1.000,00",
            "١٢٣",
            "NaN",
            "1e5",
            "0x10",
            "$$5",
            "79228162514264337593543950336",
            "79228162514264337593543950335k",
        ];
        for text in cases {
            assert_eq!(read_number(text), None, "{text}");
        }
    }
}
