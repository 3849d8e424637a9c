use aggregates::templates::built_in;
use projections::Zone;
use projections::templates::TemplateRow;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::http::{Answer, ApiError, M};
use crate::templates::compiled_names;

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
    /// These rows, in their order.
    pub(super) async fn all(rows: Vec<TemplateRow>, zone: Zone) -> Vec<Self> {
        let texts = rows.iter().map(|row| (row.subject.clone(), row.body.clone())).collect();
        let names = compiled_names(texts).await;
        rows.into_iter().zip(names).map(|(row, names)| Self::of(row, names.to_vec(), zone)).collect()
    }

    fn of(row: TemplateRow, variables: Vec<String>, zone: Zone) -> Self {
        let built_in = built_in(&row.code);
        let is_written = row.own_position > 0;
        Self {
            variables,
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
    let view = TemplateView::all(vec![row], app.zone()).await.pop();
    let view = view.ok_or_else(|| ApiError::not_found("template"))?;
    Ok(M::ok(view).etag(version))
}

pub(super) async fn find(app: &App, code: &str) -> Result<TemplateRow, ApiError> {
    let found = projections::templates::find_template(&app.pool, code).await?;
    found.ok_or_else(|| ApiError::not_found("template"))
}
