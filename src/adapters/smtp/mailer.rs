use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use lettre::Message;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;
use uuid::Uuid;

use super::connection::{Server, refusal, words};
use super::{Mail, Mailbox};
use crate::config::MailConfig;
use crate::limits;

/// Why a mail did not go out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// For good, in the server's words or ours.
    #[error("{0}")]
    Refused(String),
    /// For now: it can be tried again, nothing went out.
    #[error("{0}")]
    NotNow(String),
    /// The text was handed over, and no answer came.
    #[error("{0}")]
    Unknown(String),
}

/// What the server said when it took a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its words, mostly with a queue id.
    pub words: String,
}

/// One node's way to the mail server.
#[derive(Clone)]
pub struct Mailer(Arc<Inner>);

struct Inner {
    server: Server,
    from: Mailbox,
    idle: Mutex<VecDeque<(AsyncSmtpConnection, Instant)>>,
    turns: Arc<Semaphore>,
}

impl Mailer {
    /// None: no server is configured.
    pub fn of(config: &MailConfig) -> Option<Self> {
        let url = Url::parse(config.smtp_url.as_ref()?.expose()).ok()?;
        let server = Server::of(&url);
        let from = config.from.as_deref().and_then(|from| Mailbox::parse(from).ok());
        let from = from.unwrap_or_else(|| Mailbox {
            email: format!("tidemark@{}", server.domain()),
            name: Some("Tidemark".to_owned()),
        });
        let turns = Arc::new(Semaphore::new(limits::SMTP_CONNECTIONS));
        Some(Self(Arc::new(Inner { server, from, idle: Mutex::default(), turns })))
    }

    /// The id of a mail that some job or event stands for: always the same.
    pub fn message_id(&self, of: Uuid) -> String {
        let domain = self.0.from.email.rsplit('@').next().unwrap_or("localhost");
        format!("{of}@{domain}")
    }

    /// Goes as far as nothing has happened yet.
    ///
    /// # Errors
    /// Refused or not now.
    pub async fn offer(&self, mail: &Mail) -> Result<Offered, MailError> {
        let message = mail.message(&self.0.from).map_err(MailError::Refused)?;
        let turn = self.0.turns.clone().acquire_owned().await;
        let turn = turn.map_err(|_| MailError::NotNow("the program is stopping".to_owned()))?;
        // A connection that lay idle may be dead by now, which says nothing about the mail.
        while let Some(mut connection) = self.idle_connection() {
            match open(&mut connection, &message).await {
                Ok(()) => return Ok(self.offered(connection, message, turn)),
                Err(Trouble::Said(error)) => return Err(error),
                Err(Trouble::Line(_)) => {}
            }
        }
        let mut connection = self.0.server.connect().await?;
        match open(&mut connection, &message).await {
            Ok(()) => Ok(self.offered(connection, message, turn)),
            Err(Trouble::Said(error)) => Err(error),
            Err(Trouble::Line(reason)) => Err(MailError::NotNow(reason)),
        }
    }

    fn offered(
        &self,
        connection: AsyncSmtpConnection,
        message: Message,
        turn: OwnedSemaphorePermit,
    ) -> Offered {
        Offered { mailer: self.clone(), connection, text: message.formatted(), _turn: turn }
    }

    fn idle_connection(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.0.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let fresh = Duration::from_secs(limits::SMTP_IDLE_S);
        idle.retain(|(_, since)| since.elapsed() < fresh);
        idle.pop_back().map(|(connection, _)| connection)
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.0.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        idle.push_back((connection, Instant::now()));
        while idle.len() > limits::SMTP_CONNECTIONS {
            idle.pop_front();
        }
    }
}

/// A mail whose sender and recipients the server has taken, and whose text it waits for.
pub struct Offered {
    mailer: Mailer,
    connection: AsyncSmtpConnection,
    text: Vec<u8>,
    _turn: OwnedSemaphorePermit,
}

impl Offered {
    /// Hands the text over.
    ///
    /// # Errors
    /// Refused or not now in the server's words; unknown when no answer comes.
    pub async fn deliver(mut self) -> Result<Accepted, MailError> {
        let bound = Duration::from_secs(limits::SMTP_DELIVER_S);
        let answer = tokio::time::timeout(bound, self.connection.message(&self.text)).await;
        match answer {
            Ok(Ok(response)) => {
                self.mailer.keep(self.connection);
                Ok(Accepted { words: words(&response) })
            }
            Ok(Err(error)) => Err(refusal(&error).unwrap_or_else(|| {
                MailError::Unknown(format!("the mail server took the text and broke off: {error}"))
            })),
            Err(_) => Err(MailError::Unknown("the mail server took the text and did not answer".to_owned())),
        }
    }
}

enum Trouble {
    /// The server answered no.
    Said(MailError),
    /// The line is dead.
    Line(String),
}

/// Sender, recipients, and the request to hand the text over.
async fn open(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), Trouble> {
    let bound = Duration::from_secs(limits::SMTP_OPEN_S);
    match tokio::time::timeout(bound, introduce(connection, message)).await {
        Ok(introduced) => introduced,
        Err(_) => Err(Trouble::Line("the mail server does not answer".to_owned())),
    }
}

async fn introduce(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), Trouble> {
    let envelope = message.envelope();
    let mut options = Vec::new();
    if envelope.to().iter().chain(envelope.from()).any(|address| !AsRef::<str>::as_ref(address).is_ascii()) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            let reason = "the mail server takes no addresses with such characters (SMTPUTF8)";
            return Err(Trouble::Said(MailError::Refused(reason.to_owned())));
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    if connection.server_info().supports_feature(Extension::EightBitMime) {
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let said = |error: lettre::transport::smtp::Error| match refusal(&error) {
        Some(refusal) => Trouble::Said(refusal),
        None => Trouble::Line(format!("the connection to the mail server broke: {error}")),
    };
    connection.command(MailFrom::new(envelope.from().cloned(), options)).await.map_err(said)?;
    for address in envelope.to() {
        connection.command(Rcpt::new(address.clone(), vec![])).await.map_err(said)?;
    }
    connection.command(Data).await.map_err(said)?;
    Ok(())
}
