//! Stopping in good order, by signal.

use aggregates::values::Status;
use sqlx::Connection;

use super::database::Database;
use super::server::House;
use crate::support::eventually;

async fn a_signal_ends_it_well(signal: &str) {
    let house = House::new();
    let mut server = house.serve().await;
    let admin = house.admin(&server).await;
    let admin = server.receives(&admin);
    let tea = admin.creates_brand("Tea").await;
    let campaign = admin.creates_campaign(&tea, "Tea week").await;
    let mut socket = admin.watches(&campaign).await;
    socket.shows(|frame| frame.status() == "pending").await;
    admin.moves(&campaign, Status::Accepted).await;
    socket.shows(|frame| frame.status() == "accepted").await;

    server.is_sent(signal);

    socket.closes_with(1001).await;
    let status = server.ends().await;
    assert_eq!(status.code(), Some(0), "{}", server.log().whole());
    assert!(!house.data_dir().join("postgres/postmaster.pid").exists(), "the database has ended with it");
    let server = house.serve().await;
    let admin = server.receives(&admin);
    assert_eq!(admin.sees(&campaign).await["status"], "accepted");
    server.stops().await;
}

#[tokio::test]
async fn sigterm_ends_it_well() {
    a_signal_ends_it_well("TERM").await;
}

#[tokio::test]
async fn ctrl_c_ends_it_well() {
    a_signal_ends_it_well("INT").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_in_flight_are_finished_and_new_ones_refused() {
    let database = Database::start().await;
    let house = database.house();
    let mut server = house.serve().await;
    let admin = house.admin(&server).await;
    let admin = server.receives(&admin);
    admin.creates_brand("Tea").await;
    let mut stranger = database.connect().await;
    let mut open = stranger.begin().await.unwrap();
    sqlx::query("SELECT * FROM log_head FOR UPDATE").execute(&mut *open).await.unwrap();
    let writer = admin.clone();
    let in_flight = tokio::spawn(async move { writer.creates_brand("Coffee").await });
    let mut watcher = database.connect().await;
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%append_events%'";
    while sqlx::query_scalar::<_, i64>(waits).fetch_one(&mut watcher).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }

    server.is_sent("TERM");
    server.log().says("stopping").await;
    eventually("nobody new is let in", || async {
        tokio::net::TcpStream::connect(server.host()).await.is_err().then_some(())
    })
    .await;
    open.commit().await.unwrap();

    assert_eq!(in_flight.await.unwrap()["name"], "Coffee");
    assert_eq!(server.ends().await.code(), Some(0), "{}", server.log().whole());
    let server = house.serve().await;
    let brands = server.receives(&admin).get("/api/brands/").await.data();
    assert_eq!(brands.as_array().unwrap().len(), 2);
    server.stops().await;
    database.ends().await;
}
