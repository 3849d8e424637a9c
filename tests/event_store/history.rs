//! The model: one writer at a time on maps in memory. The log is replayed through it, and every answer that a
//! writer got must be one that the model could have given at some moment while that writer waited.

use std::collections::BTreeMap;

use sqlx::PgPool;
use tidemark::event_store::{AppendError, ClaimAction};

use super::act::{Act, Done};

/// What the log, the claims and the keys are at one moment.
#[derive(Clone, Debug, Default)]
struct Moment {
    position: i64,
    versions: BTreeMap<String, i64>,
    claims: BTreeMap<&'static str, &'static str>,
    /// By key: body, first stream, position of the last event.
    keys: BTreeMap<u8, (u8, &'static str, i64)>,
}

impl Moment {
    fn version(&self, stream: &str) -> i64 {
        self.versions.get(stream).copied().unwrap_or(0)
    }

    fn is_stale(&self, act: &Act) -> bool {
        act.streams.iter().any(|(stream, (expected, _))| self.version(stream) != *expected)
    }

    fn is_taken(&self, act: &Act, shelf: &str) -> bool {
        let holder = self.claims.get(shelf);
        let is_released = act.claims.iter().any(|(action, released, owner)| {
            *action == ClaimAction::Release && *released == shelf && Some(owner) == holder
        });
        act.claims.iter().any(|(action, taken, owner)| {
            let is_others = holder.is_some_and(|holder| holder != owner);
            *action == ClaimAction::Take && *taken == shelf && is_others && !is_released
        })
    }

    fn is_missing(&self, act: &Act, shelf: &str, holder: Option<&str>) -> bool {
        self.claims.get(shelf).copied() == holder
            && act.claims.iter().any(|(action, required, owner)| {
                *action == ClaimAction::Require && *required == shelf && Some(*owner) != holder
            })
    }

    fn is_used(&self, act: &Act) -> bool {
        act.key.is_some_and(|(key, _)| self.keys.contains_key(&key))
    }

    /// Whether the model would store the act now.
    fn admits(&self, act: &Act) -> bool {
        let shelves = || act.claims.iter().map(|(_, shelf, _)| *shelf);
        !self.is_stale(act)
            && !self.is_used(act)
            && !shelves().any(|shelf| self.is_taken(act, shelf))
            && !shelves().any(|shelf| self.is_missing(act, shelf, self.claims.get(shelf).copied()))
    }

    fn store(&mut self, act: &Act) {
        for (stream, (expected, count)) in &act.streams {
            self.versions.insert((*stream).to_owned(), expected + *count as i64);
            self.position += *count as i64;
        }
        for (action, shelf, owner) in &act.claims {
            match action {
                ClaimAction::Release if self.claims.get(shelf) == Some(owner) => {
                    self.claims.remove(shelf);
                }
                ClaimAction::Take => drop(self.claims.insert(shelf, owner)),
                ClaimAction::Release | ClaimAction::Require => {}
            }
        }
        if let Some((key, body)) = act.key {
            let first = act.streams.keys().next().unwrap();
            self.keys.insert(key, (body, first, self.position));
        }
    }
}

/// One row of the log.
type Row = (i64, String, i64, String);

/// Reads the log and holds every answer against it.
pub(super) async fn judge(pool: &PgPool, acts: &[Done]) {
    let log: Vec<Row> = sqlx::query_as(
        "SELECT position, aggregate_id, sequence, payload->>'Steeped' FROM events ORDER BY position",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let positions = log.iter().map(|row| row.0);
    assert!(positions.eq(1..=log.len() as i64), "positions are 1..n without a gap");
    let moments = replay(&log, acts);
    for done in acts {
        judge_answer(done, &moments);
    }
    let claims: Vec<(String, String)> =
        sqlx::query_as("SELECT key, owner FROM claims ORDER BY key").fetch_all(pool).await.unwrap();
    let last = moments.last().unwrap();
    let expected: Vec<_> =
        last.claims.iter().map(|(key, owner)| ((*key).to_owned(), (*owner).to_owned())).collect();
    assert_eq!(claims, expected);
}

/// Walks through the log act by act: each is there whole, once, and where the model admits it.
fn replay(log: &[Row], acts: &[Done]) -> Vec<Moment> {
    let by_number: BTreeMap<u64, &Done> = acts.iter().map(|done| (done.act.number, done)).collect();
    let mut moments = vec![Moment::default()];
    let mut stored = BTreeMap::new();
    let mut rest = log;
    while let Some((position, _, _, label)) = rest.first() {
        let number: u64 = label.split('/').next().unwrap().parse().unwrap();
        let act = &by_number[&number].act;
        let trace = act.trace();
        let found: Vec<_> =
            rest.iter().take(trace.len()).map(|row| (row.1.clone(), row.2, row.3.clone())).collect();
        assert_eq!(found, trace, "an act lies in the log whole and in one piece");
        let mut moment = moments.last().unwrap().clone();
        assert!(moment.admits(act), "stored at {position}, where it was refused: {act:?} {moment:?}");
        moment.store(act);
        assert_eq!(stored.insert(number, (*position, moment.position)), None, "stored twice: {act:?}");
        moments.push(moment);
        rest = &rest[trace.len()..];
    }
    for done in acts {
        let place = stored.get(&done.act.number).copied();
        match &done.result {
            Ok(appended) => {
                assert_eq!(place, Some((appended.first_position, appended.last_position)), "{done:?}")
            }
            // Nobody knows; that it is whole and once was looked at above.
            Err(AppendError::Unavailable(_)) => {}
            Err(_) => assert_eq!(place, None, "refused, but stored: {done:?}"),
        }
    }
    moments
}

/// Some moment between question and answer must give a refusal right.
fn judge_answer(done: &Done, moments: &[Moment]) {
    let Done { act, result, head_before, head_after } = done;
    let first = moments.partition_point(|moment| moment.position <= *head_before) - 1;
    let end = moments.partition_point(|moment| moment.position <= *head_after);
    let (before, meanwhile) = (&moments[first], &moments[first..end]);
    let at_some_moment = |holds: &dyn Fn(&Moment) -> bool| meanwhile.iter().any(holds);
    let is_right = match result {
        Ok(appended) => *head_before < appended.first_position && appended.last_position <= *head_after,
        Err(AppendError::Unavailable(_)) => true,
        Err(AppendError::Repeated { same, aggregate_id, position }) => {
            let (key, body) = act.key.unwrap();
            at_some_moment(&|moment| {
                moment.keys.get(&key).is_some_and(|(used_for, first, last)| {
                    *same == (*used_for == body)
                        && aggregate_id.as_deref() == Some(*first)
                        && position >= last
                })
            })
        }
        // A key that was used before explains everything else.
        Err(_) if before.is_used(act) => false,
        Err(AppendError::Conflict { .. }) => at_some_moment(&|moment| moment.is_stale(act)),
        Err(AppendError::Taken { key, .. }) => at_some_moment(&|moment| moment.is_taken(act, key)),
        Err(AppendError::Missing { key, owner, .. }) => {
            at_some_moment(&|moment| moment.is_missing(act, key, owner.as_deref()))
        }
        Err(AppendError::Internal(_)) => false,
    };
    assert!(is_right, "the model never answers this: {done:?}, knowing {before:?}");
}
