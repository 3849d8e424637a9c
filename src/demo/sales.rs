//! Two months of sales for the story's products, so that a PM finds yesterday, the month and the trend.
//!
//! A day's figures depend on nothing but the day and the product: told again on another day, the story only adds
//! the days since.

use aggregates::products::ProductDetails;
use aggregates::sales::SalesRow;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{context, story};
use crate::app::App;
use crate::event_store::ExecuteError;
use crate::sales::{self, Line};

/// How many days before today are told.
const DAYS: i64 = 60;
/// The import that all of it belongs to.
const BATCH: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_de30_5a1e_0001);
/// Who looks after the brands, in the order of the story.
const PMS: [&str; 3] = ["林美玲", "陳志明", "王雅婷"];

/// Tells the days up to yesterday that are not told yet.
///
/// # Errors
/// When the log does not answer.
pub(super) async fn tell(app: &App, brands: &[story::Brand], now: DateTime<Utc>) -> Result<(), ExecuteError> {
    let today = app.zone().day(now);
    let lines = lines(brands, today);
    sales::import(app, BATCH, Some("demo".to_owned()), lines, &context(), |_| {}).await.map(|_| ())
}

fn lines(brands: &[story::Brand], today: NaiveDate) -> Vec<Line> {
    let days = (1..=DAYS).filter_map(|ago| today.checked_sub_signed(TimeDelta::days(ago)));
    let mut lines = Vec::new();
    for date in days {
        for (number, brand) in brands.iter().enumerate() {
            for product in &brand.products {
                let pm = PMS.get(number % PMS.len()).copied().unwrap_or_default();
                let row = SalesRow {
                    brand: Some(brand.details.name.clone()),
                    category: brand.details.category.clone(),
                    pm: Some(pm.to_owned()),
                    vendor_code: Some(format!("V{:03}", number + 1)),
                    ..sold(product, date)
                };
                lines.push((date, row));
            }
        }
    }
    lines
}

/// What is sold of a product on a day: more on weekends and around pay day, never quite the same.
fn sold(product: &ProductDetails, date: NaiveDate) -> SalesRow {
    let product_code = product.pid.clone().unwrap_or_default();
    let chance = chance(&product_code, date);
    let usual = (product.items_sold / 120).max(1);
    let season = match (date.weekday(), date.day()) {
        (_, 5..=7) => 170,
        (Weekday::Sat | Weekday::Sun, _) => 140,
        (Weekday::Mon, _) => 80,
        _ => 100,
    };
    let pieces = usual * season * (60 + chance % 90) / 10_000;
    // Once in a while more comes back than goes out.
    let pieces = if chance % 97 == 0 { -1 } else { pieces };
    let price = product.sales_price_min.unwrap_or_default();
    let amount = price * Decimal::from(pieces);
    let cost = (amount * Decimal::new(55 + chance % 11, 2)).round();
    SalesRow {
        product_code,
        product_name: Some(product.name.clone()),
        qty: pieces.into(),
        amount,
        cost: Some(cost),
        orders: Some((pieces * 9 / 10).max(0)),
        ..SalesRow::default()
    }
}

/// The same number for the same product and day, and another one for any other.
fn chance(product_code: &str, date: NaiveDate) -> i64 {
    let seed = product_code.bytes().chain(date.num_days_from_ce().to_be_bytes());
    let mixed = seed.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    i64::try_from(mixed >> 40).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_tells_of_sixty_days_and_of_every_product() {
        let brands = story::brands().unwrap();
        let today = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        let told = lines(&brands, today);
        assert_eq!(told.len(), 60 * 20);
        assert!(told.iter().all(|(date, row)| *date < today && row.clone().checked().is_ok()));
        let sum: Decimal = told.iter().map(|(_, row)| row.amount).sum();
        assert!(sum > Decimal::ZERO);
        // and: told tomorrow, the days in common are the same
        let again = lines(&brands, today.succ_opt().unwrap());
        assert!(again.iter().filter(|line| line.0 < today).all(|line| told.contains(line)));
    }
}
