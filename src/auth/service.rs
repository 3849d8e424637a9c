use std::sync::Arc;

use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use super::{
    Accounts, Authenticator, Lockout, LoginHistory, Passwords, Sessions, SignIn, Tokens,
    credential_changes::CredentialChanges, credentials_feed,
};

/// All there is to signing in, wired together; cheap to clone.
#[derive(Clone)]
pub struct Auth {
    /// Who presents this?
    pub authenticator: Authenticator,
    /// Name and password.
    pub sign_in: SignIn,
    /// Browsers.
    pub sessions: Sessions,
    /// Programs.
    pub tokens: Tokens,
    /// Users and their passwords.
    pub accounts: Accounts,
    /// Who knocked, and what came of it.
    pub history: LoginHistory,
    pool: PgPool,
    changes: Arc<CredentialChanges>,
}

impl Auth {
    /// On this database, checking as many passwords at once as half the cores.
    pub fn new(pool: PgPool) -> Self {
        let changes = Arc::new(CredentialChanges::new());
        // Half the cores: while many sign in, others are answered.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let passwords = Passwords::new(cores / 2);
        let lockout = Lockout::new(pool.clone());
        let sessions = Sessions::new(pool.clone(), Arc::clone(&changes));
        let tokens = Tokens::new(pool.clone(), Arc::clone(&changes));
        Self {
            authenticator: Authenticator::new(
                pool.clone(),
                sessions.clone(),
                tokens.clone(),
                Arc::clone(&changes),
            ),
            sign_in: SignIn::new(pool.clone(), passwords.clone(), lockout.clone()),
            accounts: Accounts::new(pool.clone(), passwords, lockout, Arc::clone(&changes)),
            history: LoginHistory::new(pool.clone()),
            sessions,
            tokens,
            pool,
            changes,
        }
    }

    /// Follows what other nodes change, until `stop`; one task a node.
    pub async fn follow_changes(&self, stop: CancellationToken) {
        credentials_feed::follow(self.pool.clone(), Arc::clone(&self.changes), stop).await;
    }
}
