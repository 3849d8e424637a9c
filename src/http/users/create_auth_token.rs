use axum::extract::State;
use axum::http::HeaderMap;
use chrono::{TimeDelta, Utc};
use projections::Instant;
use schemars::JsonSchema;
use serde::Serialize;

use super::credentials_body::CredentialsBody;
use super::visitor;
use crate::app::App;
use crate::auth::{Secret, SignInError};
use crate::http::{Answer, ApiError, Field, Form, M, RequestContext};
use crate::limits;

/// Name, password and how long the token is to last.
pub(super) const FORM: Form = Form::new(&[
    Field::text("username", limits::JSON_BODY_BYTES).required().doc("In any case"),
    Field::secret("password", limits::JSON_BODY_BYTES).required(),
    Field::integer("expires_in", limits::TOKEN_LIFETIME_S.0, limits::TOKEN_LIFETIME_S.1)
        .nullable()
        .doc("Seconds; 30 days unless said otherwise"),
]);

/// The token, shown this once.
#[derive(Serialize, JsonSchema)]
pub(super) struct AuthToken {
    token: String,
    expires_at: Option<Instant>,
    user_id: i64,
}

/// POST /api/auth/token.
pub(super) async fn create_auth_token(
    State(app): State<App>,
    context: RequestContext,
    headers: HeaderMap,
    body: CredentialsBody,
) -> Result<Answer, ApiError> {
    let values = body.read(&FORM)?;
    let username = values.text("username").unwrap_or_default();
    let password = Secret::new(values.text("password").unwrap_or_default());
    let lifetime = values.integer("expires_in").map_or(limits::TOKEN_LIFETIME_DEFAULT, TimeDelta::seconds);
    let now = Utc::now();
    let user = app.auth.sign_in.check(&username, password, &visitor(&context, &headers), now).await?;
    let token = app.auth.tokens.issue_for_sign_in(&user, lifetime, now).await?.ok_or(SignInError::Wrong)?;
    Ok(M::ok(AuthToken {
        token: token.secret.expose().to_owned(),
        expires_at: token.expires_at.map(Instant),
        user_id: user.user_id,
    }))
}
