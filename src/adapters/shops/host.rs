//! What is remembered of one shop: its pace, its turns, its robots.txt, whether it answers.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use texting_robots::Robot;
use tokio::sync::Semaphore;

use super::circuit::Circuit;
use crate::limits;

/// One shop, by scheme, name and port.
pub(super) struct Host {
    /// Requests at once.
    pub(super) turns: Semaphore,
    pace: Mutex<Pace>,
    circuit: Mutex<Circuit>,
    /// Its rules, and until when they are believed.
    pub(super) robots: tokio::sync::Mutex<Option<(Arc<Rules>, Instant)>>,
}

struct Pace {
    /// None: no limit.
    own: Option<Duration>,
    limiter: Option<Arc<DefaultDirectRateLimiter>>,
    delay: Option<Duration>,
}

/// What robots.txt says.
pub(super) enum Rules {
    /// What it says.
    Robot(Robot),
    /// There is none.
    Free,
    /// The shop may not be asked at all.
    Refused(String),
    /// It cannot be had: nothing is asked for until it can.
    Away(String),
}

impl Host {
    /// A shop that is asked once in `own` at most, but for a few requests at first.
    pub(super) fn new(own: Option<Duration>) -> Self {
        Self {
            turns: Semaphore::new(match own {
                Some(_) => limits::CRAWL_REQUESTS_PER_HOST,
                None => limits::CRAWL_REQUESTS_UNPACED,
            }),
            pace: Mutex::new(Pace { own, limiter: own.and_then(bucket), delay: None }),
            circuit: Mutex::default(),
            robots: tokio::sync::Mutex::default(),
        }
    }

    /// Its crawl-delay, from robots.txt: the slower of the two paces holds.
    pub(super) fn is_asked_for(&self, delay: Option<f32>) {
        let delay = delay.filter(|seconds| seconds.is_finite() && *seconds > 0.0);
        let delay = delay.map(|seconds| Duration::from_secs_f32(seconds.min(limits::CRAWL_DELAY_MAX_S)));
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        if pace.own.is_none() || pace.delay == delay {
            return;
        }
        pace.delay = delay;
        pace.limiter = match delay {
            // Who names a delay wants no burst.
            Some(delay) if pace.own.is_none_or(|own| delay > own) => {
                Quota::with_period(delay).map(|quota| Arc::new(RateLimiter::direct(quota)))
            }
            _ => pace.own.and_then(bucket),
        };
    }

    /// Waits until the next request may be sent.
    pub(super) async fn pace(&self) {
        let limiter = self.pace.lock().unwrap_or_else(PoisonError::into_inner).limiter.clone();
        if let Some(limiter) = limiter {
            limiter.until_ready().await;
        }
    }

    /// Changes what is known of its health.
    pub(super) fn circuit<T>(&self, change: impl FnOnce(&mut Circuit) -> T) -> T {
        change(&mut self.circuit.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn bucket(period: Duration) -> Option<Arc<DefaultDirectRateLimiter>> {
    let burst = NonZeroU32::new(limits::CRAWL_BURST)?;
    Quota::with_period(period).map(|quota| Arc::new(RateLimiter::direct(quota.allow_burst(burst))))
}
