use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment as Attached, MultiPart, SinglePart};
use serde::{Deserialize, Serialize};

use super::Mailbox;
use super::address::one_line;
use crate::limits;

/// A mail to be sent. The same mail with the same id is the same message, however often it is tried.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mail {
    /// Fixed before the first try, without angle brackets: see [`super::Mailer::message_id`].
    pub message_id: String,
    /// Who it is to.
    pub to: Vec<Mailbox>,
    /// Who gets a copy.
    #[serde(default)]
    pub cc: Vec<Mailbox>,
    /// Who gets a copy that others don't see.
    #[serde(default)]
    pub bcc: Vec<Mailbox>,
    /// One line; line breaks become spaces.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML, if there is one; its values are escaped by who made it.
    #[serde(default)]
    pub html: Option<String>,
    /// Files.
    #[serde(skip)]
    pub attachments: Vec<Attachment>,
}

/// A file that goes with a mail.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// Its name as people see it.
    pub name: String,
    /// Its MIME type.
    pub content_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Mail {
    /// The message as it goes over the line.
    pub(super) fn message(&self, from: &Mailbox) -> Result<Message, String> {
        let everyone = self.to.len() + self.cc.len() + self.bcc.len();
        if everyone == 0 {
            return Err("nobody is named that the mail could go to".to_owned());
        }
        if everyone > limits::MAIL_RECIPIENTS {
            return Err(format!("a mail goes to at most {} addresses", limits::MAIL_RECIPIENTS));
        }
        let mut builder = Message::builder()
            .message_id(Some(format!("<{}>", one_line(&self.message_id))))
            .from(from.checked()?)
            .subject(one_line(&self.subject));
        for mailbox in &self.to {
            builder = builder.to(mailbox.checked()?);
        }
        for mailbox in &self.cc {
            builder = builder.cc(mailbox.checked()?);
        }
        for mailbox in &self.bcc {
            builder = builder.bcc(mailbox.checked()?);
        }
        let message = match (&self.html, self.attachments.is_empty()) {
            (None, true) => builder.singlepart(SinglePart::plain(self.text.clone())),
            (Some(html), true) => builder.multipart(self.alternative(html)),
            (None, false) => {
                let plain = SinglePart::plain(self.text.clone());
                builder.multipart(self.attached(MultiPart::mixed().singlepart(plain))?)
            }
            (Some(html), false) => {
                let alternative = self.alternative(html);
                builder.multipart(self.attached(MultiPart::mixed().multipart(alternative))?)
            }
        };
        message.map_err(|error| format!("the mail cannot be written: {error}"))
    }

    fn alternative(&self, html: &str) -> MultiPart {
        MultiPart::alternative_plain_html(self.text.clone(), html.to_owned())
    }

    fn attached(&self, mut parts: MultiPart) -> Result<MultiPart, String> {
        for file in &self.attachments {
            let content_type = ContentType::parse(&file.content_type)
                .map_err(|error| format!("{:?} is no content type: {error}", file.content_type))?;
            let name = one_line(&file.name).replace(['/', '\\'], "_");
            parts = parts.singlepart(Attached::new(name).body(file.bytes.clone(), content_type));
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(mail: &Mail) -> String {
        let message = mail.message(&Mailbox::new("tidemark@shop.example")).unwrap();
        String::from_utf8(message.formatted()).unwrap()
    }

    fn mail() -> Mail {
        Mail {
            message_id: "1@shop.example".into(),
            to: vec![Mailbox::new("vendor@example.tw")],
            subject: "缺貨通知\r\nBcc: evil@example.tw".into(),
            text: "您好".into(),
            ..Mail::default()
        }
    }

    #[test]
    fn no_value_becomes_a_header() {
        let text = written(&mail());
        let headers = text.split("\r\n\r\n").next().unwrap();
        assert!(!headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
        assert!(headers.contains("Message-ID: <1@shop.example>"), "{headers}");
    }

    #[test]
    fn hidden_copies_are_in_the_envelope_only() {
        let mail = Mail { bcc: vec![Mailbox::new("quiet@example.tw")], ..mail() };
        let message = mail.message(&Mailbox::new("tidemark@shop.example")).unwrap();
        assert!(!String::from_utf8(message.formatted()).unwrap().contains("quiet@"));
        assert_eq!(message.envelope().to().len(), 2);
    }

    #[test]
    fn a_mail_to_nobody_is_refused() {
        let mail = Mail { to: vec![], ..mail() };
        assert!(mail.message(&Mailbox::new("tidemark@shop.example")).is_err());
    }
}
