//! Time that a thread worked.

use std::time::{Duration, Instant};

/// A moment of the thread that asked.
pub(crate) struct Clock {
    wall: Instant,
    worked: Option<u64>,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self {
            wall: Instant::now(),
            worked: worked_ns(),
        }
    }

    /// Time that this thread had a processor since then; wall time where the system does not say.
    pub(crate) fn elapsed(&self) -> Duration {
        match (self.worked, worked_ns()) {
            (Some(before), Some(now)) => Duration::from_nanos(now - before),
            _ => self.wall.elapsed(),
        }
    }
}

/// Nanoseconds that this thread has had a processor, on Linux.
fn worked_ns() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    stat.split(' ').next()?.parse().ok()
}
