use axum::extract::State;
use axum::response::Response;
use chrono::{Datelike, NaiveDate, Utc};
use projections::sales::{MonthView, YearView};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::http::{ApiError, M, Query, Read, Reader};

/// A month, or a year.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum SummaryView {
    Month(Box<MonthView>),
    Year(Box<YearView>),
}

pub(super) async fn handler(
    State(app): State<App>,
    query: Query,
    reader: Reader,
) -> Result<Response, ApiError> {
    let year = query.integer("year", 1, 9_999)?;
    let month = query.integer("month", 1, 12)?;
    let today = app.zone().day(Utc::now());
    reader
        .depending_on(&today.to_string())
        .answer(|app| async move {
            let view = match (year, month) {
                (Some(year), None) => of_year(&app, year).await?,
                _ => of_month(&app, year, month, today).await?,
            };
            let view = view.ok_or_else(|| ApiError::not_found("month"))?;
            Ok(Read { answer: M::ok(view), subjects: super::subjects() })
        })
        .await
}

async fn of_year(app: &App, year: i64) -> Result<Option<SummaryView>, ApiError> {
    let view = projections::sales::year(&app.pool, i32::try_from(year).unwrap_or(0), app.zone()).await?;
    Ok(view.map(|view| SummaryView::Year(Box::new(view))))
}

/// What is not said is that of the newest sales, or of today before there are any.
async fn of_month(
    app: &App,
    year: Option<i64>,
    month: Option<i64>,
    today: NaiveDate,
) -> Result<Option<SummaryView>, ApiError> {
    let newest = projections::sales::newest_date(&app.pool).await?.unwrap_or(today);
    let year = year.and_then(|year| i32::try_from(year).ok()).unwrap_or(newest.year());
    let month = month.and_then(|month| u32::try_from(month).ok()).unwrap_or(newest.month());
    let view = projections::sales::month(&app.pool, year, month, app.zone()).await?;
    Ok(view.map(|view| SummaryView::Month(Box::new(view))))
}
