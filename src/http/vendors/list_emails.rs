use axum::response::Response;

use crate::answers::Subject;
use crate::http::{ApiError, M, PathNumber, Read, Reader};

pub(super) async fn handler(reader: Reader, PathNumber(id): PathNumber) -> Result<Response, ApiError> {
    reader
        .answer(|app| async move {
            let emails = projections::vendors::vendor_emails(&app.pool, id).await?;
            let emails = emails.ok_or_else(|| ApiError::not_found("vendor"))?;
            let total = i64::try_from(emails.len()).unwrap_or(i64::MAX);
            let subjects = vec![Subject::thing("vendor", id)];
            Ok(Read { answer: M::ok(emails).total_count(total), subjects })
        })
        .await
}
