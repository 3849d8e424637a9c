use axum::response::Response;

use crate::http::{ApiError, B, PathId, Read, Reader};

pub(super) async fn handler(PathId(id): PathId, reader: Reader) -> Result<Response, ApiError> {
    reader
        .answer(|app| async move {
            let found = projections::campaigns::creator_list(&app.pool, id).await?;
            let found = found.ok_or_else(|| ApiError::not_found("campaign"))?;
            Ok(Read { answer: B::ok(found.view).etag(found.version), subjects: super::subjects(id) })
        })
        .await
}
