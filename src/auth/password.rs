use std::sync::Arc;

use aggregates::Fault;
use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::SaltString,
};
use rand::{TryRngCore, rngs::OsRng};
use tokio::sync::Semaphore;

use super::{AuthError, Secret};
use crate::limits;

/// OWASP's choice for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// What is checked for a user who isn't there, so that the answer takes as long. Its salt is real, its
/// hash is all zeros, which no password leads to.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c2FsdCBvZiBub2JvZHkuLg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password that may be set: of a length that [`limits::PASSWORD_CHARS`] allows, whatever its characters.
#[derive(Clone, Debug)]
pub struct Password(Secret);

impl Password {
    /// Takes `secret` as a password to be set in `field` of a request.
    ///
    /// # Errors
    /// A fault of `field` when it is too short or too long.
    pub fn parse(field: &str, secret: Secret) -> Result<Self, Fault> {
        let (least, most) = (limits::PASSWORD_CHARS.start(), limits::PASSWORD_CHARS.end());
        // Counting stops early: a body may hold two million characters.
        match secret.expose().chars().take(most + 1).count() {
            length if length < *least => {
                Err(Fault::new(field, "too_short", format!("a password has at least {least} characters")))
            }
            length if length > *most => {
                Err(Fault::new(field, "too_long", format!("a password has at most {most} characters")))
            }
            _ => Ok(Self(secret)),
        }
    }

    /// One that was made here and is long enough.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn generate() -> Result<Self, AuthError> {
        Secret::generate_password().map(Self)
    }

    /// The text, for the one who may see it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// Hashes and checks passwords away from the async threads: as many at once as there are cores, a bounded
/// number waiting. Each takes 19 MiB and some ten milliseconds, so both bounds matter.
#[derive(Clone)]
pub struct Passwords {
    running: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Passwords {
    /// With a place for each of `cores`.
    pub fn new(cores: usize) -> Self {
        let cores = cores.max(1);
        Self {
            running: Arc::new(Semaphore::new(cores)),
            places: Arc::new(Semaphore::new(cores + limits::PASSWORD_QUEUE)),
        }
    }

    /// The PHC string to store for `password`.
    ///
    /// # Errors
    /// `Busy`, or when there is no randomness for a salt.
    pub async fn hash(&self, password: Password) -> Result<String, AuthError> {
        self.run(move || hash(password.expose())).await?
    }

    /// Whether `presented` is the password behind `stored`; with nothing stored the same work is done, and
    /// the answer is no.
    ///
    /// # Errors
    /// `Busy`, or when what is stored is no hash.
    pub async fn verify(&self, presented: Secret, stored: Option<String>) -> Result<bool, AuthError> {
        let too_long = presented.expose().chars().nth(*limits::PASSWORD_CHARS.end()).is_some();
        // What cannot have been set is wrong, and is not worth the reading of megabytes.
        let (presented, stored) = if too_long { (Secret::new(""), None) } else { (presented, stored) };
        self.run(move || verify(presented.expose(), stored.as_deref().unwrap_or(NOBODY))).await?
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AuthError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| AuthError::Busy)?;
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(|_| AuthError::Busy)?;
        // The permits go along: a request that is given up frees them when its work is really over.
        let task = tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            work()
        });
        task.await.map_err(|error| AuthError::Internal(format!("a password check ended early: {error}")))
    }
}

fn argon2id() -> Result<Argon2<'static>, AuthError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Result<String, AuthError> {
    let mut salt = [0; 16];
    OsRng
        .try_fill_bytes(&mut salt)
        .map_err(|error| AuthError::Internal(format!("the system gives no randomness: {error}")))?;
    let salt = SaltString::encode_b64(&salt).map_err(internal)?;
    Ok(argon2id()?.hash_password(password.as_bytes(), &salt).map_err(internal)?.to_string())
}

fn verify(presented: &str, stored: &str) -> Result<bool, AuthError> {
    let stored = PasswordHash::new(stored).map_err(internal)?;
    match argon2id()?.verify_password(presented.as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::Password) => Ok(false),
        Err(error) => Err(internal(error)),
    }
}

fn internal(error: impl std::fmt::Display) -> AuthError {
    AuthError::Internal(format!("argon2: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: impl Into<String>) -> Password {
        Password::parse("password", Secret::new(text)).unwrap()
    }

    #[test]
    fn a_password_has_8_to_1000_characters_whatever_they_are() {
        let refused = |text: String| Password::parse("new_password", Secret::new(text)).unwrap_err();
        assert_eq!(refused(String::new()).code, "too_short");
        assert_eq!(refused("x".into()).code, "too_short");
        assert_eq!(refused("密碼密碼密碼密".into()).code, "too_short");
        assert_eq!(refused("x".repeat(1_001)).code, "too_long");
        assert_eq!(refused("x".repeat(10_000)).code, "too_long");
        assert_eq!(refused("x".into()).field, "new_password");
        for accepted in
            ["密碼密碼密碼密碼".to_owned(), "\0\u{7}\u{202e}\r\n\t\u{1b}x".to_owned(), "鑰".repeat(1_000)]
        {
            assert_eq!(password(accepted.clone()).expose(), accepted);
        }
    }

    #[tokio::test]
    async fn what_was_hashed_is_recognised_and_nothing_else() {
        let passwords = Passwords::new(2);
        for text in
            ["correct horse".to_owned(), "\0\u{7}\u{202e}\r\n\t\u{1b}x".to_owned(), "鑰".repeat(1_000)]
        {
            let stored = passwords.hash(password(text.clone())).await.unwrap();
            assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
            assert!(passwords.verify(Secret::new(text.clone()), Some(stored.clone())).await.unwrap());
            assert!(!passwords.verify(Secret::new(format!("{text}x")), Some(stored)).await.unwrap());
        }
    }

    #[tokio::test]
    async fn one_password_has_two_hashes() {
        let passwords = Passwords::new(2);
        let (first, second) = (
            passwords.hash(password("correct horse")).await,
            passwords.hash(password("correct horse")).await,
        );
        assert_ne!(first.unwrap(), second.unwrap());
    }

    #[test]
    fn nobody_costs_what_somebody_costs() {
        let somebody = hash("correct horse").unwrap();
        let (somebody, nobody) = (PasswordHash::new(&somebody).unwrap(), PasswordHash::new(NOBODY).unwrap());
        assert_eq!(nobody.algorithm, somebody.algorithm);
        assert_eq!(nobody.version, somebody.version);
        assert_eq!(nobody.params, somebody.params);
        assert_eq!(nobody.salt.unwrap().len(), somebody.salt.unwrap().len());
        assert_eq!(nobody.hash.unwrap().len(), somebody.hash.unwrap().len());
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        let passwords = Passwords::new(2);
        for text in ["", "correct horse", &"x".repeat(10_000)] {
            assert!(!passwords.verify(Secret::new(text), None).await.unwrap());
        }
    }

    #[tokio::test]
    async fn when_the_queue_is_full_a_check_is_refused_at_once() {
        // given: every place taken
        let passwords = Passwords::new(1);
        let all = u32::try_from(1 + limits::PASSWORD_QUEUE).unwrap();
        let taken = Arc::clone(&passwords.places).try_acquire_many_owned(all).unwrap();
        // when, then
        let refused = passwords.verify(Secret::new("x"), None).await;
        assert!(matches!(refused, Err(AuthError::Busy)), "{refused:?}");
        // and: it works again when one is free
        drop(taken);
        assert!(!passwords.verify(Secret::new("x"), None).await.unwrap());
    }
}
