use aggregates::users::Role;
use axum::extract::State;
use base64::Engine;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::bot::{self, BotError, Command};
use crate::event_store::Context;
use crate::http::form::Kind;
use crate::http::{After, Answer, ApiError, Caller, Code, Field, Form, JsonBody, M, Mode, RequestContext};
use crate::limits;

/// The command and what follows it.
pub(super) static FORM: Form = Form::new(&[
    Field::text("command", limits::BOT_COMMAND_CHARS).required().doc("/help lists them; `@name` is dropped"),
    Field::list("args", &Kind::Text { max: limits::BOT_COMMAND_CHARS }, limits::BOT_ARGS)
        .nullable()
        .or_number()
        .doc("what follows it"),
    Field::boolean("picture").doc("draw the picture that goes with the answer, if there is one"),
]);

/// What the bot says.
#[derive(Serialize, JsonSchema)]
pub(super) struct BotAnswer {
    /// The command as it was understood.
    command: String,
    /// What followed it.
    args: Vec<String>,
    /// The answer.
    text: String,
    /// A picture (PNG, base64) that goes with it.
    picture: Option<String>,
}

pub(super) async fn handler(
    State(app): State<App>,
    _after: After,
    caller: Caller,
    request: RequestContext,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = FORM.read(&body, Mode::Create)?;
    let args = values.texts("args").unwrap_or_default();
    let command = Command::read(&values.text("command").unwrap_or_default(), &args);
    let command = command.map_err(|error| ApiError::field("command", "unknown_value", error.to_string()))?;
    // What the command does, its own route gives to managers; bots may use all commands (contract §3).
    if command.name == "run" && caller.role != Role::Bot && !caller.role.covers(Role::Manager) {
        let sentence = format!("/run takes the role manager, yours is {}", caller.role.code());
        return Err(ApiError::saying(Code::PermissionDenied, sentence));
    }
    let context = Context {
        actor: caller.actor(),
        correlation_id: request.request_id().to_owned(),
        source: "http",
        ..Context::default()
    };
    let reply = bot::answer(&app, &command, &context).await.map_err(explain)?;
    let wanted = reply.chart.filter(|_| values.boolean("picture").unwrap_or(false));
    let picture = match wanted {
        Some(chart) => Some(bot::draw(chart).await.map_err(explain)?),
        None => None,
    };
    let picture = picture.map(|png| base64::engine::general_purpose::STANDARD.encode(png));
    let name = format!("/{}", command.name);
    Ok(M::ok(BotAnswer { command: name, args: command.args, text: reply.text, picture }))
}

fn explain(error: BotError) -> ApiError {
    match error {
        BotError::Database(error) => error.into(),
        BotError::Unable(reason) => ApiError::unavailable(reason, 5),
    }
}
