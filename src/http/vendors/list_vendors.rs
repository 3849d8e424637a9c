use aggregates::values::plain_code;
use axum::response::Response;
use projections::Page;
use projections::vendors::{VendorQuery, list_vendors};

use crate::answers::Subject;
use crate::http::{ApiError, M, Query, Read, Reader};
use crate::limits;

pub(super) async fn handler(query: Query, reader: Reader) -> Result<Response, ApiError> {
    let text = |name: &str| query.text(name).map(str::to_owned);
    let asked = VendorQuery {
        vendor_code: query.text("vendor_code").map(plain_code),
        pm: text("pm"),
        search: text("q"),
        page: query.page_if_asked("per_page").map(Page::from),
        most: limits::LISTED_ROWS,
    };
    reader
        .answer(|app| async move {
            let found = list_vendors(&app.pool, &asked, app.zone()).await?;
            Ok(Read {
                answer: M::ok(found.items).total_count(found.total),
                subjects: vec![Subject::kind("vendor")],
            })
        })
        .await
}
