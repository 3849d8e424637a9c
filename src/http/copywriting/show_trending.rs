use axum::extract::State;
use chrono::{TimeDelta, Utc};
use projections::copywriting::snapshots;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::config::TRENDING_SOURCES;
use crate::http::{After, Answer, ApiError, M, Query};
use crate::limits;

/// What is talked about elsewhere.
#[derive(Serialize, JsonSchema)]
pub(super) struct Trending {
    /// Null: all sources.
    source: Option<&'static str>,
    category: Option<String>,
    items: Vec<ItemView>,
    /// When the source was asked; of several, the one that was asked first. Null: none was yet.
    fetched_at: Option<String>,
    /// Whether there is something newer by now, or nothing yet.
    stale: bool,
}

/// Something that is talked about.
#[derive(Serialize, JsonSchema)]
pub(super) struct ItemView {
    source: String,
    rank: i64,
    title: String,
    url: Option<String>,
    image_url: Option<String>,
    note: Option<String>,
}

/// GET /api/ai/trending. Never asks a source: what is old is fetched in the background, for the next one.
pub(super) async fn handler(State(app): State<App>, _: After, query: Query) -> Result<Answer, ApiError> {
    let names = TRENDING_SOURCES.map(|(source, _)| source);
    let source = query.choice("source", &names)?;
    let category = query.text("category").map(str::trim).unwrap_or_default();
    let is_sane = !category.chars().any(char::is_control)
        && category.chars().count() <= limits::TRENDING_CATEGORY_CHARS;
    if !is_sane {
        let most = limits::TRENDING_CATEGORY_CHARS;
        let sentence = format!("category must have at most {most} printable characters");
        return Err(ApiError::field("category", "too_long", sentence));
    }
    let found = snapshots(&app.pool, source, category).await?;
    let fresh = Utc::now() - TimeDelta::seconds(2 * i64::from(app.config.models.trending_every_s));
    let mut is_stale = false;
    for name in names.into_iter().filter(|name| source.is_none_or(|source| source == *name)) {
        let is_fresh = found.iter().any(|snapshot| snapshot.source == name && snapshot.fetched_at >= fresh);
        if !is_fresh {
            is_stale = true;
            app.trends.want(name, category);
        }
    }
    let fetched_at = found.iter().map(|snapshot| snapshot.fetched_at).min();
    let items = found.into_iter().flat_map(|snapshot| {
        let source = snapshot.source;
        snapshot.items.into_iter().map(move |item| ItemView {
            source: source.clone(),
            rank: item.rank,
            title: item.title,
            url: item.url,
            image_url: item.image_url,
            note: item.note,
        })
    });
    Ok(M::ok(Trending {
        source,
        category: Some(category.to_owned()).filter(|category| !category.is_empty()),
        items: items.collect(),
        fetched_at: fetched_at.map(|at| app.zone().minute(at)),
        stale: is_stale,
    }))
}
