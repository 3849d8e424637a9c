use axum::response::Response;
use projections::campaigns::brand_campaigns;

use crate::answers::Subject;
use crate::http::{ApiError, B, PathId, Read, Reader};

pub(super) async fn handler(PathId(brand): PathId, reader: Reader) -> Result<Response, ApiError> {
    reader
        .answer(|app| async move {
            let found = brand_campaigns(&app.pool, brand).await?;
            let found = found.ok_or_else(|| ApiError::not_found("brand"))?;
            Ok(Read { answer: B::ok(found), subjects: vec![Subject::thing("brand", brand)] })
        })
        .await
}
