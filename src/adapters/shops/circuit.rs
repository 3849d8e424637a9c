//! Leaves a shop alone that fails again and again.

use std::time::{Duration, Instant};

use crate::limits;

/// Whether a shop is asked at all. After some failures in a row it is left alone for a while; then one request
/// tries again, and only its success lets the others through.
#[derive(Debug, Default)]
pub(super) struct Circuit {
    failures: u32,
    /// How often in a row it was left alone.
    pauses: u32,
    open_until: Option<Instant>,
}

impl Circuit {
    /// Whether to ask; when not, how long not.
    pub(super) fn check(&mut self, now: Instant) -> Result<(), Duration> {
        match self.open_until {
            Some(until) if now < until => Err(until - now),
            Some(_) => {
                // Until this one has an answer, the others wait.
                self.open_until = Some(now + Duration::from_secs(limits::CRAWL_PROBE_S));
                Ok(())
            }
            None => Ok(()),
        }
    }

    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// A failure; `wait` is what the shop asked for itself.
    pub(super) fn failed(&mut self, now: Instant, wait: Option<Duration>) {
        self.failures += 1;
        let longest = Duration::from_secs(limits::CRAWL_PAUSE_MAX_S);
        if self.failures >= limits::CRAWL_FAILURES_IN_A_ROW || self.open_until.is_some() || wait.is_some() {
            let grown =
                Duration::from_secs(limits::CRAWL_PAUSE_S) * 2_u32.saturating_pow(self.pauses.min(16));
            self.pauses += 1;
            self.open_until = Some(now + wait.unwrap_or(grown).min(longest));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_in_a_row_open_it_and_one_success_closes_it() {
        let mut circuit = Circuit::default();
        let now = Instant::now();
        for _ in 0..limits::CRAWL_FAILURES_IN_A_ROW {
            assert!(circuit.check(now).is_ok());
            circuit.failed(now, None);
        }
        let pause = circuit.check(now).unwrap_err();
        let later = now + pause;
        assert!(circuit.check(later).is_ok(), "one may try");
        assert!(circuit.check(later).is_err(), "the others wait for it");
        circuit.failed(later, None);
        assert!(circuit.check(later).unwrap_err() > pause, "the pause grows");
        circuit.succeeded();
        assert!(circuit.check(later).is_ok() && circuit.check(later).is_ok());
    }

    #[test]
    fn a_shop_that_asks_for_time_gets_it() {
        let mut circuit = Circuit::default();
        let now = Instant::now();
        circuit.failed(now, Some(Duration::from_secs(7)));
        assert_eq!(circuit.check(now).unwrap_err(), Duration::from_secs(7));
        circuit.failed(now, Some(Duration::from_secs(1_000_000)));
        assert!(circuit.check(now).unwrap_err() <= Duration::from_secs(limits::CRAWL_PAUSE_MAX_S));
    }
}
