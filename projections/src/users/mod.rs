//! Users as the doors and the user list see them. Passwords and tokens are no part of it.

mod row;

pub use row::UserRow;

use std::sync::LazyLock;

use aggregates::users::UserEvent;
use aggregates::{Fact, Recorded};
use async_trait::async_trait;
use sqlx::{PgConnection, PgExecutor};

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
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["users"]
    }

    fn follows(&self) -> &'static [&'static str] {
        &FOLLOWS
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Recorded]) -> Result<(), ApplyError> {
        let mut rows = Rows::<i64, UserRow>::default();
        for event in events {
            let number = event.aggregate_id.parse().map_err(|error| unreadable(event, error))?;
            let Fact::User(change) = event.fact() else { return Err(unexpected(event)) };
            // The only event there is begins a user: nothing has to be loaded.
            rows.entry(number, UserRow::default).evolve(change, event);
        }
        rows.save(connection).await
    }
}

/// The user with this number, unless removed.
///
/// # Errors
/// When the database fails.
pub async fn find_user(executor: impl PgExecutor<'_>, number: i64) -> Result<Option<UserRow>, sqlx::Error> {
    let sql = format!("SELECT {} FROM users item WHERE number = $1 AND is_active", UserRow::columns("item"));
    sqlx::query(&sql).bind(number).try_map(|row| UserRow::read(&row)).fetch_optional(executor).await
}

/// The user of this name in any case, unless removed.
///
/// # Errors
/// When the database fails.
pub async fn find_user_by_name(
    executor: impl PgExecutor<'_>,
    username: &str,
) -> Result<Option<UserRow>, sqlx::Error> {
    // Postgres keeps no NUL, so no user has one.
    if username.contains('\0') {
        return Ok(None);
    }
    let columns = UserRow::columns("item");
    let sql = format!("SELECT {columns} FROM users item WHERE username_folded = $1 AND is_active");
    let query = sqlx::query(&sql).bind(username.to_lowercase());
    query.try_map(|row| UserRow::read(&row)).fetch_optional(executor).await
}
