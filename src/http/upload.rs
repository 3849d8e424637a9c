//! A file sent as `multipart/form-data`, within the limit of uploads (contract R10).

use axum::body::{Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::header;

use super::body::read_limited;
use super::{ApiError, Query};
use crate::limits;

/// A file and what was sent beside it. Options may come as fields of the form or in the query; the form counts first.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The content of the field `file`.
    pub file: Bytes,
    /// What its sender calls it: never a path, may be empty.
    pub name: String,
    fields: Vec<(String, String)>,
    query: Query,
}

impl Upload {
    /// An option: a field of the form, else of the query; empty counts as absent.
    pub fn option(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().rev().find(|(key, _)| key == name);
        field
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
            .or_else(|| self.query.text(name))
    }

    /// One of the allowed words.
    ///
    /// # Errors
    /// 400 that names them.
    pub fn choice(&self, name: &str, allowed: &[&'static str]) -> Result<Option<&'static str>, ApiError> {
        let Some(text) = self.option(name) else { return Ok(None) };
        let word = allowed.iter().copied().find(|word| word.eq_ignore_ascii_case(text));
        let sentence = || format!("{name} must be one of {}", allowed.join(", "));
        word.map(Some).ok_or_else(|| ApiError::field(name, "unknown_value", sentence()))
    }

    /// A switch: `1` or `true`, `0` or `false`.
    ///
    /// # Errors
    /// 400 that names the option.
    pub fn flag(&self, name: &str) -> Result<bool, ApiError> {
        match self.option(name) {
            None | Some("0" | "false") => Ok(false),
            Some("1" | "true") => Ok(true),
            Some(_) => Err(ApiError::field(name, "wrong_type", format!("{name} must be 1 or 0"))),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        let query = Query::parse(request.uri().query().unwrap_or_default())?;
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let missing = || ApiError::field("file", "required", "file is required: the file to read");
        // A client that sends no file sends no form, and often no type either.
        if kind.is_none() && request.body().is_end_stream() {
            return Err(missing());
        }
        let boundary = kind.and_then(|kind| multer::parse_boundary(kind).ok());
        let boundary = boundary.ok_or_else(|| ApiError::unsupported_media_type("multipart/form-data"))?;
        let body = read_limited(request, limits::UPLOAD_BODY_BYTES).await?;
        let whole = futures::stream::once(async move { Ok::<_, std::convert::Infallible>(body) });
        let mut parts = multer::Multipart::new(whole, boundary);
        let (mut file, mut fields) = (None, Vec::new());
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            let Some(name) = part.name().map(str::to_owned) else { continue };
            if name == "file" {
                let called = file_name(part.file_name().unwrap_or_default());
                file = Some((part.bytes().await.map_err(broken)?, called));
            } else if fields.len() < limits::UPLOAD_FIELDS {
                let value = part.bytes().await.map_err(broken)?;
                let value = std::str::from_utf8(&value).map_err(|_| {
                    ApiError::field(&name, "wrong_type", format!("{name} is not valid UTF-8"))
                })?;
                fields.push((name, value.to_owned()));
            }
        }
        let (file, name) = file.ok_or_else(missing)?;
        if file.is_empty() {
            return Err(ApiError::field("file", "empty", "file is empty"));
        }
        Ok(Self { file, name, fields, query })
    }
}

fn broken(error: multer::Error) -> ApiError {
    ApiError::invalid("the form is broken or breaks off").because(error)
}

/// The last part of a name that may be a path of the sender's machine, without what no name has.
fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|letter| !letter.is_control()).take(limits::FILE_NAME_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn request(body: &str) -> Request {
        Request::builder()
            .uri("/upload?dry_run=1&policy=query")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=X")
            .body(Body::from(body.replace('\n', "\r\n")))
            .unwrap()
    }

    #[tokio::test]
    async fn a_file_comes_with_its_options() {
        let sent = "--X\nContent-Disposition: form-data; name=\"policy\"\n\nform\n--X\nContent-Disposition: form-data; \
                    name=\"file\"; filename=\"C:\\\\x\\\\缺貨.xlsx\"\n\nbytes\n--X--\n";
        let upload = Upload::from_request(request(sent), &()).await.unwrap();
        assert_eq!((&upload.file[..], upload.name.as_str()), (&b"bytes"[..], "缺貨.xlsx"));
        assert_eq!(upload.option("policy"), Some("form"));
        assert!(upload.flag("dry_run").unwrap());
        assert!(upload.choice("policy", &["keep"]).is_err());
    }

    #[tokio::test]
    async fn without_a_file_it_is_refused() {
        let other = "--X\nContent-Disposition: form-data; name=\"other\"\n\n1\n--X--\n";
        let empty = "--X\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\n\n\n--X--\n";
        for (sent, expected) in [(other, "required"), (empty, "empty"), ("--X\nbroken", "broken")] {
            let error = Upload::from_request(request(sent), &()).await.unwrap_err();
            assert!(error.message().contains(expected), "{sent:?}: {}", error.message());
        }
        let json =
            Request::builder().header(header::CONTENT_TYPE, "application/json").body(Body::empty()).unwrap();
        assert_eq!(
            Upload::from_request(json, &()).await.unwrap_err().code(),
            super::super::Code::UnsupportedMediaType
        );
    }
}
