use std::collections::BTreeMap;

use aggregates::Decider;
use aggregates::alerts::{AlertRule, AlertRuleEvent};
use uuid::Uuid;

use crate::app::App;

/// The rules as they were at a position, deleted ones left out.
#[derive(Clone, Default)]
pub(super) struct Rules(BTreeMap<Uuid, AlertRule>);

impl Rules {
    /// The rules as they were at `position`, which the read tables have passed.
    pub(super) async fn load(app: &App, position: i64) -> anyhow::Result<Self> {
        let ids: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM alert_rules WHERE created_position <= $1")
            .bind(position)
            .fetch_all(&app.pool)
            .await?;
        let mut rules = BTreeMap::new();
        for id in ids {
            let rule = app.store.load_until::<AlertRule>(&id.to_string(), position).await?.state;
            if rule.is_active {
                rules.insert(id, rule);
            }
        }
        Ok(Self(rules))
    }

    /// Takes in what happened to a rule; the rule as it is now, unless it is gone.
    pub(super) fn take(&mut self, id: Uuid, event: &AlertRuleEvent) -> Option<&AlertRule> {
        let rule = self.0.entry(id).or_default();
        rule.evolve(event);
        if !rule.is_active {
            self.0.remove(&id);
        }
        self.0.get(&id)
    }

    /// Those that are on.
    pub(super) fn on(&self) -> impl Iterator<Item = &AlertRule> {
        self.0.values().filter(|rule| rule.settings.enabled)
    }

    /// The rule in this version, if it is on.
    pub(super) fn version(&self, id: Uuid, version: i64) -> Option<&AlertRule> {
        self.0.get(&id).filter(|rule| rule.version == version && rule.settings.enabled)
    }

    /// Whether nothing can come of any sighting.
    pub(super) fn are_silent(&self) -> bool {
        self.on().next().is_none()
    }
}
