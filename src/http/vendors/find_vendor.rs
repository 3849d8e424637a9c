use axum::response::Response;

use crate::answers::Subject;
use crate::http::{ApiError, M, PathNumber, Read, Reader};

pub(super) async fn handler(reader: Reader, PathNumber(id): PathNumber) -> Result<Response, ApiError> {
    reader
        .answer(|app| async move {
            let found = projections::vendors::find_vendor(&app.pool, id, app.zone()).await?;
            let found = found.ok_or_else(|| ApiError::not_found("vendor"))?;
            let subjects = vec![Subject::thing("vendor", id)];
            Ok(Read { answer: M::ok(found.view).etag(found.version), subjects })
        })
        .await
}
