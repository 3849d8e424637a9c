use serde::{Deserialize, Serialize};

/// Somebody who gets mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// The address.
    pub email: String,
    /// Their name, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Mailbox {
    /// An address without a name.
    pub fn new(email: impl Into<String>) -> Self {
        Self { email: email.into(), name: None }
    }

    /// From `Name <address>` or a bare address.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mailbox: lettre::message::Mailbox =
            text.parse().map_err(|error| format!("{text:?} is no mail address: {error}"))?;
        Ok(Self { email: mailbox.email.to_string(), name: mailbox.name })
    }

    /// As the message has it. An address with a line break or anything else that no address has is refused; a name
    /// loses its control characters, so that none becomes a header.
    pub(super) fn checked(&self) -> Result<lettre::message::Mailbox, String> {
        let email: lettre::Address =
            self.email.parse().map_err(|error| format!("{:?} is no mail address: {error}", self.email))?;
        let name = self.name.as_deref().map(one_line).filter(|name| !name.is_empty());
        Ok(lettre::message::Mailbox::new(name, email))
    }
}

/// A text for a header: one line, no control characters.
pub(super) fn one_line(text: &str) -> String {
    let spaced: String =
        text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_becomes_a_header() {
        for email in ["a@b.tw\r\nBcc: c@d.tw", "a\n@b.tw", "a@b.tw>", "", "a b@c.tw", "@b.tw"] {
            assert!(Mailbox::new(email).checked().is_err(), "{email:?}");
        }
        let named = Mailbox { email: "a@b.tw".into(), name: Some("Wang\r\nBcc: c@d.tw".into()) };
        assert_eq!(named.checked().unwrap().name.as_deref(), Some("Wang Bcc: c@d.tw"));
    }

    #[test]
    fn an_address_may_come_with_a_name() {
        let mailbox = Mailbox::parse("王小明 <wang@shop.example>").unwrap();
        assert_eq!((mailbox.email.as_str(), mailbox.name.as_deref()), ("wang@shop.example", Some("王小明")));
    }
}
