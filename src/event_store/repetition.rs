//! A request that is repeated under its `Idempotency-Key` finds each of its commands done or not done.
//!
//! Its first command has the client's own key, each further one a key made from it, so that none is taken for a
//! repetition of another. A command that came to nothing leaves its key to the next.

use std::sync::atomic::Ordering;

use sha2::{Digest, Sha256};

use super::execute::ExecuteError;
use super::{Context, IdempotencyKey, Outcome, Store, append};

/// The key of one command of a request.
pub(super) struct CommandKey {
    key: IdempotencyKey,
    number: u32,
}

/// How a command begins.
pub(super) enum Begun {
    /// It was carried out before.
    Already(Outcome),
    /// Nothing is known of it; its key, if the request has one.
    With(Option<CommandKey>),
}

impl CommandKey {
    fn next(context: &Context) -> Option<Self> {
        let key = context.idempotency.as_ref()?;
        let number = context.commands.fetch_add(1, Ordering::Relaxed);
        if number == 0 {
            return Some(Self { key: key.clone(), number });
        }
        let hash = Sha256::new_with_prefix(&key.key_hash).chain_update(number.to_be_bytes()).finalize();
        Some(Self { key: IdempotencyKey { key_hash: hash.to_vec(), done: None, ..key.clone() }, number })
    }

    pub(super) fn key(&self) -> &IdempotencyKey {
        &self.key
    }

    /// Passes the outcome on.
    pub(super) fn end(
        key: Option<Self>,
        context: &Context,
        outcome: Result<Outcome, ExecuteError>,
    ) -> Result<Outcome, ExecuteError> {
        if let (Some(Self { number, .. }), Err(_)) = (key, &outcome) {
            // Unless another command of the request has begun meanwhile.
            let _gone_on =
                context.commands.compare_exchange(number + 1, number, Ordering::Relaxed, Ordering::Relaxed);
        }
        outcome
    }
}

impl Store {
    /// Begins a command: finds out whether it was carried out when its request came before.
    pub(super) async fn begin(&self, context: &Context) -> Result<Begun, ExecuteError> {
        let Some(key) = CommandKey::next(context) else { return Ok(Begun::With(None)) };
        // Of the first command the request's own door has found it out.
        let done = match key.number {
            0 => key.key.done.clone(),
            _ => self.done_before(&key.key).await?,
        };
        Ok(done.map_or(Begun::With(Some(key)), Begun::Already))
    }

    async fn done_before(&self, key: &IdempotencyKey) -> Result<Option<Outcome>, ExecuteError> {
        let found: Option<(Option<String>, Option<i64>)> = sqlx::query_as(
            "SELECT aggregate_id, position FROM idempotency_keys \
             WHERE caller = $1 AND key_hash = $2 AND request_hash = $3",
        )
        .bind(&key.caller)
        .bind(&key.key_hash)
        .bind(&key.request_hash)
        .fetch_optional(&self.pool)
        .await
        .map_err(|error| append::describe(&error))?;
        Ok(found.and_then(|(aggregate_id, position)| {
            Some(Outcome { aggregate_id: aggregate_id?, position: position?, appended: 0 })
        }))
    }
}
