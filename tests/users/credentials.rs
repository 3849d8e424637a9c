//! Tokens and sessions.

use std::time::Duration;

use aggregates::users::Role;
use chrono::{DateTime, TimeDelta, Utc};
use tidemark::auth::{AuthError, Credential, IssuedToken, NewToken, Principal, Scheme, Secret, SecretKind};
use tokio_util::sync::CancellationToken;

use super::house::{House, PASSWORD, eventually, known, password, visitor};

const SCHEMES: [Scheme; 3] = [Scheme::Token, Scheme::Bearer, Scheme::Cookie];

async fn issues(house: &House, user_id: i64, role: Role, lifetime: Option<TimeDelta>) -> IssuedToken {
    let new = NewToken { user_id, name: "till".to_owned(), role, created_by: Some(user_id), lifetime };
    house.auth.tokens.issue(new, house.now).await.unwrap().unwrap()
}

fn user(principal: Option<&Principal>) -> Option<(&str, Role)> {
    principal.map(|principal| (principal.username.as_str(), principal.role))
}

#[tokio::test]
async fn a_token_works_in_every_scheme_and_a_session_in_the_cookie() {
    let house = House::open().await;
    let mei = house.registers("mei", Role::Manager).await;
    let token = issues(&house, mei, Role::Admin, None).await;
    let session = house.begins_session("mei").await;
    for scheme in SCHEMES {
        let found = house.knows(scheme, token.secret.expose()).await;
        assert_eq!(user(found.as_ref()), Some(("mei", Role::Manager)), "{scheme:?}");
        let found = house.knows(scheme, session.expose()).await;
        assert_eq!(found.is_some(), scheme == Scheme::Cookie, "{scheme:?}");
    }
}

#[tokio::test]
async fn a_token_acts_with_the_lower_of_its_role_and_its_users() {
    let house = House::open().await;
    let mei = house.registers("mei", Role::Manager).await;
    for (role, acts_as) in [
        (Role::Bot, Role::Bot),
        (Role::User, Role::User),
        (Role::Manager, Role::Manager),
        (Role::Admin, Role::Manager),
    ] {
        let token = issues(&house, mei, role, None).await;
        let found = house.knows(Scheme::Bearer, token.secret.expose()).await;
        assert_eq!(user(found.as_ref()), Some(("mei", acts_as)));
    }
}

#[tokio::test]
async fn garbage_is_nobody_and_costs_no_query() {
    // given: a database that is gone
    let house = House::open().await;
    house.pool.close().await;
    let good = Secret::generate(SecretKind::Token).unwrap();
    let trimmed = good.expose().trim_start_matches("tdm_").to_owned();
    let huge = format!("tdm_{}", "A".repeat(100_000));
    for text in ["", " ", "tdm_", "tds_", "null", "tdm_!!!", "\u{0}", "Token tdm_", &trimmed, &huge] {
        for scheme in SCHEMES {
            assert!(house.knows(scheme, text).await.is_none(), "{text:.40}");
        }
    }
    // when: something of the right form comes, it is an outage and not an answer
    let outcome = house.auth.authenticator.authenticate(Scheme::Token, good.expose(), house.now).await;
    assert!(matches!(outcome, Err(AuthError::Database(_))), "{outcome:?}");
}

#[tokio::test]
async fn an_unknown_token_and_one_whose_user_is_gone_are_nobody() {
    let house = House::open().await;
    let unknown = Secret::generate(SecretKind::Token).unwrap();
    assert!(house.knows(Scheme::Token, unknown.expose()).await.is_none());
    let orphan = issues(&house, 4_711, Role::Admin, None).await;
    assert!(house.knows(Scheme::Token, orphan.secret.expose()).await.is_none());
}

#[tokio::test]
async fn a_token_ends_on_the_second_also_where_it_is_remembered() {
    let house = House::open().await;
    let mei = house.registers("mei", Role::User).await;
    let token = issues(&house, mei, Role::User, Some(TimeDelta::seconds(60))).await;
    let end = token.expires_at.unwrap();
    let before = end - TimeDelta::milliseconds(1);
    let deaf = house.deaf_node();
    assert!(known(&deaf, Scheme::Token, token.secret.expose(), before).await.is_some());
    for node in [&deaf, &house.deaf_node()] {
        assert!(known(node, Scheme::Token, token.secret.expose(), end).await.is_none());
    }
}

