//! Prices in text as people write it: 3,280 · NT$3,280 · $3,280元 · １，２８０ · 促銷價3,180(原價3,280).
//!
//! Every number is found and kept. What only looks like a price (an instalment, a discount, a count) is found
//! too, with the trap that it is.

use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

use super::numerals::Numerals;
use super::words;

/// What a price is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Nothing is said.
    Plain,
    /// A reduced price: 促銷價.
    Sale,
    /// What it costs without the reduction: 原價, struck through.
    Regular,
    /// The lowest of several offers.
    Low,
    /// The highest of several offers.
    High,
}

/// A number in a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) value: Decimal,
    pub(super) role: Role,
    /// Why it is no price.
    pub(super) trap: Option<&'static str>,
    pub(super) currency: Option<&'static str>,
    /// The words around it, as evidence.
    pub(super) text: String,
}

/// How much of a text is looked at, in characters: a price stands near its label.
const LOOKED_AT: usize = 4_000;
/// How many characters around a number say what it is.
const AROUND: usize = 16;

/// Rates are below this: 8折, 9.5折, 85折.
const RATE_BELOW: u32 = 100;
/// What stands before a sum that has to be reached: 滿50折5.
const THRESHOLD: [char; 3] = ['滿', '满', '買'];

/// All numbers of a text.
pub(super) fn find(text: &str, numerals: Numerals) -> Vec<Found> {
    let text: Vec<char> = text.nfkc().take(LOOKED_AT).map(plain).collect();
    let mut found = Vec::new();
    let (mut at, mut previous_end, mut was_rate) = (0, 0, false);
    while at < text.len() {
        if !text[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = end_of_number(&text, at, numerals);
        let token: String = text[at..end].iter().collect();
        let before: String = text[previous_end.max(at.saturating_sub(AROUND))..at].iter().collect();
        let after: String = text[end..text.len().min(end + AROUND)].iter().collect();
        let value = numerals.parse(&token);
        let is_rate = value.is_some_and(|value| value < Decimal::from(RATE_BELOW));
        if let Some(value) = value {
            // "5折 1,500元": the word belongs to the number before it.
            let own = if was_rate { before.trim_start().trim_start_matches('折') } else { &before };
            let said = words::around(&own.to_lowercase(), &after.to_lowercase(), is_rate);
            let trap = said.trap.or_else(|| value.is_zero().then_some("nothing"));
            let context = format!("{before}{token}{after}").trim().to_owned();
            found.push(Found { value, role: said.role, trap, currency: said.currency, text: context });
        }
        let is_off = before.trim_end().ends_with(THRESHOLD);
        let behind = after.trim_start().strip_prefix('折');
        let is_own = behind.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
        was_rate = is_rate && !is_off && is_own;
        (at, previous_end) = (end, end);
    }
    found
}

/// Spaces are spaces, apostrophes apostrophes.
fn plain(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '`' => '\'',
        '\u{2212}' | '\u{2010}'..='\u{2013}' => '-',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

fn end_of_number(text: &[char], start: usize, numerals: Numerals) -> usize {
    let digits = |from: usize| text[from..].iter().take_while(|c| c.is_ascii_digit()).count();
    let mut end = start + digits(start);
    while let Some(mark) = text.get(end) {
        let next = digits(end + 1);
        let goes_on = match mark {
            '.' | ',' => next > 0,
            '\'' => next == 3,
            ' ' => {
                next == 3 && end - start <= 11 && (numerals.has_spaces || is_sum(text, start, end + 1 + next))
            }
            _ => false,
        };
        if !goes_on {
            break;
        }
        end += 1 + next;
    }
    end
}

/// "NT$ 3 280 元": behind a sign of money, with nothing that could be counted behind it, spaces group digits too.
fn is_sum(text: &[char], start: usize, end: usize) -> bool {
    let before = text[..start].iter().rev().find(|c| **c != ' ');
    let after = text[end..].iter().find(|c| **c != ' ');
    before.is_some_and(|c| "$元¥￥".contains(*c)) && after.is_none_or(|c| "元圓起,。(/|".contains(*c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prices(text: &str) -> Vec<String> {
        let found = find(text, Numerals::of(Some("zh-TW"), "TWD"));
        found.iter().filter(|found| found.trap.is_none()).map(|found| found.value.to_string()).collect()
    }

    fn traps(text: &str) -> Vec<&'static str> {
        find(text, Numerals::of(Some("zh-TW"), "TWD")).iter().filter_map(|found| found.trap).collect()
    }

    #[test]
    fn reads_prices_in_every_dress() {
        for text in [
            "3,280",
            "NT$3,280",
            "$3,280元",
            "３，２８０",
            "NT$ 3,280 起",
            "3280.0",
            "新台幣3280元整",
            "售價：3,280",
            "售價：3,280 元 折200",
            "3,280折200",
            "限時5折 3,280元",
            "85折$3,280",
            "NT$ 3 280",
            "NT$ 3 280 元",
        ] {
            assert_eq!(prices(text), ["3280"], "{text}");
        }
        assert_eq!(prices("１，２８０"), ["1280"]);
        let german = find("1.299,00 €", Numerals::of(Some("de"), "EUR"));
        assert_eq!((german[0].value, german[0].currency), (Decimal::new(1_299, 0), Some("EUR")));
    }

    #[test]
    fn a_sale_price_and_the_price_before_it_are_told_apart() {
        let found = find("促銷價3,180(原價3,280)", Numerals::of(None, "TWD"));
        let roles: Vec<_> = found.iter().map(|found| (found.value.to_string(), found.role)).collect();
        assert_eq!(roles, [("3180".to_owned(), Role::Sale), ("3280".to_owned(), Role::Regular)]);
    }

    #[test]
    fn what_only_looks_like_a_price_is_a_trap() {
        for text in ["每期 273 x 12", "分12期", "12期0利率 每期273元", "273元 x 12期", "每月 273 元"]
        {
            assert_eq!(prices(text), [""; 0], "{text}");
            assert!(traps(text).contains(&"instalment"), "{text}: {:?}", traps(text));
        }
        for text in [
            "折200",
            "折 200",
            "現折200元",
            "省 200",
            "-200",
            "8折",
            "9.5 折",
            "20% off",
            "送100點",
            "滿1,000折200",
        ] {
            assert_eq!(prices(text), [""; 0], "{text}");
        }
        assert_eq!(prices("3,280元 每期 273 x 12 折200"), ["3280"]);
        assert_eq!(prices("保濕面膜 30片入 NT$890 (已售出 1,200 件)"), ["890"]);
        assert_eq!(prices("2026/11/26 12:30"), [""; 0]);
        assert_eq!(prices("滿50折5"), [""; 0]);
        // Neither a thousand nor cents: it is better not to know.
        assert_eq!(prices("NT$1,28"), [""; 0]);
        assert_eq!(prices("$99 300ml"), ["99"]);
    }
}
