use axum::extract::{FromRequestParts, MatchedPath, RawPathParams};
use axum::http::request::Parts;
use uuid::Uuid;

use super::ApiError;

/// The UUID in a path. What is no UUID cannot be the id of anything: 404.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathId(pub Uuid);

/// The number in a path. What is no number cannot be the id of anything: 404.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathNumber(pub i64);

/// The last free text in a path, percent-decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathText(pub String);

impl<S: Send + Sync> FromRequestParts<S> for PathId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let first = first_parameter(parts, state).await;
        first.and_then(|text| Uuid::parse_str(&text).ok()).map(Self).ok_or_else(|| not_found(parts))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PathNumber {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let first = first_parameter(parts, state).await;
        first.and_then(|text| text.parse().ok()).map(Self).ok_or_else(|| not_found(parts))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PathText {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let parameters = RawPathParams::from_request_parts(parts, state).await;
        let parameters = parameters.map_err(|_| ApiError::invalid("the address is not valid UTF-8"))?;
        let last = parameters.iter().last().map(|(_, text)| text.to_owned());
        let text = last.ok_or_else(|| ApiError::internal("a route without a parameter asks for one"))?;
        if text.contains('\0') {
            return Err(ApiError::invalid("the address may not hold a NUL character"));
        }
        Ok(Self(text))
    }
}

async fn first_parameter<S: Send + Sync>(parts: &mut Parts, state: &S) -> Option<String> {
    let parameters = RawPathParams::from_request_parts(parts, state).await.ok()?;
    parameters.iter().next().map(|(_, text)| text.to_owned())
}

fn not_found(parts: &Parts) -> ApiError {
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    ApiError::not_found(&kind_of(route))
}

/// The kind of thing that a route's first parameter names: `/api/brands/{id}/` is about a brand.
fn kind_of(route: &str) -> String {
    let plural = route.split('/').take_while(|segment| !segment.starts_with('{')).last().unwrap_or_default();
    let singular = match plural.strip_suffix("ches") {
        Some(stem) => format!("{stem}ch"),
        None => plural.strip_suffix('s').unwrap_or(plural).to_owned(),
    };
    singular.replace(['-', '_'], " ")
}
