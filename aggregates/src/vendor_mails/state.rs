use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Letter, VendorMailCommand, VendorMailEvent};
use crate::stockouts::MailOutcome;
use crate::vendors::is_mail_address;
use crate::{Decider, Refusal};

/// The longest answer of a mail server that is kept, in characters.
const ANSWER_CHARS_MAX: usize = 500;

/// How far a mail is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailStage {
    /// It is on its way.
    #[default]
    Queued,
    /// It was taken.
    Sent,
    /// It cannot be sent.
    Failed,
    /// It may have been sent.
    Lost,
}

/// What is remembered of a mail.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VendorMail {
    /// Its id; nil before it was decided on.
    pub id: Uuid,
    /// The mail.
    pub details: Letter,
    /// How far it is.
    pub stage: MailStage,
}

impl Decider for VendorMail {
    const KIND: &'static str = "vendor-mail";
    type Command = VendorMailCommand;
    type Event = VendorMailEvent;

    fn decide(&self, command: VendorMailCommand) -> Result<Vec<VendorMailEvent>, Refusal> {
        match command {
            VendorMailCommand::Queue { id, letter } => self.queue(id, letter),
            VendorMailCommand::Settle { outcome, answer } => self.settle(outcome, &answer),
        }
    }

    fn evolve(&mut self, event: &VendorMailEvent) {
        match event {
            VendorMailEvent::VendorMailQueued { id, letter } => {
                *self = Self { id: *id, details: letter.clone(), ..Self::default() };
            }
            VendorMailEvent::VendorMailSent { .. } => self.stage = MailStage::Sent,
            VendorMailEvent::VendorMailFailed { .. } => self.stage = MailStage::Failed,
            VendorMailEvent::VendorMailLost { .. } => self.stage = MailStage::Lost,
        }
    }

    fn tags(&self) -> Vec<String> {
        self.details.batches.iter().map(|part| format!("stockout-batch:{}", part.batch)).collect()
    }
}

impl VendorMail {
    fn queue(&self, id: Uuid, letter: Letter) -> Result<Vec<VendorMailEvent>, Refusal> {
        if !self.id.is_nil() {
            return Err(Refusal::already_exists(Self::KIND));
        }
        let mut addresses = letter.to.iter().chain(&letter.cc).chain(&letter.bcc);
        if letter.to.is_empty() || !addresses.all(|one| is_mail_address(one)) {
            return Err(Refusal::field(
                "to",
                "not_allowed",
                "to must hold addresses that mail can be sent to",
            ));
        }
        Ok(vec![VendorMailEvent::VendorMailQueued { id, letter }])
    }

    fn settle(&self, outcome: MailOutcome, answer: &str) -> Result<Vec<VendorMailEvent>, Refusal> {
        if self.id.is_nil() {
            return Err(Refusal::NotFound(Self::KIND));
        }
        // What ended stays so, whatever is said later.
        if self.stage != MailStage::Queued {
            return Ok(Vec::new());
        }
        let answer: String = answer.chars().filter(|letter| *letter != '\0').take(ANSWER_CHARS_MAX).collect();
        Ok(vec![match outcome {
            MailOutcome::Sent => VendorMailEvent::VendorMailSent { answer },
            MailOutcome::Failed(_) => VendorMailEvent::VendorMailFailed { reason: answer },
            MailOutcome::Unknown => VendorMailEvent::VendorMailLost { reason: answer },
        }])
    }
}
