use axum::extract::State;
use axum::response::Response;
use chrono::Utc;

use crate::app::App;
use crate::http::{ApiError, M, Query, Read, Reader};

pub(super) async fn handler(
    State(app): State<App>,
    query: Query,
    reader: Reader,
) -> Result<Response, ApiError> {
    let filter = super::filter(&query)?;
    let today = app.zone().day(Utc::now());
    reader
        .depending_on(&today.to_string())
        .answer(|app| async move {
            let day = projections::sales::day(&app.pool, &filter, today, app.zone()).await?;
            Ok(Read { answer: M::ok(day), subjects: super::subjects() })
        })
        .await
}
