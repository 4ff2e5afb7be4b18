//! How long the thread has worked. What it waits for, while others have the processor, is not in it: a
//! busy machine makes no template too slow.

use std::time::Duration;

#[derive(Debug)]
pub(super) struct Stopwatch(Duration);

impl Stopwatch {
    pub(super) fn start() -> Self {
        Self(worked())
    }

    pub(super) fn elapsed(&self) -> Duration {
        worked().saturating_sub(self.0)
    }
}

#[cfg(unix)]
fn worked() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

/// Where nothing tells how long a thread worked, it is how long it is there.
#[cfg(not(unix))]
fn worked() -> Duration {
    use std::{sync::LazyLock, time::Instant};
    static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGINNING.elapsed()
}
