//! Ten failures in fifteen minutes shut the door.

use aggregates::users::Role;
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use tidemark::auth::{ChangePasswordError, Scheme, Secret, SignInError};

use super::house::{House, PASSWORD, password, visitor};

/// How long to wait, if locked out.
fn wait_s<T>(outcome: &Result<T, SignInError>) -> Option<u32> {
    match outcome {
        Err(SignInError::LockedOut { retry_after_s }) => Some(*retry_after_s),
        _ => None,
    }
}

async fn fails(house: &House, name: &str, from: &str, now: DateTime<Utc>) {
    let outcome = house.signs_in(name, "wrong", from, now).await;
    assert!(matches!(outcome, Err(SignInError::Wrong)), "{outcome:?}");
}

#[tokio::test]
async fn a_name_is_shut_wherever_its_guesses_come_from_until_the_oldest_is_forgotten() {
    // given: ten failures, half a minute apart, each from elsewhere and in another case
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    house.registers("jun", Role::User).await;
    let start = house.now;
    for index in 0..10 {
        let name = if index % 2 == 0 { "mei" } else { "MEI" };
        fails(&house, name, &format!("198.51.100.{index}"), start + TimeDelta::seconds(30 * index)).await;
    }
    // when, then: the right password is refused too, from anywhere
    let later = start + TimeDelta::minutes(5);
    assert_eq!(wait_s(&house.signs_in("mei", PASSWORD, "203.0.113.1", later).await), Some(600));
    assert_eq!(wait_s(&house.signs_in("mei", "wrong", "203.0.113.2", later).await), Some(600));
    // and: others come in
    assert!(house.signs_in("jun", PASSWORD, "198.51.100.0", later).await.is_ok());
    // and: the refusals did not make it longer
    let end = start + TimeDelta::minutes(15);
    let before = house.signs_in("mei", PASSWORD, "203.0.113.1", end - TimeDelta::milliseconds(1)).await;
    assert_eq!(wait_s(&before), Some(1));
    assert!(house.signs_in("mei", PASSWORD, "203.0.113.1", end).await.is_ok());
}

#[tokio::test]
async fn an_address_is_shut_whatever_the_names() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    for index in 0..10 {
        fails(&house, &format!("name {index}"), "198.51.100.7", house.now).await;
    }
    assert_eq!(wait_s(&house.signs_in("mei", PASSWORD, "198.51.100.7", house.now).await), Some(900));
    assert_eq!(wait_s(&house.signs_in("mei", PASSWORD, "::ffff:198.51.100.7", house.now).await), Some(900));
    assert!(house.signs_in("mei", PASSWORD, "198.51.100.8", house.now).await.is_ok());
}

#[tokio::test]
async fn addresses_of_one_ipv6_network_count_together() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    for index in 0..10 {
        fails(&house, &format!("name {index}"), &format!("2001:db8:1:2::{index:x}"), house.now).await;
    }
    assert_eq!(wait_s(&house.signs_in("mei", PASSWORD, "2001:db8:1:2:ffff::1", house.now).await), Some(900));
    assert!(house.signs_in("mei", PASSWORD, "2001:db8:1:3::1", house.now).await.is_ok());
}

#[tokio::test]
async fn a_success_clears_the_name_but_not_the_address() {
    // given: nine failures by a name from an address, then a success
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let minute = |count| house.now + TimeDelta::minutes(count);
    for _ in 0..9 {
        fails(&house, "mei", "198.51.100.7", minute(0)).await;
    }
    house.signs_in("mei", PASSWORD, "198.51.100.7", minute(1)).await.unwrap();
    // when, then: the name has its ten again, elsewhere
    for _ in 0..9 {
        fails(&house, "mei", "203.0.113.1", minute(2)).await;
    }
    assert!(house.signs_in("mei", PASSWORD, "203.0.113.2", minute(3)).await.is_ok());
    // and: the first address has one left, whoever succeeds there
    fails(&house, "jun", "198.51.100.7", minute(4)).await;
    assert_eq!(wait_s(&house.signs_in("mei", PASSWORD, "198.51.100.7", minute(5)).await), Some(600));
}

#[tokio::test]
async fn guesses_at_the_same_time_are_answered_ten_times_at_most() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let other = house.deaf_node();
    // when: on two nodes, each guess from elsewhere
    let guesses = (0..24).map(|index| {
        let node = if index % 2 == 0 { &house.auth } else { &other };
        let from = visitor(&format!("198.51.100.{index}"));
        async move { node.sign_in.check("mei", Secret::new("wrong"), &from, house.now).await }
    });
    let outcomes = join_all(guesses).await;
    // then
    let answered = outcomes.iter().filter(|outcome| matches!(outcome, Err(SignInError::Wrong))).count();
    let locked = outcomes.iter().filter(|outcome| wait_s(outcome).is_some()).count();
    assert_eq!((answered, locked), (10, 14));
    assert_eq!(house.count("SELECT count(*) FROM login_attempts WHERE counts").await, 10);
}

#[tokio::test]
async fn right_passwords_at_the_same_time_all_come_in() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let outcomes = join_all((0..24).map(|_| house.signs_in("mei", PASSWORD, "192.0.2.1", house.now))).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
}

#[tokio::test]
async fn guessing_a_current_password_counts_too() {
    // given: somebody with a stolen session
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let session = house.begins_session("mei").await;
    let principal = house.knows(Scheme::Cookie, session.expose()).await.unwrap();
    let changes = |current: &'static str| {
        let (accounts, principal) = (&house.auth.accounts, &principal);
        async move {
            let from = visitor("198.51.100.7");
            accounts
                .change_password(principal, Secret::new(current), password("a new one"), &from, house.now)
                .await
        }
    };
    // when
    let at = house.now + TimeDelta::seconds(1);
    for _ in 0..10 {
        let outcome = changes("wrong").await;
        assert!(matches!(outcome, Err(ChangePasswordError::WrongCurrent)), "{outcome:?}");
    }
    // then: neither there nor at the door
    let outcome = changes(PASSWORD).await;
    assert!(matches!(outcome, Err(ChangePasswordError::LockedOut { .. })), "{outcome:?}");
    assert!(wait_s(&house.signs_in("mei", PASSWORD, "203.0.113.1", at).await).is_some());
}
