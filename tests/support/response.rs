use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Null when the body is no JSON.
    pub(crate) json: Value,
}

impl Response {
    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.expect("the answer has a whole body").to_vec();
        let json = serde_json::from_slice(&body).unwrap_or_default();
        Self { status, headers, body, json }
    }

    /// The data of a success, whichever family it is of.
    #[track_caller]
    pub(crate) fn data(&self) -> Value {
        let Self { status, json, body, .. } = self;
        assert_eq!(*status, 200, "{}", String::from_utf8_lossy(body));
        let is_b = json["code"] == 200 && json["message"].is_string();
        let is_m = json["success"] == true && json["message"] == "操作成功";
        assert!(is_b || is_m, "no envelope of success: {json}");
        json["data"].clone()
    }

    /// What a failure says; its envelope must be whole and of the family `of` the path.
    #[track_caller]
    pub(crate) fn fails_with(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        let keys: Vec<&String> = self.json.as_object().expect("a failure is a JSON object").keys().collect();
        if self.json.get("success").is_some() {
            assert_eq!(self.json["success"], false);
            assert!(keys == ["code", "error", "success"] || keys == ["code", "details", "error", "success"]);
            assert_eq!(status_of(self.json["code"].as_str().unwrap()), status, "{}", self.json);
            self.json["error"].as_str().expect("error is text").to_owned()
        } else {
            assert_eq!(keys, ["code", "data", "message"]);
            assert_eq!((&self.json["code"], &self.json["data"]), (&status.into(), &Value::Null));
            self.json["message"].as_str().expect("message is text").to_owned()
        }
    }

    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    #[track_caller]
    pub(crate) fn etag(&self) -> String {
        self.header("etag").expect("an ETag").to_owned()
    }

    #[track_caller]
    pub(crate) fn position(&self) -> i64 {
        self.header("tidemark-position").expect("a Tidemark-Position").parse().expect("a number")
    }
}

/// The status that a family M code stands for.
fn status_of(code: &str) -> u16 {
    let known = [
        ("AUTH_REQUIRED", StatusCode::UNAUTHORIZED),
        ("AUTH_FAILED", StatusCode::UNAUTHORIZED),
        ("PERMISSION_DENIED", StatusCode::FORBIDDEN),
        ("NOT_FOUND", StatusCode::NOT_FOUND),
        ("VALIDATION_ERROR", StatusCode::BAD_REQUEST),
        ("RATE_LIMITED", StatusCode::TOO_MANY_REQUESTS),
        ("SERVER_ERROR", StatusCode::INTERNAL_SERVER_ERROR),
        ("METHOD_NOT_ALLOWED", StatusCode::METHOD_NOT_ALLOWED),
        ("PAYLOAD_TOO_LARGE", StatusCode::PAYLOAD_TOO_LARGE),
        ("UNSUPPORTED_MEDIA_TYPE", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("PRECONDITION_FAILED", StatusCode::PRECONDITION_FAILED),
        ("CONFLICT", StatusCode::CONFLICT),
        ("UNAVAILABLE", StatusCode::SERVICE_UNAVAILABLE),
    ];
    known.iter().find(|(word, _)| *word == code).map_or(0, |(_, status)| status.as_u16())
}
