//! R9: a change that was meant for an older version of a thing is refused, whatever the thing.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::models::Models;
use crate::support::{Actor, TestApp, eventually};

/// A thing that was changed since somebody read it.
struct Changed {
    /// The routes that change it.
    routes: Vec<(&'static str, &'static str)>,
    path: String,
    body: Value,
    /// The version that was read.
    stale: String,
    /// Where its version is read; none: it shows none, so that every version is another one.
    shown_at: Option<String>,
}

/// A version that nothing has by now.
const FIRST: &str = "\"1\"";

/// Nothing happens here by itself.
async fn house(models: &Models) -> TestApp {
    let asked = models.are_asked();
    TestApp::with(|config| {
        asked(config);
        config.models.trending.clear();
    })
    .await
}

/// Makes a thing, reads it, and changes it.
async fn changed(
    admin: &Actor,
    routes: &[(&'static str, &'static str)],
    path: String,
    method: Method,
    body: Value,
) -> Changed {
    let stale = admin.get(&path).await.etag();
    admin.sends(method, &path, &body, &[]).await.data();
    Changed { routes: routes.to_vec(), shown_at: Some(path.clone()), path, body, stale }
}

async fn of_family_b(admin: &Actor) -> Vec<Changed> {
    let (spare, tea) = (admin.creates_brand("Spare").await, admin.creates_brand("Tea").await);
    let oolong = admin.creates_product(&tea, "Oolong").await;
    let (week, month) =
        (admin.creates_campaign(&tea, "Week").await, admin.creates_campaign(&tea, "Month").await);
    let body = || json!({ "description": "new" });
    let [brands, products, campaigns] = ["/api/brands/{id}/", "/api/products/{id}/", "/api/campaigns/{id}/"]
        .map(|path| ["PUT", "PATCH", "DELETE"].map(|method| (method, path)));
    let creator = ("PUT", "/api/campaigns/{id}/creators/{creator_id}/");
    let mut reported = changed(admin, &[creator], month.path.clone(), Method::PATCH, body()).await;
    (reported.path, reported.body) = (month.at("creators/mei/"), json!({ "followers": 5 }));
    vec![
        changed(admin, &brands, spare.path, Method::PATCH, body()).await,
        changed(admin, &products, oolong.path, Method::PATCH, body()).await,
        changed(admin, &campaigns, week.path, Method::PATCH, body()).await,
        reported,
    ]
}

async fn of_family_m(admin: &Actor) -> Vec<Changed> {
    let vendor = |code: &'static str| async move {
        let fields = json!({ "vendor_code": code, "vendor_name": "Tea", "emails": ["a@tea.example"] });
        admin.post("/api/vendor/list", fields).await.data()
    };
    let (vendor, other) = (vendor("V1").await, vendor("V2").await);
    let of_vendor = [("PUT", "/api/vendor/list/{id}"), ("DELETE", "/api/vendor/list/{id}")];
    let path = |vendor: &Value| format!("/api/vendor/list/{}", vendor["id"]);
    let note = || json!({ "note": "new" });
    let mut email =
        changed(admin, &[("DELETE", "/api/vendor/email/{id}")], path(&other), Method::PUT, note()).await;
    email.path = format!("/api/vendor/email/{}", other["emails"][0]["id"]);
    let listing = admin.post("/api/listings", json!({ "url": "https://shop.example/1" })).await.data();
    let listing = format!("/api/listings/{}", listing["id"]);
    let of_listing = [("PATCH", "/api/listings/{id}"), ("DELETE", "/api/listings/{id}")];
    let rule = admin.post("/api/alerts/rules", json!({ "name": "Rises", "when": "rise" })).await.data();
    let rule = format!("/api/alerts/rules/{}", rule["id"].as_str().unwrap());
    let of_rule = [("PUT", "/api/alerts/rules/{id}"), ("DELETE", "/api/alerts/rules/{id}")];
    let ann = json!({ "username": "ann", "password": "long enough", "role": "user" });
    let ann = format!("/api/users/{}", admin.post("/api/users", ann).await.data()["id"]);
    let of_user = [("PUT", "/api/users/{id}"), ("DELETE", "/api/users/{id}")];
    let template = ("PUT", "/api/notification/templates/{code}");
    let disk = "/api/notification/templates/disk_warning".to_owned();
    admin.put(&disk, json!({ "subject": "Disk" })).await.data();
    let copy = admin.post("/api/ai/generate", json!({ "product_name": "茶" })).await.json;
    let copy = format!("/api/ai/history/{}", copy["id"]);
    let stale = admin.get(&copy).await.etag();
    admin.put(&format!("{copy}/favorite"), json!({ "favorite": true })).await.data();
    let of_copy = |route, path: String, body| Changed {
        routes: vec![route],
        path,
        body,
        stale: stale.clone(),
        shown_at: Some(copy.clone()),
    };
    vec![
        email,
        changed(admin, &of_vendor, path(&vendor), Method::PUT, note()).await,
        changed(admin, &of_listing, listing, Method::PATCH, json!({ "name": "new" })).await,
        changed(admin, &of_rule, rule, Method::PUT, json!({ "name": "new" })).await,
        changed(admin, &of_user, ann, Method::PUT, json!({ "display_name": "new" })).await,
        changed(admin, &[template], disk, Method::PUT, json!({ "subject": "new" })).await,
        of_copy(
            ("PUT", "/api/ai/history/{id}/favorite"),
            format!("{copy}/favorite"),
            json!({ "favorite": false }),
        ),
        of_copy(("DELETE", "/api/ai/history/{id}"), copy.clone(), json!({})),
    ]
}

