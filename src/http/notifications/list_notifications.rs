use axum::response::Response;
use projections::notifications::HistoryQuery;

use super::notification_view::NotificationView;
use crate::answers::Subject;
use crate::http::{ApiError, M, Query, Read, Reader};

const STATUSES: [&str; 5] = ["queued", "sent", "failed", "unknown", "suppressed"];

pub(super) async fn handler(query: Query, reader: Reader) -> Result<Response, ApiError> {
    let page = query.page("per_page");
    let asked = HistoryQuery {
        status: query.choice("status", &STATUSES)?.map(str::to_owned),
        channel: query.choice("channel", &["telegram", "email"])?.map(str::to_owned),
        limit: page.limit(),
        offset: page.offset(),
    };
    reader
        .answer(|app| async move {
            let found = projections::notifications::list_notifications(&app.pool, &asked).await?;
            let zone = app.zone();
            let views: Vec<_> = found.items.into_iter().map(|row| NotificationView::of(row, zone)).collect();
            let subjects = vec![Subject::kind("notification"), Subject::kind("user")];
            Ok(Read { answer: M::ok(views).total_count(found.total), subjects })
        })
        .await
}
