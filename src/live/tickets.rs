use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

use crate::limits;

/// A pass to one campaign's socket (contract §2), good for ten minutes and on every node.
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
    pub async fn issue(pool: &PgPool, campaign: Uuid, user: i64) -> sqlx::Result<String> {
        let mut secret = [0_u8; 32];
        OsRng.try_fill_bytes(&mut secret).map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?;
        let secret = BASE64_URL_SAFE_NO_PAD.encode(secret);
        sqlx::query(
            "INSERT INTO socket_tickets (ticket_hash, campaign_id, user_id, expires_at) \
             VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))",
        )
        .bind(hash(&secret))
        .bind(campaign)
        .bind(user)
        .bind(limits::TICKET_S)
        .execute(pool)
        .await?;
        Ok(secret)
    }

    /// Whether `secret` lets its bearer watch `campaign`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn check(pool: &PgPool, secret: &str, campaign: Uuid) -> sqlx::Result<Result<(), TicketError>> {
        let found: Option<Uuid> = sqlx::query_scalar(
            "SELECT campaign_id FROM socket_tickets t JOIN users u ON u.number = t.user_id AND u.is_active \
             WHERE ticket_hash = $1 AND expires_at > clock_timestamp()",
        )
        .bind(hash(secret))
        .fetch_optional(pool)
        .await?;
        Ok(match found {
            None => Err(TicketError::Unknown),
            Some(of) if of != campaign => Err(TicketError::OtherCampaign),
            Some(_) => Ok(()),
        })
    }
}

fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}
