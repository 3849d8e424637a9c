//! Name and password.

use std::time::{Duration, Instant};

use aggregates::users::Role;
use tidemark::auth::SignInError;

use super::house::{House, PASSWORD};

const HOME: &str = "192.0.2.1";

#[tokio::test]
async fn a_user_comes_in_by_their_name_in_any_case() {
    let house = House::open().await;
    let number = house.registers("Mei Lin", Role::Manager).await;
    for name in ["Mei Lin", "mei lin", "MEI LIN", "  Mei Lin\t"] {
        let user = house.signs_in(name, PASSWORD, HOME, house.now).await.unwrap();
        assert_eq!((user.user_id, user.username.as_str(), user.role), (number, "Mei Lin", Role::Manager));
    }
}

#[tokio::test]
async fn nobody_else_comes_in_and_none_is_told_why() {
    let house = House::open().await;
    house.registers("admin", Role::Admin).await;
    let long_password = "x".repeat(10_000);
    let long_name = "x".repeat(10_000);
    let attempts = [
        ("admin", "x"),
        ("admin", ""),
        ("admin", &long_password),
        ("admin", "Correct Horse"),
        ("admin", "correct horse "),
        ("admin", "correct horse\0"),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("\u{430}dmin", PASSWORD), // begins with a Cyrillic letter
        ("admin\0", PASSWORD),
        ("ad\u{200b}min", PASSWORD),
        ("admin' OR '1'='1", PASSWORD),
        (&long_name, PASSWORD),
    ];
    for (index, (name, password)) in attempts.into_iter().enumerate() {
        // Each from its own address and each name at its own time, so that no count is full.
        let from = format!("198.51.100.{index}");
        let now = house.now + chrono::TimeDelta::minutes(20 * index as i64);
        let outcome = house.signs_in(name, password, &from, now).await;
        assert!(matches!(outcome, Err(SignInError::Wrong)), "{index} {name:.20}: {outcome:?}");
    }
    assert_eq!(house.count("SELECT count(*) FROM login_attempts").await, attempts.len() as i64);
}

#[tokio::test]
async fn every_outcome_is_in_the_history() {
    let house = House::open().await;
    let number = house.registers("mei", Role::User).await;
    house.signs_in("MEI", PASSWORD, HOME, house.now).await.unwrap();
    house.signs_in("mei", "wrong", HOME, house.now).await.unwrap_err();
    house.signs_in(&"é\u{7}".repeat(200), "wrong", "2001:db8::7", house.now).await.unwrap_err();
    sqlx::query("DELETE FROM user_passwords").execute(&house.pool).await.unwrap();
    house.signs_in("mei", PASSWORD, HOME, house.now).await.unwrap_err();

    let rows: Vec<(String, Option<i64>, String, bool, String)> =
        sqlx::query_as("SELECT username, user_id, ip, succeeded, reason FROM login_attempts ORDER BY id")
            .fetch_all(&house.pool)
            .await
            .unwrap();
    let row = |name: &str, user, ip: &str, succeeded, reason: &str| {
        (name.to_owned(), user, ip.to_owned(), succeeded, reason.to_owned())
    };
    let shortened = "é\u{fffd}".repeat(75);
    assert_eq!(
        rows,
        [
            row("MEI", Some(number), HOME, true, "ok"),
            row("mei", Some(number), HOME, false, "wrong_password"),
            row(&shortened, None, "2001:db8::7", false, "unknown_user"),
            row("mei", Some(number), HOME, false, "no_password"),
        ]
    );
}

#[tokio::test]
async fn an_unknown_name_takes_as_long_as_a_wrong_password() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let (mut known, mut unknown) = (Duration::MAX, Duration::MAX);
    for _ in 0..4 {
        for (name, fastest) in [("mei", &mut known), ("nobody", &mut unknown)] {
            let started = Instant::now();
            house.signs_in(name, "wrong", HOME, house.now).await.unwrap_err();
            *fastest = started.elapsed().min(*fastest);
        }
    }
    assert!(unknown > known / 2, "unknown {unknown:?}, known {known:?}");
}
