use projections::Zone;
use projections::notifications::NotificationRow;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

/// A message and what became of it.
#[derive(Serialize, JsonSchema)]
pub(super) struct NotificationView {
    notification_id: Uuid,
    channel: String,
    /// Chats or addresses; none: those of the settings.
    to: Vec<String>,
    subject: Option<String>,
    message: String,
    /// What it is sent for: asked, price_digest, alert …
    because: String,
    /// queued, sent, failed, unknown or suppressed.
    status: String,
    /// Why it was not sent, or what it waits for.
    reason: Option<String>,
    /// What the other side called it.
    receipt: Option<String>,
    requested_by: String,
    requested_at: String,
    settled_at: Option<String>,
}

impl NotificationView {
    pub(super) fn of(row: NotificationRow, zone: Zone) -> Self {
        Self {
            notification_id: row.id,
            to: row.to(),
            channel: row.channel,
            subject: row.subject,
            message: row.message,
            because: row.because,
            status: row.status,
            reason: row.reason,
            receipt: row.receipt,
            requested_by: row.requested_by,
            requested_at: zone.minute(row.requested_at),
            settled_at: row.settled_at.map(|at| zone.minute(at)),
        }
    }

    pub(super) fn waiting_for(self, reason: Option<String>) -> Self {
        Self { reason: self.reason.or(reason), ..self }
    }
}