async fn of_sheets(admin: &Actor) -> Vec<Changed> {
    let sheet = |code: &str| format!("vendor_code,product_code\nV9,{code}\n");
    let import = "/api/vendor/stockout/import";
    admin.uploads(import, "a.csv", sheet("P1"), &[]).await.data();
    let stockout = admin.get("/api/vendor/stockout").await.data();
    let stockout = format!("/api/vendor/stockout/{}", stockout[0]["id"]);
    let batch = admin.uploads(import, "b.csv", sheet("P2"), &[]).await.data();
    let batch = batch["batch_id"].as_str().unwrap().to_owned();
    let fields = [("job_type", "listings")];
    let job = admin.uploads("/api/import/files", "c.csv", "product_id,name\nG1,Tea\n", &fields).await.data();
    let job = format!("/api/import/jobs/{}", job["job_id"].as_str().unwrap());
    eventually("the import is over", || async {
        (admin.get(&job).await.data()["status"] == "completed").then_some(())
    })
    .await;
    let unshown = |route, path, shown_at| Changed {
        routes: vec![route],
        path,
        body: json!({}),
        stale: FIRST.to_owned(),
        shown_at,
    };
    let of_stockout = [("PATCH", "/api/vendor/stockout/{id}")];
    vec![
        changed(admin, &of_stockout, stockout, Method::PATCH, json!({ "status": "resolved" })).await,
        unshown(
            ("DELETE", "/api/vendor/stockout/batches/{id}"),
            format!("/api/vendor/stockout/batches/{batch}"),
            None,
        ),
        unshown(("DELETE", "/api/import/jobs/{id}"), job.clone(), Some(job)),
    ]
}

/// What has no version: only `*` names it.
async fn without_versions(app: &TestApp, admin: &Actor) -> Vec<Changed> {
    let token = admin.post("/api/admin/tokens", json!({ "name": "till", "role": "user" })).await.data();
    let ben = json!({ "username": "ben", "password": "long enough", "role": "user" });
    let ben = admin.post("/api/users", ben).await.data();
    let door = json!({ "username": "ben", "password": "long enough" });
    assert_eq!(app.visitor().post("/login", door).await.status, 302);
    let sessions = admin.get(&format!("/api/user/sessions?user_id={}", ben["id"])).await.data();
    let message = json!({ "message": "waits", "chat_id": 1, "queued": true });
    admin.post("/api/notification/telegram", message).await.data();
    let job = eventually("the message's job waits", || async {
        let jobs = admin.get("/api/admin/jobs?kind=notification.telegram").await.data();
        jobs[0]["id"].as_str().map(|id| format!("/api/admin/jobs/{id}"))
    })
    .await;
    let id = |thing: &Value| thing["id"].as_str().unwrap().to_owned();
    let unversioned = |path: &'static str, filled: String, shown_at| Changed {
        routes: vec![("DELETE", path)],
        path: filled,
        body: json!({}),
        stale: FIRST.to_owned(),
        shown_at,
    };
    let rebuild = "/api/admin/projections/brands/rebuild".to_owned();
    vec![
        unversioned("/api/admin/tokens/{id}", format!("/api/admin/tokens/{}", id(&token)), None),
        unversioned("/api/user/sessions/{id}", format!("/api/user/sessions/{}", id(&sessions[0])), None),
        // Its tag is one of its bytes.
        unversioned("/api/admin/jobs/{id}", job.clone(), Some(job)),
        unversioned("/api/admin/projections/{name}/rebuild", rebuild, None),
    ]
}