#[tokio::test]
async fn a_revoked_token_is_nobody_here_at_once_and_elsewhere_when_told() {
    // given: two nodes that remember it
    let house = House::open().await;
    let mei = house.registers("mei", Role::User).await;
    let token = issues(&house, mei, Role::User, None).await;
    let presented = token.secret.expose();
    let other = house.deaf_node();
    let stop = CancellationToken::new();
    let (follower, until) = (other.clone(), stop.clone());
    tokio::spawn(async move { follower.follow_changes(until).await });
    let _stop = stop.drop_guard();
    eventually(Duration::from_secs(20), || async {
        house.count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'listen%credentials%'").await
            >= 2
    })
    .await;
    assert!(house.knows(Scheme::Token, presented).await.is_some());
    assert!(known(&other, Scheme::Token, presented, house.now).await.is_some());
    // when
    assert!(house.auth.tokens.revoke(token.id, None, house.now).await.unwrap());
    // then: before its memory would have faded
    assert!(house.knows(Scheme::Token, presented).await.is_none());
    eventually(Duration::from_secs(4), || async {
        known(&other, Scheme::Token, presented, house.now).await.is_none()
    })
    .await;
    // and: it is revoked once
    assert!(!house.auth.tokens.revoke(token.id, None, house.now).await.unwrap());
}

#[tokio::test]
async fn only_its_owner_or_an_administrator_revokes_a_token() {
    let house = House::open().await;
    let mei = house.registers("mei", Role::User).await;
    let jun = house.registers("jun", Role::User).await;
    let token = issues(&house, mei, Role::User, None).await;
    assert!(!house.auth.tokens.revoke(token.id, Some(jun), house.now).await.unwrap());
    assert_eq!(house.auth.tokens.list(Some(jun), 0, 9).await.unwrap().1, 0);
    let (listed, _) = house.auth.tokens.list(Some(mei), 0, 9).await.unwrap();
    assert_eq!(listed.iter().map(|token| token.username.as_deref()).collect::<Vec<_>>(), [Some("mei")]);
    assert!(house.auth.tokens.revoke(token.id, Some(mei), house.now).await.unwrap());
    assert_eq!(house.auth.tokens.list(None, 0, 9).await.unwrap().1, 0);
}

async fn session_at(house: &House, session: &Secret, now: DateTime<Utc>) -> Option<Principal> {
    known(&house.deaf_node(), Scheme::Cookie, session.expose(), now).await
}

#[tokio::test]
async fn a_session_lasts_as_long_as_it_is_used_every_fortnight() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let (used, unused) = (house.begins_session("mei").await, house.begins_session("mei").await);
    let day = |count| house.now + TimeDelta::days(count);
    for count in [13, 26, 39] {
        let principal = session_at(&house, &used, day(count)).await.unwrap();
        assert_eq!(principal.credential.expires_at(), Some(day(count + 14)));
    }
    assert!(session_at(&house, &used, day(53)).await.is_none());
    assert!(session_at(&house, &unused, day(14)).await.is_none());
}

#[tokio::test]
async fn a_session_ends_after_ninety_days_however_much_it_is_used() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let session = house.begins_session("mei").await;
    for count in (0..90).step_by(10) {
        assert!(session_at(&house, &session, house.now + TimeDelta::days(count)).await.is_some(), "{count}");
    }
    assert!(session_at(&house, &session, house.now + TimeDelta::days(90)).await.is_none());
}

#[tokio::test]
async fn use_is_written_down_once_a_minute_at_most() {
    let house = House::open().await;
    let mei = house.registers("mei", Role::User).await;
    let token = issues(&house, mei, Role::User, None).await;
    let mut used = Vec::new();
    for seconds in [0, 30, 59, 60, 100] {
        let now = house.now + TimeDelta::seconds(seconds);
        known(&house.deaf_node(), Scheme::Token, token.secret.expose(), now).await.unwrap();
        let (listed, _) = house.auth.tokens.list(Some(mei), 0, 9).await.unwrap();
        used.push((listed[0].last_used_at.unwrap() - house.now).num_seconds());
    }
    assert_eq!(used, [0, 0, 0, 60, 60]);
}

