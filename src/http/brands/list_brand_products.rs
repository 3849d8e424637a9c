use axum::response::Response;
use projections::products::brand_products;

use crate::answers::Subject;
use crate::http::{ApiError, B, PathId, Read, Reader};

pub(super) async fn handler(PathId(brand): PathId, reader: Reader) -> Result<Response, ApiError> {
    reader
        .answer(|app| async move {
            let found = brand_products(&app.pool, brand).await?;
            let found = found.ok_or_else(|| ApiError::not_found("brand"))?;
            Ok(Read { answer: B::ok(found), subjects: vec![Subject::thing("brand", brand)] })
        })
        .await
}
