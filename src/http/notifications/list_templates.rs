use axum::response::Response;

use super::template_view::TemplateView;
use crate::answers::Subject;
use crate::http::{ApiError, M, Read, Reader};

pub(super) async fn handler(reader: Reader) -> Result<Response, ApiError> {
    reader
        .answer(|app| async move {
            let mut rows = projections::templates::list_templates(&app.pool).await?;
            let authors = rows.iter_mut().map(|row| &mut row.updated_by);
            projections::users::name_authors(&app.pool, authors).await?;
            let views = TemplateView::all(rows, app.zone()).await;
            Ok(Read {
                answer: M::ok(views),
                subjects: vec![Subject::kind("template"), Subject::kind("user")],
            })
        })
        .await
}
