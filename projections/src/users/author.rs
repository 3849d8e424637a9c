//! Who did it, in rows of other tables: the number of a user, since what they are called may change or be erased.

use aggregates::Actor;
use sqlx::PgExecutor;

use super::names_of;

/// What numbers of users follow.
const USER: &str = "user:";

/// Whom a row is to keep: `user:<number>`, or a part of the program by its name.
pub fn author(actor: &Actor) -> String {
    actor.user_id.map_or_else(|| actor.name.clone(), |number| format!("{USER}{number}"))
}

/// Says what users among `authors` are called now.
///
/// # Errors
/// When the database fails.
pub async fn name_authors<'a>(
    executor: impl PgExecutor<'_>,
    authors: impl IntoIterator<Item = &'a mut String>,
) -> Result<(), sqlx::Error> {
    let mut users: Vec<(i64, &mut String)> = authors
        .into_iter()
        .filter_map(|author| author.strip_prefix(USER)?.parse().ok().map(|number| (number, author)))
        .collect();
    let numbers: Vec<i64> = users.iter().map(|(number, _)| *number).collect();
    let names = names_of(executor, &numbers).await?;
    for (number, author) in &mut users {
        if let Some(name) = names.get(number) {
            author.clone_from(name);
        }
    }
    Ok(())
}
