use axum::response::Response;

use crate::answers::Subject;
use crate::http::{ApiError, B, PathId, Read, Reader};

pub(super) async fn handler(PathId(id): PathId, reader: Reader) -> Result<Response, ApiError> {
    reader
        .answer(|app| async move {
            let found = projections::products::find_product(&app.pool, id).await?;
            let found = found.ok_or_else(|| ApiError::not_found("product"))?;
            // Its creators come from campaigns of its brand, or of one it belonged to when it was linked.
            let subjects =
                vec![Subject::thing("product", id), Subject::kind("campaign"), Subject::kind("brand")];
            Ok(Read { answer: B::ok(found.view).etag(found.version), subjects })
        })
        .await
}
