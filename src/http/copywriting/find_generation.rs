use axum::response::Response;
use projections::copywriting::GenerationView;

use crate::answers::Subject;
use crate::http::{ApiError, Caller, M, PathNumber, Read, Reader};

/// GET /api/ai/history/{id}.
pub(super) async fn handler(
    reader: Reader,
    caller: Caller,
    PathNumber(number): PathNumber,
) -> Result<Response, ApiError> {
    let asker = super::asker(&caller);
    reader
        // Somebody else's is not there.
        .depending_on(&format!("{asker:?}"))
        .answer(|app| async move {
            let row = super::seen(&app, number, asker).await?;
            let version = row.own_position;
            Ok(Read {
                answer: M::ok(GenerationView::of(row, app.zone())).etag(version),
                subjects: vec![Subject::thing("generation", number)],
            })
        })
        .await
}
