//! Who is asking, and may they come in (contract R3). No HTTP in here.
//!
//! Passwords are argon2id hashes, tokens and session ids are kept as SHA-256 only; none of them is ever
//! part of an event, a log line or an error. [`SignIn`] is the door with its lock-out, [`Authenticator`]
//! turns a presented credential into a [`Principal`], [`Accounts`] lets people in and changes passwords.
//! Instants are arguments, so that a test can stand at any time.

mod accounts;
mod authenticator;
mod bootstrap;
mod credential_changes;
mod credentials_feed;
mod lockout;
mod login_history;
mod pass;
mod password;
mod principal;
mod removal;
mod secret;
mod service;
mod sessions;
mod sign_in;
mod tokens;

pub use accounts::{Accounts, ChangePasswordError, NewUser, RegisterError};
pub(crate) use authenticator::LookUp;
pub use authenticator::{Authenticator, Scheme};
pub use bootstrap::{BootstrapError, Bootstrapped, bootstrap_admin};
pub use credential_changes::Moment;
pub use lockout::{Lockout, Reason, Visitor};
pub use login_history::{Attempt, AttemptFilter, LoginHistory};
pub use pass::Pass;
pub use password::{Password, Passwords};
pub use principal::{Credential, Principal};
pub use secret::{Secret, SecretHash, SecretKind};
pub use service::Auth;
pub use sessions::{ListedSession, Sessions};
pub use sign_in::{SignIn, SignInError, SignedIn};
pub use tokens::{IssuedToken, ListedToken, NewToken, Tokens};

/// Why the question who somebody is could not be answered. Never an answer to it.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The database failed or is out of reach.
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
    /// More passwords wait to be checked than [`crate::limits::PASSWORD_QUEUE`] lets wait.
    #[error("too many passwords are being checked at once")]
    Busy,
    /// A fault of the program or of stored data.
    #[error("{0}")]
    Internal(String),
}

pub(crate) use aggregates::users::fold;
