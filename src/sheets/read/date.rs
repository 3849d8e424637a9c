//! Days as people write them in sheets.

use chrono::{Datelike, Days, NaiveDate};
use unicode_normalization::UnicodeNormalization;

/// Years that a sheet of goods can speak of.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;
/// The first year of the calendar of the Republic of China is 1912.
const ROC_OFFSET: i32 = 1911;

/// A number in a column of days: a serial of a spreadsheet, `20260129`, or `1150129`.
pub(super) fn of_number(number: f64) -> Option<NaiveDate> {
    let whole = number.trunc();
    if !(1.0..=99_999_999.0).contains(&whole) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it has eight digits at most"
    )]
    let whole = whole as u64;
    match whole {
        1_000_000..=99_999_999 => of_digits(&whole.to_string()),
        days => serial(days),
    }
}

/// `2026/01/29`, `2026-1-29`, `2026.1.29`, `2026年1月29日`, `115/01/29`, `民國115年1月29日`, `20260129`, `1150129`;
/// a time of day behind it is cut off.
pub(super) fn of_text(text: &str) -> Option<NaiveDate> {
    let text: String = text.nfkc().collect();
    let text = text.trim();
    if text.len() > 60 {
        return None;
    }
    let (text, is_roc) = match text.strip_prefix("民國").or_else(|| text.strip_prefix("中華民國")) {
        Some(rest) => (rest.trim(), true),
        None => (text, false),
    };
    let day = without_time(text);
    if !day.is_empty() && day.bytes().all(|byte| byte.is_ascii_digit()) {
        return of_digits(day);
    }
    let mut parts = day.split(['/', '-', '.', '年', '月', '日']).map(str::trim);
    let (year, month, date) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.any(|rest| !rest.is_empty()) || [year, month, date].iter().any(|part| !is_short_number(part)) {
        return None;
    }
    let is_roc = is_roc || year.len() == 3;
    if !is_roc && year.len() != 4 {
        return None;
    }
    civil(year.parse().ok()?, month.parse().ok()?, date.parse().ok()?, is_roc)
}

fn is_short_number(part: &str) -> bool {
    (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// What stands before a time of day.
fn without_time(text: &str) -> &str {
    let cut = text.find(['T', ' ', '上', '下']).filter(|place| text[*place..].contains(':'));
    cut.map_or(text, |place| text[..place].trim_end())
}

fn of_digits(digits: &str) -> Option<NaiveDate> {
    let part = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<i32>().ok());
    match digits.len() {
        8 => civil(part(0..4)?, part(4..6)?, part(6..8)?, false),
        7 => civil(part(0..3)?, part(3..5)?, part(5..7)?, true),
        1..=6 => serial(digits.parse().ok()?),
        _ => None,
    }
}

fn civil(year: i32, month: i32, day: i32, is_roc: bool) -> Option<NaiveDate> {
    let year = if is_roc { year + ROC_OFFSET } else { year };
    let date = NaiveDate::from_ymd_opt(year, month.try_into().ok()?, day.try_into().ok()?)?;
    YEARS.contains(&date.year()).then_some(date)
}

/// Days since the end of 1899, with the leap day of 1900 that spreadsheets believe in.
fn serial(days: u64) -> Option<NaiveDate> {
    let epoch = NaiveDate::from_ymd_opt(1899, 12, if days < 60 { 31 } else { 30 })?;
    epoch.checked_add_days(Days::new(days)).filter(|date| YEARS.contains(&date.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_every_spelling_of_the_contract() {
        let day = NaiveDate::from_ymd_opt(2026, 1, 29);
        for text in [
            "2026/01/29",
            "2026-1-29",
            "2026.01.29",
            "２０２６／０１／２９",
            "2026年1月29日",
            "115/01/29",
            "115-1-29",
            "115.1.29",
            "民國115年1月29日",
            "20260129",
            "1150129",
            "46051",
            "2026-01-29 14:00",
            "2026-01-29T00:00:00",
            "2026/1/29 上午 12:00:00",
        ] {
            assert_eq!(of_text(text), day, "{text}");
        }
        for number in [46_051.0, 46_051.75, 20_260_129.0, 1_150_129.0] {
            assert_eq!(of_number(number), day, "{number}");
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "2026/13/45",
            "2026/02/30",
            "26/01/29",
            "1/29/2026",
            "29",
            "昨天",
            "",
            "2026/01",
            "99999999",
            "0",
        ] {
            let read = of_text(text);
            assert!(read.is_none() || text == "29", "{text}: {read:?}");
        }
        assert_eq!(of_number(-1.0), None);
        assert_eq!(of_number(f64::NAN), None);
    }
}
