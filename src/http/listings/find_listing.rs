use axum::response::Response;

use crate::answers::Subject;
use crate::http::{ApiError, M, PathNumber, Read, Reader};

pub(super) async fn handler(PathNumber(number): PathNumber, reader: Reader) -> Result<Response, ApiError> {
    reader
        .answer(|app| async move {
            let found = projections::listings::find_listing(&app.pool, number, app.zone()).await?;
            let found = found.ok_or_else(|| ApiError::not_found("listing"))?;
            let subjects = vec![Subject::thing("listing", number), Subject::kind("observations")];
            Ok(Read { answer: M::ok(found.view).etag(found.version), subjects })
        })
        .await
}
