use axum::response::Response;

use crate::answers::Subject;
use crate::http::{ApiError, PathText, Read, Reader};

pub(super) async fn handler(PathText(code): PathText, reader: Reader) -> Result<Response, ApiError> {
    reader
        .answer(|app| async move {
            let subjects = vec![Subject::thing("template", &code), Subject::kind("user")];
            Ok(Read { answer: super::template_view::shown(&app, &code).await?, subjects })
        })
        .await
}
