use std::sync::Arc;
use std::time::Duration;

use sqlx::{PgPool, postgres::PgListener};
use tokio_util::sync::CancellationToken;

use super::credential_changes::CredentialChanges;
use crate::limits;

/// The channel on which nodes tell each other whose credentials changed; also written in the queries that
/// change them.
const CHANNEL: &str = "credentials_changed";

/// Tells `changes` what other nodes did, until `stop`. While the database is away, remembered principals
/// age out by themselves; when it is back, nothing from before is trusted.
pub(super) async fn follow(pool: PgPool, changes: Arc<CredentialChanges>, stop: CancellationToken) {
    let shortest = Duration::from_millis(limits::CREDENTIALS_RETRY_MS);
    let mut pause = shortest;
    loop {
        let listening = async {
            let mut listener = PgListener::connect_with(&pool).await?;
            listener.listen(CHANNEL).await?;
            changes.happened_to_everybody();
            pause = shortest;
            hear(&mut listener, &changes).await
        };
        let outcome = tokio::select! {
            () = stop.cancelled() => return,
            outcome = listening => outcome,
        };
        if let Err(error) = outcome {
            if pool.is_closed() {
                return;
            }
            tracing::warn!(%error, "cannot hear of changed credentials; trying again in {pause:?}");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(Duration::from_secs(limits::CREDENTIALS_RETRY_MAX_S)),
        }
    }
}

async fn hear(listener: &mut PgListener, changes: &CredentialChanges) -> Result<(), sqlx::Error> {
    loop {
        // None: the connection was lost and made again; what was said meanwhile is gone.
        let user_id = listener.try_recv().await?.and_then(|notice| notice.payload().parse().ok());
        match user_id {
            Some(user_id) => changes.happened_to(user_id),
            None => changes.happened_to_everybody(),
        }
    }
}
