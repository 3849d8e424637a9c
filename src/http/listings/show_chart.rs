//! A listing's price chart (issue 3.4).

use axum::extract::State;
use axum::http::{HeaderValue, header};
use chrono::{DateTime, TimeDelta, Utc};
use projections::listings::{ListingView, find_listing, last_seen, timeline};

use crate::app::App;
use crate::charts::{self, PriceChart, Stretch};
use crate::http::{After, Answer, ApiError, PathNumber, Query};
use crate::limits;

/// The usual span, in days.
const DAYS: i64 = 90;
/// The longest span, in days.
const DAYS_MAX: i64 = 3_650;

pub(super) async fn svg(
    State(app): State<App>,
    _: After,
    PathNumber(number): PathNumber,
    query: Query,
) -> Result<Answer, ApiError> {
    let svg = draw(&app, number, &query).await?;
    Ok(picture("image/svg+xml", svg.into_bytes()))
}

pub(super) async fn png(
    State(app): State<App>,
    _: After,
    PathNumber(number): PathNumber,
    query: Query,
) -> Result<Answer, ApiError> {
    let svg = draw(&app, number, &query).await?;
    let png = tokio::task::spawn_blocking(move || charts::png(&svg)).await.map_err(ApiError::internal)?;
    Ok(picture("image/png", png.map_err(ApiError::internal)?))
}

/// A picture that no browser takes for a page with rights of its own.
fn picture(content_type: &'static str, bytes: Vec<u8>) -> Answer {
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'");
    Answer::of_type(HeaderValue::from_static(content_type), bytes)
        .header(header::CONTENT_SECURITY_POLICY, policy)
        .header(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"))
}

async fn draw(app: &App, number: i64, query: &Query) -> Result<String, ApiError> {
    let days = days(query)?;
    let found = find_listing(&app.pool, number, app.zone()).await?;
    let ListingView { item, currency, .. } = found.ok_or_else(|| ApiError::not_found("listing"))?.view;
    let timeline = timeline(&app.pool, number).await?;
    let seen_at = last_seen(&app.pool, number).await?;
    let until = Utc::now();
    let title = item.name.or(item.product_id).unwrap_or_else(|| format!("#{number}"));
    let chart = PriceChart {
        title,
        currency,
        zone: app.config.timezone,
        from: until - TimeDelta::days(days),
        until,
        stretches: stretches(timeline.points(), seen_at),
        pause: TimeDelta::seconds(limits::CHART_PAUSE_S),
    };
    charts::svg(&chart).map_err(ApiError::internal)
}

fn days(query: &Query) -> Result<i64, ApiError> {
    let Some(text) = query.text("days") else { return Ok(DAYS) };
    match text.parse() {
        Ok(days) if (1..=DAYS_MAX).contains(&days) => Ok(days),
        _ => {
            let rule = format!("days must be a whole number between 1 and {DAYS_MAX}");
            Err(ApiError::field("days", "out_of_range", rule))
        }
    }
}

/// Each point holds until what it said was last seen: before the next point, or until now.
fn stretches(points: &[aggregates::listings::Point], seen_at: Option<DateTime<Utc>>) -> Vec<Stretch> {
    let nexts = points.iter().skip(1).map(Some).chain([None]);
    let stretches = points.iter().zip(nexts).filter_map(|(point, next)| {
        let until = match next {
            Some(next) => next.before_seen_at.unwrap_or(next.at).min(next.at),
            None => seen_at.unwrap_or(point.at),
        };
        Some(Stretch { from: point.at, until: until.max(point.at), price: point.price? })
    });
    stretches.collect()
}
