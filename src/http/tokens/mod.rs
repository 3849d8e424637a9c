//! Named API tokens: everyone but a bot has their own, an administrator sees all.

mod create_token;
mod delete_token;
mod list_tokens;

use aggregates::users::Role;

use super::{Access, Caller, Mode, Route};
use crate::app::App;

/// The routes, with who may call them.
pub fn routes() -> Vec<Route<App>> {
    vec![
        Route::get("/api/admin/tokens", Access::Copy, list_tokens::list_tokens)
            .doc("list_tokens", "Named tokens, newest first; how many there are is in X-Total-Count")
            .param("page", "integer", "From 1; without it all, 5,000 at most")
            .param("per_page", "integer", "Rows in a page, 1,000 at most")
            .answers::<Vec<list_tokens::TokenRow>>(),
        Route::post("/api/admin/tokens", Access::Copy, create_token::create_token)
            .doc("create_token", "A named token, shown this once")
            .takes(&create_token::FORM, Mode::Create)
            .answers::<create_token::NamedToken>(),
        Route::delete("/api/admin/tokens/{id}", Access::Copy, delete_token::delete_token)
            .doc("delete_token", "Revoke a named token")
            .answers_nothing(),
    ]
}

/// Whose tokens a caller sees: their own, an administrator everybody's.
fn owner(caller: &Caller) -> Option<i64> {
    (caller.role != Role::Admin).then_some(caller.user_id)
}
