use axum::extract::State;
use uuid::Uuid;

use crate::app::App;
use crate::http::imports::error_sheet;
use crate::http::{After, Answer, ApiError, PathId};
use crate::imports::all_faults;
use crate::sheets::write::Format;

pub(super) async fn as_workbook(
    _after: After,
    PathId(id): PathId,
    State(app): State<App>,
) -> Result<Answer, ApiError> {
    export(&app, id, Format::Excel).await
}

pub(super) async fn as_text(
    _after: After,
    PathId(id): PathId,
    State(app): State<App>,
) -> Result<Answer, ApiError> {
    export(&app, id, Format::Csv).await
}

/// What a good sheet came to has no error sheet.
async fn export(app: &App, id: Uuid, format: Format) -> Result<Answer, ApiError> {
    let faults = all_faults(&app.pool, id).await?;
    if faults.is_empty() {
        return Err(ApiError::not_found("error sheet"));
    }
    error_sheet::answer(id, faults, format).await
}

/// Where everything wrong with a sheet is.
pub(super) fn address(id: Uuid) -> String {
    format!("/api/vendor/stockout/import/{id}/errors.xlsx")
}
