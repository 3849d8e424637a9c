use axum::response::Response;

use crate::http::{ApiError, M, Query, Read, Reader};

pub(super) async fn handler(query: Query, reader: Reader) -> Result<Response, ApiError> {
    let filter = super::filter(&query)?;
    reader
        .answer(|app| async move {
            let day = projections::sales::day(&app.pool, &filter, app.zone()).await?;
            Ok(Read { answer: M::ok(day), subjects: super::subjects() })
        })
        .await
}
