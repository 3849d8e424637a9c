use axum::response::Response;
use projections::brands::{ORDERINGS, list_brands};

use crate::http::{ApiError, B, Query, Read, Reader, lists};

pub(super) async fn handler(query: Query, reader: Reader) -> Result<Response, ApiError> {
    let asked = lists::read(&query, ORDERINGS)?;
    reader
        .answer(|app| async move {
            let found = list_brands(&app.pool, &asked).await?;
            Ok(Read { answer: B::ok(found.items).total_count(found.total), subjects: lists::everything() })
        })
        .await
}
