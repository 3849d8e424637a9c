//! Letting people in, the first administrator before all.

use aggregates::users::Role;
use tidemark::auth::{BootstrapError, Bootstrapped, NewUser, RegisterError, Secret, bootstrap_admin};
use tidemark::event_store::{Context, ExecuteError};

use super::house::{House, PASSWORD, password};

fn new_user(username: &str) -> NewUser {
    NewUser {
        username: username.to_owned(),
        email: None,
        display_name: None,
        role: Role::User,
        is_enabled: true,
        password: password(PASSWORD),
    }
}

fn context() -> Context {
    Context::system("test", "test", "test".to_owned())
}

#[tokio::test]
async fn a_name_is_given_once_regardless_of_case_and_leaves_no_password_behind() {
    let house = House::open().await;
    let first = house.registers("Mei", Role::User).await;
    let refused = house.auth.accounts.register(&house.store, new_user("mEI"), &context(), house.now).await;
    assert!(matches!(refused, Err(RegisterError::Execute(ExecuteError::ClaimTaken { .. }))), "{refused:?}");
    let refused = house.auth.accounts.register(&house.store, new_user(" "), &context(), house.now).await;
    assert!(matches!(refused, Err(RegisterError::Execute(ExecuteError::Refused(_)))), "{refused:?}");
    assert_eq!(house.count("SELECT count(*) FROM user_passwords").await, 1);
    assert_eq!(house.count("SELECT user_id FROM user_passwords").await, first);
}

#[tokio::test]
async fn numbers_are_never_allotted_twice() {
    let house = House::open().await;
    let first = house.registers("mei", Role::User).await;
    house.auth.accounts.register(&house.store, new_user("mei"), &context(), house.now).await.unwrap_err();
    assert!(house.registers("jun", Role::User).await > first + 1);
}

#[tokio::test]
async fn a_user_is_found_in_the_log_by_their_name() {
    let house = House::open().await;
    house.registers("Mei", Role::Manager).await;
    let found = house.auth.accounts.find(&house.store, " MEI ").await.unwrap().unwrap();
    assert_eq!((found.username.as_str(), found.role), ("Mei", Role::Manager));
    for name in ["jun", "", "mei\0"] {
        assert!(house.auth.accounts.find(&house.store, name).await.unwrap().is_none());
    }
}

async fn bootstraps(house: &House, password: Option<&str>) -> Result<Bootstrapped, BootstrapError> {
    let configured = password.map(Secret::new);
    bootstrap_admin(&house.pool, &house.auth.accounts, &house.store, "admin", configured, house.now).await
}

#[tokio::test]
async fn the_first_start_makes_an_administrator_with_a_password_of_its_own() {
    let house = House::open().await;
    let Ok(Bootstrapped::Created { username, generated: Some(password), position }) =
        bootstraps(&house, None).await
    else {
        panic!("no administrator was made")
    };
    house.shows(position).await;
    let admin = house.signs_in(&username, password.expose(), "192.0.2.1", house.now).await.unwrap();
    assert_eq!((admin.username.as_str(), admin.role), ("admin", Role::Admin));
    // and: a later start changes nothing, whatever is configured then
    assert!(matches!(bootstraps(&house, Some("another password")).await, Ok(Bootstrapped::AlreadyThere)));
    assert!(matches!(bootstraps(&house, Some("x")).await, Ok(Bootstrapped::AlreadyThere)));
    assert!(house.signs_in(&username, password.expose(), "192.0.2.1", house.now).await.is_ok());
}

#[tokio::test]
async fn a_configured_password_is_taken_and_not_shown() {
    let house = House::open().await;
    let outcome = bootstraps(&house, Some(PASSWORD)).await.unwrap();
    let Bootstrapped::Created { generated: None, position, .. } = outcome else { panic!("{outcome:?}") };
    house.shows(position).await;
    assert!(house.signs_in("admin", PASSWORD, "192.0.2.1", house.now).await.is_ok());
}

#[tokio::test]
async fn a_weak_configured_password_is_refused_with_its_setting() {
    let house = House::open().await;
    let refused = bootstraps(&house, Some("short")).await.unwrap_err();
    assert!(refused.to_string().contains("TIDEMARK_ADMIN_PASSWORD"), "{refused}");
    assert_eq!(house.count("SELECT count(*) FROM events").await, 0);
}

#[tokio::test]
async fn nodes_that_start_together_make_one_administrator() {
    let house = House::open().await;
    let (first, second, third) =
        tokio::join!(bootstraps(&house, None), bootstraps(&house, None), bootstraps(&house, None));
    let made = [first.unwrap(), second.unwrap(), third.unwrap()];
    assert_eq!(made.iter().filter(|outcome| matches!(outcome, Bootstrapped::Created { .. })).count(), 1);
    assert_eq!(made.iter().filter(|outcome| matches!(outcome, Bootstrapped::AlreadyThere)).count(), 2);
    assert_eq!(house.count("SELECT count(*) FROM user_passwords").await, 1);
}

#[tokio::test]
async fn a_name_that_somebody_else_has_is_told() {
    let house = House::open().await;
    house.registers("Admin", Role::User).await;
    let outcome = bootstraps(&house, None).await;
    assert!(matches!(&outcome, Ok(Bootstrapped::NameTaken { .. })), "{outcome:?}");
    assert_eq!(house.count("SELECT count(*) FROM user_passwords").await, 1);
}
