use aggregates::users::Role;
use axum::extract::State;
use projections::copywriting::{GenerationView, HistoryFilter, list_generations};

use crate::app::App;
use crate::http::{After, Answer, ApiError, Caller, Code, M, Query};
use crate::limits;

/// GET /api/ai/history.
pub(super) async fn handler(
    State(app): State<App>,
    _: After,
    caller: Caller,
    query: Query,
) -> Result<Answer, ApiError> {
    let asked = query.integer("user_id", 1, i64::MAX)?;
    let is_all = query.flag("all")?;
    let is_of_others = is_all || asked.is_some_and(|user_id| user_id != caller.user_id);
    if is_of_others && caller.role != Role::Admin {
        return Err(ApiError::saying(Code::PermissionDenied, "you see your own history only"));
    }
    let kind = query.choice("kind", &["copy", "search", "all"])?;
    let favorite = query.choice("favorite", &["1", "0", "true", "false"])?;
    let page = query.page_if_asked("per_page");
    let filter = HistoryFilter {
        user_id: if is_all && asked.is_none() { None } else { asked.or(Some(caller.user_id)) },
        kind: Some(kind.unwrap_or("copy")).filter(|kind| *kind != "all"),
        favorite: favorite.map(|word| matches!(word, "1" | "true")),
        offset: page.map_or(0, |page| page.offset()),
        limit: page.map_or(limits::AI_HISTORY_LISTED, |page| page.limit()),
    };
    let (rows, total) = list_generations(&app.pool, &filter).await?;
    let zone = app.zone();
    let views: Vec<_> = rows.into_iter().map(|row| GenerationView::of(row, zone)).collect();
    Ok(M::ok(views).total_count(total))
}
