use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, RwLock};

use aggregates::Recorded;

use crate::limits;

/// Something an answer shows, hashed: two that collide only make an answer stale too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject(u64);

impl Subject {
    /// Every stream of a kind.
    pub fn kind(kind: &str) -> Self {
        Self::of(&[kind])
    }

    /// One stream, and all events tagged with it.
    pub fn thing(kind: &str, id: impl ToString) -> Self {
        Self::of(&["", kind, &id.to_string()])
    }

    /// Events of streams of `kind` that concern the thing: their own, or tagged with it.
    pub fn kind_of(kind: &str, of: &str, id: impl ToString) -> Self {
        Self::of(&[kind, of, &id.to_string()])
    }

    fn of(parts: &[&str]) -> Self {
        let mut hasher = DefaultHasher::new();
        parts.hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// The position of the newest event that concerns each subject.
#[derive(Clone, Default)]
pub struct Changes(Arc<RwLock<Known>>);

#[derive(Default)]
struct Known {
    newest: HashMap<Subject, i64>,
    /// What is not in the map was changed at this position at the latest.
    floor: i64,
}

impl Changes {
    /// A memory that begins after `position`: everything counts as changed there.
    pub fn starting_after(position: i64) -> Self {
        Self(Arc::new(RwLock::new(Known { newest: HashMap::new(), floor: position })))
    }

    /// Takes in what the feed has just learned.
    pub fn note(&self, events: &[Arc<Recorded>]) {
        let mut known = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if known.newest.len() > limits::CHANGED_SUBJECTS {
            known.floor = events.last().map_or(known.floor, |event| event.position);
            known.newest.clear();
        }
        for event in events {
            let (kind, id) = (&*event.aggregate_type, &*event.aggregate_id);
            let tagged = event.metadata.tags.iter().filter_map(|tag| tag.split_once(':'));
            known.newest.insert(Subject::kind(kind), event.position);
            for (of, id) in tagged.chain([(kind, id)]) {
                known.newest.insert(Subject::of(&["", of, id]), event.position);
                known.newest.insert(Subject::of(&[kind, of, id]), event.position);
            }
        }
    }

    /// The position of the newest change of any of `subjects`.
    pub fn newest(&self, subjects: &[Subject]) -> i64 {
        let known = self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let newest = subjects.iter().map(|subject| known.newest.get(subject).copied().unwrap_or(known.floor));
        newest.max().unwrap_or(known.floor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aggregates::Metadata;

    fn event(position: i64, kind: &str, id: &str, tags: &[&str]) -> Arc<Recorded> {
        let metadata =
            Metadata { tags: tags.iter().map(ToString::to_string).collect(), ..Metadata::default() };
        Arc::new(Recorded::new(
            position,
            kind.into(),
            id.into(),
            1,
            "X".into(),
            "1".into(),
            serde_json::value::RawValue::from_string("{}".into()).unwrap(),
            metadata,
            chrono::DateTime::UNIX_EPOCH,
        ))
    }

    #[test]
    fn knows_what_an_event_concerns() {
        let changes = Changes::starting_after(3);
        changes.note(&[event(4, "campaign", "c", &["brand:b"]), event(5, "product", "p", &["brand:b"])]);
        assert_eq!(changes.newest(&[Subject::thing("brand", "b")]), 5);
        assert_eq!(changes.newest(&[Subject::kind_of("campaign", "brand", "b")]), 4);
        assert_eq!(changes.newest(&[Subject::thing("campaign", "c")]), 4);
        assert_eq!(changes.newest(&[Subject::kind("product")]), 5);
    }

    #[test]
    fn what_it_never_heard_of_counts_as_changed_before_it_began() {
        let changes = Changes::starting_after(3);
        changes.note(&[event(4, "campaign", "c", &[])]);
        assert_eq!(changes.newest(&[Subject::thing("brand", "other")]), 3);
    }
}
