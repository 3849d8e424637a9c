use std::time::{Duration, Instant};

use chrono::Utc;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::Client;
use serde::{Deserialize, Serialize};

use super::credentials::Credentials;
use super::{DriveError, error};
use crate::auth::Secret;
use crate::limits;

const SCOPE: &str = "https://www.googleapis.com/auth/drive.readonly";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// What opens the drive for a while.
pub(super) struct Token {
    text: Secret,
    good_until: Instant,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    scope: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
}

#[derive(Deserialize)]
struct Answer {
    access_token: Secret,
    #[serde(default)]
    expires_in: u64,
}

impl Token {
    pub(super) fn is_good(&self) -> bool {
        Instant::now() < self.good_until
    }

    pub(super) fn text(&self) -> &str {
        self.text.expose()
    }

    /// Asks for a token with a signed statement of who asks.
    pub(super) async fn fetch(client: &Client, credentials: &Credentials) -> Result<Self, DriveError> {
        let assertion = assertion(credentials)?;
        let form = [("grant_type", GRANT), ("assertion", assertion.as_str())];
        let sent = client.post(&credentials.token_uri).form(&form).send().await?;
        let answer: Answer = super::read_json(error::checked(sent).await.map_err(refused)?).await?;
        let lasts_s = answer.expires_in.saturating_sub(limits::DRIVE_TOKEN_MARGIN_S);
        let good_until = Instant::now() + Duration::from_secs(lasts_s.min(limits::DRIVE_TOKEN_S));
        Ok(Self { text: answer.access_token, good_until })
    }
}

/// Whoever gives out tokens and says no means the account.
fn refused(error: DriveError) -> DriveError {
    match error {
        DriveError::Refused(said) => DriveError::Credentials(said),
        DriveError::NotFound => {
            DriveError::Credentials("nobody gives out tokens at its token_uri".to_owned())
        }
        other => other,
    }
}

fn assertion(credentials: &Credentials) -> Result<String, DriveError> {
    let now = Utc::now().timestamp();
    let claims = Claims {
        iss: &credentials.client_email,
        scope: SCOPE,
        aud: &credentials.token_uri,
        iat: now,
        exp: now + 3_600,
    };
    let unusable = |_| DriveError::Credentials("its private key cannot be used".to_owned());
    let key = EncodingKey::from_rsa_pem(credentials.private_key.expose().as_bytes()).map_err(unusable)?;
    let header = Header { kid: credentials.private_key_id.clone(), ..Header::new(Algorithm::RS256) };
    encode(&header, &claims, &key).map_err(unusable)
}
