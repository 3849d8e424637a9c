//! Times as family M writes them: RFC 3339, or in the house's zone, or a day of it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use projections::Zone;

use crate::http::{ApiError, Query, instant};

/// Which end of a day is meant by the day alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// Its first moment.
    Start,
    /// Its last.
    End,
}

/// Completes "… must be".
pub(crate) const EXPECTATION: &str =
    "a time like 2026-01-31T09:00:00Z or 2026-01-31 17:00, or a date like 2026-01-31";

/// A time of the query.
pub(crate) fn read(
    query: &Query,
    name: &str,
    zone: Zone,
    edge: Edge,
) -> Result<Option<DateTime<Utc>>, ApiError> {
    let Some(text) = query.text(name) else { return Ok(None) };
    let found = parse(text, zone, edge);
    found
        .map(Some)
        .ok_or_else(|| ApiError::field(name, "wrong_type", format!("{name} must be {EXPECTATION}")))
}

/// Reads a time, to the millisecond.
pub(crate) fn parse(text: &str, zone: Zone, edge: Edge) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let at = match text.len() {
        10 => {
            let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
            match edge {
                Edge::Start => zone.start_of(day),
                Edge::End => zone.end_of(day) - TimeDelta::milliseconds(1),
            }
        }
        // An unescaped plus of an offset arrives as a space, far behind the one between day and hour.
        _ => local(text, zone).or_else(|| {
            let (day, rest) = text.split_at_checked(11)?;
            instant::parse(&format!("{day}{}", rest.replace(' ', "+")))
        })?,
    };
    DateTime::from_timestamp_millis(at.timestamp_millis())
}

fn local(text: &str, zone: Zone) -> Option<DateTime<Utc>> {
    let formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    let local = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())?;
    zone.0.from_local_datetime(&local).earliest().map(|at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_zone_unless_they_say_otherwise() {
        let read = |text| {
            let taipei = Zone(chrono_tz::Tz::Asia__Taipei);
            parse(text, taipei, Edge::Start).map(|at| at.to_rfc3339())
        };
        for same in [
            "2026-01-29 14:00",
            "2026-01-29T06:00:00Z",
            "2026-01-29T14:00:00 08:00",
            "2026-01-29T14:00:00+08:00",
        ] {
            assert_eq!(read(same).as_deref(), Some("2026-01-29T06:00:00+00:00"), "{same}");
        }
        assert_eq!(read("2026-01-29").as_deref(), Some("2026-01-28T16:00:00+00:00"));
        for wrong in ["", "yesterday", "2026-02-30", "2026-01-29 25:00", "29/01/2026", "茶茶茶茶茶茶"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
