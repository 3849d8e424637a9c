//! Bad input on every route of the table: always a clear error in the family's envelope, nothing stored.

mod bodies;
mod fields;
mod lines;
mod requests;

use reqwest::Method;
use serde_json::{Value, json};
use tidemark::http::form::Kind;
use tidemark::http::{Field, Form, Mode};

use crate::support::{Actor, Response, TestApp};

/// A house with one of everything, and an administrator who asks.
struct Sweep {
    app: TestApp,
    admin: Actor,
    ids: Vec<(&'static str, String)>,
    head: i64,
}

/// A route that reads a body.
#[derive(Clone, Copy)]
struct Target {
    method: &'static str,
    path: &'static str,
    form: &'static Form,
    mode: Mode,
}

impl Sweep {
    async fn begin() -> Self {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let tea = admin.creates_brand("Tea").await;
        let (product, week) =
            (admin.creates_product(&tea, "Oolong").await, admin.creates_campaign(&tea, "Week").await);
        admin.reports(&week, "mei", json!({})).await;
        let listing = admin.post("/api/listings", json!({ "url": "https://shop.example/1" })).await.data();
        let (vendor, stockout) = vendor_and_stockout(&admin).await;
        let rule = admin.post("/api/alerts/rules", json!({ "name": "Rises", "when": "rise" })).await.data();
        let user = json!({ "username": "ann", "password": "long enough", "role": "user" });
        let user = admin.post("/api/users", user).await.data();
        admin.put("/api/notification/templates/disk_warning", json!({ "subject": "Disk" })).await.data();
        // The first that fits counts.
        let ids = vec![
            ("/api/brands", tea.id),
            ("/api/products", product.id),
            ("/api/campaigns", week.id),
            ("/api/listings", listing["id"].to_string()),
            ("/api/vendor/stockout", stockout),
            ("/api/vendor", vendor),
            ("/api/alerts/rules", rule["id"].as_str().unwrap().to_owned()),
            ("/api/users", user["id"].to_string()),
        ];
        let head = app.head().await;
        Self { app, admin, ids, head }
    }

    /// A route's path with things that are there.
    fn filled(&self, path: &str) -> String {
        let known = self.ids.iter().find(|(below, _)| path.starts_with(below));
        let id = known.map_or_else(|| self.ids[0].1.clone(), |(_, id)| id.clone());
        let path =
            path.replace("{kind}", "brands").replace("{creator_id}", "mei").replace("{name}", "brands");
        let path = path.replace("{code}", "disk_warning");
        if path.starts_with("/api/audit/campaigns") {
            return path.replace("{id}", &self.ids[2].1);
        }
        if path.starts_with("/api/audit/listings") {
            return path.replace("{id}", &self.ids[3].1);
        }
        path.replace("{product_id}", &self.ids[3].1).replace("{id}", &id)
    }

    /// A value that a field takes.
    fn good(&self, field: &Field) -> Value {
        match field.kind {
            Kind::Id if field.name == "brand" => json!(self.ids[0].1),
            Kind::Id => json!(self.ids[1].1),
            _ if field.name == "url" => json!("https://shop.example/1"),
            _ => json!("good enough"),
        }
    }

    /// A body that holds what is required.
    fn least(&self, target: Target) -> Value {
        let required =
            target.form.fields().iter().filter(|field| field.required && target.mode == Mode::Create);
        Value::Object(required.map(|field| (field.name.to_owned(), self.good(field))).collect())
    }

    async fn sends(&self, target: Target, body: impl ToString) -> Response {
        let method: Method = target.method.parse().unwrap();
        self.admin.sends(method, &self.filled(target.path), body, &[]).await
    }

    /// Nothing was stored, and the read tables are what they should be.
    async fn end(self) {
        assert_eq!(self.app.head().await, self.head, "something was stored");
        let ready = self.admin.get("/ready").await;
        assert_eq!(ready.json["status"], "ready");
        self.app.finish().await;
    }
}

/// Routes that do all there is to do when nothing is sent at all.
const NEEDS_NO_BODY: [&str; 6] = [
    "/api/campaigns/{id}/stop_polling/",
    "/api/system/cleanup",
    "/api/run_task",
    "/api/trigger_momo_notification",
    "/api/users/{id}/reset_password",
    "/api/ai/history/{id}/favorite",
];

/// Routes about things that only the house itself makes, with tests of their own.
const MADE_BY_THE_HOUSE: [&str; 11] = [
    "/api/admin/jobs/{id}",
    "/api/alerts/{id}/why",
    "/api/notification/history/{id}",
    "/api/import/jobs/{id}",
    "/api/import/jobs/{id}/errors.csv",
    "/api/import/jobs/{id}/errors.xlsx",
    "/api/vendor/stockout/import/{id}/errors.csv",
    "/api/vendor/stockout/import/{id}/errors.xlsx",
    "/api/user/sessions/{id}",
    "/api/ai/history/{id}",
    "/api/ai/history/{id}/favorite",
];

/// The numbers of a vendor and of a stockout; those before them are of nothing.
async fn vendor_and_stockout(admin: &Actor) -> (String, String) {
    let fields = json!({ "vendor_code": "V1", "vendor_name": "Tea" });
    let first = admin.post("/api/vendor/list", &fields).await.data();
    admin.delete(&format!("/api/vendor/list/{}", first["id"])).await.data();
    let vendor = admin.post("/api/vendor/list", &fields).await.data();
    let sheet = "vendor_code,product_code\nV1,P1\nV1,P2\n";
    let imports = || admin.uploads("/api/vendor/stockout/import", "a.csv", sheet, &[]);
    let batch = imports().await.data()["batch_id"].as_str().unwrap().to_owned();
    admin.delete(&format!("/api/vendor/stockout/batches/{batch}")).await.data();
    imports().await.data();
    let stockouts = admin.get("/api/vendor/stockout").await.data();
    (vendor["id"].to_string(), stockouts[0]["id"].to_string())
}

/// Every route of families B and T that reads a body.
fn targets() -> Vec<Target> {
    let routes = tidemark::http::routes().into_iter().map(|route| route.info);
    let targets = routes.filter_map(|info| {
        let method = ["POST", "PUT", "PATCH"].into_iter().find(|method| info.method == *method)?;
        let (form, mode) = info.body?;
        Some(Target { method, path: info.path, form, mode })
    });
    // The doors count failures: they have tests of their own.
    let targets: Vec<_> = targets
        .filter(|target| !["/login", "/api/auth/token"].contains(&target.path))
        .filter(|target| !MADE_BY_THE_HOUSE.contains(&target.path))
        .collect();
    assert!(targets.len() >= 13, "{} targets", targets.len());
    targets
}

/// An error that its sender can mend, in the envelope that fits the path.
#[track_caller]
fn is_a_clear_error(answer: &Response, path: &str, status: u16) -> String {
    let message = answer.fails_with(status);
    let is_b = answer.json.get("message").is_some();
    let expected = tidemark::http::Family::of(path) == tidemark::http::Family::B;
    assert_eq!(is_b, expected, "{path}: {}", answer.json);
    assert!((5..1_000).contains(&message.len()), "{path}: {message}");
    for inside in ["sqlx", "serde", "src/", "panicked", "SELECT", "INSERT", "postgres"] {
        assert!(!message.contains(inside), "{path}: {message}");
    }
    message
}
