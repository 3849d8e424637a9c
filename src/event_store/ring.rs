use std::collections::VecDeque;
use std::sync::Arc;

use aggregates::Recorded;

use super::seal;
use crate::limits;

/// The newest events, without gaps, up to a bound of number and size.
pub(super) struct Ring {
    events: VecDeque<Arc<Recorded>>,
    bytes: usize,
    /// Everything after this position up to the head is here.
    floor: i64,
}

impl Ring {
    pub(super) fn starting_after(position: i64) -> Self {
        Self { events: VecDeque::new(), bytes: 0, floor: position }
    }

    pub(super) fn head(&self) -> i64 {
        self.events.back().map_or(self.floor, |event| event.position)
    }

    /// Takes the events that come next and skips those it has: which were new, and whether none is missing.
    pub(super) fn extend(&mut self, mut events: Vec<Arc<Recorded>>) -> (Vec<Arc<Recorded>>, bool) {
        let given = events.len();
        let mut next = self.head() + 1;
        events.retain(|event| event.position >= next);
        let skipped = given - events.len();
        let follows = |event: &Arc<Recorded>| {
            next += 1;
            event.position == next - 1
        };
        events.truncate(events.iter().map(follows).take_while(|follows| *follows).count());
        for event in &events {
            self.bytes += size(event);
            self.events.push_back(event.clone());
        }
        while self.events.len() > limits::FEED_RING_EVENTS || self.bytes > limits::FEED_RING_BYTES {
            let Some(oldest) = self.events.pop_front() else { break };
            self.bytes -= size(&oldest);
            self.floor = oldest.position;
        }
        let is_complete = skipped + events.len() == given;
        (events, is_complete)
    }

    /// Forgets what the events of a stream tell of somebody.
    pub(super) fn erase(&mut self, kind: &str, id: &str) {
        for event in self
            .events
            .iter_mut()
            .filter(|event| *event.aggregate_type == *kind && *event.aggregate_id == *id)
        {
            if let Some(erased) = seal::erased(event) {
                self.bytes = self.bytes - size(event) + size(&erased);
                *event = Arc::new(erased);
            }
        }
    }

    /// The events after `position`, or none when they are older than the ring.
    pub(super) fn after(&self, position: i64, limit: usize) -> Option<Vec<Arc<Recorded>>> {
        if position < self.floor {
            return None;
        }
        let skip = usize::try_from(position - self.floor).unwrap_or(usize::MAX).min(self.events.len());
        Some(self.events.range(skip..).take(limit).cloned().collect())
    }
}

fn size(event: &Recorded) -> usize {
    event.payload.get().len() + 256
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(position: i64) -> Arc<Recorded> {
        let payload = serde_json::value::RawValue::from_string("{}".into()).unwrap();
        let text: Arc<str> = "x".into();
        Arc::new(Recorded::new(
            position,
            text.clone(),
            text.clone(),
            1,
            text.clone(),
            text,
            payload,
            aggregates::Metadata::default(),
            chrono::DateTime::UNIX_EPOCH,
        ))
    }

    #[test]
    fn gives_what_comes_after_a_position() {
        let mut ring = Ring::starting_after(5);
        assert!(ring.extend(vec![event(6), event(7)]).1);
        let positions =
            |after| ring.after(after, 10).map(|events| events.iter().map(|e| e.position).collect());
        assert_eq!(positions(5), Some(vec![6, 7]));
        assert_eq!(positions(6), Some(vec![7]));
        assert_eq!(positions(9), Some(vec![]));
        assert_eq!(positions(4), None::<Vec<i64>>);
    }

    #[test]
    fn skips_what_it_has_and_refuses_a_gap() {
        let mut ring = Ring::starting_after(0);
        assert!(ring.extend(vec![event(1), event(2)]).1);
        let (new, complete) = ring.extend(vec![event(2), event(3)]);
        assert_eq!((new.len(), complete), (1, true));
        assert!(!ring.extend(vec![event(5)]).1);
        assert_eq!(ring.head(), 3);
    }

    #[test]
    fn forgets_the_oldest_beyond_its_bound() {
        let mut ring = Ring::starting_after(0);
        let count = limits::FEED_RING_EVENTS as i64 + 10;
        assert!(ring.extend((1..=count).map(event).collect()).1);
        assert!(ring.after(9, 1).is_none());
        assert_eq!(ring.after(10, 1).map(|events| events[0].position), Some(11));
    }
}
