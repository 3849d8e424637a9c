//! Price charts made by the server: SVG for browsers, PNG for Telegram.
//!
//! A price holds from when it was seen until it was last confirmed. Where nobody looked there is no line, only a
//! grey band: the chart shows nothing that was not observed.

mod png;
mod svg;

pub use png::png;
pub use svg::svg;

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

/// A price that was seen, from the first look until the last one in a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// The first look.
    pub from: DateTime<Utc>,
    /// The last look at the same price.
    pub until: DateTime<Utc>,
    /// What was seen.
    pub price: Decimal,
}

/// What a chart shows.
#[derive(Clone, Debug)]
pub struct PriceChart {
    /// The goods' name.
    pub title: String,
    /// What the prices are counted in.
    pub currency: String,
    /// The zone of the days below.
    pub zone: chrono_tz::Tz,
    /// The left edge.
    pub from: DateTime<Utc>,
    /// The right edge.
    pub until: DateTime<Utc>,
    /// What was seen, oldest first, without overlaps.
    pub stretches: Vec<Stretch>,
    /// The longest pause between two looks that is no gap: the pace at which the page is visited.
    pub pause: TimeDelta,
}

impl PriceChart {
    /// The stretches that follow each other without a gap; the price between two looks is taken to be the older.
    fn lines(&self) -> Vec<Vec<Stretch>> {
        let mut lines: Vec<Vec<Stretch>> = Vec::new();
        for stretch in &self.stretches {
            if stretch.until < self.from || stretch.from > self.until {
                continue;
            }
            let mut stretch = *stretch;
            stretch.from = stretch.from.max(self.from);
            stretch.until = stretch.until.min(self.until);
            match lines.last_mut() {
                Some(line) if line.last().is_some_and(|last| stretch.from - last.until <= self.pause) => {
                    if let Some(last) = line.last_mut() {
                        last.until = stretch.from;
                    }
                    line.push(stretch);
                }
                _ => lines.push(vec![stretch]),
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000 + day)
    }

    fn chart(stretches: &[(i64, i64, i64)]) -> PriceChart {
        let stretches = stretches.iter().map(|(from, until, price)| Stretch {
            from: day(*from),
            until: day(*until),
            price: Decimal::from(*price),
        });
        PriceChart {
            title: "面膜 <b>&\"".to_owned(),
            currency: "TWD".to_owned(),
            zone: chrono_tz::Asia::Taipei,
            from: day(0),
            until: day(30),
            stretches: stretches.collect(),
            pause: TimeDelta::days(1),
        }
    }

    #[test]
    fn a_pause_of_the_usual_length_is_no_gap_and_a_longer_one_is() {
        let lines = chart(&[(0, 5, 3_280), (6, 10, 3_180), (20, 25, 2_980)]).lines();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0][0].until, day(6), "the line goes on to the next look");
        assert_eq!(chart(&[(-20, -10, 1), (40, 50, 1)]).lines().len(), 0, "outside of the chart");
    }

    #[test]
    fn a_chart_is_sound_xml_and_becomes_a_picture() {
        for stretches in [&[][..], &[(3, 3, 100)], &[(0, 5, 3_280), (6, 10, 3_180), (20, 30, 2_980)]] {
            let svg = svg(&chart(stretches)).unwrap();
            assert!(svg.starts_with("<svg") && svg.contains("面膜 &lt;b&gt;&amp;"), "{svg}");
            let picture = png(&svg).unwrap();
            assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
        }
    }
}
