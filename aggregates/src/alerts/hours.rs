use std::fmt;

use chrono::{NaiveTime, Timelike};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A minute of the day, written `22:00`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(u32);

impl TimeOfDay {
    /// Reads hours and minutes; `24:00` is midnight.
    pub fn parse(text: &str) -> Option<Self> {
        let (hours, minutes) = text.trim().split_once(':')?;
        let number = |part: &str| {
            let is_number = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse::<u32>().ok()).flatten()
        };
        let (hours, minutes) = (number(hours)?, number(minutes).filter(|_| minutes.len() == 2)?);
        match (hours, minutes) {
            (24, 0) => Some(Self(0)),
            (0..=23, 0..=59) => Some(Self(hours * 60 + minutes)),
            _ => None,
        }
    }
}

impl From<NaiveTime> for TimeOfDay {
    fn from(time: NaiveTime) -> Self {
        Self(time.num_seconds_from_midnight() / 60)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("no time of day"))
    }
}

/// The time of day in which nobody is told anything, in the zone of the house; it may span midnight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// From this minute on.
    pub from: TimeOfDay,
    /// Up to this minute, which is not quiet any more.
    pub to: TimeOfDay,
}

impl QuietHours {
    /// Whether it is quiet at `time`.
    pub fn contain(&self, time: TimeOfDay) -> bool {
        let Self { from, to } = *self;
        if from <= to { (from..to).contains(&time) } else { time >= from || time < to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> TimeOfDay {
        TimeOfDay::parse(text).unwrap()
    }

    #[test]
    fn a_time_of_day_is_hours_and_minutes() {
        for (text, shown) in [("22:00", "22:00"), ("7:05", "07:05"), ("24:00", "00:00"), ("00:00", "00:00")] {
            assert_eq!(time(text).to_string(), shown);
        }
        for wrong in
            ["", "22", "24:01", "25:00", "12:60", "12:5", "-1:00", "12:00:00", "noon", "１２:00", "1:+5"]
        {
            assert_eq!(TimeOfDay::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn quiet_hours_may_span_midnight_and_end_before_their_end() {
        let night = QuietHours { from: time("22:00"), to: time("07:00") };
        for (at, quiet) in
            [("21:59", false), ("22:00", true), ("00:00", true), ("06:59", true), ("07:00", false)]
        {
            assert_eq!(night.contain(time(at)), quiet, "{at}");
        }
        let noon = QuietHours { from: time("12:00"), to: time("13:00") };
        for (at, quiet) in
            [("11:59", false), ("12:00", true), ("12:59", true), ("13:00", false), ("00:00", false)]
        {
            assert_eq!(noon.contain(time(at)), quiet, "{at}");
        }
    }
}
