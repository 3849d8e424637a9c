//! The texts of notices, with places to fill in (contract §3).
//!
//! * A template is called by a code: small letters, digits, `_` and `-`. Some are built in and need not be created.
//! * Each change makes a new version, from 1; who names a version changes only that one.
//! * A template that is switched off is kept and not sent.

mod built_in;
#[cfg(test)]
mod tests;

pub use built_in::{BUILT_IN, BuiltIn, built_in};

use serde::{Deserialize, Serialize};

use crate::faults::Faults;
use crate::{Decider, Refusal, event_sourced};

/// The longest code, in characters.
pub const CODE_CHARS_MAX: usize = 64;
/// The longest subject, in characters.
pub const SUBJECT_CHARS_MAX: usize = 500;
/// The longest body, in characters.
pub const BODY_CHARS_MAX: usize = 20_000;

/// What is remembered of a template; of a built-in one from the beginning.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// How often it was written, counting its beginning; 0: nobody wrote it.
    pub version: i64,
    /// One line.
    pub subject: String,
    /// The text.
    pub body: String,
    /// Whether it is used.
    pub enabled: bool,
}

/// What one may ask of a template.
#[derive(Clone, Debug)]
pub enum TemplateCommand {
    /// Change what is present.
    Write {
        /// Its code.
        code: String,
        /// The subject, if sent.
        subject: Option<String>,
        /// The body, if sent.
        body: Option<String>,
        /// Whether it is used, if sent.
        enabled: Option<bool>,
        /// The version that the sender has seen, if named.
        version: Option<i64>,
        /// Whether it may begin with this.
        create: bool,
    },
}

/// What may have happened to a template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TemplateEvent {
    /// It was written.
    TemplateWritten {
        /// Its code.
        code: String,
        /// The version from now on.
        version: i64,
        /// One line.
        subject: String,
        /// The text.
        body: String,
        /// Whether it is used.
        enabled: bool,
    },
}

event_sourced!(Template, TemplateEvent { TemplateWritten = "1.0" });

impl Decider for Template {
    const KIND: &'static str = "template";
    type Command = TemplateCommand;
    type Event = TemplateEvent;

    fn decide(&self, command: TemplateCommand) -> Result<Vec<TemplateEvent>, Refusal> {
        let TemplateCommand::Write { code, subject, body, enabled, version, create } = command;
        let before = self.in_force(&code);
        if before.is_none() && !create {
            return Err(Refusal::NotFound(Self::KIND));
        }
        let before = before.unwrap_or_else(|| Self { enabled: true, ..Self::default() });
        check(&code, subject.as_ref(), body.as_ref(), before.version == 0)?;
        if version.is_some_and(|seen| seen != before.version) {
            let rule = format!("version is {} by now: read it again", before.version);
            return Err(Refusal::field("version", STALE, rule));
        }
        let after = Self {
            version: before.version,
            subject: subject.unwrap_or_else(|| before.subject.clone()),
            body: body.unwrap_or_else(|| before.body.clone()),
            enabled: enabled.unwrap_or(before.enabled),
        };
        if after == before && before.version > 0 {
            return Ok(Vec::new());
        }
        let Self { subject, body, enabled, version } = after;
        Ok(vec![TemplateEvent::TemplateWritten { code, version: version + 1, subject, body, enabled }])
    }

    fn evolve(&mut self, event: &TemplateEvent) {
        let TemplateEvent::TemplateWritten { version, subject, body, enabled, .. } = event.clone();
        *self = Self { version, subject, body, enabled };
    }
}

/// The code of the fault that a stale version is.
pub const STALE: &str = "stale";

impl Template {
    /// As it stands: what was written last, or what is built in.
    fn in_force(&self, code: &str) -> Option<Self> {
        if self.version > 0 {
            return Some(self.clone());
        }
        built_in(code).map(|built_in| Self {
            version: 1,
            subject: built_in.subject.to_owned(),
            body: built_in.body.to_owned(),
            enabled: true,
        })
    }
}

fn check(code: &str, subject: Option<&String>, body: Option<&String>, is_new: bool) -> Result<(), Refusal> {
    let mut faults = Faults::default();
    let is_code = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || "_-".contains(character)
    };
    if code.is_empty() || code.chars().count() > CODE_CHARS_MAX || !code.chars().all(is_code) {
        let rule = format!("must be 1 to {CODE_CHARS_MAX} small letters, digits, _ and -");
        faults.add("code", "wrong_type", &rule);
    }
    faults.text("subject", &subject.cloned().map(Some), SUBJECT_CHARS_MAX);
    match body {
        Some(body) => faults.required("body", Some(body), BODY_CHARS_MAX),
        None if is_new => faults.add("body", "required", "must be there for a new template"),
        None => {}
    }
    faults.verdict()
}
