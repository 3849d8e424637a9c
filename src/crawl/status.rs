//! What operators see of the crawler (contract §3).

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use super::known;

/// How the newest run is, and when pages are due next.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct CrawlerStatus {
    /// The newest run; none: there was none yet.
    pub run_id: Option<Uuid>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended; none: it is under way.
    pub finished_at: Option<DateTime<Utc>>,
    /// Its pages.
    pub total: i64,
    /// Those with an outcome.
    pub checked: i64,
    /// Those that said something new.
    pub changed: i64,
    /// Those that could not be read.
    pub failed: i64,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When a page is due next; none: there is none to visit.
    #[sqlx(skip)]
    pub next_run_at: Option<DateTime<Utc>>,
}

impl CrawlerStatus {
    /// Whether a run is under way.
    pub fn is_running(&self) -> bool {
        self.run_id.is_some() && self.finished_at.is_none()
    }
}

pub(super) async fn read(pool: &PgPool) -> sqlx::Result<CrawlerStatus> {
    let newest: Option<CrawlerStatus> = sqlx::query_as(
        "SELECT id AS run_id, asked_at AS started_at, finished_at, total, checked, changed, failed, last_error \
           FROM crawl_runs ORDER BY finished_at IS NULL DESC, asked_at DESC LIMIT 1",
    )
    .fetch_optional(pool)
    .await?;
    Ok(CrawlerStatus { next_run_at: known::next_due(pool).await?, ..newest.unwrap_or_default() })
}
