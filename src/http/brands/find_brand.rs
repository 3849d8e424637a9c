use axum::response::Response;

use crate::answers::Subject;
use crate::http::{ApiError, B, PathId, Read, Reader};

pub(super) async fn handler(PathId(id): PathId, reader: Reader) -> Result<Response, ApiError> {
    reader
        .answer(|app| async move {
            let found = projections::brands::find_brand(&app.pool, id).await?;
            let found = found.ok_or_else(|| ApiError::not_found("brand"))?;
            let answer = B::ok(found.view).etag(found.version);
            Ok(Read { answer, subjects: vec![Subject::thing("brand", id)] })
        })
        .await
}
