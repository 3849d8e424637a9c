//! GET /api/system/status and POST /api/system/cleanup.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::shapes::has_keys;

#[tokio::test]
async fn the_status_is_bare_and_in_percent_with_one_decimal_place() {
    let app = TestApp::start().await;
    let answer = app.bot().await.get("/api/system/status").await;
    assert_eq!(answer.status, 200);
    has_keys(&answer.json, &["cpu_percent", "memory_percent", "disk_percent", "uptime"]);
    for figure in ["cpu_percent", "memory_percent", "disk_percent"] {
        let percent = answer.json[figure].as_f64().unwrap();
        assert!((0.0..=100.0).contains(&percent), "{figure}: {percent}");
        assert!(((percent * 10.0).round() / 10.0 - percent).abs() < 1e-9, "{figure}: {percent}");
    }
    let uptime = answer.json["uptime"].as_str().unwrap();
    assert!(uptime.contains("second"), "{uptime}");
    app.finish().await;
}

async fn count(app: &TestApp, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    sqlx::query_scalar(&sql).fetch_one(&app.app.pool).await.unwrap()
}

#[tokio::test]
async fn cleaning_up_removes_what_has_expired_and_counts_it_by_kind() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().to_owned();
    let app = TestApp::with(|config| config.data_dir = folder).await;
    let (admin, manager) = (app.admin().await, app.manager().await);
    std::fs::create_dir_all(data.path().join("tmp")).unwrap();
    let old = std::fs::File::create(data.path().join("tmp/old.xlsx")).unwrap();
    old.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(30 * 86_400)).unwrap();
    let given = "INSERT INTO sessions (id_hash, user_id, created_at, last_seen_at, expires_at, ip) \
                 SELECT sha256(n::text::bytea), 1, now(), now(), now() + make_interval(mins => n), '::1' \
                 FROM generate_series(-2, 3) n; \
                 INSERT INTO socket_tickets SELECT decode(md5(n::text), 'hex'), gen_random_uuid(), 1, \
                 now() + make_interval(mins => n), gen_random_uuid() FROM generate_series(-2, 1) n";
    sqlx::raw_sql(given).execute(&app.app.pool).await.unwrap();
    let events = count(&app, "events").await;
    manager.post("/api/system/cleanup", "").await.fails_with(403);

    let would = admin.post("/api/system/cleanup", json!({ "dry_run": true })).await.data();
    has_keys(&would, &["dry_run", "removed", "total"]);
    assert_eq!((&would["dry_run"], count(&app, "sessions").await), (&json!(true), 6));
    let asked = admin.post("/api/system/cleanup?dry_run=1", "").await.data();
    assert_eq!((&asked, count(&app, "sessions").await), (&would, 6));
    admin.post("/api/system/cleanup?dry_run=perhaps", "").await.fails_with(400);
    let done = admin.post("/api/system/cleanup", "").await.data();
    assert_eq!((&done["removed"], &done["dry_run"]), (&would["removed"], &json!(false)));
    let removed = |kind: &str| done["removed"][kind].clone();
    assert_eq!([removed("sessions"), removed("tickets"), removed("files")], [json!(3), json!(3), json!(1)]);
    assert_eq!((count(&app, "sessions").await, count(&app, "socket_tickets").await), (3, 1));
    assert_eq!(count(&app, "events").await, events);
    let again = admin.post("/api/system/cleanup", "{}").await.data();
    assert_eq!(again["total"], Value::from(0));
    admin.post("/api/system/cleanup", json!({ "dry_run": "perhaps" })).await.fails_with(400);
    app.finish().await;
}
