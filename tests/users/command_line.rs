//! `tidemark user` and `token create`.

use aggregates::users::Role;
use chrono::TimeDelta;
use tidemark::auth::Scheme;
use tidemark::cli::{token, user, users};

use super::house::{House, PASSWORD, password};

async fn creates_user(house: &House, name: &str, role: Role) -> Result<String, String> {
    let mut output = Vec::new();
    user::create(&house.auth, &house.store, name.to_owned(), role, None, password(PASSWORD), &mut output)
        .await
        .map_err(|error| format!("{error:#}"))?;
    Ok(String::from_utf8(output).unwrap())
}

async fn creates_token(house: &House, name: &str, role: Option<Role>) -> Result<String, String> {
    let mut output = Vec::new();
    token::create(&house.auth, &house.store, name, role, Some(TimeDelta::days(1)), &mut output)
        .await
        .map_err(|error| format!("{error:#}"))?;
    Ok(String::from_utf8(output).unwrap())
}

#[tokio::test]
async fn a_user_and_their_token_are_made_without_waiting_for_a_read_model() {
    let house = House::open().await;
    let said = creates_user(&house, "mei", Role::Manager).await.unwrap();
    assert!(said.contains("mei") && said.contains("manager"), "{said}");
    let printed = creates_token(&house, "MEI", None).await.unwrap();
    let token = printed.strip_suffix('\n').unwrap();
    assert!(token.starts_with("tdm_") && !token.contains(char::is_whitespace), "{printed}");
    // then: it works once the read model is there
    house.shows(1).await;
    let principal = house.knows(Scheme::Token, token).await.unwrap();
    assert_eq!((principal.username.as_str(), principal.role), ("mei", Role::Manager));
    assert!(house.signs_in("mei", PASSWORD, "192.0.2.1", house.now).await.is_ok());
}

#[tokio::test]
async fn what_cannot_be_done_is_said_in_a_sentence() {
    let house = House::open().await;
    creates_user(&house, "mei", Role::User).await.unwrap();
    assert!(creates_user(&house, "MEI", Role::User).await.unwrap_err().contains("taken"));
    assert!(creates_user(&house, "a\u{7}b", Role::User).await.unwrap_err().contains("username"));
    assert!(creates_token(&house, "jun", None).await.unwrap_err().contains("no user called jun"));
    assert!(creates_token(&house, "mei", Some(Role::Admin)).await.unwrap_err().contains("more rights"));
}

fn said(done: anyhow::Result<()>, output: &mut Vec<u8>) -> String {
    match done {
        Ok(()) => String::from_utf8(std::mem::take(output)).unwrap(),
        Err(error) => format!("{error:#}"),
    }
}

#[tokio::test]
async fn whoever_has_the_machine_looks_after_users() {
    let house = House::open().await;
    let app = &house.app;
    house.registers("mei", Role::Admin).await;
    let jun = house.registers("jun", Role::User).await;
    let session = house.begins_session("jun").await;
    let mut output = Vec::new();
    let listed = said(users::list(app, &mut output).await, &mut output);
    assert!(
        listed.lines().nth(1).unwrap().contains("mei") && listed.contains("user     active    jun"),
        "{listed}"
    );
    // and: a role
    let done = users::set_role(app, "JUN", Role::Manager, &mut output).await;
    assert!(said(done, &mut output).contains("the role manager"));
    let principal = house.knows(Scheme::Cookie, session.expose()).await.unwrap();
    assert_eq!((principal.user_id, principal.role), (jun, Role::Manager));
    let done = users::set_role(app, "mei", Role::User, &mut output).await;
    assert!(said(done, &mut output).contains("last administrator"));
    let done = users::remove(app, "mei", &mut output).await;
    assert!(said(done, &mut output).contains("last administrator"));
    let done = users::remove(app, "nobody", &mut output).await;
    assert!(said(done, &mut output).contains("no user called nobody"));
    // and: a password
    users::reset_password(app, "jun", password("another horse"), &mut output).await.unwrap();
    assert!(house.knows(Scheme::Cookie, session.expose()).await.is_none());
    assert!(house.signs_in("jun", PASSWORD, "192.0.2.1", house.now).await.is_err());
    assert!(house.signs_in("jun", "another horse", "192.0.2.1", house.now).await.is_ok());
    // and: gone, with all that was known
    users::erase(app, "jun", &mut output).await.unwrap();
    let typed = house.count("SELECT count(*) FROM login_attempts WHERE username_folded = 'jun'").await;
    assert_eq!(typed, 0);
    house.registers("jun", Role::User).await;
    users::remove(app, "jun", &mut output).await.unwrap();
    output.clear();
    assert!(!said(users::list(app, &mut output).await, &mut output).contains("jun"));
}
