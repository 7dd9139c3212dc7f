//! The boundary around parsers of hostile bytes: a panic, or a parser that does not end, becomes
//! a reason and prints nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use super::super::quiet::quietly;

/// Stack of the thread that parses: deep nesting must not end the program.
const STACK_BYTES: usize = 64 << 20;

/// The reason for a panic.
const CONTRADICTS: &str = "damaged: its parts contradict each other";

/// Runs `work` on a thread of its own, for so many seconds at most. A parser that goes on after
/// that is left behind; what it gives is not looked at.
pub(super) fn guarded<T: Send + 'static>(
    seconds: u64,
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let (send, receive) = sync_channel(1);
    let run = move || {
        let result = quietly(|| catch_unwind(AssertUnwindSafe(work)));
        // Nobody listens any more where it took too long.
        let _unheard = send.send(result.unwrap_or_else(|_| Err(CONTRADICTS.to_owned())));
    };
    let thread = thread::Builder::new().stack_size(STACK_BYTES);
    thread
        .spawn(run)
        .map_err(|e| format!("the system gave no thread to read it: {e}"))?;
    match receive.recv_timeout(Duration::from_secs(seconds)) {
        Ok(result) => result,
        Err(RecvTimeoutError::Disconnected) => Err(CONTRADICTS.to_owned()),
        Err(RecvTimeoutError::Timeout) => Err(format!(
            "not read within {seconds} seconds: save its text as .txt"
        )),
    }
}

/// Runs a part of the work; its panic costs no other part.
pub(super) fn part<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(CONTRADICTS.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_and_endless_work_are_reasons() {
        let panicked = guarded(9, || -> Result<(), String> { panic!("{}", "of a parser") });
        assert_eq!(panicked, Err(CONTRADICTS.to_owned()));
        let endless = guarded(0, || {
            thread::sleep(Duration::from_secs(2));
            Ok(())
        });
        assert!(endless.unwrap_err().contains("0 seconds"));
        assert_eq!(guarded(9, || Ok(7)), Ok(7));
    }
}
