use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

const STRIPES: usize = 1_024;

/// When the credentials of which users last changed, as far as this node knows.
///
/// What was read from the database before a change must not be used after it, however the reading and the
/// change overlap. So a reader takes the [`Moment`] before it reads, and whoever finds what it remembered
/// asks whether nothing changed since. Users share stripes: a neighbour's change costs a user one reading.
#[derive(Debug)]
pub(super) struct CredentialChanges {
    clock: AtomicU64,
    of_everybody: AtomicU64,
    stripes: Box<[Stripe]>,
}

#[derive(Debug, Default)]
struct Stripe {
    last: AtomicU64,
    /// Wakes those who stay on the strength of what may have changed.
    changed: Notify,
}

/// A point in the order of changes on this node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// Before all that a node has heard of.
    pub(super) const BEGINNING: Self = Self(0);
}

impl CredentialChanges {
    pub(super) fn new() -> Self {
        Self {
            clock: AtomicU64::new(0),
            of_everybody: AtomicU64::new(0),
            stripes: (0..STRIPES).map(|_| Stripe::default()).collect(),
        }
    }

    /// The moment to keep beside what is about to be read.
    pub(super) fn moment(&self) -> Moment {
        Moment(self.clock.load(Ordering::SeqCst))
    }

    /// Something about `user_id` changed and is committed.
    pub(super) fn happened_to(&self, user_id: i64) {
        if let Some(stripe) = self.stripe(user_id) {
            stripe.last.fetch_max(self.tick(), Ordering::SeqCst);
            stripe.changed.notify_waiters();
        }
    }

    /// Anything may have changed: notices were lost.
    pub(super) fn happened_to_everybody(&self) {
        self.of_everybody.fetch_max(self.tick(), Ordering::SeqCst);
        for stripe in &self.stripes {
            stripe.changed.notify_waiters();
        }
    }

    /// Returns as soon as something happened to `user_id` since `moment`.
    pub(super) async fn after(&self, moment: Moment, user_id: i64) {
        let Some(stripe) = self.stripe(user_id) else { return };
        loop {
            let mut changed = pin!(stripe.changed.notified());
            // Listened first, looked then: what happens in between is not missed.
            changed.as_mut().enable();
            if !self.none_since(moment, user_id) {
                return;
            }
            changed.await;
        }
    }

    /// Whether nothing happened to `user_id` since `moment`.
    pub(super) fn none_since(&self, moment: Moment, user_id: i64) -> bool {
        let last = self.stripe(user_id).map_or(u64::MAX, |stripe| stripe.last.load(Ordering::SeqCst));
        last <= moment.0 && self.of_everybody.load(Ordering::SeqCst) <= moment.0
    }

    fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn stripe(&self, user_id: i64) -> Option<&Stripe> {
        let index = user_id.unsigned_abs() % self.stripes.len() as u64;
        usize::try_from(index).ok().and_then(|index| self.stripes.get(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_a_change_is_not_current_after_it() {
        let changes = CredentialChanges::new();
        let before = changes.moment();
        assert!(changes.none_since(before, 7));
        changes.happened_to(7);
        assert!(!changes.none_since(before, 7), "the change came after the reading began");
        assert!(changes.none_since(changes.moment(), 7), "a later reading sees it");
    }

    #[test]
    fn a_change_concerns_its_user_and_a_loss_everybody() {
        let changes = CredentialChanges::new();
        let before = changes.moment();
        changes.happened_to(7);
        assert!(changes.none_since(before, 8));
        changes.happened_to_everybody();
        assert!(!changes.none_since(before, 8));
    }

    #[tokio::test]
    async fn whoever_waits_is_woken_by_a_change_of_theirs_or_of_everybody() {
        let changes = CredentialChanges::new();
        let before = changes.moment();
        tokio::join!(changes.after(before, 7), async { changes.happened_to(7) });
        changes.after(before, 7).await;
        let before = changes.moment();
        tokio::join!(changes.after(before, 8), async { changes.happened_to_everybody() });
        let waits = changes.after(changes.moment(), 7);
        assert!(futures::FutureExt::now_or_never(waits).is_none());
    }

    #[test]
    fn any_number_is_a_user() {
        let changes = CredentialChanges::new();
        for user_id in [i64::MIN, -1, 0, i64::MAX] {
            let before = changes.moment();
            changes.happened_to(user_id);
            assert!(!changes.none_since(before, user_id));
        }
    }
}
