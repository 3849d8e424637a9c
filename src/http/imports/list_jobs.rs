use axum::response::Response;
use projections::Page;
use projections::imports::{ImportQuery, list_imports};

use crate::answers::Subject;
use crate::http::{ApiError, M, Query, Read, Reader};

pub(super) async fn handler(query: Query, reader: Reader) -> Result<Response, ApiError> {
    let asked = ImportQuery {
        job_type: query.choice("job_type", super::JOB_TYPES)?.and_then(super::job_type),
        state: query.choice("status", &super::STATES)?.and_then(super::state),
        page: query.page_if_asked("per_page").map(Page::from),
        most: Page::LARGEST,
    };
    reader
        .answer(|app| async move {
            let found = list_imports(&app.pool, &asked, app.zone()).await?;
            let answer = M::ok(found.items).total_count(found.total);
            Ok(Read { answer, subjects: vec![Subject::kind("import")] })
        })
        .await
}
