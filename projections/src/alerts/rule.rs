use aggregates::Recorded;
use aggregates::alerts::{AlertRuleEvent, RuleSettings};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::table::{Column, read_table};

/// A row of `alert_rules`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlertRuleRow {
    /// Its id.
    pub id: Uuid,
    /// Which version of it this is, from 1.
    pub version: i64,
    /// What it says.
    pub settings: RuleSettings,
    /// Not deleted.
    pub is_active: bool,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When its newest event was recorded.
    pub updated_at: DateTime<Utc>,
    /// The event that began it: lists are ordered by this.
    pub created_position: i64,
    /// The newest event of its stream.
    pub own_position: i64,
}

read_table! { AlertRuleRow in "alert_rules" by (id) {
    id: uuid = id,
    version: bigint = version,
    settings: text = settings,
    is_active: boolean = is_active,
    created_at: timestamptz = created_at,
    updated_at: timestamptz = updated_at,
    created_position: bigint = created_position,
    own_position: bigint = own_position,
} }

/// What a rule says is read and written as a whole: JSON.
impl Column for RuleSettings {
    type Sent<'a> = String;
    type Received = String;

    fn sent(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn received(json: String) -> Result<Self, sqlx::Error> {
        serde_json::from_str(&json).map_err(|error| sqlx::Error::Decode(error.into()))
    }
}

impl AlertRuleRow {
    pub(super) fn created(id: Uuid, settings: &RuleSettings, event: &Recorded) -> Self {
        Self {
            id,
            version: 1,
            settings: settings.clone(),
            is_active: true,
            created_at: event.recorded_at,
            updated_at: event.recorded_at,
            created_position: event.position,
            own_position: event.position,
        }
    }

    pub(super) fn evolve(&mut self, change: &AlertRuleEvent, event: &Recorded) {
        match change {
            AlertRuleEvent::AlertRuleCreated { settings, .. } => {
                *self = Self::created(self.id, settings, event);
                return;
            }
            AlertRuleEvent::AlertRuleChanged { changes } => self.settings.apply(changes),
            AlertRuleEvent::AlertRuleDeleted {} => self.is_active = false,
        }
        self.version += 1;
        self.updated_at = event.recorded_at;
        self.own_position = event.position;
    }
}