#[tokio::test]
async fn leaving_ends_the_session_at_once() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let (session, other) = (house.begins_session("mei").await, house.begins_session("mei").await);
    assert!(house.knows(Scheme::Cookie, session.expose()).await.is_some());
    assert!(house.auth.sessions.end(session.hash()).await.unwrap());
    assert!(house.knows(Scheme::Cookie, session.expose()).await.is_none());
    assert!(house.knows(Scheme::Cookie, other.expose()).await.is_some());
    assert!(!house.auth.sessions.end(session.hash()).await.unwrap());
}

#[tokio::test]
async fn a_new_password_ends_other_sessions_and_keeps_named_tokens() {
    // given
    let house = House::open().await;
    let mei = house.registers("mei", Role::User).await;
    let (own, other) = (house.begins_session("mei").await, house.begins_session("mei").await);
    let named = issues(&house, mei, Role::User, None).await;
    let user = house.signs_in("mei", PASSWORD, "192.0.2.1", house.now).await.unwrap();
    let nameless =
        house.auth.tokens.issue_for_sign_in(&user, TimeDelta::days(1), house.now).await.unwrap().unwrap();
    let principal = house.knows(Scheme::Cookie, own.expose()).await.unwrap();
    assert!(house.knows(Scheme::Token, nameless.secret.expose()).await.is_some());
    assert!(house.knows(Scheme::Cookie, other.expose()).await.is_some());
    // when
    let (current, new) = (Secret::new(PASSWORD), password("battery staple"));
    house
        .auth
        .accounts
        .change_password(&principal, current, new, &visitor("192.0.2.1"), house.now)
        .await
        .unwrap();
    // then
    assert!(house.knows(Scheme::Cookie, own.expose()).await.is_some());
    assert!(house.knows(Scheme::Token, named.secret.expose()).await.is_some());
    assert!(house.knows(Scheme::Cookie, other.expose()).await.is_none());
    assert!(house.knows(Scheme::Token, nameless.secret.expose()).await.is_none());
    assert!(house.signs_in("mei", PASSWORD, "192.0.2.1", house.now).await.is_err());
    assert!(house.signs_in("mei", "battery staple", "192.0.2.1", house.now).await.is_ok());
    // and: what the old password began too late is nothing
    assert!(house.auth.sessions.begin(&user, &visitor("192.0.2.1"), house.now).await.unwrap().is_none());
    assert!(
        house.auth.tokens.issue_for_sign_in(&user, TimeDelta::days(1), house.now).await.unwrap().is_none()
    );
}

#[tokio::test]
async fn the_oldest_session_makes_room() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let user = house.signs_in("mei", PASSWORD, "192.0.2.1", house.now).await.unwrap();
    let mut sessions = Vec::new();
    for second in 0..201 {
        let now = house.now + TimeDelta::seconds(second);
        sessions.push(house.auth.sessions.begin(&user, &visitor("192.0.2.1"), now).await.unwrap().unwrap());
    }
    assert_eq!(house.count("SELECT count(*) FROM sessions").await, 200);
    assert!(session_at(&house, &sessions[0], house.now).await.is_none());
    let newest = session_at(&house, &sessions[200], house.now).await.unwrap();
    assert!(matches!(newest.credential, Credential::Session { hash, .. } if hash == sessions[200].hash()));
}

#[tokio::test]
async fn nothing_that_opens_a_door_is_stored_as_it_is() {
    let house = House::open().await;
    let mei = house.registers("mei", Role::User).await;
    let token = issues(&house, mei, Role::User, None).await;
    let session = house.begins_session("mei").await;
    for table in ["events", "user_passwords", "sessions", "api_tokens", "login_attempts", "read.users"] {
        let rows: Vec<String> = sqlx::query_scalar(&format!("SELECT t::text FROM {table} t"))
            .fetch_all(&house.pool)
            .await
            .unwrap();
        assert!(!rows.is_empty(), "{table}");
        for secret in [PASSWORD, token.secret.expose(), session.expose()] {
            assert!(!rows.iter().any(|row| row.contains(secret)), "{table}");
        }
    }
}
