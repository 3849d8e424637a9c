//! Requests to a house as clients send them.

use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, header};
use serde_json::Value;
use tidemark::http::application;
use tower::ServiceExt;

use super::house::House;

/// A request that is being made up.
pub(crate) struct Ask<'a> {
    house: &'a House,
    request: Request,
}

/// An answer as a client sees it.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl House {
    pub(crate) fn get(&self, path: &str) -> Ask<'_> {
        self.ask("GET", path)
    }

    pub(crate) fn post(&self, path: &str) -> Ask<'_> {
        self.ask("POST", path)
    }

    pub(crate) fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "tidemark.example:8000")
            .extension(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 50_000))))
            .body(Body::empty())
            .unwrap();
        Ask { house: self, request }
    }

    /// A cookie of somebody who signs in by the form.
    pub(crate) async fn cookie_of(&self, username: &str, password: &str) -> String {
        let seen = self.post("/login").form(&[("username", username), ("password", password)]).send().await;
        assert_eq!(seen.status, 302, "{seen:?}");
        seen.cookie().unwrap().split(';').next().unwrap().to_owned()
    }
}

impl Ask<'_> {
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.request.headers_mut().append(name, value.parse().unwrap());
        self
    }

    pub(crate) fn from(mut self, ip: &str) -> Self {
        let peer = SocketAddr::new(ip.parse::<IpAddr>().unwrap(), 50_000);
        self.request.extensions_mut().insert(ConnectInfo(peer));
        self
    }

    pub(crate) fn with_token(self, token: &str) -> Self {
        self.header("authorization", &format!("Token {token}"))
    }

    pub(crate) fn with_cookie(self, cookie: &str) -> Self {
        self.header("cookie", cookie)
    }

    pub(crate) fn body(mut self, content_type: &str, body: impl Into<Body>) -> Self {
        *self.request.body_mut() = body.into();
        self.header("content-type", content_type)
    }

    pub(crate) fn json(self, body: Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.body("application/x-www-form-urlencoded", body)
    }

    pub(crate) async fn send(self) -> Seen {
        let edge = application(&self.house.app);
        let (parts, body) = edge.oneshot(self.request).await.unwrap().into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Seen {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn cookie(&self) -> Option<&str> {
        self.header("set-cookie")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The data of a success in the envelope of family M.
    #[track_caller]
    pub(crate) fn data(&self) -> Value {
        let body = self.json();
        assert_eq!((self.status, &body["success"]), (200, &Value::Bool(true)), "{self:?}");
        body["data"].clone()
    }

    /// A failure in the envelope of family M; the fields that are wrong, if it says.
    #[track_caller]
    pub(crate) fn fails(&self, status: u16, code: &str) -> Vec<String> {
        let body = self.json();
        assert_eq!((self.status, body["code"].as_str()), (status, Some(code)), "{self:?}");
        assert_eq!(body["success"], Value::Bool(false));
        let details = body["details"].as_array().cloned().unwrap_or_default();
        details.iter().map(|detail| detail["field"].as_str().unwrap().to_owned()).collect()
    }
}
