//! Mail out by SMTP: one small pool of connections a node.
//!
//! A delivery has two steps. [`Mailer::offer`] goes as far as nothing has happened: greeting, sender, recipients,
//! the server's consent to take the text. [`Offered::deliver`] hands the text over: from there until the server's
//! answer nobody can know whether the mail went out. Who sends keeps the two apart, so that the doubt is as short
//! as it can be.

mod address;
mod connection;
mod mail;
mod mailer;

pub use address::Mailbox;
pub use mail::{Attachment, Mail};
pub use mailer::{Accepted, MailError, Mailer, Offered};
