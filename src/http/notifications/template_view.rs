use aggregates::templates::built_in;
use projections::Zone;
use projections::templates::TemplateRow;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::http::{Answer, ApiError, M};
use crate::templates::{Source, names};

/// A template.
#[derive(Serialize, JsonSchema)]
pub(super) struct TemplateView {
    code: String,
    subject: String,
    body: String,
    enabled: bool,
    /// Grows with each change.
    version: i64,
    /// The variables that it names.
    variables: Vec<String>,
    /// Whether it is there without anybody having written it.
    built_in: bool,
    /// What a built-in one is for.
    purpose: Option<&'static str>,
    updated_by: Option<String>,
    updated_at: Option<String>,
}

impl TemplateView {
    pub(super) fn of(row: TemplateRow, zone: Zone) -> Self {
        let built_in = built_in(&row.code);
        let is_written = row.own_position > 0;
        Self {
            variables: names(&Source { subject: &row.subject, body: &row.body }),
            built_in: built_in.is_some(),
            purpose: built_in.map(|template| template.purpose),
            updated_at: is_written.then(|| zone.minute(row.updated_at)),
            updated_by: is_written.then_some(row.updated_by),
            code: row.code,
            subject: row.subject,
            body: row.body,
            enabled: row.enabled,
            version: row.version,
        }
    }
}

/// A template as the answer to a request for it.
pub(super) async fn shown(app: &App, code: &str) -> Result<Answer, ApiError> {
    let mut row = find(app, code).await?;
    projections::users::name_authors(&app.pool, [&mut row.updated_by]).await?;
    let version = row.own_position;
    Ok(M::ok(TemplateView::of(row, app.zone())).etag(version))
}

pub(super) async fn find(app: &App, code: &str) -> Result<TemplateRow, ApiError> {
    let found = projections::templates::find_template(&app.pool, code).await?;
    found.ok_or_else(|| ApiError::not_found("template"))
}
