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

    /// The answer to `address`, if one is kept and nothing it shows has changed since.
    pub fn recall(&self, address: &str) -> Option<Arc<Remembered>> {
        let kept = self.answers.get(address)?;
        (self.changes.newest(&kept.subjects) <= kept.as_of).then_some(kept)
    }

    /// Keeps an answer.
    pub fn keep(&self, address: String, answer: Arc<Remembered>) {
        if answer.body.len() <= limits::REMEMBERED_ANSWER_BYTES {
            self.answers.insert(address, answer);
        }
    }
}
