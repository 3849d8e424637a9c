use axum::response::Response;
use projections::alerts::{AlertRuleView, find_rule};

use crate::answers::Subject;
use crate::http::{ApiError, M, PathId, Read, Reader};

pub(super) async fn handler(PathId(id): PathId, reader: Reader) -> Result<Response, ApiError> {
    reader
        .answer(|app| async move {
            let found = find_rule(&app.pool, id).await?.ok_or_else(|| ApiError::not_found("alert rule"))?;
            let version = found.own_position;
            let answer = M::ok(AlertRuleView::of(found, app.zone())).etag(version);
            Ok(Read { answer, subjects: vec![Subject::thing("alert-rule", id)] })
        })
        .await
}
