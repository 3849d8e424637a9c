use axum::extract::{Request, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::http::body::read_limited;
use crate::http::{Answer, ApiError, Code, M, RequestContext};
use crate::jobs::NewJob;
use crate::jobs::handlers::{ANSWER, Question};
use crate::limits;

/// What Telegram sends back to show that it is Telegram.
const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";

/// An update, as far as the bot cares.
#[derive(Deserialize)]
struct Update {
    update_id: i64,
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    chat: Chat,
    from: Option<Person>,
    text: Option<String>,
}

#[derive(Deserialize)]
struct Chat {
    id: i64,
    username: Option<String>,
    #[serde(default, rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Person {
    #[serde(default)]
    is_bot: bool,
}

/// 200 for everything that was understood or is of no concern: Telegram would only repeat it.
pub(super) async fn handler(
    State(app): State<App>,
    context: RequestContext,
    headers: HeaderMap,
    request: Request,
) -> Result<Answer, ApiError> {
    check_secret(&app, &headers)?;
    let body = read_limited(request, limits::WEBHOOK_BYTES).await?;
    if let Some(job) = serde_json::from_slice(&body).ok().and_then(|update| question(update, &context)) {
        app.jobs.enqueue(job).await?;
    }
    Ok(M::done())
}

/// Both are hashed first, so that the comparison takes as long whatever was sent.
fn check_secret(app: &App, headers: &HeaderMap) -> Result<(), ApiError> {
    let refused = || ApiError::saying(Code::AuthFailed, "the secret of the webhook is wrong");
    let expected = app.config.telegram.webhook_secret.as_ref().ok_or_else(refused)?;
    let sent = headers.get(SECRET_HEADER).map(|value| value.as_bytes()).ok_or_else(refused)?;
    let hash = |bytes: &[u8]| <sha2::Sha256 as sha2::Digest>::digest(bytes);
    let is_right = hash(expected.expose().as_bytes()).ct_eq(&hash(sent));
    if bool::from(is_right) { Ok(()) } else { Err(refused()) }
}

/// The job that answers an update. Its key is the update's id, so a repeated one is the same job.
fn question(update: Update, context: &RequestContext) -> Option<NewJob> {
    let message = update.message?;
    let text = message.text?;
    if message.from.is_some_and(|person| person.is_bot) {
        return None;
    }
    // In groups people talk to each other.
    let is_command = text.trim_start().starts_with('/');
    if !is_command && message.chat.kind != "private" {
        return None;
    }
    let question = Question {
        chat: message.chat.id,
        username: message.chat.username,
        text: text.chars().take(limits::BOT_COMMAND_CHARS).collect(),
    };
    Some(NewJob::new(ANSWER, update.update_id, question).correlated(context.request_id()))
}
