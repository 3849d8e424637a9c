use aggregates::Recorded;
use aggregates::templates::{BuiltIn, TemplateEvent};
use chrono::{DateTime, Utc};

use crate::table::read_table;
use crate::users::author;

/// A row of `templates`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TemplateRow {
    /// Its code.
    pub code: String,
    /// How often it was written; 1 of a built-in one that nobody changed.
    pub version: i64,
    /// One line.
    pub subject: String,
    /// The text.
    pub body: String,
    /// Whether it is used.
    pub enabled: bool,
    /// Who wrote it, see [`author`]; nobody: it is built in.
    pub updated_by: String,
    /// When it was written.
    pub updated_at: DateTime<Utc>,
    /// The newest event of its stream; 0: it is built in.
    pub own_position: i64,
}

read_table! { TemplateRow in "templates" by (code) {
    code: text = code,
    version: bigint = version,
    subject: text = subject,
    body: text = body,
    enabled: boolean = enabled,
    updated_by: text = updated_by,
    updated_at: timestamptz = updated_at,
    own_position: bigint = own_position,
} }

impl TemplateRow {
    pub(super) fn written(change: &TemplateEvent, event: &Recorded) -> Self {
        let TemplateEvent::TemplateWritten { code, version, subject, body, enabled } = change;
        Self {
            code: code.clone(),
            version: *version,
            subject: subject.clone(),
            body: body.clone(),
            enabled: *enabled,
            updated_by: author(&event.metadata.actor),
            updated_at: event.recorded_at,
            own_position: event.position,
        }
    }

    pub(super) fn untouched(template: &BuiltIn) -> Self {
        Self {
            code: template.code.to_owned(),
            version: 1,
            subject: template.subject.to_owned(),
            body: template.body.to_owned(),
            enabled: true,
            ..Self::default()
        }
    }
}
