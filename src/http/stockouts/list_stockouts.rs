use aggregates::values::plain_code;
use axum::response::Response;
use projections::Page;
use projections::stockouts::{StockoutQuery, list_stockouts};

use crate::answers::Subject;
use crate::http::{ApiError, M, Query, Read, Reader};
use crate::limits;

pub(super) async fn handler(query: Query, reader: Reader) -> Result<Response, ApiError> {
    let asked = StockoutQuery {
        batch: query.id("batch_id")?,
        vendor_code: query.text("vendor_code").map(plain_code),
        status: query.choice("status", &super::STATUSES)?.and_then(super::status),
        from: query.date("from")?,
        to: query.date("to")?,
        page: query.page_if_asked("per_page").map(Page::from),
        most: limits::LISTED_ROWS,
    };
    reader
        .answer(|app| async move {
            let found = list_stockouts(&app.pool, &asked, app.zone()).await?;
            // Vendors' names are shown too.
            let subjects = vec![Subject::kind("stockout-batch"), Subject::kind("vendor")];
            Ok(Read { answer: M::ok(found.items).total_count(found.total), subjects })
        })
        .await
}
