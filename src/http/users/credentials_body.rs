use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde_json::{Map, Value};

use crate::http::body::{JsonBody, read_limited};
use crate::http::{ApiError, Form, Mode, Values};
use crate::limits;

const URL_ENCODED: &str = "application/x-www-form-urlencoded";

/// What somebody signs in with: JSON, or what a browser's form sends, which is read as JSON of texts.
pub(super) struct CredentialsBody {
    bytes: Bytes,
    is_form: bool,
}

impl CredentialsBody {
    /// Reads the fields of `form`; those that a browser's form doesn't have are ignored.
    ///
    /// # Errors
    /// 400 that tells all that is wrong.
    pub(super) fn read(&self, form: &Form) -> Result<Values, ApiError> {
        if !self.is_form {
            return form.read(&self.bytes, Mode::Create);
        }
        let known = |name: &str| form.fields().iter().any(|field| field.name == name);
        let pairs =
            url::form_urlencoded::parse(&self.bytes).filter(|(name, value)| known(name) && !value.is_empty());
        let object: Map<String, Value> =
            pairs.map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))).collect();
        let json = serde_json::to_vec(&object).map_err(ApiError::internal)?;
        form.read(&json, Mode::Create)
    }
}

impl<S: Send + Sync> FromRequest<S> for CredentialsBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = content_type.and_then(|text| text.split(';').next()).unwrap_or_default().trim();
        let is_form = essence.eq_ignore_ascii_case(URL_ENCODED);
        let bytes = if is_form {
            read_limited(request, limits::JSON_BODY_BYTES).await?
        } else {
            JsonBody::from_request(request, state).await?.0
        };
        Ok(Self { bytes, is_form })
    }
}
