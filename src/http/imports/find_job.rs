use axum::response::Response;
use projections::imports::find_import;

use crate::answers::Subject;
use crate::http::{ApiError, M, PathId, Read, Reader};

pub(super) async fn handler(reader: Reader, PathId(id): PathId) -> Result<Response, ApiError> {
    reader
        .answer(|app| async move {
            let found =
                find_import(&app.pool, id, app.zone()).await?.ok_or_else(|| ApiError::not_found("job"))?;
            Ok(Read {
                answer: M::ok(found.view).etag(found.version),
                subjects: vec![Subject::thing("import", id)],
            })
        })
        .await
}
