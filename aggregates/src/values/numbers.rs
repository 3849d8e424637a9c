use std::fmt::{self, Write};
use std::ops::RangeInclusive;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A set of numbers, kept as ranges and written as text: `1-500,502`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers(Vec<RangeInclusive<i64>>);

impl Numbers {
    /// Whether none is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many are in it.
    pub fn len(&self) -> usize {
        self.0.iter().map(|range| usize::try_from(range.end() - range.start() + 1).unwrap_or(0)).sum()
    }

    /// The numbers, ascending.
    pub fn iter(&self) -> impl Iterator<Item = i64> + '_ {
        self.0.iter().cloned().flatten()
    }

    /// Whether `number` is in it.
    pub fn contains(&self, number: i64) -> bool {
        self.place_of(number).is_some()
    }

    /// How many smaller numbers are in it, if `number` is.
    pub fn place_of(&self, number: i64) -> Option<usize> {
        let mut before = 0;
        for range in &self.0 {
            if range.contains(&number) {
                return Some(before + usize::try_from(number - range.start()).unwrap_or(0));
            }
            before += usize::try_from(range.end() - range.start() + 1).unwrap_or(0);
        }
        None
    }

    fn parse(text: &str) -> Option<Self> {
        let mut ranges: Vec<RangeInclusive<i64>> = Vec::new();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last): (i64, i64) = (first.parse().ok()?, last.parse().ok()?);
            let follows = ranges.last().is_none_or(|before| *before.end() < first);
            if !follows || first < 0 || last < first {
                return None;
            }
            ranges.push(first..=last);
        }
        Some(Self(ranges))
    }
}

impl FromIterator<i64> for Numbers {
    /// In any order; repeated ones count once.
    fn from_iter<I: IntoIterator<Item = i64>>(numbers: I) -> Self {
        let mut numbers: Vec<i64> = numbers.into_iter().collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut ranges: Vec<RangeInclusive<i64>> = Vec::new();
        for number in numbers {
            match ranges.last_mut() {
                Some(range) if range.end() + 1 == number => *range = *range.start()..=number,
                _ => ranges.push(number..=number),
            }
        }
        Self(ranges)
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, range) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_char(',')?;
            }
            write!(formatter, "{}", range.start())?;
            if range.end() > range.start() {
                write!(formatter, "-{}", range.end())?;
            }
        }
        Ok(())
    }
}

impl Serialize for Numbers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("no ascending ranges of numbers"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_numbers_is_short_and_reads_back() {
        let numbers: Numbers = [7, 2, 1, 3, 3, 9, 10].into_iter().collect();
        assert_eq!(numbers.to_string(), "1-3,7,9-10");
        assert_eq!(numbers.len(), 6);
        assert_eq!(numbers.iter().collect::<Vec<_>>(), [1, 2, 3, 7, 9, 10]);
        assert_eq!((numbers.place_of(7), numbers.place_of(9), numbers.place_of(8)), (Some(3), Some(4), None));
        assert_eq!(serde_json::from_str::<Numbers>("\"1-3,7,9-10\"").unwrap(), numbers);
        for wrong in ["\"3,2\"", "\"2-1\"", "\"x\"", "\"-1\"", "\"1-2,2\""] {
            assert!(serde_json::from_str::<Numbers>(wrong).is_err(), "{wrong}");
        }
    }
}
