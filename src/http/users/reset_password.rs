use aggregates::users::{UserCommand, UserPatch};
use chrono::Utc;
use schemars::JsonSchema;
use serde::Serialize;

use super::standing;
use crate::auth::{Password, Secret};
use crate::http::{Answer, ApiError, Caller, Field, Form, M, Mode, OptionalJsonBody, PathNumber, Writer};
use crate::limits;

/// The password that is to be, under either name; without one it is made here.
pub(super) static FORM: Form = Form::new(&[
    Field::secret("password", limits::JSON_BODY_BYTES)
        .nullable()
        .doc("8 to 1,000 characters; made here unless sent"),
    Field::secret("new_password", limits::JSON_BODY_BYTES).nullable().doc("the same under another name"),
]);

/// What came of it.
#[derive(Serialize, JsonSchema)]
pub(super) struct Reset {
    user_id: i64,
    /// The password that was made here, shown this once; null when one was sent.
    password: Option<String>,
}

/// POST /api/users/{id}/reset_password.
pub(super) async fn handler(
    PathNumber(number): PathNumber,
    writer: Writer,
    caller: Caller,
    OptionalJsonBody(body): OptionalJsonBody,
) -> Result<Answer, ApiError> {
    let values = FORM.read(&body, Mode::Create)?;
    let (field, sent) = match values.text("password") {
        Some(sent) => ("password", Some(sent)),
        None => ("new_password", values.text("new_password")),
    };
    let (password, shown) = match sent.map(Secret::new) {
        Some(secret) => (Password::parse(field, secret).map_err(|fault| ApiError::faults(&[fault]))?, None),
        None => {
            let password = Password::generate()?;
            let shown = password.expose().to_owned();
            (password, Some(shown))
        }
    };
    let app = writer.app();
    // A password that nobody will get need not be hashed.
    if projections::users::find_user(&app.pool, number).await?.is_none() {
        return Err(ApiError::not_found("user"));
    }
    let hash = app.auth.accounts.hash(password).await?;
    let outcome = standing::execute(&writer, &caller, number, |standing| UserCommand::Change {
        patch: UserPatch::default(),
        role: None,
        is_enabled: None,
        resets_password: true,
        standing,
    })
    .await?;
    app.auth.accounts.reset_password(number, &hash, Utc::now()).await?;
    Ok(M::ok(Reset { user_id: number, password: shown }).position(outcome.position))
}
