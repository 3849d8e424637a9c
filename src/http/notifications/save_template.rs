use super::template_view::shown;
use crate::http::{Answer, ApiError, Code, Field, Form, JsonBody, Mode, PathText, WriteError, Writer};
use crate::templates::{Source, check};
use aggregates::templates::{BODY_CHARS_MAX, STALE, SUBJECT_CHARS_MAX, Template, TemplateCommand};

/// What of a template may be changed.
pub(super) static FORM: Form = Form::new(&[
    Field::text("subject", SUBJECT_CHARS_MAX).doc("one line, with {{ places }} to fill in"),
    Field::text("body", BODY_CHARS_MAX).doc("minijinja: {{ name }}, if, for, and a few filters"),
    Field::boolean("enabled").doc("whether notices that use it are sent"),
    Field::integer("version", 0, i64::MAX)
        .doc("the version that you have read: 412 when it is not the newest"),
    Field::boolean("create").doc("begin a new one under this code"),
]);

pub(super) async fn handler(
    PathText(code): PathText,
    writer: Writer,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = FORM.read(&body, Mode::Change)?;
    let (subject, text) = (values.text("subject"), values.text("body"));
    let (line, rest) = (subject.clone().unwrap_or_default(), text.clone().unwrap_or_default());
    // Away from the threads that answer others: texts are long, and compiling them is work.
    let checked = tokio::task::spawn_blocking(move || check(&Source { subject: &line, body: &rest }));
    checked.await.map_err(ApiError::internal)?.map_err(|error| {
        let message = format!("{} cannot be read, line {}: {}", error.field, error.line, error.reason);
        let details = serde_json::json!([
            { "field": error.field, "code": "syntax", "message": message, "line": error.line }
        ]);
        ApiError::invalid(message.clone()).with_details(details)
    })?;
    let command = TemplateCommand::Write {
        code: code.clone(),
        subject,
        body: text,
        enabled: values.boolean("enabled"),
        version: values.integer("version"),
        create: values.boolean("create").unwrap_or(false),
    };
    if writer.names_version() {
        writer.check_version(super::template_view::find(writer.app(), &code).await?.own_position)?;
    }
    let outcome = writer.execute::<Template>(&code, command).await.map_err(explain)?;
    Ok(shown(writer.app(), &code).await?.position(outcome.position))
}

/// A version that is not the newest is a failed precondition (contract §3).
fn explain(error: WriteError) -> ApiError {
    let error = ApiError::from(error);
    let is_stale = error.details().is_some_and(|details| details[0]["code"] == STALE);
    if is_stale { ApiError::saying(Code::PreconditionFailed, error.message().to_owned()) } else { error }
}
