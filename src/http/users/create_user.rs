use aggregates::users::Role;
use chrono::Utc;

use crate::auth::{NewUser, Password, RegisterError, Secret};
use crate::http::{Answer, ApiError, JsonBody, Mode, WriteError, Writer};

/// POST /api/users.
pub(super) async fn handler(writer: Writer, JsonBody(body): JsonBody) -> Result<Answer, ApiError> {
    let values = super::FORM.read(&body, Mode::Create)?;
    let password = Secret::new(values.text("password").unwrap_or_default());
    let password = Password::parse("password", password).map_err(|fault| ApiError::faults(&[fault]))?;
    let new = NewUser {
        username: values.text("username").unwrap_or_default(),
        email: values.text("email"),
        display_name: values.text("display_name"),
        is_enabled: values.boolean("is_active").unwrap_or(true),
        role: values.choice("role").and_then(Role::parse).unwrap_or_default(),
        password,
    };
    let app = writer.app();
    let registered = app.auth.accounts.register(&app.store, new, writer.context(), Utc::now()).await;
    let (number, outcome) = registered.map_err(explain)?;
    let outcome = writer.visible(outcome).await?;
    super::shown(app, number, outcome.position).await
}

fn explain(error: RegisterError) -> ApiError {
    match error {
        RegisterError::Execute(error) => WriteError::from(error).into(),
        RegisterError::Unable(error) => error.into(),
    }
}
