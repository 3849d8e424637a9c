use axum::response::Response;
use projections::stockouts::find_stockout;

use crate::answers::Subject;
use crate::http::{ApiError, M, PathNumber, Read, Reader};

pub(super) async fn handler(reader: Reader, PathNumber(id): PathNumber) -> Result<Response, ApiError> {
    reader
        .answer(|app| async move {
            let found = find_stockout(&app.pool, id, app.zone()).await?;
            let found = found.ok_or_else(|| ApiError::not_found("stockout"))?;
            let subjects = vec![Subject::kind("stockout-batch"), Subject::kind("vendor")];
            Ok(Read { answer: M::ok(found.view).etag(found.version), subjects })
        })
        .await
}
