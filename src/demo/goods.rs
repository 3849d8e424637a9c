//! Goods whose prices were watched for a month: `goods.json`, and what somebody saw of them day by day.
//!
//! All of it goes through the intake of observations, as a crawler's looks do; the same month is told every time.

use aggregates::listings::{ListingDetails, Observation};
use aggregates::values::StockStatus;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{context, shop};
use crate::app::App;
use crate::event_store::{ExecuteError, FeedFilter};
use crate::observations::{Intake, Look, Named, Sighting};

/// How many days are told.
const DAYS: i64 = 30;
/// The hours before now at which somebody looked today, the last two of them in a row.
const HOURS_TODAY: [i64; 4] = [9, 6, 3, 1];
/// Every so many goods one is sold out now and then.
const SOLD_OUT_EVERY: usize = 11;
/// The places of goods whose page is gone since today.
const GONE: [usize; 2] = [18, 47];

/// One of the goods.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Goods {
    pub(super) code: String,
    pub(super) name: String,
    brand: String,
    category: String,
    /// Where its price begins.
    price: i64,
}

/// What the shop says of one of the goods.
pub(super) struct Now {
    pub(super) price: Decimal,
    pub(super) is_sold_out: bool,
    pub(super) is_gone: bool,
}

/// All goods.
///
/// # Errors
/// When the file and this build disagree.
pub(super) fn all() -> serde_json::Result<Vec<Goods>> {
    serde_json::from_str(include_str!("goods.json"))
}

/// Tells of the goods in a house that watches none.
///
/// # Errors
/// When the log does not answer.
pub(super) async fn tell(app: &App, now: DateTime<Utc>) -> anyhow::Result<()> {
    let any = FeedFilter { after: 0, kind: Some("listing".into()), event_type: None, limit: 1 };
    if !app.store.feed_page(&any).await?.is_empty() {
        return Ok(());
    }
    let goods = all()?;
    let now = now.trunc_subsecs(0);
    let days = (1..=DAYS).rev().map(|day| now - TimeDelta::days(day));
    let hours = HOURS_TODAY.iter().map(|hours| now - TimeDelta::hours(*hours));
    for (look, at) in days.chain(hours).enumerate() {
        look_at_all(app, &goods, look, at).await?;
    }
    Ok(())
}

async fn look_at_all(app: &App, goods: &[Goods], look: usize, at: DateTime<Utc>) -> Result<(), ExecuteError> {
    let sightings: Vec<Sighting> =
        goods.iter().enumerate().map(|(place, goods)| goods.seen(place, look, at)).collect();
    let intake = Intake { run: None, source: "demo".to_owned(), creates: true, now: at.max(Utc::now()) };
    app.observations.take(&sightings, &intake, &context()).await?;
    Ok(())
}

/// Looks at what the shop says in one of its price slots; goods that are gone are left alone.
///
/// # Errors
/// When the log does not answer.
pub(super) async fn look_now(app: &App, slot: usize, now: DateTime<Utc>) -> anyhow::Result<()> {
    let now = now.trunc_subsecs(3);
    let sightings = all()?.into_iter().enumerate().filter(|(place, _)| !GONE.contains(place));
    let sightings: Vec<Sighting> = sightings
        .map(|(place, goods)| {
            let seen = goods.now(place, slot);
            let look = Look::Seen(observation(seen.price, seen.is_sold_out, now));
            Sighting { index: place, listing: Named::Text(goods.code), look, about: None }
        })
        .collect();
    let intake = Intake { run: None, source: "demo".to_owned(), creates: false, now: now.max(Utc::now()) };
    app.observations.take(&sightings, &intake, &context()).await?;
    Ok(())
}

fn observation(price: Decimal, is_sold_out: bool, at: DateTime<Utc>) -> Observation {
    Observation {
        price: Some(price),
        currency: None,
        stock_status: Some(if is_sold_out { StockStatus::OutOfStock } else { StockStatus::InStock }),
        observed_at: at,
        source: "demo".to_owned(),
        evidence: None,
    }
}

impl Goods {
    /// What the shop says now, so many of its price slots after the month that was told.
    pub(super) fn now(&self, place: usize, slot: usize) -> Now {
        let look = DAYS as usize + HOURS_TODAY.len() + slot;
        Now {
            price: self.price_at(place, look),
            is_sold_out: is_sold_out(place, look),
            is_gone: GONE.contains(&place),
        }
    }

    fn seen(&self, place: usize, look: usize, at: DateTime<Utc>) -> Sighting {
        let is_gone = GONE.contains(&place) && look + 2 >= (DAYS as usize) + HOURS_TODAY.len();
        let observation = observation(self.price_at(place, look), is_sold_out(place, look), at);
        let look = if is_gone { Look::Gone { at, evidence: None } } else { Look::Seen(observation) };
        let about = ListingDetails {
            url: Some(format!("http://{}/goods/{}", shop::NAME, self.code)),
            name: Some(self.name.clone()),
            brand: Some(self.brand.clone()),
            category: Some(self.category.clone()),
            ..ListingDetails::default()
        };
        Sighting { index: place, listing: Named::Text(self.code.clone()), look, about: Some(Box::new(about)) }
    }

    /// Most days a price stays as it is. Every good has a rhythm of its own for sales and for dearer days, and a
    /// few of them change today.
    fn price_at(&self, place: usize, look: usize) -> Decimal {
        let step = (look + place * 7) / (5 + place % 6);
        let percent = [0, 0, -10, 0, 5, 0, -15, 0, -5, 8][(step * 3 + place) % 10];
        let price = self.price * (100 + percent) / 100;
        // Shops like prices that end in 9.
        let price = if price > 100 && percent < 0 { price / 10 * 10 - 1 } else { price };
        Decimal::from(price)
    }
}

fn is_sold_out(place: usize, look: usize) -> bool {
    place % SOLD_OUT_EVERY == 4 && look % 9 > 5
}
