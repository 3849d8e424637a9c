use aggregates::users::Role;
use axum::extract::State;
use chrono::{TimeDelta, Utc};
use projections::Instant;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::auth::NewToken;
use crate::http::{Answer, ApiError, Caller, Code, Field, Form, JsonBody, M, Mode};
use crate::limits;

/// What a token is to be.
pub(super) const FORM: Form = Form::new(&[
    Field::text("name", limits::TOKEN_NAME_CHARS).required().doc("What it is for"),
    Field::choice("role", &["bot", "user", "manager", "admin"])
        .nullable()
        .doc("The caller's own unless said otherwise; never above it"),
    Field::integer("expires_in", limits::TOKEN_LIFETIME_S.0, limits::TOKEN_LIFETIME_S.1)
        .nullable()
        .doc("Seconds; until it is revoked unless said otherwise"),
]);

/// The token, shown this once.
#[derive(Serialize, JsonSchema)]
pub(super) struct NamedToken {
    id: Uuid,
    name: String,
    role: &'static str,
    token: String,
    expires_at: Option<Instant>,
    created_at: Instant,
    user_id: i64,
}

/// POST /api/admin/tokens.
pub(super) async fn create_token(
    State(app): State<App>,
    caller: Caller,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = FORM.read(&body, Mode::Create)?;
    let role = values.choice("role").and_then(Role::parse).unwrap_or(caller.role);
    if !caller.role.covers(role) {
        let sentence = format!("a token can't have more rights than you have here: {}", caller.role.code());
        return Err(ApiError::saying(Code::PermissionDenied, sentence));
    }
    let name = values.text("name").unwrap_or_default();
    if name.contains(char::is_control) {
        let sentence = "name may not hold line breaks or other control characters";
        return Err(ApiError::field("name", "not_allowed", sentence));
    }
    let new = NewToken {
        user_id: caller.user_id,
        name: name.clone(),
        role,
        created_by: Some(caller.user_id),
        lifetime: values.integer("expires_in").map(TimeDelta::seconds),
    };
    let token = app.auth.tokens.issue(new, Utc::now()).await?;
    let token =
        token.ok_or_else(|| ApiError::field("name", "too_many", "you have too many tokens: delete some"))?;
    Ok(M::ok(NamedToken {
        id: token.id,
        name,
        role: role.code(),
        token: token.secret.expose().to_owned(),
        expires_at: token.expires_at.map(Instant),
        created_at: Instant(token.created_at),
        user_id: caller.user_id,
    }))
}
