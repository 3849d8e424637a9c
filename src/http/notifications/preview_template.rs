use aggregates::templates::{BODY_CHARS_MAX, SUBJECT_CHARS_MAX};
use axum::extract::State;
use serde_json::{Map, Value, json};

use super::render_template::filled;
use super::template_view::find;
use crate::actor_names;
use crate::app::App;
use crate::http::{After, Answer, ApiError, Field, Form, JsonBody, Mode, PathText};
use crate::templates::Variables;

/// Which event, and perhaps texts that are not kept yet.
pub(super) static FORM: Form = Form::new(&[
    Field::integer("position", 1, i64::MAX)
        .doc("the event whose fields fill the places in; none: variables alone"),
    Field::json("variables").doc("further values by name"),
    Field::text("subject", SUBJECT_CHARS_MAX).doc("instead of the one that is kept"),
    Field::text("body", BODY_CHARS_MAX).doc("instead of the one that is kept"),
]);

pub(super) async fn handler(
    State(app): State<App>,
    _after: After,
    PathText(code): PathText,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = FORM.read(&body, Mode::Change)?;
    let mut variables = match values.integer("position") {
        Some(position) => of_event(&app, position).await?.into(),
        None => Variables::default(),
    };
    variables.extend(values.json("variables").unwrap_or_default());
    let (subject, body) = match (values.text("subject"), values.text("body")) {
        (Some(subject), Some(body)) => (subject, body),
        (subject, body) => {
            let kept = find(&app, &code).await?;
            (subject.unwrap_or(kept.subject), body.unwrap_or(kept.body))
        }
    };
    filled(code, subject, body, variables, true).await
}

/// The event's own fields, and beside them `type`, `at`, `actor` and `position`.
async fn of_event(app: &App, position: i64) -> Result<Map<String, Value>, ApiError> {
    let found = app.store.feed().after(position - 1, 1).await?;
    let unknown = || ApiError::field("position", "unknown_value", "position must be that of an event");
    let event = found.first().filter(|event| event.position == position).ok_or_else(unknown)?;
    let payload: Value = serde_json::from_str(event.payload.get()).map_err(ApiError::internal)?;
    let fields = payload.get(&*event.event_type).and_then(Value::as_object).cloned();
    let mut variables = fields.unwrap_or_default();
    variables.insert("type".to_owned(), json!(&*event.event_type));
    variables.insert("at".to_owned(), json!(app.zone().minute(event.recorded_at)));
    let names = actor_names::names_of(&app.pool, [&**event]).await?;
    let actor = &event.metadata.actor;
    let name = actor.user_id.and_then(|number| names.get(&number)).unwrap_or(&actor.name);
    variables.insert("actor".to_owned(), json!(name));
    variables.insert("position".to_owned(), json!(position));
    Ok(variables)
}
