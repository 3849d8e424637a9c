use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use chrono::Utc;

use super::visitor;
use crate::app::App;
use crate::auth::{ChangePasswordError, Password, Principal, Secret};
use crate::http::{Answer, ApiError, Field, Form, JsonBody, M, Mode, RequestContext};
use crate::limits;

/// The password that is and the one that is to be.
pub(super) const FORM: Form = Form::new(&[
    Field::secret("current_password", limits::JSON_BODY_BYTES).required(),
    Field::secret("new_password", limits::JSON_BODY_BYTES).required().doc("8 to 1,000 characters"),
]);

/// POST /api/user/change_password.
pub(super) async fn change_password(
    State(app): State<App>,
    Extension(principal): Extension<Arc<Principal>>,
    context: RequestContext,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = FORM.read(&body, Mode::Create)?;
    let current = Secret::new(values.text("current_password").unwrap_or_default());
    let new = Secret::new(values.text("new_password").unwrap_or_default());
    let new = Password::parse("new_password", new).map_err(|fault| ApiError::faults(&[fault]))?;
    let visitor = visitor(&context, &headers);
    app.auth.accounts.change_password(&principal, current, new, &visitor, Utc::now()).await?;
    Ok(M::done())
}

impl From<ChangePasswordError> for ApiError {
    fn from(error: ChangePasswordError) -> Self {
        match error {
            ChangePasswordError::WrongCurrent => {
                Self::field("current_password", "wrong", "the current password is wrong")
            }
            ChangePasswordError::LockedOut { retry_after_s } => Self::rate_limited(retry_after_s),
            ChangePasswordError::Unable(error) => error.into(),
        }
    }
}
