//! Connecting to the configured server, and the words of its answers.

use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use percent_encoding::percent_decode_str;
use url::Url;

use super::MailError;
use crate::limits;

/// Where and how to connect.
#[derive(Clone)]
pub(super) struct Server {
    host: String,
    port: u16,
    encryption: Encryption,
    credentials: Option<Credentials>,
}

#[derive(Clone, Copy, PartialEq)]
enum Encryption {
    None,
    WhenOffered,
    Required,
    Wrapped,
}

impl Server {
    /// From the setting, which was checked when it was read.
    pub(super) fn of(url: &Url) -> Self {
        let tls = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
        let encryption = match (url.scheme(), tls.as_deref()) {
            ("smtps", _) => Encryption::Wrapped,
            (_, Some("required")) => Encryption::Required,
            (_, Some("opportunistic")) => Encryption::WhenOffered,
            _ => Encryption::None,
        };
        let port = match encryption {
            Encryption::Wrapped => 465,
            Encryption::None => 25,
            _ => 587,
        };
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let password = url.password().unwrap_or_default();
        let credentials = (!url.username().is_empty())
            .then(|| Credentials::new(decoded(url.username()), decoded(password)));
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        Self { host, port: url.port().unwrap_or(port), encryption, credentials }
    }

    /// A domain for message ids and, without a setting, the sender's address.
    pub(super) fn domain(&self) -> &str {
        let is_name = self.host.contains('.') && self.host.parse::<std::net::IpAddr>().is_err();
        if is_name { &self.host } else { "localhost" }
    }

    /// A connection that is ready for a mail. Whatever goes wrong here says nothing about the mail.
    pub(super) async fn connect(&self) -> Result<AsyncSmtpConnection, MailError> {
        let bound = Duration::from_secs(limits::SMTP_CONNECT_S);
        match tokio::time::timeout(bound, self.greeted()).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(MailError::NotNow(format!("the mail server cannot be reached: {error}"))),
            Err(_) => Err(MailError::NotNow("the mail server does not answer".to_owned())),
        }
    }

    async fn greeted(&self) -> Result<AsyncSmtpConnection, lettre::transport::smtp::Error> {
        let hello = ClientId::default();
        let parameters = TlsParameters::new(self.host.clone())?;
        let wrapped = (self.encryption == Encryption::Wrapped).then(|| parameters.clone());
        let address = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(address, None, &hello, wrapped, None).await?;
        let starts = match self.encryption {
            Encryption::Required => true,
            Encryption::WhenOffered => connection.can_starttls(),
            Encryption::None | Encryption::Wrapped => false,
        };
        if starts {
            connection.starttls(parameters, &hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await?;
        }
        Ok(connection)
    }
}

/// The server's own words, with its code.
pub(super) fn words(response: &Response) -> String {
    let text: Vec<_> = response.message().collect();
    format!("{} {}", response.code(), text.join(" "))
}

/// What an error says: a refusal for good, one for now, or trouble on the line.
pub(super) fn refusal(error: &lettre::transport::smtp::Error) -> Option<MailError> {
    let code = error.status()?;
    let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let words = format!("{code} {text}").replace(['\r', '\n'], " ").trim().to_owned();
    Some(if error.is_permanent() { MailError::Refused(words) } else { MailError::NotNow(words) })
}
