//! Times and days of family M (contract R5): those of one configured zone.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// The zone that family M's times are printed in and whose days it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(pub Tz);

impl Zone {
    /// `YYYY-MM-DD HH:MM`.
    pub fn minute(self, instant: DateTime<Utc>) -> String {
        instant.with_timezone(&self.0).format("%Y-%m-%d %H:%M").to_string()
    }

    /// The day that an instant falls on.
    pub fn day(self, instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&self.0).date_naive()
    }

    /// When a day begins: its midnight, or the first moment after it where clocks jump over midnight.
    pub fn start_of(self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(NaiveTime::MIN);
        let moments = (0..4).map(|hours| midnight + chrono::TimeDelta::hours(hours));
        let found = moments.filter_map(|moment| self.0.from_local_datetime(&moment).earliest()).next();
        found.map_or_else(|| midnight.and_utc(), |moment| moment.with_timezone(&Utc))
    }

    /// When a day ends, which is when the next one begins.
    pub fn end_of(self, day: NaiveDate) -> DateTime<Utc> {
        self.start_of(day.checked_add_days(Days::new(1)).unwrap_or(day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taipei_is_eight_hours_ahead() {
        let taipei = Zone(Tz::Asia__Taipei);
        let late: DateTime<Utc> = "2026-01-28T16:30:00Z".parse().unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 1, 29).unwrap();
        assert_eq!(taipei.minute(late), "2026-01-29 00:30");
        assert_eq!(taipei.day(late), day);
        assert_eq!(taipei.start_of(day).to_rfc3339(), "2026-01-28T16:00:00+00:00");
        assert_eq!(taipei.end_of(day).to_rfc3339(), "2026-01-29T16:00:00+00:00");
    }

    #[test]
    fn a_day_without_midnight_begins_when_it_can() {
        let day = NaiveDate::from_ymd_opt(2018, 11, 4).unwrap();
        assert_eq!(Zone(Tz::America__Sao_Paulo).start_of(day).to_rfc3339(), "2018-11-04T03:00:00+00:00");
    }
}
