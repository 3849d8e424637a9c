//! The database goes away and comes back while the server serves.

use aggregates::values::Status;
use reqwest::Method;
use serde_json::json;

use super::database::Database;
use super::server::{House, Server, postgres_of, send};
use super::writers::Crowd;
use crate::support::{Actor, Response, eventually};

/// A failure that says "not now", in the right envelope.
fn says_not_now(answer: &Response) {
    let said = answer.fails_with(503);
    assert!(!said.is_empty());
    let pause: u32 = answer.header("retry-after").expect("it says when to try again").parse().unwrap();
    assert!((1..=30).contains(&pause), "{pause}");
}

async fn is_ready(actor: &Actor) {
    eventually("the server is ready", || async { (actor.get("/ready").await.status == 200).then_some(()) })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_is_told_and_over_without_a_restart() {
    let database = Database::start().await;
    let house = database.house();
    let server = house.serve().await;
    let admin = house.admin(&server).await;
    let admin = server.receives(&admin);
    let tea = admin.creates_brand("Tea").await;
    let campaign = admin.creates_campaign(&tea, "Tea week").await;
    let mut socket = admin.watches(&campaign).await;
    let mut crowd = Crowd::begins(&admin).await;

    crowd.writes_until(&admin, 100, database.goes_away()).await;

    let brand = json!({ "name": "Coffee" });
    let answers = tokio::join!(
        admin.get("/api/brands/"),
        admin.get(&tea.path),
        admin.post("/api/brands/", &brand),
        admin.delete(&tea.path),
        admin.get("/api/admin/projections"),
        admin.get("/api/events"),
        admin.get("/ready"),
        admin.get("/health"),
    );
    for answer in [&answers.0, &answers.1, &answers.2, &answers.3] {
        says_not_now(answer);
        assert_eq!(answer.json["code"], 503, "family B's envelope");
    }
    for answer in [&answers.4, &answers.5] {
        says_not_now(answer);
        assert_eq!(answer.json["code"], "UNAVAILABLE", "family M's envelope");
    }
    assert_eq!((answers.6.status, &answers.6.json["database"]), (503, &json!(false)));
    assert_eq!(answers.7.status, 200);

    database.comes_back().await;
    is_ready(&admin).await;
    crowd.is_told_the_truth(&admin).await;
    admin.moves(&campaign, Status::Accepted).await;
    socket.shows(|frame| frame.status() == "accepted").await;
    crowd.writes_until(&admin, 100, database.goes_away()).await;
    database.comes_back().await;
    is_ready(&admin).await;
    crowd.is_told_the_truth(&admin).await;
    let reader = admin.watches(&campaign).await;
    admin.moves(&campaign, Status::InProgress).await;
    socket.shows(|frame| frame.status() == "in_progress").await;
    reader.leaves().await;
    server.stops().await;
    database.ends().await;
}

/// Reads after each write what it wrote. What was acknowledged must be seen, whatever the database lost.
async fn writes_and_reads(actor: &Actor, brand: &crate::support::Thing, number: u32) -> bool {
    let body = json!({ "description": number.to_string() });
    let written = actor.request(Method::PATCH, &brand.path).json(&body).send().await.unwrap();
    if written.status() != 200 {
        assert_eq!(written.status(), 503);
        return false;
    }
    for address in [&brand.path, "/api/brands/"] {
        let answer = actor.get(address).await;
        if answer.status == 200 {
            let data = &answer.json["data"];
            let shown = data
                .as_array()
                .map_or(data, |list| list.iter().find(|item| item["id"] == brand.id.as_str()).unwrap());
            assert_eq!(
                shown["description"],
                number.to_string(),
                "{address} shows what was acknowledged before"
            );
        } else {
            assert_eq!(answer.status, 503);
        }
    }
    true
}

/// The read tables lose their newest rows, as no commit of theirs waits for the disk. Nobody may notice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_database_takes_back_nothing_that_was_acknowledged() {
    let house = House::new();
    let server: Server = house.serve().await;
    let admin = house.admin(&server).await;
    let admin = server.receives(&admin);
    let brand = admin.creates_brand("Tea").await;
    let mut number = 0;
    for _ in 0..4 {
        for _ in 0..20 {
            number += 1;
            assert!(writes_and_reads(&admin, &brand, number).await, "the database is there");
        }
        let killed = postgres_of(&house.data_dir());
        killed.iter().for_each(|pid| send("KILL", *pid));
        eventually("everybody is served again", || async {
            let answer = admin.get(&brand.path).await;
            assert!(answer.status == 200 || answer.status == 503, "{answer:?}");
            if answer.status == 200 {
                assert_eq!(
                    answer.json["data"]["description"],
                    number.to_string(),
                    "an acknowledged write is lost"
                );
            }
            (answer.status == 200).then_some(())
        })
        .await;
        let listed = admin.get("/api/brands/").await;
        assert_eq!(listed.data()[0]["description"], number.to_string());
        is_ready(&admin).await;
    }
    server.stops().await;
}
