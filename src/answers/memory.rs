use std::sync::Arc;

use axum::body::Bytes;
use axum::http::HeaderMap;
use moka::sync::Cache;

use super::{Changes, Subject};
use crate::limits;

/// An answer with what it takes to know whether it is still good.
#[derive(Debug)]
pub struct Remembered {
    /// Its body.
    pub body: Bytes,
    /// Its headers, ETag among them.
    pub headers: HeaderMap,
    /// What it shows.
    pub subjects: Vec<Subject>,
    /// How far the read tables were, at least, when it was made.
    pub as_of: i64,
    /// Which rows it was made of: a rebuild changes them without an event.
    pub generation: i64,
}

/// The answers of this node, by address, up to a bound of bytes.
#[derive(Clone)]
pub struct Memory {
    answers: Cache<String, Arc<Remembered>>,
    changes: Changes,
}

impl Memory {
    /// An empty memory that learns of changes from `changes`.
    pub fn new(changes: Changes) -> Self {
        let weigh = |address: &String, answer: &Arc<Remembered>| {
            u32::try_from(address.len() + answer.body.len() + 512).unwrap_or(u32::MAX)
        };
        let answers = Cache::builder().max_capacity(limits::REMEMBERED_BYTES).weigher(weigh).build();
        Self { answers, changes }
    }

    /// The answer to `address`, if one of this generation is kept and nothing it shows has changed since.
    pub fn recall(&self, address: &str, generation: i64) -> Option<Arc<Remembered>> {
        let kept = self.answers.get(address).filter(|kept| kept.generation == generation)?;
        (self.changes.newest(&kept.subjects) <= kept.as_of).then_some(kept)
    }

    /// Keeps an answer.
    pub fn keep(&self, address: String, answer: Arc<Remembered>) {
        if answer.body.len() <= limits::REMEMBERED_ANSWER_BYTES {
            self.answers.insert(address, answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(memory: &Memory, generation: i64) {
        let subjects = vec![Subject::thing("brand", "b")];
        let (body, headers) = (Bytes::from_static(b"{}"), HeaderMap::new());
        memory.keep("/b".into(), Arc::new(Remembered { body, headers, subjects, as_of: 5, generation }));
    }

    #[test]
    fn an_answer_is_good_until_what_it_shows_may_have_changed() {
        let memory = Memory::new(Changes::starting_after(5));
        kept(&memory, 1);
        assert!(memory.recall("/b", 1).is_some());
        assert!(memory.recall("/c", 1).is_none());
        let memory = Memory::new(Changes::starting_after(6));
        kept(&memory, 1);
        assert!(memory.recall("/b", 1).is_none(), "a change that nobody told of counts");
    }

    #[test]
    fn a_rebuild_makes_every_answer_stale() {
        let memory = Memory::new(Changes::starting_after(5));
        kept(&memory, 1);
        assert!(memory.recall("/b", 2).is_none());
    }
}
