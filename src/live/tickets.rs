use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

use crate::auth::{Credential, SecretHash};
use crate::limits;

/// A pass to one campaign's socket (contract §2), good for ten minutes and on every node, as long as
/// what it was asked for with is good.
pub struct Ticket;

/// What is wrong with a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketError {
    /// There is no such ticket, or not any more.
    Unknown,
    /// It is for another campaign.
    OtherCampaign,
}

impl Ticket {
    /// Writes a ticket and gives its secret, which is stored hashed.
    ///
    /// # Errors
    /// When the database does not answer, or the system has no randomness.
    pub async fn issue(
        pool: &PgPool,
        campaign: Uuid,
        (user, credential): (i64, Credential),
    ) -> sqlx::Result<String> {
        let mut secret = [0_u8; 32];
        OsRng.try_fill_bytes(&mut secret).map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?;
        let secret = BASE64_URL_SAFE_NO_PAD.encode(secret);
        let (token, session) = match &credential {
            Credential::Token { id, .. } => (Some(*id), None),
            Credential::Session { hash, .. } => (None, Some(hash.as_bytes())),
        };
        sqlx::query(
            "INSERT INTO socket_tickets (ticket_hash, campaign_id, user_id, token_id, session_hash, expires_at) \
             VALUES ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6))",
        )
        .bind(hash(&secret))
        .bind(campaign)
        .bind(user)
        .bind(token)
        .bind(session)
        .bind(limits::TICKET_S)
        .execute(pool)
        .await?;
        Ok(secret)
    }

    /// Whether `secret` lets its bearer watch `campaign`: then who it is, and what they asked for it with.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn check(
        pool: &PgPool,
        secret: &str,
        campaign: Uuid,
    ) -> sqlx::Result<Result<(i64, Credential), TicketError>> {
        let found: Option<Found> = sqlx::query_as(
            "SELECT campaign_id, t.user_id, token_id, session_hash, coalesce(a.expires_at, s.expires_at) AS ends_at \
               FROM socket_tickets t JOIN users u ON u.number = t.user_id AND u.is_active \
               LEFT JOIN api_tokens a ON a.id = t.token_id AND a.revoked_at IS NULL \
                                     AND coalesce(a.expires_at > clock_timestamp(), true) \
               LEFT JOIN sessions s ON s.id_hash = t.session_hash AND s.expires_at > clock_timestamp() \
              WHERE ticket_hash = $1 AND t.expires_at > clock_timestamp() AND (a.id IS NOT NULL OR s.id IS NOT NULL)",
        )
        .bind(hash(secret))
        .fetch_optional(pool)
        .await?;
        Ok(match found {
            Some(of) if of.campaign_id != campaign => Err(TicketError::OtherCampaign),
            Some(found) => found.bearer().ok_or(TicketError::Unknown),
            None => Err(TicketError::Unknown),
        })
    }
}

#[derive(sqlx::FromRow)]
struct Found {
    campaign_id: Uuid,
    user_id: i64,
    token_id: Option<Uuid>,
    session_hash: Option<Vec<u8>>,
    ends_at: Option<DateTime<Utc>>,
}

impl Found {
    fn bearer(self) -> Option<(i64, Credential)> {
        let credential = match self.token_id {
            Some(id) => Credential::Token { id, expires_at: self.ends_at },
            None => Credential::Session {
                hash: SecretHash::stored(&self.session_hash?)?,
                expires_at: self.ends_at?,
            },
        };
        Some((self.user_id, credential))
    }
}

fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}
