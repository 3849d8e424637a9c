//! How a job sends a mail: never twice, and with the shortest doubt.

use serde_json::{Value, json};

use crate::adapters::smtp::{Mail, MailError, Mailer};
use crate::jobs::{Attempt, Stop};

/// What stands in the way of all mails on a node without a server.
pub const NO_SERVER: &str = "no mail server is configured (TIDEMARK_SMTP_URL)";

/// Sends one mail in the name of a job; gives the server's words.
///
/// # Errors
/// Failed in the server's words, to be tried again, or unknown.
pub async fn send_mail(mailer: Option<&Mailer>, mail: &Mail, attempt: &mut Attempt) -> Result<Value, Stop> {
    let Some(mailer) = mailer else { return Err(Stop::retry(NO_SERVER)) };
    let offered = mailer.offer(mail).await.map_err(stop)?;
    attempt.begin_effect().await?;
    let accepted = offered.deliver().await.map_err(stop)?;
    Ok(json!({ "message_id": mail.message_id, "receipt": accepted.words }))
}

fn stop(error: MailError) -> Stop {
    match error {
        MailError::Refused(words) => Stop::Failed(words),
        MailError::NotNow(words) => Stop::retry(words),
        MailError::Unknown(words) => Stop::Unknown(words),
    }
}
