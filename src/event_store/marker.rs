//! Where a follower of the feed is, which it writes down now and then rather than for each event that does not
//! concern it: each writing is a commit that a writer's own commit would have to share the disk with.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::limits;

/// What a follower that is up to date should do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Look at the feed again.
    Follow,
    /// Write down where it is.
    Save,
    /// Make sure that its connection lives.
    Ping,
}

/// When a follower wrote down last where it is. What it passed since it would pass again after a crash, so that may
/// only be events which came to nothing.
#[derive(Debug)]
pub struct Marker {
    saved: Instant,
    passes: bool,
}

impl Default for Marker {
    fn default() -> Self {
        Self { saved: Instant::now(), passes: false }
    }
}

impl Marker {
    /// Notes that events were passed; whether it is time to write that down.
    pub fn pass(&mut self) -> bool {
        self.passes = true;
        self.saved.elapsed() >= Duration::from_millis(limits::MARKER_AT_MOST_MS)
    }

    /// Notes that everything passed is written down.
    pub fn saved(&mut self) {
        *self = Self::default();
    }

    /// Waits for the head to move, not longer than `patience`.
    ///
    /// # Errors
    /// When the store has stopped.
    pub async fn rest(
        &self,
        head: &mut watch::Receiver<i64>,
        patience: Duration,
    ) -> Result<Next, watch::error::RecvError> {
        let (quiet, next) = match self.passes {
            true => (Duration::from_millis(limits::MARKER_QUIET_MS), Next::Save),
            false => (patience, Next::Ping),
        };
        match timeout_at(Instant::now() + quiet, head.changed()).await {
            Ok(changed) => changed.map(|()| Next::Follow),
            Err(_) => Ok(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_passed_is_written_down_in_the_first_quiet_moment() {
        let (sender, mut head) = watch::channel(0);
        let mut marker = Marker::default();
        assert!(!marker.pass());
        sender.send_replace(1);
        assert_eq!(marker.rest(&mut head, Duration::from_secs(2)).await.unwrap(), Next::Follow);
        assert_eq!(marker.rest(&mut head, Duration::from_secs(2)).await.unwrap(), Next::Save);
        drop(sender);
        assert!(marker.rest(&mut head, Duration::from_secs(2)).await.is_err());
    }

    #[test]
    fn where_there_is_no_quiet_moment_it_is_written_down_now_and_then() {
        let long = Duration::from_millis(limits::MARKER_AT_MOST_MS);
        let mut marker = Marker { saved: Instant::now() - long, passes: false };
        assert!(marker.pass());
        marker.saved();
        assert!(!marker.pass());
    }
}
