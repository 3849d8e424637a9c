use axum::response::Response;
use projections::users::{UserView, find_user};

use crate::answers::Subject;
use crate::http::{ApiError, M, PathNumber, Read, Reader};

/// GET /api/users/{id}.
pub(super) async fn handler(PathNumber(number): PathNumber, reader: Reader) -> Result<Response, ApiError> {
    reader
        .answer(|app| async move {
            let found = find_user(&app.pool, number).await?;
            let found = found.ok_or_else(|| ApiError::not_found("user"))?;
            let version = found.own_position;
            let answer = M::ok(UserView::of(found, app.zone())).etag(version);
            Ok(Read { answer, subjects: vec![Subject::thing("user", number)] })
        })
        .await
}
