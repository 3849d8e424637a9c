//! `user create` and `token create`.

use aggregates::users::Role;
use chrono::TimeDelta;
use tidemark::auth::Scheme;
use tidemark::cli::{token, user};

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
