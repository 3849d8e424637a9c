//! Integers for family M (contract R4): taken when a command is handled, stored in its event.

use super::{AppendError, Store, append};
use crate::limits;

impl Store {
    /// Takes the next `count` numbers of a kind, unique among all nodes; a migration makes the sequence
    /// `<kind>_numbers`. Numbers of commands that come to nothing are not given back.
    ///
    /// # Errors
    /// When the database does not answer, or has no such sequence.
    pub async fn next_numbers(&self, kind: &str, count: usize) -> Result<Vec<i64>, AppendError> {
        let count = i64::try_from(count.min(limits::NUMBERS_AT_ONCE)).unwrap_or(0);
        sqlx::query_scalar("SELECT nextval(($1 || '_numbers')::regclass) FROM generate_series(1, $2)")
            .bind(kind)
            .bind(count)
            .fetch_all(self.pool())
            .await
            .map_err(|error| append::describe(&error))
    }

    /// Takes the next number of a kind.
    ///
    /// # Errors
    /// See [`Self::next_numbers`].
    pub async fn next_number(&self, kind: &str) -> Result<i64, AppendError> {
        let numbers = self.next_numbers(kind, 1).await?;
        numbers.first().copied().ok_or_else(|| AppendError::Internal("the sequence gave no number".into()))
    }
}
