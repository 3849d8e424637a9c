//! The embedded Postgres: private, durable, alone in its folder, and back after every kind of end.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection, Row};
use tempfile::TempDir;
use tidemark::embedded::{EmbeddedError, EmbeddedPostgres};
use tokio::time::{sleep, timeout};

use crate::support::postgres::fresh_database;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

async fn connect(options: &PgConnectOptions) -> PgConnection {
    PgConnection::connect_with(options).await.unwrap()
}

async fn remember(options: &PgConnectOptions, word: &str) {
    let mut connection = connect(options).await;
    sqlx::query("CREATE TABLE IF NOT EXISTS words (word text)").execute(&mut connection).await.unwrap();
    sqlx::query("INSERT INTO words VALUES ($1)").bind(word).execute(&mut connection).await.unwrap();
}

async fn words(options: &PgConnectOptions) -> Result<Vec<String>, sqlx::Error> {
    let mut connection = PgConnection::connect_with(options).await?;
    sqlx::query_scalar("SELECT word FROM words ORDER BY word").fetch_all(&mut connection).await
}

/// Waits until the server answers again.
async fn words_again(options: &PgConnectOptions) -> Vec<String> {
    let answer = async {
        loop {
            match words(options).await {
                Ok(words) => return words,
                Err(_) => sleep(Duration::from_millis(20)).await,
            }
        }
    };
    timeout(Duration::from_secs(60), answer).await.expect("the server comes back")
}

fn postmaster_pid(data_dir: &Path) -> String {
    let note = std::fs::read_to_string(data_dir.join("postgres/postmaster.pid")).unwrap();
    note.lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn data_is_there_after_a_stop_and_a_start() {
    let folder = folder();
    let first = EmbeddedPostgres::start(folder.path()).await.unwrap();
    remember(&first.options(), "tea").await;
    first.stop().await;
    assert!(!folder.path().join("postgres/postmaster.pid").exists(), "stopped means ended");

    let second = EmbeddedPostgres::start(folder.path()).await.unwrap();

    assert_eq!(words(&second.options()).await.unwrap(), ["tea"]);
    second.stop().await;
}

#[tokio::test]
async fn it_is_durable_and_private() {
    let folder = folder();
    let postgres = EmbeddedPostgres::start(folder.path()).await.unwrap();
    let mut connection = connect(&postgres.options()).await;

    for (name, value) in [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("listen_addresses", "127.0.0.1"),
        ("unix_socket_directories", ""),
        ("password_encryption", "scram-sha-256"),
        ("server_encoding", "UTF8"),
    ] {
        let row =
            sqlx::query("SELECT current_setting($1)").bind(name).fetch_one(&mut connection).await.unwrap();
        assert_eq!(row.get::<String, _>(0), value, "{name}");
    }
    let password = std::fs::read_to_string(folder.path().join("postgres.password")).unwrap();
    let mode = folder.path().join("postgres.password").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(postgres.url().contains(&password));
    assert!(!format!("{postgres} {postgres:?}").contains(&password));
    let guess = PgConnection::connect_with(&postgres.options().password("guess")).await;
    assert!(guess.is_err(), "a wrong password is refused");
    postgres.stop().await;
}

#[tokio::test]
async fn a_second_one_on_the_same_folder_is_refused() {
    let folder = folder();
    let first = EmbeddedPostgres::start(folder.path()).await.unwrap();

    let second = EmbeddedPostgres::start(folder.path()).await.unwrap_err();

    assert!(matches!(second, EmbeddedError::InUse(_)));
    let sentence = second.to_string();
    assert!(sentence.starts_with("another tidemark is using /"), "{sentence}");
    assert!(sentence.ends_with("stop it or set TIDEMARK_DATA_DIR to another folder"), "{sentence}");
    remember(&first.options(), "undisturbed").await;
    first.stop().await;
}

/// What a kill -9 of the program does to it: the pipe closes, the lock is free, nobody waits.
#[tokio::test]
async fn a_start_right_after_a_kill_waits_for_the_old_server() {
    let folder = folder();
    let path = folder.path().to_owned();
    let killed = std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let postgres = runtime.block_on(EmbeddedPostgres::start(&path)).unwrap();
        runtime.block_on(remember(&postgres.options(), "acknowledged"));
        runtime.shutdown_background();
        postmaster_pid(&path)
    });
    let old_pid = killed.join().unwrap();

    let postgres = EmbeddedPostgres::start(folder.path()).await.unwrap();

    assert_ne!(postmaster_pid(folder.path()), old_pid);
    assert_eq!(words(&postgres.options()).await.unwrap(), ["acknowledged"]);
    postgres.stop().await;
}

