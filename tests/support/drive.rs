//! A drive as Google documents it: tokens for signed statements, files in folders, bytes, exports.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Value, json};
use std::collections::HashMap;
use tidemark::config::Config;

const KEY: &str = include_str!("keys/drive.pem");
const PUBLIC_KEY: &str = include_str!("keys/drive.pub.pem");
const ACCOUNT: &str = "importer@project.example.com";
const GOOGLE_SHEET: &str = "application/vnd.google-apps.spreadsheet";

/// The fake.
pub(crate) struct FakeDrive {
    address: SocketAddr,
    credentials: PathBuf,
    _folder: tempfile::TempDir,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    address: String,
    files: Vec<(Value, Vec<u8>)>,
    /// Paths asked for, tokens given out.
    asked: Vec<String>,
    tokens: u32,
    /// Answers of these statuses come first.
    failures: Vec<u16>,
}

type House = Arc<Mutex<Shared>>;

impl FakeDrive {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared =
            Arc::new(Mutex::new(Shared { address: format!("http://{address}"), ..Shared::default() }));
        let router = Router::new()
            .route("/token", post(token))
            .route("/drive/v3/files", get(list))
            .route("/drive/v3/files/{id}", get(file))
            .route("/drive/v3/files/{id}/export", get(export))
            .with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let folder = tempfile::tempdir().expect("a folder");
        let credentials = folder.path().join("account.json");
        let account = json!({
            "type": "service_account", "client_email": ACCOUNT, "private_key": KEY, "private_key_id": "k1",
            "token_uri": format!("http://{address}/token"),
        });
        std::fs::write(&credentials, account.to_string()).expect("a file");
        Self { address, credentials, _folder: folder, shared }
    }

    /// Settings that use it.
    pub(crate) fn is_used(&self) -> impl FnOnce(&mut Config) + use<> {
        let (address, credentials) = (self.address, self.credentials.clone());
        move |config| {
            config.drive.credentials = Some(credentials);
            config.drive.folders = vec!["folder-1".to_owned()];
            config.drive.url = Some(format!("http://{address}").parse().unwrap());
        }
    }

    /// Puts a file there; its md5 follows its bytes.
    pub(crate) fn holds(&self, id: &str, name: &str, bytes: Vec<u8>) {
        let md5 = tidemark::sheets::file_digest(&bytes)[..32].to_owned();
        let mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        self.put(json!({ "id": id, "name": name, "mimeType": mime, "size": bytes.len().to_string(), "md5Checksum": md5 }), bytes);
    }

    /// Puts a Google Sheet there, which has no bytes of its own.
    pub(crate) fn holds_sheet(&self, id: &str, name: &str, exported: Vec<u8>) {
        self.put(json!({ "id": id, "name": name, "mimeType": GOOGLE_SHEET }), exported);
    }

    fn put(&self, mut file: Value, bytes: Vec<u8>) {
        let mut shared = self.shared.lock().unwrap();
        shared.files.retain(|(known, _)| known["id"] != file["id"]);
        let minute = shared.files.len();
        file["modifiedTime"] = json!(format!("2026-01-29T06:{minute:02}:00.000Z"));
        shared.files.push((file, bytes));
    }

    /// Its next answers about files are these.
    pub(crate) fn fails(&self, statuses: &[u16]) {
        self.shared.lock().unwrap().failures = statuses.to_vec();
    }

    /// What it was asked for, by path.
    pub(crate) fn asked(&self, path: &str) -> usize {
        self.shared.lock().unwrap().asked.iter().filter(|asked| *asked == path).count()
    }
}

async fn token(State(house): State<House>, body: String) -> Response {
    let form: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let mut shared = house.lock().unwrap();
    shared.asked.push("/token".to_owned());
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[format!("{}/token", shared.address)]);
    validation.set_issuer(&[ACCOUNT]);
    let key = DecodingKey::from_rsa_pem(PUBLIC_KEY.as_bytes()).unwrap();
    let claims = decode::<Value>(&form["assertion"], &key, &validation);
    let good = claims.is_ok_and(|claims| {
        let claims = claims.claims;
        let lasts = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
        lasts <= 3_600 && claims["scope"].as_str().unwrap().contains("drive.readonly")
    });
    if !good || form["grant_type"] != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
        let body = json!({ "error": "invalid_grant", "error_description": "Invalid JWT Signature." });
        return (StatusCode::BAD_REQUEST, json_of(body)).into_response();
    }
    shared.tokens += 1;
    let token = format!("token-{}", shared.tokens);
    json_of(json!({ "access_token": token, "expires_in": 3599, "token_type": "Bearer" })).into_response()
}

/// A body of JSON.
fn json_of(body: Value) -> Response {
    ([("content-type", "application/json")], body.to_string()).into_response()
}

fn error(status: u16, reason: &str) -> Response {
    let body = json!({ "error": { "code": status, "message": format!("says {reason}"), "errors": [{ "reason": reason }] } });
    (StatusCode::from_u16(status).unwrap(), json_of(body)).into_response()
}

/// Notes the question; an answer when it is not let in or has to fail first.
fn door(shared: &mut Shared, path: String, headers: &HeaderMap) -> Option<Response> {
    shared.asked.push(path);
    let expected = format!("Bearer token-{}", shared.tokens);
    if headers.get("authorization").is_none_or(|sent| sent != expected.as_str()) {
        return Some(error(401, "authError"));
    }
    if shared.failures.is_empty() {
        return None;
    }
    let status = shared.failures.remove(0);
    Some(error(status, if status == 403 { "userRateLimitExceeded" } else { "backendError" }))
}

/// Two files a page.
async fn list(
    State(house): State<House>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let mut shared = house.lock().unwrap();
    if let Some(answer) = door(&mut shared, "/drive/v3/files".to_owned(), &headers) {
        return answer;
    }
    assert_eq!(query["q"], "'folder-1' in parents and trashed=false");
    let first: usize = query.get("pageToken").map_or(0, |token| token.parse().unwrap());
    let files: Vec<_> = shared.files.iter().skip(first).take(2).map(|(file, _)| file.clone()).collect();
    let mut page = json!({ "kind": "drive#fileList", "incompleteSearch": false, "files": files });
    if first + 2 < shared.files.len() {
        page["nextPageToken"] = json!((first + 2).to_string());
    }
    json_of(page).into_response()
}

async fn file(
    State(house): State<House>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let mut shared = house.lock().unwrap();
    let is_media = query.get("alt").is_some_and(|alt| alt == "media");
    let path = format!("/drive/v3/files/{id}{}", if is_media { "?alt=media" } else { "" });
    if let Some(answer) = door(&mut shared, path, &headers) {
        return answer;
    }
    match shared.files.iter().find(|(file, _)| file["id"] == id.as_str()) {
        None => error(404, "notFound"),
        Some((file, _)) if is_media && file["mimeType"] == GOOGLE_SHEET => error(403, "fileNotDownloadable"),
        Some((_, bytes)) if is_media => bytes.clone().into_response(),
        Some((file, _)) => json_of(file.clone()).into_response(),
    }
}

async fn export(
    State(house): State<House>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let mut shared = house.lock().unwrap();
    if let Some(answer) = door(&mut shared, format!("/drive/v3/files/{id}/export"), &headers) {
        return answer;
    }
    assert!(query["mimeType"].ends_with("spreadsheetml.sheet"));
    match shared.files.iter().find(|(file, _)| file["id"] == id.as_str()) {
        Some((file, bytes)) if file["mimeType"] == GOOGLE_SHEET => bytes.clone().into_response(),
        _ => error(403, "fileNotExportable"),
    }
}
