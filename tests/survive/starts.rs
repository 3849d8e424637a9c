//! Starting: before the database is there, beside another server, and what sub-commands do beside one.

use tokio::net::TcpListener;

use super::database::Database;
use super::server::House;
use crate::support::eventually;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_waits_for_a_database_that_is_not_there_yet() {
    let database = Database::start().await;
    database.goes_away().await;
    let house = database.house();
    let mut server = house.spawn();

    let lines = server.log().says_often("does not answer yet", 2).await;
    let password = database.postgres.url().split(':').nth(2).unwrap().split('@').next().unwrap().to_owned();
    assert!(lines.iter().all(|line| line.contains("trying again") && !line.contains(&password)), "{lines:?}");
    database.comes_back().await;

    server.listens().await;
    let admin = house.admin(&server).await;
    server.receives(&admin).creates_brand("Tea").await;
    server.stops().await;
    database.ends().await;
}

/// A port that takes connections and then says nothing, as a forwarded one without anybody behind it does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_says_nothing_is_tried_again_too() {
    let mute = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://tidemark:secret@{}/tidemark", mute.local_addr().unwrap());
    let house = House::new().with("DATABASE_URL", &url);
    let mut server = house.spawn();

    let (_first, _) = mute.accept().await.unwrap();
    let line = server.log().says("does not answer yet").await;
    assert!(line.contains("trying again") && !line.contains("secret"), "{line}");
    let (_second, _) = mute.accept().await.unwrap();

    server.is_sent("TERM");
    assert_eq!(server.ends().await.code(), Some(0), "{}", server.log().whole());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_server_on_the_same_folder_is_refused() {
    let house = House::new();
    let server = house.serve().await;

    let mut second = house.spawn();

    let line = second.log().says("another tidemark is using").await;
    assert!(line.contains("TIDEMARK_DATA_DIR"), "it says what to do: {line}");
    assert_eq!(second.ends().await.code(), Some(1));
    let admin = house.admin(&server).await;
    server.receives(&admin).creates_brand("Tea").await;
    server.stops().await;
}

/// On the folder of an embedded database, beside the server that runs it, and without one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sub_commands_work_beside_a_running_server() {
    let house = House::new();
    let server = house.serve().await;
    let admin = house.admin(&server).await;
    let here = server.receives(&admin);
    let tea = here.creates_brand("Tea").await;

    let listed = house.prints(&["projections", "list"]).await;
    assert!(listed.contains("brands") && listed.contains("campaigns"), "{listed}");
    house.prints(&["projections", "rebuild", "brands"]).await;
    house.prints(&["projections", "verify", "brands"]).await;
    house.prints(&["migrate"]).await;
    let exported = house.prints(&["audit", "export", "--kind", "brands", "--id", &tea.id]).await;
    assert!(exported.contains("BrandCreated"), "{exported}");

    assert_eq!(here.sees(&tea).await["name"], "Tea");
    eventually("the server still leads", || async { (here.get("/ready").await.status == 200).then_some(()) })
        .await;
    here.creates_brand("Coffee").await;
    server.stops().await;
    let listed = house.prints(&["projections", "list"]).await;
    assert!(listed.contains("brands"), "without a server it starts the database itself: {listed}");
}
