use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use aggregates::Decider;
use moka::sync::Cache;
use tokio::sync::Mutex;

use super::load::Loaded;
use crate::limits;

/// A stream's folded state and, in one, the turn to act on it: whoever holds the lock decides next, so that
/// commands of one node on one stream queue here instead of meeting as conflicts.
pub(super) type Slot<A> = Arc<Mutex<Option<Loaded<A>>>>;

type Streams<A> = Cache<Arc<str>, Slot<A>>;

/// The folded streams in memory, by kind. The expected version of each append keeps them honest.
#[derive(Clone, Default)]
pub(super) struct Caches(Arc<RwLock<HashMap<TypeId, Kept>>>);

/// The streams of a kind.
struct Kept {
    kind: &'static str,
    streams: Arc<dyn Any + Send + Sync>,
    forget: Box<dyn Fn(&str) + Send + Sync>,
}

impl Caches {
    /// The slot of a stream, empty when it is not in memory.
    pub(super) fn slot<A: Decider>(&self, id: &Arc<str>) -> Slot<A> {
        self.streams::<A>().get_with(id.clone(), Slot::<A>::default)
    }

    /// Takes a stream out of memory. Whoever acts on it just now is not disturbed: the log decides.
    pub(super) fn forget(&self, kind: &str, id: &str) {
        let caches = self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        for kept in caches.values().filter(|kept| kept.kind == kind) {
            (kept.forget)(id);
        }
    }

    fn streams<A: Decider>(&self) -> Streams<A> {
        let caches = self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let known = caches.get(&TypeId::of::<A>()).map(|kept| kept.streams.clone());
        drop(caches);
        if let Some(streams) = known.and_then(|any| any.downcast::<Streams<A>>().ok()) {
            return (*streams).clone();
        }
        let streams: Streams<A> = Cache::new(limits::CACHED_STREAMS.min(A::KEPT_IN_MEMORY));
        let mut caches = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let kept = caches.entry(TypeId::of::<A>()).or_insert_with(|| {
            let own = streams.clone();
            let forget = Box::new(move |id: &str| own.invalidate(id));
            Kept { kind: A::KIND, streams: Arc::new(streams.clone()), forget }
        });
        kept.streams.clone().downcast::<Streams<A>>().map_or(streams, |kept| (*kept).clone())
    }
}
