//! The picture of a listing's prices.

use aggregates::listings::Timeline;
use chrono::{TimeDelta, Utc};
use projections::listings::{ListingView, last_seen};

use super::BotError;
use crate::app::App;
use crate::charts::{self, PriceChart, Stretch};
use crate::limits;

/// What the last `days` were like; drawn when somebody wants to see it.
pub(super) async fn of(
    app: &App,
    listing: &ListingView,
    timeline: &Timeline,
    days: i64,
) -> Result<PriceChart, BotError> {
    let seen_at = last_seen(&app.pool, listing.item.id).await?;
    let points = timeline.points();
    let nexts = points.iter().skip(1).map(Some).chain([None]);
    // Each point holds until what it said was last seen: before the next point, or until now.
    let stretches = points.iter().zip(nexts).filter_map(|(point, next)| {
        let until = match next {
            Some(next) => next.before_seen_at.unwrap_or(next.at).min(next.at),
            None => seen_at.unwrap_or(point.at),
        };
        Some(Stretch { from: point.at, until: until.max(point.at), price: point.price? })
    });
    let item = &listing.item;
    let title = item.name.clone().or_else(|| item.product_id.clone());
    let until = Utc::now();
    Ok(PriceChart {
        title: title.unwrap_or_else(|| format!("#{}", item.id)),
        currency: listing.currency.clone(),
        zone: app.config.timezone,
        from: until - TimeDelta::days(days),
        until,
        stretches: stretches.collect(),
        pause: TimeDelta::seconds(limits::BOT_CHART_PAUSE_S),
    })
}

/// Draws a chart (PNG) away from the threads that answer others.
///
/// # Errors
/// When it cannot be drawn.
pub async fn draw(chart: PriceChart) -> Result<Vec<u8>, BotError> {
    let drawn = tokio::task::spawn_blocking(move || charts::png(&charts::svg(&chart)?));
    let drawn = drawn.await.map_err(|error| BotError::Unable(error.to_string()))?;
    drawn.map_err(|error| BotError::Unable(error.to_string()))
}
