use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use crate::answers::Subject;
use crate::http::{ApiError, B, PathId, Read, Reader};

/// The knowledge bases of a brand.
#[derive(Serialize, JsonSchema)]
pub(super) struct DatasetIds {
    /// In order of first appearance.
    dataset_id_list: Vec<String>,
}

pub(super) async fn handler(PathId(brand): PathId, reader: Reader) -> Result<Response, ApiError> {
    reader
        .answer(|app| async move {
            let found = projections::brands::dataset_ids(&app.pool, brand).await?;
            let dataset_id_list = found.ok_or_else(|| ApiError::not_found("brand"))?;
            let answer = B::ok(DatasetIds { dataset_id_list });
            Ok(Read { answer, subjects: vec![Subject::thing("brand", brand)] })
        })
        .await
}
