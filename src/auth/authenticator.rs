use std::{sync::Arc, time::Duration};

use aggregates::users::Role;
use chrono::{DateTime, Utc};
use moka::sync::Cache;
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    AuthError, Credential, Pass, Principal, Secret, SecretHash, SecretKind, Sessions, Tokens,
    credential_changes::{CredentialChanges, Moment},
    principal,
    sessions::LiveSession,
};
use crate::limits;

/// How a credential was presented (contract R3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `Authorization: Token …`.
    Token,
    /// `Authorization: Bearer …`.
    Bearer,
    /// The cookie `tidemark_session`.
    Cookie,
}

/// Turns what a request presents into who is asking.
///
/// Every scheme takes tokens; session ids are taken from the cookie only. An answer is remembered for some
/// seconds, so that mostly one hash and one look into memory are all it costs; it is forgotten at once when
/// its user's credentials change here, and as soon as Postgres says so when they change on another node.
#[derive(Clone)]
pub struct Authenticator {
    pool: PgPool,
    sessions: Sessions,
    tokens: Tokens,
    changes: Arc<CredentialChanges>,
    remembered: Cache<SecretHash, Remembered>,
}

/// What is known about a credential without asking the database.
pub(crate) enum LookUp {
    /// Who it is, or that it is nobody's.
    Answer(Option<Arc<Principal>>),
    /// The database has to be asked.
    Ask(Question),
}

/// A credential of the right form that is not remembered.
pub(crate) struct Question {
    kind: SecretKind,
    hash: SecretHash,
}

#[derive(Clone)]
struct Remembered {
    principal: Arc<Principal>,
    as_of: Moment,
}

impl Authenticator {
    pub(super) fn new(
        pool: PgPool,
        sessions: Sessions,
        tokens: Tokens,
        changes: Arc<CredentialChanges>,
    ) -> Self {
        let remembered = Cache::builder()
            .max_capacity(limits::PRINCIPALS_REMEMBERED)
            .time_to_live(Duration::from_secs(limits::PRINCIPALS_REMEMBERED_S))
            .build();
        Self { pool, sessions, tokens, changes, remembered }
    }

