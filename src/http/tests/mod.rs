//! The foundation as a client meets it: a small table of routes of both families behind the real edge.

mod access;
mod bodies;
mod cookies;
mod documents;
mod envelopes;
mod layers;
mod paths;
mod queries;
mod wire;

use std::time::Duration;

use aggregates::users::Role;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::layers::{Edge, TrustedProxies};
use super::*;

const BRAND: Form = Form::new(&[
    Field::text("name", 100).required().doc("Unique among live brands"),
    Field::nullable_text("description", 1_000),
    Field::counter("stock"),
]);

/// The routes under test; each slice of the real house has a list like this one.
fn routes() -> Vec<Route<()>> {
    vec![
        Route::get("/api/brands/", Access::Read, async || B::ok(json!([])).total_count(0))
            .doc("list_brands", "Live brands"),
        Route::post("/api/brands/", Access::Write, create)
            .doc("create_brand", "Begin a brand")
            .takes(&BRAND, Mode::Create),
        Route::get("/api/brands/{id}/", Access::Read, read).doc("read_brand", "One brand"),
        Route::delete("/api/brands/{id}/", Access::Write, async |PathId(_): PathId| B::deleted())
            .doc("delete_brand", "Delete a brand"),
        Route::get("/api/products/", Access::Read, async || B::ok("the family B list")).doc("b", ""),
        Route::get("/api/products", Access::Read, async || Bare::ok("the family M page")).doc("m", ""),
        Route::get("/api/users/{id}", Access::Admin, async |PathNumber(id): PathNumber| M::ok(id))
            .doc("user", ""),
        Route::post("/api/things", Access::Copy, create).doc("create_thing", ""),
        Route::post("/api/optional", Access::Command, optional).doc("optional", ""),
        Route::get("/api/audit/things", Access::Audit, async || M::done()).doc("audit", ""),
        Route::get("/api/campaigns/panics/", Access::Public, panics).doc("panic_b", ""),
        Route::get("/api/panics", Access::Public, panics).doc("panic_m", ""),
        Route::get("/api/fails", Access::Public, fails).doc("fails", ""),
        Route::get("/api/slow", Access::Public, slow).doc("slow", "").timeout(Duration::from_millis(5)),
        Route::get("/api/creators/{id}/{name}", Access::Public, async |PathText(name): PathText| M::ok(name))
            .doc("text", ""),
        Route::get("/health", Access::Public, async || Bare::ok("ok")).doc("health", "").without_rate_limit(),
        Route::get("/ready", Access::Public, ready).doc("ready", "").without_rate_limit(),
        Route::get("/api/seen", Access::Public, seen).doc("seen", ""),
    ]
}

async fn create(caller: Caller, JsonBody(body): JsonBody) -> Result<Answer, ApiError> {
    let values = BRAND.read(&body, Mode::Create)?;
    Ok(B::ok(json!({ "name": values.text("name"), "by": caller.username })).position(7))
}

async fn optional(OptionalJsonBody(body): OptionalJsonBody) -> Result<Answer, ApiError> {
    let values = BRAND.read(&body, Mode::Change)?;
    Ok(M::ok(values.text("name")))
}

async fn read(PathId(id): PathId) -> Answer {
    B::ok(json!({ "id": id })).etag(42)
}

async fn panics() -> Answer {
    panic!("a secret of the house")
}

async fn fails() -> ApiError {
    ApiError::internal("SELECT secret FROM brands")
}

async fn slow() -> Answer {
    std::future::pending().await
}

async fn ready() -> Answer {
    Bare::ok(json!({ "ready": false })).status(StatusCode::SERVICE_UNAVAILABLE)
}

async fn seen(context: RequestContext) -> Answer {
    M::ok(json!({
        "ip": context.client_ip(), "https": context.is_https(), "host": context.host(), "id": context.request_id(),
    }))
}

/// Stands in for the authentication layer: the header `as` names a role, `bad` is a credential no longer good.
async fn authenticate(mut request: Request, next: Next) -> Response {
    let shown = request.headers().get("as").and_then(|value| value.to_str().ok()).map(str::to_owned);
    match shown.as_deref() {
        None => {}
        Some("bad") => drop(request.extensions_mut().insert(PresentedBadCredentials)),
        Some(role) => {
            let role = Role::parse(role).unwrap();
            let caller = Caller {
                user_id: role as i64,
                username: role.code().to_owned(),
                role,
                scheme: Scheme::Token,
                credential_id: None,
            };
            request.extensions_mut().insert(caller);
        }
    }
    next.run(request).await
}

fn house(rate_limit: RateLimit, proxies: &str) -> Edge<Router> {
    let router = router(routes(), rate_limit).layer(from_fn(authenticate));
    Edge::new(router, TrustedProxies::parse(proxies).unwrap())
}

/// An answer as a client sees it.
struct Seen {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Seen {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {:?}", self.text()))
    }

    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The failure's words in either envelope, after checking that the envelope is exactly the family's.
    #[track_caller]
    fn fails_in(&self, family: Family, status: u16, code: &str) -> String {
        let body = self.json();
        assert_eq!(self.status, status, "{body}");
        assert_eq!(self.header("content-type"), Some("application/json"));
        let keys: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
        match family {
            Family::B => {
                assert_eq!(keys, ["code", "data", "message"]);
                assert_eq!((&body["code"], &body["data"]), (&json!(status), &Value::Null));
                body["message"].as_str().unwrap().to_owned()
            }
            Family::M => {
                assert!(
                    keys == ["code", "error", "success"] || keys == ["code", "details", "error", "success"]
                );
                assert_eq!((&body["success"], &body["code"]), (&json!(false), &json!(code)));
                body["error"].as_str().unwrap().to_owned()
            }
        }
    }
}

async fn send(house: Edge<Router>, request: Request) -> Seen {
    let response = house.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Seen { status: parts.status.as_u16(), headers: parts.headers, body }
}

/// A request by somebody of that role ("" for nobody) to a house without limits.
async fn ask(method: &str, path: &str, role: &str, body: impl Into<Body>) -> Seen {
    let mut request = Request::builder().method(method).uri(path);
    if !role.is_empty() {
        request = request.header("as", role);
    }
    send(house(RateLimit::default(), ""), request.body(body.into()).unwrap()).await
}

async fn get(path: &str, role: &str) -> Seen {
    ask("GET", path, role, Body::empty()).await
}
