//! Who did it: events keep the number of a user, and readers are told what that user is called now. So a name that was
//! erased stands nowhere in what its bearer did.

use std::collections::HashMap;

use aggregates::{Actor, Metadata, Recorded};
use sqlx::PgPool;

/// What the users who caused these events are called now.
///
/// # Errors
/// When the database does not answer.
pub async fn names_of<'a>(
    pool: &PgPool,
    events: impl IntoIterator<Item = &'a Recorded>,
) -> sqlx::Result<HashMap<i64, String>> {
    let mut numbers: Vec<i64> = events.into_iter().filter_map(|event| event.metadata.actor.user_id).collect();
    numbers.sort_unstable();
    numbers.dedup();
    projections::users::names_of(pool, &numbers).await
}

/// Says in each event what its user is called now.
///
/// # Errors
/// When the database does not answer.
pub async fn name(pool: &PgPool, events: &mut [Recorded]) -> sqlx::Result<()> {
    let names = names_of(pool, &*events).await?;
    for event in events {
        let user_id = event.metadata.actor.user_id;
        if let Some(name) = user_id.and_then(|number| names.get(&number)) {
            let actor = Actor { user_id, name: name.clone() };
            event.metadata = Metadata { actor, ..Metadata::clone(&event.metadata) }.into();
        }
    }
    Ok(())
}