#[tokio::test]
async fn every_change_of_one_thing_is_refused_when_the_thing_changed_meanwhile() {
    let models = Models::start().await;
    let app = house(&models).await;
    let admin = app.admin().await;
    let mut things = of_family_b(&admin).await;
    things.extend(of_family_m(&admin).await);
    things.extend(of_sheets(&admin).await);
    things.extend(without_versions(&app, &admin).await);
    let head = app.head().await;
    let routes: Vec<_> = tidemark::http::routes()
        .into_iter()
        .map(|route| (route.info.method, route.info.path))
        .filter(|(method, _)| [Method::PUT, Method::PATCH, Method::DELETE].contains(method))
        .collect();
    let thing_of = |method: &Method, path: &str| {
        let is_it = |route: &(&str, &str)| *method == route.0 && path == route.1;
        things.iter().find(|thing| thing.routes.iter().any(is_it))
    };
    for (method, path) in &routes {
        let thing = thing_of(method, path).unwrap_or_else(|| panic!("no thing for {method} {path}"));
        let sent = [("if-match", thing.stale.as_str())];
        let refused = admin.sends(method.clone(), &thing.path, &thing.body, &sent).await;
        assert_eq!(refused.status, 412, "{method} {path}: {}", refused.json);
        refused.fails_with(412);
        let ahead = [("if-match", "\"9007199254740993\"")];
        admin.sends(method.clone(), &thing.path, &thing.body, &ahead).await.fails_with(412);
    }
    assert_eq!(app.head().await, head, "something was stored");
    // and: who has read the newest version may change it; what is deleted is so last
    let (deletions, changes): (Vec<_>, Vec<_>) =
        routes.iter().partition(|(method, _)| *method == Method::DELETE);
    for (method, path) in changes.into_iter().chain(deletions) {
        let thing = thing_of(method, path).unwrap();
        let newest = match &thing.shown_at {
            Some(shown_at) => admin.get(shown_at).await.etag(),
            None => "*".to_owned(),
        };
        let done = admin.sends(method.clone(), &thing.path, &thing.body, &[("if-match", &newest)]).await;
        assert_eq!(done.status, 200, "{method} {path}: {}", done.json);
    }
    app.finish().await;
}

#[tokio::test]
async fn what_somebody_has_read_already_is_not_sent_again() {
    let models = Models::start().await;
    let app = house(&models).await;
    let (admin, reader) = (app.admin().await, app.reader().await);
    let tea = admin.creates_brand("Tea").await;
    let copy = reader.post("/api/ai/generate", json!({ "product_name": "茶" })).await.json;
    let copy = format!("/api/ai/history/{}", copy["id"]);
    let message = json!({ "message": "waits", "chat_id": 1, "queued": true });
    let message = admin.post("/api/notification/telegram", message).await.data();
    let message = format!("/api/notification/history/{}", message["notification_id"].as_str().unwrap());
    let job = eventually("the message's job waits", || async {
        let jobs = admin.get("/api/admin/jobs?kind=notification.telegram").await.data();
        jobs[0]["id"].as_str().map(|id| format!("/api/admin/jobs/{id}"))
    })
    .await;
    for path in [&copy, &message, &job, &format!("/api/audit/brands/{}/state", tea.id)] {
        let tag = admin.get(path).await.etag();
        let again = admin.get_with(path, ("if-none-match", &tag)).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert_eq!(again.etag(), tag);
        assert_eq!(admin.get_with(path, ("if-none-match", "\"0\"")).await.status, 200, "{path}");
    }
    // and: what changed is told, and somebody else's stays out of sight
    let tag = reader.get(&copy).await.etag();
    reader.put(&format!("{copy}/favorite"), "{}").await.data();
    assert_eq!(reader.get_with(&copy, ("if-none-match", &tag)).await.data()["favorite"], true);
    app.reader().await.get(&copy).await.fails_with(404);
    let tag = admin.get(&message).await.etag();
    admin.delete(&job).await.data();
    let settled = eventually("the message has failed", || async {
        let shown = admin.get_with(&message, ("if-none-match", &tag)).await;
        (shown.status == 200).then(|| shown.data()).filter(|shown| shown["status"] == "failed")
    })
    .await;
    assert!(settled["reason"].as_str().is_some(), "{settled}");
    app.finish().await;
}
