use axum::response::Response;

use super::login_page::{self, Typed};
use crate::http::Query;

/// GET /login.
pub(super) async fn show_login(query: Query) -> Response {
    login_page::empty(&Typed { next: query.text("next").map(str::to_owned), ..Typed::default() })
}
