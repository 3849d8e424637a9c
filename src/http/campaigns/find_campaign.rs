use axum::response::Response;

use crate::http::{ApiError, B, PathId, Read, Reader};

pub(super) async fn handler(PathId(id): PathId, reader: Reader) -> Result<Response, ApiError> {
    reader
        .answer(|app| async move {
            let found = projections::campaigns::find_campaign(&app.pool, id).await?;
            let found = found.ok_or_else(|| ApiError::not_found("campaign"))?;
            let answer = B::ok(&found.view).etag(found.version);
            Ok(Read { answer, subjects: super::subjects(id) })
        })
        .await
}
