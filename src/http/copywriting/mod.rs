//! Copy by models, looking things up, and what that used (contract §3).

mod delete_generation;
mod favor_generation;
mod find_generation;
mod generate_copy;
mod list_history;
mod recording;
mod search_web;
mod show_trending;
mod show_usage;

use std::time::Duration;

use aggregates::users::Role;
use projections::copywriting::{GenerationRow, GenerationView, UsageStats};

use super::{Access, ApiError, Caller, Mode, Route};
use crate::app::App;
use crate::limits;

/// The routes.
pub fn routes() -> Vec<Route<App>> {
    // A model may think for long; the route's own limit comes after the model's.
    let patience = Duration::from_secs(limits::MODEL_TIMEOUT_MAX_S + limits::MODEL_RECORD_S);
    vec![
        Route::post("/api/ai/generate", Access::Copy, generate_copy::handler)
            .doc("generate_copy", "Let a model write copy for a product")
            .takes(&generate_copy::FORM, Mode::Create)
            .timeout(patience)
            .answers_bare::<generate_copy::Copy>(),
        Route::post("/api/ai/search", Access::Copy, search_web::handler)
            .doc("search_web", "Let Gemini look something up, with its sources")
            .takes(&search_web::FORM, Mode::Create)
            .timeout(patience)
            .answers::<search_web::Found>(),
        Route::get("/api/ai/trending", Access::Copy, show_trending::handler)
            .doc("show_trending", "What is talked about elsewhere, from the last snapshot")
            .param("source", "string", "mybest, cosme or youtube; all unless said")
            .param("category", "string", "in general unless said")
            .answers::<show_trending::Trending>(),
        Route::get("/api/ai/history", Access::Copy, list_history::handler)
            .doc(
                "list_ai_history",
                "What models were asked, newest first; how many there are is in X-Total-Count",
            )
            .param("kind", "string", "copy, search or all; copy unless said")
            .param("favorite", "boolean", "1: only favourites; 0: only others")
            .param("user_id", "integer", "for administrators: only those of this user")
            .param("all", "boolean", "1, for administrators: everybody's")
            .param("page", "integer", "From 1; without it all, 5,000 at most")
            .param("per_page", "integer", "Rows in a page, 1,000 at most")
            .answers::<Vec<GenerationView>>(),
        Route::get("/api/ai/history/{id}", Access::Copy, find_generation::handler)
            .doc("find_ai_history", "One request to a model")
            .answers::<GenerationView>(),
        Route::put("/api/ai/history/{id}/favorite", Access::Copy, favor_generation::handler)
            .doc("favor_ai_history", "Make it a favourite, or none; without a body the other of what it is")
            .takes(&favor_generation::FORM, Mode::Change)
            .answers::<GenerationView>(),
        Route::delete("/api/ai/history/{id}", Access::Copy, delete_generation::handler)
            .doc("delete_ai_history", "Take it out of the history; figures keep it")
            .answers_nothing(),
        Route::get("/api/ai/usage/stats", Access::Copy, show_usage::handler)
            .doc("show_ai_usage", "What requests to models used: one's own, for administrators everybody's")
            .param("start_date", "string", "the first day, 29 days before the last unless said")
            .param("end_date", "string", "the last day, today unless said")
            .param("user_id", "integer", "for administrators: only those of this user")
            .answers::<UsageStats>(),
    ]
}

/// Whose rows a caller may touch: their own, an administrator everybody's.
fn asker(caller: &Caller) -> Option<i64> {
    (caller.role != Role::Admin).then_some(caller.user_id)
}

/// A row that the caller may see; somebody else's is not there.
async fn seen(app: &App, number: i64, asker: Option<i64>) -> Result<GenerationRow, ApiError> {
    let found = projections::copywriting::find_generation(&app.pool, number).await?;
    let found = found.filter(|row| asker.is_none_or(|asker| asker == row.user_id));
    found.ok_or_else(|| ApiError::not_found("history"))
}
