//! How many requests a caller may send.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::Extensions;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::http::{ApiError, Caller, RequestContext};
use crate::limits;

/// The rate of requests per caller: the user, or the address of somebody unknown.
#[derive(Clone, Debug, Default)]
pub struct RateLimit(Option<Arc<Counters>>);

#[derive(Debug)]
struct Counters {
    limiter: DefaultKeyedRateLimiter<Key>,
    clock: DefaultClock,
    checks: AtomicUsize,
}

/// In the extensions of a request that was counted before it came to its route.
#[derive(Clone, Copy)]
struct Counted;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    User(i64),
    Address(IpAddr),
}

impl RateLimit {
    /// So many requests a second for each caller, with a burst of [`limits::RATE_BURST`]; 0: as many as they like.
    pub fn per_second(requests: u32) -> Self {
        let burst = NonZeroU32::new(limits::RATE_BURST.max(requests));
        let quota = NonZeroU32::new(requests)
            .zip(burst)
            .map(|(rate, burst)| Quota::per_second(rate).allow_burst(burst));
        Self(quota.map(|quota| {
            let limiter = RateLimiter::keyed(quota);
            Arc::new(Counters { limiter, clock: DefaultClock::default(), checks: AtomicUsize::new(0) })
        }))
    }

    /// Counts a request once, however many doors it goes through.
    pub(crate) fn check_early(&self, extensions: &mut Extensions) -> Result<(), ApiError> {
        self.check(extensions)?;
        extensions.insert(Counted);
        Ok(())
    }

    pub(crate) fn check(&self, extensions: &Extensions) -> Result<(), ApiError> {
        if extensions.get::<Counted>().is_some() {
            return Ok(());
        }
        let (Some(counters), Some(key)) = (&self.0, key(extensions)) else { return Ok(()) };
        counters.forget_the_quiet();
        counters.limiter.check_key(&key).map_err(|refused| {
            let wait = refused.wait_time_from(counters.clock.now());
            ApiError::rate_limited(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1))
        })
    }
}

impl Counters {
    /// Keeps the memory bounded: callers who have been quiet for a few seconds have their whole burst again, which
    /// is what an unknown caller has too.
    fn forget_the_quiet(&self) {
        let checks = self.checks.fetch_add(1, Ordering::Relaxed);
        if checks % limits::RATE_CALLERS == limits::RATE_CALLERS - 1
            && self.limiter.len() > limits::RATE_CALLERS
        {
            self.limiter.retain_recent();
        }
    }
}

fn key(extensions: &Extensions) -> Option<Key> {
    if let Some(caller) = extensions.get::<Caller>() {
        return Some(Key::User(caller.user_id));
    }
    extensions.get::<RequestContext>().map(|context| Key::Address(household(context.client_ip())))
}

/// Whoever has one IPv6 address has 2^64 of them.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
    }
}
