use aggregates::users::{Role, UserCommand, UserPatch};
use chrono::Utc;

use super::standing;
use crate::auth::{Password, Secret};
use crate::http::{Answer, ApiError, Caller, JsonBody, Mode, PathNumber, Writer};

/// PUT /api/users/{id}. What ends with it ends before the answer: a role, an open session, an old password.
pub(super) async fn handler(
    PathNumber(number): PathNumber,
    writer: Writer,
    caller: Caller,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = super::FORM.read(&body, Mode::Change)?;
    let accounts = &writer.app().auth.accounts;
    let hash = match values.text("password").map(Secret::new) {
        Some(secret) => {
            let password = Password::parse("password", secret).map_err(|fault| ApiError::faults(&[fault]))?;
            Some(accounts.hash(password).await?)
        }
        None => None,
    };
    super::check_version(&writer, number).await?;
    let patch = UserPatch {
        username: values.text("username"),
        email: values.nullable_text("email"),
        display_name: values.nullable_text("display_name"),
    };
    let outcome = standing::execute(&writer, &caller, number, |standing| UserCommand::Change {
        patch: patch.clone(),
        role: values.choice("role").and_then(Role::parse),
        is_enabled: values.boolean("is_active"),
        resets_password: hash.is_some(),
        standing,
    })
    .await?;
    if let Some(hash) = hash {
        accounts.reset_password(number, &hash, Utc::now()).await?;
    }
    if outcome.appended > 0 {
        writer.app().auth.authenticator.user_changed(number).await?;
    }
    super::shown(writer.app(), number, outcome.position).await
}
