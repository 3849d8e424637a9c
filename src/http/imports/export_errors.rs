use axum::extract::State;
use projections::imports::find_import;
use uuid::Uuid;

use crate::app::App;
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

async fn export(app: &App, id: Uuid, format: Format) -> Result<Answer, ApiError> {
    find_import(&app.pool, id, app.zone()).await?.ok_or_else(|| ApiError::not_found("job"))?;
    super::error_sheet::answer(id, all_faults(&app.pool, id).await?, format).await
}
