use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// Completes "… must be" for times.
pub(crate) const EXPECTATION: &str = "a time like 2026-01-31T09:00:00Z or a date like 2026-01-31";

/// Reads an RFC 3339 time, or a date as its midnight in UTC. Cut to microseconds, which is what tables hold; years
/// of four digits.
pub(crate) fn parse(text: &str) -> Option<DateTime<Utc>> {
    let instant = match DateTime::parse_from_rfc3339(text) {
        Ok(instant) => instant.with_timezone(&Utc),
        Err(_) => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0)?.and_utc(),
    };
    let instant = DateTime::from_timestamp_micros(instant.timestamp_micros())?;
    (1..=9999).contains(&instant.year()).then_some(instant)
}
