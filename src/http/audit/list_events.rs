use axum::extract::State;

use super::event_view::{FeedEventView, FeedPage, page};
use crate::actor_names;
use crate::app::App;
use crate::event_store::FeedFilter;
use crate::http::{After, Answer, ApiError, M, Query};

pub(super) async fn handler(State(app): State<App>, _after: After, query: Query) -> Result<Answer, ApiError> {
    let limit = super::page_limit(&query)?;
    let filter = FeedFilter {
        after: query.integer("after", 0, i64::MAX)?.unwrap_or(0),
        kind: super::asked_kind(&query)?,
        event_type: query.text("type").map(str::to_owned),
        limit: limit + 1,
    };
    let head = app.store.confirmed_head().await?;
    let (mut events, next) = page(app.store.feed_page(&filter).await?, limit);
    actor_names::name(&app.pool, &mut events).await?;
    Ok(M::ok(FeedPage {
        events: events.iter().map(FeedEventView::from).collect(),
        next,
        epoch: app.store.feed().epoch().to_owned(),
        head,
    }))
}
