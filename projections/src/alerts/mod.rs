//! Alert rules, and what they came to, as clients see them.

mod alert;
mod facts;
mod questions;
mod rule;
mod view;

pub use alert::AlertRow;
pub use facts::{ListingFacts, listing_facts, listings_in_scope, prices_since, standing_prices};
pub use questions::{AlertQuery, find_alert, find_rule, list_alerts, list_rules};
pub use rule::AlertRuleRow;
pub use view::{AlertRuleView, AlertView, QuietHoursView, ScopeView};

use std::sync::LazyLock;

use aggregates::alerts::{AlertEvent, AlertRuleEvent};
use aggregates::{Fact, Recorded};
use async_trait::async_trait;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::batch::{Rows, Streams, stream_id, unexpected, wire_names};
use crate::table::Table;
use crate::{ApplyError, Projection};

static FOLLOWS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| wire_names(&[AlertRuleEvent::WIRE, AlertEvent::WIRE]));

/// Keeps the tables `alert_rules` and `alerts`.
pub struct Alerts;

#[async_trait]
impl Projection for Alerts {
    fn name(&self) -> &'static str {
        "alerts"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["alert_rules", "alerts"]
    }

    fn follows(&self) -> &'static [&'static str] {
        &FOLLOWS
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Recorded]) -> Result<(), ApplyError> {
        let (mut rules, mut streams, mut alerts) = (Vec::new(), Streams::default(), Vec::new());
        for event in events {
            match event.fact() {
                Fact::AlertRule(change) => {
                    let id = stream_id(event)?;
                    streams.note(id, event);
                    rules.push((id, &**change, *event));
                }
                Fact::Alert(change) => alerts.push((&**change, *event)),
                _ => return Err(unexpected(event)),
            }
        }
        let mut rows = Rows::<Uuid, AlertRuleRow>::load(connection, &streams, |row| row.id).await?;
        for (id, change, event) in rules {
            if let AlertRuleEvent::AlertRuleCreated { settings, .. } = change {
                rows.insert(id, AlertRuleRow::created(id, settings, event));
            } else {
                rows.of(&id, event)?.evolve(change, event);
            }
        }
        rows.save(connection).await?;
        apply_alerts(connection, &alerts).await
    }
}

async fn apply_alerts(
    connection: &mut PgConnection,
    alerts: &[(&AlertEvent, &Recorded)],
) -> Result<(), ApplyError> {
    let told: Vec<Uuid> = alerts.iter().filter_map(|(change, _)| notified(change)).collect();
    let mut rows = Rows::<Uuid, AlertRow>::default();
    if !told.is_empty() {
        let query = sqlx::query(&AlertRow::statements().load).bind(told);
        let known = query.try_map(|row| AlertRow::read(&row)).fetch_all(&mut *connection).await?;
        known.into_iter().for_each(|row| rows.insert(row.id, row));
    }
    for (change, event) in alerts {
        match change {
            AlertEvent::AlertFired { alert, .. } => rows.insert(alert.id, AlertRow::of(alert, None, event)),
            AlertEvent::AlertSuppressed { alert, reason } => {
                rows.insert(alert.id, AlertRow::of(alert, Some(*reason), event));
            }
            AlertEvent::AlertNotified { id, .. } => rows.of(id, event)?.notified = true,
        }
    }
    rows.save(connection).await
}

fn notified(change: &AlertEvent) -> Option<Uuid> {
    match change {
        AlertEvent::AlertNotified { id, .. } => Some(*id),
        _ => None,
    }
}
