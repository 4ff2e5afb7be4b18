//! The time, as a parameter. Nothing else in the crate asks the operating system for it.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

impl Instant {
    /// Whole seconds, as tokens carry them.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The instant so many seconds later.
    #[must_use]
    pub fn plus_seconds(self, seconds: u32) -> Self {
        Self(self.0.saturating_add(i64::from(seconds) * 1000))
    }

    /// Whole seconds from here to a later instant, rounded up; 0 when it has passed.
    pub fn seconds_until(self, later: Self) -> u32 {
        let milliseconds = later.0.saturating_sub(self.0).max(0);
        u32::try_from(milliseconds.saturating_add(999) / 1000).unwrap_or(u32::MAX)
    }

    /// `2026-01-31T12:00:00.000Z`, the form of Auth0's `updated_at`.
    pub fn iso8601(self) -> String {
        jiff::Timestamp::from_millisecond(self.0)
            .map(|timestamp| format!("{timestamp:.3}"))
            .unwrap_or_default()
    }

    /// For libraries that want the standard type.
    pub fn system_time(self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(u64::try_from(self.0).unwrap_or(0))
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Instant;
}

impl<T: Clock + ?Sized> Clock for std::sync::Arc<T> {
    fn now(&self) -> Instant {
        (**self).now()
    }
}

/// The operating system's clock, except that it never runs backwards: a code that has expired stays
/// expired when the clock is set back.
#[derive(Debug, Default)]
pub struct SystemClock {
    latest: AtomicI64,
}

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
        Instant(self.latest.fetch_max(now, Ordering::Relaxed).max(now))
    }
}

/// A clock that moves when told to.
#[derive(Debug)]
pub struct ManualClock {
    now: AtomicI64,
}

impl ManualClock {
    /// A clock that stands at an instant.
    pub fn at(now: Instant) -> Self {
        Self { now: AtomicI64::new(now.0) }
    }

    /// Moves on.
    pub fn advance_seconds(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1000, Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant(self.now.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_with_milliseconds_and_utc() {
        assert_eq!(Instant(1_769_860_800_000).iso8601(), "2026-01-31T12:00:00.000Z");
    }

    #[test]
    fn waiting_times_are_rounded_up_and_never_negative() {
        assert_eq!(Instant(0).seconds_until(Instant(1)), 1);
        assert_eq!(Instant(0).seconds_until(Instant(2000)), 2);
        assert_eq!(Instant(5).seconds_until(Instant(0)), 0);
    }

    #[test]
    fn the_system_clock_never_runs_backwards() {
        let clock = SystemClock::default();
        clock.latest.store(i64::MAX - 1, Ordering::Relaxed);
        assert_eq!(clock.now(), Instant(i64::MAX - 1));
    }
}
