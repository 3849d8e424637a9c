use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{TryRngCore, rngs::OsRng};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::AuthError;

const RANDOM_BYTES: usize = 32;
/// Those bytes in base64 without padding.
const RANDOM_CHARACTERS: usize = 43;

/// What a secret of ours opens; said by its prefix, so that a leaked one is recognised on sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// For programs: `tdm_…`.
    Token,
    /// For a browser's cookie: `tds_…`.
    Session,
}

impl SecretKind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Token => "tdm_",
            Self::Session => "tds_",
        }
    }
}

/// Text that must not be seen: a password, a token, a session id. Its `Debug` shows nothing of it.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Text that came from outside.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A new one of 256 bits from the operating system.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn generate(kind: SecretKind) -> Result<Self, AuthError> {
        Ok(Self(format!("{}{}", kind.prefix(), random_text::<RANDOM_BYTES>()?)))
    }

    /// A password of 120 bits that a person can copy.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn generate_password() -> Result<Self, AuthError> {
        random_text::<15>().map(Self)
    }

    /// The text itself, for the one who may see it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What kind of secret of ours `text` is, if its form is right; whether it opens anything is another
    /// question. Garbage is told apart without asking the database.
    pub fn kind_of(text: &str) -> Option<SecretKind> {
        let (kind, body) = [SecretKind::Token, SecretKind::Session]
            .into_iter()
            .find_map(|kind| text.strip_prefix(kind.prefix()).map(|body| (kind, body)))?;
        if body.len() != RANDOM_CHARACTERS {
            return None;
        }
        let mut bytes = [0; RANDOM_CHARACTERS];
        let length = URL_SAFE_NO_PAD.decode_slice(body, &mut bytes).ok()?;
        (length == RANDOM_BYTES).then_some(kind)
    }

    /// What is stored in its place.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// The SHA-256 of a [`Secret`] of 256 random bits. No salt and no slow hash is needed for those: there is
/// nothing to guess.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of what somebody presents.
    pub fn of(presented: &str) -> Self {
        Self(Sha256::digest(presented.as_bytes()).into())
    }

    /// The hash that was stored as these bytes, if there are as many as a hash has.
    pub fn stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes that are stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// In constant time, although a hash of an unguessable value tells little.
impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SecretHash {}

impl std::hash::Hash for SecretHash {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SecretHash(…)")
    }
}

fn random_text<const BYTES: usize>() -> Result<String, AuthError> {
    let mut bytes = [0; BYTES];
    OsRng
        .try_fill_bytes(&mut bytes)
        .map_err(|error| AuthError::Internal(format!("the system gives no randomness: {error}")))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_secret_says_its_kind_and_is_never_the_same() {
        let (token, session) =
            (Secret::generate(SecretKind::Token).unwrap(), Secret::generate(SecretKind::Session).unwrap());
        assert_eq!(Secret::kind_of(token.expose()), Some(SecretKind::Token));
        assert_eq!(Secret::kind_of(session.expose()), Some(SecretKind::Session));
        assert_eq!(token.expose().len(), 4 + 43);
        assert_ne!(token.hash(), Secret::generate(SecretKind::Token).unwrap().hash());
    }

    #[test]
    fn garbage_is_no_secret_of_ours() {
        let good = Secret::generate(SecretKind::Token).unwrap();
        let padded = format!("{}=", good.expose());
        let short = &good.expose()[..46];
        let long = format!("{}A", good.expose());
        let standard_alphabet = format!("tdm_{}", "+".repeat(43));
        let no_canonical_end = format!("tdm_{}B", "A".repeat(42));
        let upper = good.expose().replace("tdm_", "TDM_");
        let huge = format!("tdm_{}", "A".repeat(1_000_000));
        for text in [
            "",
            "tdm_",
            "tds_",
            "tdm_ä",
            "\0",
            &padded,
            short,
            &long,
            &standard_alphabet,
            &no_canonical_end,
            &upper,
            &huge,
        ] {
            assert_eq!(Secret::kind_of(text), None, "{text:.60}");
        }
    }

    #[test]
    fn nothing_of_it_is_shown() {
        let secret = Secret::new("correct horse");
        assert_eq!(format!("{secret:?} {:?}", secret.hash()), "Secret(…) SecretHash(…)");
    }
}
