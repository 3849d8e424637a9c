//! Users by number and by name.

use aggregates::users::{Role, User, UserCommand};
use projections::users::{find_user, find_user_by_name};

use crate::support::{History, House};

#[tokio::test]
async fn a_user_is_found_by_number_and_by_name_in_any_case() {
    let mut history = History::default();
    let register = UserCommand::Register {
        number: 7,
        username: "Åsa".into(),
        email: Some("asa@example.com".into()),
        display_name: None,
        role: Role::Manager,
        is_enabled: true,
    };
    history.execute::<User>("7", register).unwrap();
    let house = House::after(&history).await;

    let asa = find_user(&house.pool, 7).await.unwrap().unwrap();
    assert_eq!((&*asa.username, asa.email.as_deref()), ("Åsa", Some("asa@example.com")));
    assert_eq!((asa.role, asa.display_name.as_deref(), asa.own_position), (Role::Manager, None, 1));
    assert_eq!(find_user_by_name(&house.pool, "åSA").await.unwrap(), Some(asa));
    assert_eq!(find_user(&house.pool, 8).await.unwrap(), None);
    assert_eq!(find_user_by_name(&house.pool, "asa").await.unwrap(), None);
    assert_eq!(find_user_by_name(&house.pool, "asa\0").await.unwrap(), None);
}
