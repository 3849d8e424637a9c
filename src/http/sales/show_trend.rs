use aggregates::sales::SalesColumn;
use axum::extract::State;
use axum::response::Response;
use chrono::{NaiveDate, TimeDelta, Utc};

use crate::app::App;
use crate::http::{ApiError, M, Query, Read, Reader};
use crate::limits;

pub(super) async fn handler(
    State(app): State<App>,
    query: Query,
    reader: Reader,
) -> Result<Response, ApiError> {
    let dimension = query.choice("dimension", &["brand", "pm", "category"])?;
    let dimension = SalesColumn::ALL.into_iter().find(|column| Some(column.code()) == dimension);
    let dimension = dimension.unwrap_or(SalesColumn::Brand);
    let today = app.zone().day(Utc::now());
    let (start, end) = span(query.date("start_date")?, query.date("end_date")?, today)?;
    // Without dates the answer depends on the day it is given on, so it says which that is.
    let reader = reader.depending_on(&format!("{start}/{end}"));
    reader
        .answer(|app| async move {
            let trend = projections::sales::trend(&app.pool, dimension, start, end).await?;
            Ok(Read { answer: M::ok(trend), subjects: super::subjects() })
        })
        .await
}

/// The days asked for; what is not said makes it the usual number of days, up to today.
fn span(
    start: Option<NaiveDate>,
    end: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<(NaiveDate, NaiveDate), ApiError> {
    let usual = TimeDelta::days(limits::TREND_DAYS - 1);
    let out_of_range = |field: &str, rule: String| ApiError::field(field, "out_of_range", rule);
    let end = end.unwrap_or_else(|| start.map_or(today, |start| start.max(today)));
    let start = match start {
        Some(start) => start,
        None => end
            .checked_sub_signed(usual)
            .ok_or_else(|| out_of_range("end_date", "end_date is before all calendars".to_owned()))?,
    };
    if start > end {
        return Err(out_of_range("start_date", "start_date must not be after end_date".to_owned()));
    }
    if (end - start).num_days() >= limits::TREND_DAYS_MAX {
        let rule = format!("start_date and end_date must be at most {} days apart", limits::TREND_DAYS_MAX);
        return Err(out_of_range("start_date", rule));
    }
    Ok((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        text.parse().ok()
    }

    #[test]
    fn what_is_not_said_makes_it_thirty_days_up_to_today() {
        let today = day("2026-03-01").unwrap();
        let asked = |start: &str, end: &str| span(day(start), day(end), today).ok();
        assert_eq!(asked("", ""), day("2026-01-31").zip(day("2026-03-01")));
        assert_eq!(asked("", "2026-01-30"), day("2026-01-01").zip(day("2026-01-30")));
        assert_eq!(asked("2026-02-20", ""), day("2026-02-20").zip(day("2026-03-01")));
        assert_eq!(asked("2026-04-01", ""), day("2026-04-01").zip(day("2026-04-01")));
    }

    #[test]
    fn it_is_400_days_at_most() {
        let today = day("2026-03-01").unwrap();
        assert!(span(day("2025-01-01"), day("2026-02-04"), today).is_ok());
        assert!(span(day("2025-01-01"), day("2026-02-05"), today).is_err());
        assert!(span(day("2026-02-02"), day("2026-02-01"), today).is_err());
    }
}
