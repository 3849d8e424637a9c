//! A listing's price over time: what was in force from when on.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{ListingEvent, Previous};
use crate::values::StockStatus;

/// From when on something was in force.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// When it was first seen.
    pub at: DateTime<Utc>,
    /// The price; none: not known.
    pub price: Option<Decimal>,
    /// Whether it could be bought.
    pub stock_status: StockStatus,
    /// When what was in force before was last seen; between that and [`Self::at`] nobody looked.
    pub before_seen_at: Option<DateTime<Utc>>,
}

impl Point {
    /// Whether both say the same of a listing.
    pub fn says_what(&self, other: &Self) -> bool {
        (self.price, self.stock_status) == (other.price, other.stock_status)
    }
}

/// The points in the order of time; of two at one instant only the one recorded last is kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timeline(Vec<Point>);

impl Timeline {
    /// A timeline of `points` in any order; of two at one instant the later in the list is kept.
    pub fn of(points: impl IntoIterator<Item = Point>) -> Self {
        let mut timeline = Self::default();
        for point in points {
            timeline.insert(point);
        }
        timeline
    }

    /// The points, oldest first.
    pub fn points(&self) -> &[Point] {
        &self.0
    }

    /// What was in force at `moment`.
    pub fn at(&self, moment: DateTime<Utc>) -> Option<&Point> {
        self.0[..self.after(moment)].last()
    }

    /// The first point later than `moment`.
    pub fn next_after(&self, moment: DateTime<Utc>) -> Option<&Point> {
        self.0.get(self.after(moment))
    }

    /// The newest point.
    pub fn newest(&self) -> Option<&Point> {
        self.0.last()
    }

    /// From when on the newest price and stock state have been in force without a break.
    pub fn in_force_since(&self) -> Option<DateTime<Utc>> {
        let newest = self.newest()?;
        self.0.iter().rev().take_while(|point| point.says_what(newest)).last().map(|point| point.at)
    }

    /// The price before the newest one, whatever the stock states.
    pub fn previous_price(&self) -> Option<Decimal> {
        let newest = self.newest()?.price;
        self.0.iter().rev().filter_map(|point| point.price).find(|price| Some(*price) != newest)
    }

    /// Puts a point in its place.
    pub fn insert(&mut self, point: Point) {
        let place = self.after(point.at);
        match place.checked_sub(1).and_then(|before| self.0.get_mut(before)) {
            Some(same) if same.at == point.at => *same = point,
            _ => self.0.insert(place, point),
        }
    }

    /// Takes in what an event says of the price.
    pub fn take(&mut self, event: &ListingEvent) {
        points_of(event).into_iter().flatten().for_each(|point| self.insert(point));
    }

    fn after(&self, moment: DateTime<Utc>) -> usize {
        // Mostly the newest is meant.
        match self.0.last() {
            Some(newest) if newest.at > moment => self.0.partition_point(|point| point.at <= moment),
            _ => self.0.len(),
        }
    }
}

/// The points that an event puts on the timeline: what was seen and, of a late one, the return to what was before.
pub fn points_of(event: &ListingEvent) -> [Option<Point>; 2] {
    let ListingEvent::PriceObserved { price, stock_status, observed_at, previous, until, .. } = event else {
        return [None, None];
    };
    let seen = Point {
        at: *observed_at,
        price: *price,
        stock_status: *stock_status,
        before_seen_at: previous.as_ref().map(|previous| previous.seen_at),
    };
    let back = until.zip(previous.as_ref()).map(|(at, Previous { price, stock_status, .. })| Point {
        at,
        price: *price,
        stock_status: *stock_status,
        before_seen_at: Some(*observed_at),
    });
    [Some(seen), back]
}
