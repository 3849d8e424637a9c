use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::template_view::find;
use crate::app::App;
use crate::http::{After, Answer, ApiError, Field, Form, JsonBody, M, Mode, Query};
use crate::templates::{RenderError, Rendered, Variables, render_aside};

/// Which template, and what goes into its places.
pub(super) static FORM: Form = Form::new(&[
    Field::text("code", aggregates::templates::CODE_CHARS_MAX).required(),
    Field::json("variables").doc("values by name"),
    Field::boolean("lenient").doc("what is missing stays empty"),
]);

/// A template filled in.
#[derive(Serialize, JsonSchema)]
pub(super) struct RenderedView {
    code: String,
    subject: String,
    body: String,
    /// Variables that were not given.
    missing: Vec<String>,
}

pub(super) async fn handler(
    State(app): State<App>,
    _after: After,
    query: Query,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = FORM.read(&body, Mode::Create)?;
    let is_lenient = query.flag("lenient")? || values.boolean("lenient").unwrap_or(false);
    let code = values.text("code").unwrap_or_default();
    let template = find(&app, &code).await?;
    let variables = values.json("variables").unwrap_or_default();
    filled(code, template.subject, template.body, variables, is_lenient).await
}

/// A text filled in, as the answer to a request for it.
pub(super) async fn filled(
    code: String,
    subject: String,
    body: String,
    variables: Variables,
    is_lenient: bool,
) -> Result<Answer, ApiError> {
    let rendered = render_aside(subject, body, variables, is_lenient).await;
    let Rendered { subject, body, missing } = rendered.map_err(explain)?;
    Ok(M::ok(RenderedView { code, subject, body, missing }))
}

fn explain(error: RenderError) -> ApiError {
    match error {
        RenderError::Missing(names) => {
            let faults: Vec<_> = names
                .iter()
                .map(|name| {
                    let field = format!("variables.{name}");
                    let message = format!("the template needs the variable {name}");
                    aggregates::Fault::new(field, "required", message)
                })
                .collect();
            ApiError::faults(&faults)
        }
        RenderError::Broken(reason) => ApiError::field("code", "broken", reason),
    }
}
