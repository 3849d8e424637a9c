use aggregates::users::Role;
use axum::response::Response;
use projections::Page;
use projections::users::{UserView, list_users};

use crate::answers::Subject;
use crate::http::{ApiError, M, Query, Read, Reader};
use crate::limits;

/// GET /api/users.
pub(super) async fn handler(query: Query, reader: Reader) -> Result<Response, ApiError> {
    let role = query.choice("role", &Role::ALL.map(Role::code))?.and_then(Role::parse);
    let search = query.text("q").map(str::to_owned);
    let page = query.page_if_asked("per_page");
    let page = page.map(|page| Page::new(i64::try_from(page.number).ok(), i64::try_from(page.rows).ok()));
    reader
        .answer(|app| async move {
            let (rows, total) = list_users(&app.pool, search.as_deref(), role, page).await?;
            let zone = app.zone();
            let views: Vec<_> =
                rows.into_iter().take(limits::USERS_LISTED).map(|row| UserView::of(row, zone)).collect();
            Ok(Read { answer: M::ok(views).total_count(total), subjects: vec![Subject::kind("user")] })
        })
        .await
}