#[tokio::test]
async fn a_server_that_dies_comes_back_on_the_same_port() {
    let folder = folder();
    let postgres = EmbeddedPostgres::start(folder.path()).await.unwrap();
    remember(&postgres.options(), "committed").await;
    let pid = postmaster_pid(folder.path());

    assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());

    assert_eq!(words_again(&postgres.options()).await, ["committed"]);
    assert_ne!(postmaster_pid(folder.path()), pid);
    postgres.stop().await;
}

#[tokio::test]
async fn a_test_can_take_the_server_away_and_bring_it_back() {
    let folder = folder();
    let postgres = EmbeddedPostgres::builder(folder.path()).durable(false).start().await.unwrap();
    remember(&postgres.options(), "before").await;

    postgres.stop_postgres().await.unwrap();
    assert!(words(&postgres.options()).await.is_err());
    assert!(EmbeddedPostgres::attach(folder.path()).await.unwrap().is_none());
    assert!(EmbeddedPostgres::start(folder.path()).await.is_err(), "the folder is still taken");

    postgres.start_postgres().await.unwrap();
    assert_eq!(words(&postgres.options()).await.unwrap(), ["before"]);
    postgres.stop().await;
}

#[tokio::test]
async fn a_second_program_can_attach_to_a_running_server() {
    let folder = folder();
    assert!(EmbeddedPostgres::attach(folder.path()).await.unwrap().is_none());
    let postgres = EmbeddedPostgres::builder(folder.path()).durable(false).start().await.unwrap();
    remember(&postgres.options(), "shared").await;

    let options = EmbeddedPostgres::attach(folder.path()).await.unwrap().expect("one is running");

    assert_eq!(words(&options).await.unwrap(), ["shared"]);
    postgres.stop().await;
}

#[tokio::test]
async fn leftovers_of_a_crash_are_no_obstacle() {
    let folder = folder();
    let half_made = folder.path().join("postgres.setup-1/cluster");
    std::fs::create_dir_all(&half_made).unwrap();
    std::fs::write(half_made.join("PG_VERSION"), "15").unwrap();
    let first = EmbeddedPostgres::builder(folder.path()).durable(false).start().await.unwrap();
    assert!(!half_made.exists());
    remember(&first.options(), "kept").await;
    first.stop().await;
    // A note whose process number now belongs to somebody else: to this test.
    let note = format!("{}\n{}\n", std::process::id(), folder.path().join("postgres").display());
    std::fs::write(folder.path().join("postgres/postmaster.pid"), note).unwrap();

    let second = EmbeddedPostgres::builder(folder.path()).durable(false).start().await.unwrap();

    assert_eq!(words(&second.options()).await.unwrap(), ["kept"]);
    second.stop().await;
}

#[tokio::test]
async fn a_lost_password_is_one_sentence() {
    let folder = folder();
    let first = EmbeddedPostgres::builder(folder.path()).durable(false).start().await.unwrap();
    first.stop().await;
    std::fs::remove_file(folder.path().join("postgres.password")).unwrap();

    let second = EmbeddedPostgres::start(folder.path()).await.unwrap_err();

    assert!(matches!(second, EmbeddedError::PasswordMissing(_)), "{second}");
}

#[tokio::test]
async fn each_test_has_a_database_of_its_own() {
    let (one, other) = tokio::join!(fresh_database(), fresh_database());

    remember(&one.options, "mine").await;

    assert_ne!(one.name, other.name);
    assert!(words(&other.options).await.is_err(), "the table is in the other database only");
}
