//! Memory that a process held at most, where Linux says so.

use std::fs;
use std::process::Child;
use std::thread;
use std::time::Duration;

/// Megabytes that this process held at most; 0 where the system does not say.
#[allow(dead_code, reason = "each benchmark uses a part")]
pub(crate) fn peak_megabytes() -> u64 {
    peak_of("self").unwrap_or_default() >> 10
}

/// Waits for a process; whether it ended well, and the megabytes that it held at most.
#[allow(dead_code, reason = "each benchmark uses a part")]
pub(crate) fn wait(mut child: Child) -> (bool, u64) {
    let id = child.id().to_string();
    let mut most = 0;
    loop {
        most = peak_of(&id).unwrap_or(0).max(most);
        if let Some(status) = child.try_wait().expect("a child of ours") {
            return (status.success(), most >> 10);
        }
        thread::sleep(Duration::from_millis(2));
    }
}

fn peak_of(process: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
