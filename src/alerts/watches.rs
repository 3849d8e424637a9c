//! What is remembered between two sightings, in its table.

use std::collections::{BTreeMap, BTreeSet};

use aggregates::alerts::Watch;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// The rule, and the listing.
pub(super) type Key = (Uuid, i64);

/// A watch under one version of its rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Versioned {
    pub(super) version: i64,
    pub(super) watch: Watch,
}

/// The watches that a batch concerns.
#[derive(Default)]
pub(super) struct Watches {
    known: BTreeMap<Key, Versioned>,
    changed: BTreeSet<Key>,
    ended: BTreeSet<Uuid>,
}

impl Watches {
    /// Those of `listings`, and all that wait for a mere confirmation.
    pub(super) async fn load(pool: &PgPool, listings: &[i64]) -> sqlx::Result<Self> {
        let rows: Vec<(Uuid, i64, i64, Json<Watch>)> = sqlx::query_as(
            "SELECT rule_id, listing_id, version, watch FROM public.alert_watches \
              WHERE listing_id = ANY($1) OR is_waiting",
        )
        .bind(listings)
        .fetch_all(pool)
        .await?;
        let known = rows
            .into_iter()
            .map(|(rule, listing, version, Json(watch))| ((rule, listing), Versioned { version, watch }));
        Ok(Self { known: known.collect(), ..Self::default() })
    }

    /// What is remembered under this version; a new version begins afresh.
    pub(super) fn of(&self, key: Key, version: i64) -> Watch {
        let known = self.known.get(&key).filter(|known| known.version == version);
        known.map(|known| known.watch.clone()).unwrap_or_default()
    }

    /// Remembers something else, or the same.
    pub(super) fn remember(&mut self, key: Key, version: i64, watch: Watch) {
        let new = Versioned { version, watch };
        // Nothing to remember is what a missing row says.
        let is_same = match self.known.get(&key) {
            Some(known) => *known == new,
            None => new.watch == Watch::default(),
        };
        if !is_same {
            self.known.insert(key, new);
            self.changed.insert(key);
        }
    }

    /// Those that wait for a confirmation.
    pub(super) fn waiting(&self) -> Vec<(Key, i64)> {
        let waiting = self.known.iter().filter(|(_, known)| known.watch.is_waiting());
        waiting.map(|(key, known)| (*key, known.version)).collect()
    }

    /// Forgets all about a rule.
    pub(super) fn end(&mut self, rule: Uuid) {
        self.known.retain(|(of, _), _| *of != rule);
        self.changed.retain(|(of, _)| *of != rule);
        self.ended.insert(rule);
    }

    /// Writes down what changed.
    pub(super) async fn save(&self, transaction: &mut PgConnection) -> sqlx::Result<()> {
        if !self.ended.is_empty() {
            let ended: Vec<_> = self.ended.iter().copied().collect();
            let query = sqlx::query("DELETE FROM public.alert_watches WHERE rule_id = ANY($1)").bind(ended);
            query.execute(&mut *transaction).await?;
        }
        let changed: Vec<(&Key, &Versioned)> =
            self.changed.iter().filter_map(|key| Some((key, self.known.get(key)?))).collect();
        if changed.is_empty() {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO public.alert_watches (rule_id, listing_id, version, is_waiting, watch) \
             SELECT * FROM UNNEST($1::uuid[], $2::bigint[], $3::bigint[], $4::boolean[], $5::jsonb[]) \
             ON CONFLICT (rule_id, listing_id) DO UPDATE SET version = excluded.version, \
                 is_waiting = excluded.is_waiting, watch = excluded.watch",
        )
        .bind(changed.iter().map(|(key, _)| key.0).collect::<Vec<_>>())
        .bind(changed.iter().map(|(key, _)| key.1).collect::<Vec<_>>())
        .bind(changed.iter().map(|(_, known)| known.version).collect::<Vec<_>>())
        .bind(changed.iter().map(|(_, known)| known.watch.is_waiting()).collect::<Vec<_>>())
        .bind(changed.iter().map(|(_, known)| Json(&known.watch)).collect::<Vec<_>>())
        .execute(transaction)
        .await?;
        Ok(())
    }
}
