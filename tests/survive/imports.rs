//! An import goes on where it was when its server was killed, and doubles no row.

use std::fmt::Write;

use serde_json::Value;

use super::server::House;
use crate::support::{Actor, eventually};

const VENDORS: usize = 6_000;

async fn shown(actor: &Actor, path: &str) -> Value {
    actor.get(path).await.data()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_survives_a_killed_server_without_doubling_a_row() {
    let house = House::new();
    let mut server = house.serve().await;
    let admin = house.admin(&server).await;
    let mut sheet = String::from("vendor_code,vendor_name,email\n");
    for number in 0..VENDORS {
        writeln!(sheet, "V{number},廠商 {number},v{number}@example.com").unwrap();
    }
    let ordered = admin.uploads("/api/import/files", "v.csv", sheet, &[("job_type", "vendors")]).await.data();
    let path = format!("/api/import/jobs/{}", ordered["job_id"].as_str().unwrap());
    let mut kills = 0;
    loop {
        let actor = server.receives(&admin);
        let before = shown(&actor, &path).await["imported"].as_i64().unwrap();
        let goes_on = || async {
            let job = shown(&actor, &path).await;
            let is_over = job["status"] == "completed" || job["status"] == "failed";
            (is_over || job["imported"].as_i64().unwrap() > before).then_some(job)
        };
        let job = eventually("the import goes on", goes_on).await;
        if job["progress"] == 100 || kills == 3 {
            break;
        }
        server.dies().await;
        kills += 1;
        server = house.serve().await;
    }
    let actor = server.receives(&admin);
    let is_over = || async {
        let job = shown(&actor, &path).await;
        (job["progress"] == 100).then_some(job)
    };
    let job = eventually("the import is over", is_over).await;
    assert_eq!((&job["status"], &job["imported"]), (&Value::from("completed"), &Value::from(VENDORS)));
    let list = actor.get("/api/vendor/list?per_page=1").await;
    assert_eq!(list.header("x-total-count"), Some("6000"));
    assert!(kills > 0, "it was over before it could be killed");
    server.stops().await;
}
