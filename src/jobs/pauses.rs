//! How long to wait before the next attempt.

use std::time::Duration;

use crate::limits;

/// Doubles with each attempt up to a bound, and differs a little each time, so that what failed together does not
/// come back together. What the outside asked for is obeyed.
pub(super) fn pause(attempts: i32, asked: Option<Duration>, chance: f64) -> Duration {
    let doublings = attempts.saturating_sub(1).clamp(0, 30);
    let grown = (limits::JOB_PAUSE_S * 2_f64.powi(doublings)).min(limits::JOB_PAUSE_MAX_S);
    let spread = 1.0 + limits::JOB_PAUSE_SPREAD * (2.0 * chance - 1.0);
    match asked {
        // Never earlier than asked.
        Some(asked) => asked + Duration::from_secs_f64(chance * limits::JOB_PAUSE_SPREAD),
        None => Duration::from_secs_f64(grown * spread),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_bound() {
        let seconds: Vec<_> = (1..=10).map(|attempt| pause(attempt, None, 0.5).as_secs()).collect();
        assert_eq!(seconds, [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600]);
    }

    #[test]
    fn pauses_differ_by_a_fifth() {
        assert_eq!(pause(1, None, 0.0), Duration::from_secs(8));
        assert!(pause(1, None, 0.999) < Duration::from_secs(12));
    }

    #[test]
    fn what_was_asked_for_is_obeyed() {
        let asked = Duration::from_secs(33);
        assert!((0..10).all(|chance| pause(5, Some(asked), f64::from(chance) / 10.0) >= asked));
    }
}
