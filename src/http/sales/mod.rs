//! Family M's sales (contract §3).

mod export_daily_sales;
mod show_daily_sales;
mod show_monthly_summary;
mod show_trend;

use aggregates::Decider;
use aggregates::sales::SalesDay;
use aggregates::users::User;
use projections::sales::{DayView, SalesFilter, TrendView};

use super::{Access, ApiError, Query, Route};
use crate::answers::Subject;
use crate::app::App;

/// The routes.
pub fn routes() -> Vec<Route<App>> {
    vec![
        Route::get("/api/daily_sales", Access::Read, show_daily_sales::handler)
            .doc("show_daily_sales", "A day's sales, product by product")
            .param("date", "string", "the day; the newest with sales unless said")
            .param("pm", "string", "only products of this PM")
            .param("brand", "string", "only products of this brand")
            .answers::<DayView>(),
        Route::get("/api/monthly_summary", Access::Read, show_monthly_summary::handler)
            .doc(
                "show_monthly_summary",
                "A month's sums with the month before and the year before; or a year's",
            )
            .param("year", "integer", "the year; that of the newest sales unless said")
            .param("month", "integer", "1 to 12; without it, and with a year, twelve rows")
            .answers::<show_monthly_summary::SummaryView>(),
        Route::get("/api/sales/trend", Access::Read, show_trend::handler)
            .doc("show_sales_trend", "Amounts day by day")
            .param("start_date", "string", "the first day; 29 days before the last unless said")
            .param("end_date", "string", "the last day; today unless said")
            .param("dimension", "string", "brand, pm or category; brand unless said")
            .answers::<TrendView>(),
        Route::get("/api/export/daily_sales", Access::Read, export_daily_sales::handler)
            .doc("export_daily_sales", "A day's sales as a file")
            .param("date", "string", "the day; the newest with sales unless said")
            .param("format", "string", "excel or csv; excel unless said")
            .param("pm", "string", "only products of this PM")
            .param("brand", "string", "only products of this brand")
            .answers_other("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ]
}

/// Any import of sales makes an answer stale, whatever its days: restatements reach back, and say what somebody is
/// called.
fn subjects() -> Vec<Subject> {
    vec![Subject::kind(SalesDay::KIND), Subject::kind(User::KIND)]
}

fn filter(query: &Query) -> Result<SalesFilter, ApiError> {
    let text = |name| query.text(name).map(|text| text.trim().to_owned());
    Ok(SalesFilter { date: query.date("date")?, pm: text("pm"), brand: text("brand") })
}
