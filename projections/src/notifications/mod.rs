//! Messages to people outside with what became of them, chats that take none, and the digests' watermark.

mod questions;
mod row;

pub use questions::{
    HistoryQuery, find_notification, last_digest, list_notifications, listing_names, switched_off_chats,
    was_sent_for_since,
};
pub use row::{ChatRow, DigestRow, NotificationRow};

use std::sync::LazyLock;

use aggregates::notifications::{ChatEvent, DigestsEvent, NotificationEvent};
use aggregates::{Fact, Recorded};
use async_trait::async_trait;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::batch::{Rows, Streams, stream_id, unexpected, wire_names};
use crate::{ApplyError, Projection};

static FOLLOWS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| wire_names(&[NotificationEvent::WIRE, ChatEvent::WIRE, DigestsEvent::WIRE]));

/// Keeps the tables `notifications`, `chats` and `price_digests`.
pub struct Notifications;

#[async_trait]
impl Projection for Notifications {
    fn name(&self) -> &'static str {
        "notifications"
    }

    fn version(&self) -> i32 {
        2
    }

    fn tables(&self) -> &'static [&'static str] {
        &["notifications", "chats", "price_digests"]
    }

    fn follows(&self) -> &'static [&'static str] {
        &FOLLOWS
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Recorded]) -> Result<(), ApplyError> {
        let mut chats = Rows::<String, ChatRow>::default();
        let mut digests = Rows::<i64, DigestRow>::default();
        let (mut own, mut streams) = (Vec::new(), Streams::default());
        for event in events {
            match event.fact() {
                Fact::Notification(change) => {
                    let id = stream_id(event)?;
                    streams.note(id, event);
                    own.push((id, change, *event));
                }
                Fact::Chat(change) => {
                    chats.insert(event.aggregate_id.to_string(), ChatRow::of(change, event))
                }
                Fact::Digests(change) => digests.insert(event.position, DigestRow::of(change, event)),
                _ => return Err(unexpected(event)),
            }
        }
        let mut rows = Rows::<Uuid, NotificationRow>::load(connection, &streams, |row| row.id).await?;
        for (id, change, event) in own {
            match change {
                NotificationEvent::NotificationRequested { message, .. } => {
                    rows.insert(id, NotificationRow::requested(id, message, event));
                }
                _ => rows.of(&id, event)?.evolve(change, event),
            }
        }
        rows.save(connection).await?;
        chats.save(connection).await?;
        digests.save(connection).await
    }
}
