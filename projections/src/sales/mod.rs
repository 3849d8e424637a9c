//! Sales as they are looked at: the rows of a day, sums by day and by PM, brand and category, and what each import
//! said.
//!
//! Sums are kept, not made when asked for: each event adds what came and takes away what went. A sum of cost, gross
//! profit or orders is that of the products of which it is known; of none known there is none.

mod batches;
mod day;
mod fold;
mod months;
mod row;
mod trend;

mod view;

pub use batches::{BatchReport, days_of_batch, report_of_batch};
pub use day::{DayView, SalesFilter, SalesItem, Summary, day, newest_date};
pub use months::{
    Breakdown, Comparison, DayFigures, MonthRow, MonthView, NamedFigures, YearView, month, year,
};
pub use row::{BatchRow, DayRow, Sums, TotalRow};
pub use trend::{Series, TrendView, trend};

pub use view::{Figures, RestatedSummary, Restatement};

use std::sync::LazyLock;

use aggregates::Recorded;
use aggregates::sales::SalesEvent;
use async_trait::async_trait;
use sqlx::PgConnection;

use crate::batch::wire_names;
use crate::{ApplyError, Projection};

static FOLLOWS: LazyLock<Vec<&'static str>> = LazyLock::new(|| wire_names(&[SalesEvent::WIRE]));

/// Rows of figures that are folded at once: an event has some hundred, and a batch may have thousands of events.
const ROWS_AT_ONCE: usize = 20_000;

/// Keeps `sales_rows`, `sales_totals` and `sales_batches`.
pub struct Sales;

#[async_trait]
impl Projection for Sales {
    fn name(&self) -> &'static str {
        "sales"
    }

    fn version(&self) -> i32 {
        2
    }

    fn tables(&self) -> &'static [&'static str] {
        &["sales_rows", "sales_totals", "sales_batches"]
    }

    fn follows(&self) -> &'static [&'static str] {
        &FOLLOWS
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Recorded]) -> Result<(), ApplyError> {
        let mut rest = events;
        while !rest.is_empty() {
            let (part, others) = rest.split_at(fold::bounded(rest, ROWS_AT_ONCE));
            fold::fold(connection, part).await?;
            rest = others;
        }
        Ok(())
    }
}
