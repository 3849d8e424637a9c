//! Users as the doors and the user list see them. Passwords and tokens are no part of it.

mod author;
mod questions;
mod row;
mod view;

pub use author::{author, name_authors};
pub use questions::{find_user, find_user_by_name, list_users, names_of};
pub use row::UserRow;
pub use view::UserView;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aggregates::users::UserEvent;
use aggregates::{Fact, Recorded};
use async_trait::async_trait;
use sqlx::PgConnection;

use crate::batch::{Rows, unexpected, unreadable, wire_names};
use crate::table::Table;
use crate::{ApplyError, Projection};

static FOLLOWS: LazyLock<Vec<&'static str>> = LazyLock::new(|| wire_names(&[UserEvent::WIRE]));

/// Keeps the table `users`.
pub struct Users;

#[async_trait]
impl Projection for Users {
    fn name(&self) -> &'static str {
        "users"
    }

    fn version(&self) -> i32 {
        2
    }

    fn tables(&self) -> &'static [&'static str] {
        &["users"]
    }

    fn follows(&self) -> &'static [&'static str] {
        &FOLLOWS
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Recorded]) -> Result<(), ApplyError> {
        let mut rows = known(connection, events).await?;
        for event in events {
            let number = number(event)?;
            let Fact::User(change) = event.fact() else { return Err(unexpected(event)) };
            if let UserEvent::UserRegistered { .. } = change {
                rows.insert(number, UserRow::default());
            }
            rows.of(&number, event)?.evolve(change, event);
        }
        rows.save(connection).await
    }
}

/// The rows of those whose streams began before this batch.
async fn known(
    connection: &mut PgConnection,
    events: &[&Recorded],
) -> Result<Rows<i64, UserRow>, ApplyError> {
    let mut numbers = BTreeSet::new();
    for event in events.iter().filter(|event| event.sequence > 1) {
        numbers.insert(number(event)?);
    }
    let mut rows = Rows::default();
    if !numbers.is_empty() {
        let numbers: Vec<i64> = numbers.into_iter().collect();
        let query = sqlx::query(&UserRow::statements().load).bind(numbers);
        for row in query.try_map(|row| UserRow::read(&row)).fetch_all(connection).await? {
            rows.insert(row.number, row);
        }
    }
    Ok(rows)
}

fn number(event: &Recorded) -> Result<i64, ApplyError> {
    event.aggregate_id.parse().map_err(|error| unreadable(event, error))
}
