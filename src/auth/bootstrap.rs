use std::io::Write;

use aggregates::{Fault, users::Role};
use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use super::{Accounts, AuthError, NewUser, Password, RegisterError, Secret};
use crate::event_store::{Context, ExecuteError, Store};

/// What came of looking for an administrator.
#[derive(Debug)]
pub enum Bootstrapped {
    /// There has been one before: since the last one can't be removed, there is one now.
    AlreadyThere,
    /// The first one was made.
    Created {
        /// Their name.
        username: String,
        /// Their password, if it was made here: to be shown once.
        generated: Option<Secret>,
        /// Where the log says so; they can come in when the read model has got there.
        position: i64,
    },
    /// There is none, but the name is that of somebody else.
    NameTaken {
        /// The name.
        username: String,
    },
}

/// Why the first administrator could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    /// The configured password may not be one.
    #[error("TIDEMARK_ADMIN_PASSWORD: {}", .0.message)]
    Password(Fault),
    /// The configured name may not be one, or the log is out of reach.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// It could not be found out whether there is one.
    #[error(transparent)]
    Unable(#[from] AuthError),
}

/// Makes the first administrator when there never was one. Any number of nodes may start at once: a lock in
/// the database lets one of them do it, the others find it done. It asks the log and not the read model,
/// which may lag or be under reconstruction.
///
/// # Errors
/// When the settings won't do or the database fails.
pub async fn bootstrap_admin(
    pool: &PgPool,
    accounts: &Accounts,
    store: &Store,
    username: &str,
    configured: Option<Secret>,
    now: DateTime<Utc>,
) -> Result<Bootstrapped, BootstrapError> {
    let mut lock = pool.begin().await.map_err(AuthError::from)?;
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('tidemark first administrator', 0))")
        .execute(&mut *lock)
        .await
        .map_err(AuthError::from)?;
    let is_there: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM events
                         WHERE aggregate_type = 'user' AND event_type = 'UserRegistered'
                           AND payload -> 'UserRegistered' ->> 'role' = 'admin')",
    )
    .fetch_one(&mut *lock)
    .await
    .map_err(AuthError::from)?;
    if is_there {
        return Ok(Bootstrapped::AlreadyThere);
    }
    let (password, generated) = match configured {
        Some(secret) => (Password::parse("password", secret).map_err(BootstrapError::Password)?, None),
        None => {
            let password = Password::generate()?;
            let generated = Secret::new(password.expose());
            (password, Some(generated))
        }
    };
    let new = NewUser {
        username: username.to_owned(),
        email: None,
        display_name: None,
        role: Role::Admin,
        is_enabled: true,
        password,
    };
    let context = Context::system("start", "start", Uuid::now_v7().to_string());
    match accounts.register(store, new, &context, now).await {
        Ok((_, outcome)) => {
            Ok(Bootstrapped::Created { username: username.to_owned(), generated, position: outcome.position })
        }
        Err(RegisterError::Execute(ExecuteError::ClaimTaken { .. })) => {
            Ok(Bootstrapped::NameTaken { username: username.to_owned() })
        }
        Err(error) => Err(error.into()),
    }
    // The lock ends with its transaction, here or with the connection.
}

impl Bootstrapped {
    /// Says what a person must know, to standard output and never to the log: a generated password.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn announce(&self, output: &mut impl Write) -> std::io::Result<()> {
        match self {
            Self::AlreadyThere | Self::Created { generated: None, .. } => Ok(()),
            Self::Created { username, generated: Some(password), .. } => writeln!(
                output,
                "\nThe first administrator was made. The password is shown only this once:\n\n    \
                 username: {username}\n    password: {}\n",
                password.expose()
            ),
            Self::NameTaken { username } => writeln!(
                output,
                "There is no administrator yet, and {username} is the name of another user: set \
                 TIDEMARK_ADMIN_USERNAME to another name, or make one with `tidemark user create NAME --role admin`."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announced(outcome: &Bootstrapped) -> String {
        let mut output = Vec::new();
        outcome.announce(&mut output).unwrap();
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn only_a_generated_password_is_shown() {
        let username = || "admin".to_owned();
        let generated = Some(Secret::new("made here"));
        assert!(
            announced(&Bootstrapped::Created { username: username(), generated, position: 1 })
                .contains("made here")
        );
        assert_eq!(
            announced(&Bootstrapped::Created { username: username(), generated: None, position: 1 }),
            ""
        );
        assert_eq!(announced(&Bootstrapped::AlreadyThere), "");
        assert!(
            announced(&Bootstrapped::NameTaken { username: username() }).contains("TIDEMARK_ADMIN_USERNAME")
        );
    }
}
