use std::sync::Arc;
use std::time::Duration;

use aggregates::users::Role;
use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tokio::sync::Semaphore;

use super::{AuthError, Credential, Principal, credential_changes::CredentialChanges, principal};
use super::{authenticator::parse_role, credential_changes::Moment};
use crate::limits;

/// What somebody came in with who stays, at a socket or a stream: requests are asked each time, these once.
pub struct Pass {
    pool: PgPool,
    changes: Arc<CredentialChanges>,
    user_id: i64,
    credential: Credential,
    least: Role,
    as_of: Moment,
}

/// A loss of notices puts all passes of a node in doubt at once.
static LOOKS: Semaphore = Semaphore::const_new(limits::PASS_LOOKS_AT_ONCE);

impl Pass {
    pub(super) fn new(
        pool: PgPool,
        changes: Arc<CredentialChanges>,
        (user_id, credential): (i64, Credential),
        least: Role,
        as_of: Moment,
    ) -> Self {
        Self { pool, changes, user_id, credential, least, as_of }
    }

    /// Returns once its bearer may stay no longer: they are gone, may do less than they must, or what they came in with
    /// was revoked or has expired. While the database is away they stay.
    pub async fn ended(mut self, clock: fn() -> DateTime<Utc>) {
        loop {
            self.in_doubt(clock).await;
            // In a box: mostly nobody looks, and a node has many thousand passes.
            let looked = Box::pin(self.look(clock())).await;
            match looked {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::debug!(%error, "whether somebody may stay cannot be found out yet");
                    tokio::time::sleep(Duration::from_millis(limits::PASS_RETRY_MS)).await;
                }
            }
        }
    }

    async fn in_doubt(&self, clock: fn() -> DateTime<Utc>) {
        let changed = self.changes.after(self.as_of, self.user_id);
        match self.credential.expires_at() {
            None => changed.await,
            Some(end) => tokio::select! {
                () = changed => {}
                () = tokio::time::sleep((end - clock()).to_std().unwrap_or_default()) => {}
            },
        }
    }

    /// Whether they may stay.
    async fn look(&mut self, now: DateTime<Utc>) -> Result<bool, AuthError> {
        let _turn = LOOKS.acquire().await;
        // Taken before the database is read: what changes meanwhile is looked at again.
        let as_of = self.changes.moment();
        let Some((role, ceiling, expires_at)) = self.found().await? else { return Ok(false) };
        match &mut self.credential {
            Credential::Token { expires_at: end, .. } => *end = expires_at,
            // In use it ends later and later.
            Credential::Session { expires_at: end, .. } => *end = expires_at.unwrap_or(*end),
        }
        self.as_of = as_of;
        let role = parse_role(&role)?;
        let role = match ceiling {
            Some(ceiling) => principal::ceiling(role, parse_role(&ceiling)?),
            None => role,
        };
        Ok(self.credential.is_live(now) && role.covers(self.least))
    }

    async fn found(&self) -> Result<Option<Standing>, AuthError> {
        let query = match &self.credential {
            Credential::Token { id, .. } => sqlx::query_as(
                "SELECT u.role, t.role, t.expires_at
                   FROM api_tokens t JOIN read.users u ON u.number = t.user_id AND u.is_active
                  WHERE t.id = $1 AND t.revoked_at IS NULL",
            )
            .bind(*id),
            Credential::Session { hash, .. } => sqlx::query_as(
                "SELECT u.role, NULL::text, s.expires_at
                   FROM sessions s JOIN read.users u ON u.number = s.user_id AND u.is_active
                  WHERE s.id_hash = $1",
            )
            .bind(hash.as_bytes()),
        };
        Ok(query.fetch_optional(&self.pool).await?)
    }
}

/// A user's role, what their token allows at most, and when their credential ends.
type Standing = (String, Option<String>, Option<DateTime<Utc>>);

impl Principal {
    /// Whom a pass is for, and with what.
    pub fn bearer(&self) -> (i64, Credential) {
        (self.user_id, self.credential.clone())
    }
}