    /// Who presents this at `now`; nobody, if it is garbage, unknown, revoked, expired, or its user is gone.
    ///
    /// # Errors
    /// When the database fails, which says nothing about the credential.
    pub async fn authenticate(
        &self,
        scheme: Scheme,
        presented: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<Principal>>, AuthError> {
        match self.look_up(scheme, presented, now) {
            LookUp::Answer(principal) => Ok(principal),
            LookUp::Ask(question) => self.ask(question, now).await,
        }
    }

    /// The part of [`Self::authenticate`] that takes no time: mostly all of it.
    pub(crate) fn look_up(&self, scheme: Scheme, presented: &str, now: DateTime<Utc>) -> LookUp {
        let kind = match Secret::kind_of(presented) {
            Some(SecretKind::Session) if scheme != Scheme::Cookie => return LookUp::Answer(None),
            Some(kind) => kind,
            None => return LookUp::Answer(None),
        };
        let hash = SecretHash::of(presented);
        match self.remembered.get(&hash) {
            Some(found) if self.changes.none_since(found.as_of, found.principal.user_id) => {
                LookUp::Answer(found.principal.credential.is_live(now).then_some(found.principal))
            }
            _ => LookUp::Ask(Question { kind, hash }),
        }
    }

    /// The part that asks the database.
    pub(crate) async fn ask(
        &self,
        Question { kind, hash }: Question,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<Principal>>, AuthError> {
        // Taken before the database is read: what changes meanwhile makes the answer stale.
        let as_of = self.changes.moment();
        let found = match kind {
            SecretKind::Token => self.by_token(hash, now).await?,
            SecretKind::Session => self.by_session(hash, now).await?,
        };
        let Some(principal) = found.map(Arc::new) else { return Ok(None) };
        self.remembered.insert(hash, Remembered { principal: Arc::clone(&principal), as_of });
        Ok(Some(principal))
    }

    /// The moment to take before somebody is let in who is to stay.
    pub fn moment(&self) -> Moment {
        self.changes.moment()
    }

    /// For a bearer who was let in at `since` and stays as long as they may do what `least` may. Without a moment, since
    /// the request was let in before: looked at anew.
    pub fn pass(&self, bearer: (i64, Credential), least: Role, since: Option<Moment>) -> Pass {
        let since = since.unwrap_or(Moment::BEGINNING);
        Pass::new(self.pool.clone(), Arc::clone(&self.changes), bearer, least, since)
    }

    /// To be called when a user's role, name or presence changed and the read model shows it: tells all nodes.
    ///
    /// # Errors
    /// When the database fails; this node knows even then.
    pub async fn user_changed(&self, user_id: i64) -> Result<(), AuthError> {
        self.changes.happened_to(user_id);
        sqlx::query("SELECT pg_notify('credentials_changed', $1)")
            .bind(user_id.to_string())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn by_token(&self, hash: SecretHash, now: DateTime<Utc>) -> Result<Option<Principal>, AuthError> {
        let row: Option<TokenRow> = sqlx::query_as(
            "SELECT u.number, u.username, u.email, u.display_name, u.role,
                    t.id, t.role AS ceiling, t.expires_at, t.last_used_at
               FROM api_tokens t JOIN read.users u ON u.number = t.user_id AND u.is_active
              WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND coalesce(t.expires_at > $2, true)",
        )
        .bind(hash.as_bytes())
        .bind(now)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        self.tokens.touch(row.id, row.last_used_at, now).await;
        let credential = Credential::Token { id: row.id, expires_at: row.expires_at };
        let ceiling = parse_role(&row.ceiling)?;
        row.user.principal(Some(ceiling), credential).map(Some)
    }

    async fn by_session(&self, hash: SecretHash, now: DateTime<Utc>) -> Result<Option<Principal>, AuthError> {
        let row: Option<SessionRow> = sqlx::query_as(
            "SELECT u.number, u.username, u.email, u.display_name, u.role,
                    s.created_at, s.last_seen_at, s.expires_at
               FROM sessions s JOIN read.users u ON u.number = s.user_id AND u.is_active
              WHERE s.id_hash = $1 AND s.expires_at > $2",
        )
        .bind(hash.as_bytes())
        .bind(now)
        .fetch_optional(&self.pool)
        .await?;
        let Some(SessionRow { user, created_at, last_seen_at, expires_at }) = row else { return Ok(None) };
        let session = LiveSession { hash, created_at, last_seen_at, expires_at };
        let expires_at = self.sessions.touch(&session, now).await;
        user.principal(None, Credential::Session { hash, expires_at }).map(Some)
    }
}

#[derive(sqlx::FromRow)]
struct UserRow {
    number: i64,
    username: String,
    email: Option<String>,
    display_name: Option<String>,
    role: String,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    #[sqlx(flatten)]
    user: UserRow,
    id: Uuid,
    ceiling: String,
    expires_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    #[sqlx(flatten)]
    user: UserRow,
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl UserRow {
    fn principal(self, ceiling: Option<Role>, credential: Credential) -> Result<Principal, AuthError> {
        let role = parse_role(&self.role)?;
        Ok(Principal {
            user_id: self.number,
            username: self.username,
            email: self.email,
            display_name: self.display_name,
            role: ceiling.map_or(role, |ceiling| principal::ceiling(role, ceiling)),
            credential,
        })
    }
}

/// A role that this build doesn't know gives no rights at all, rather than some.
pub(super) fn parse_role(code: &str) -> Result<Role, AuthError> {
    Role::parse(code).ok_or_else(|| AuthError::Internal(format!("a stored role is unknown: {code}")))
}
