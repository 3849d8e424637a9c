use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::audit_export::Exported;
use crate::http::listings::moment::Edge;
use crate::http::{After, ApiError, Query};

pub(super) async fn handler(State(app): State<App>, _: After, query: Query) -> Result<Response, ApiError> {
    let allowed = super::KINDS.map(|(word, _)| word);
    let kind = query.choice("kind", &allowed)?;
    let sentence = || format!("kind is required: one of {}", allowed.join(", "));
    let kind = kind.ok_or_else(|| ApiError::field("kind", "required", sentence()))?;
    let id = query.text("id").map(super::show_state::canonical);
    let from = super::moment(&query, "from", app.zone(), Edge::Start)?;
    let to = super::moment(&query, "to", app.zone(), Edge::End)?;
    let name = format!("attachment; filename=\"tidemark-audit-{kind}.ndjson\"");
    let lines = async_stream::stream! {
        let Some(mut exported) = Exported::new(&app.store, kind, id, from, to) else { return };
        loop {
            match exported.next_page().await {
                Ok(Some(page)) => yield Ok::<_, sqlx::Error>(Bytes::from(page)),
                Ok(None) => return,
                // The missing last line tells whoever checks the file that it is not whole.
                Err(error) => yield Err(error),
            }
        }
    };
    let headers =
        [(header::CONTENT_TYPE, "application/x-ndjson".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(lines)).into_response())
}
