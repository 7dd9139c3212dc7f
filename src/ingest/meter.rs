//! How far reading has come.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes between two calls of the callback.
const STEP: u64 = 1 << 20;

/// Bytes read so far, told to a callback now and then.
pub(crate) struct Progress<'p> {
    done: AtomicU64,
    total: u64,
    tell: &'p (dyn Fn(u64, u64) + Sync),
}

impl<'p> Progress<'p> {
    /// Begins; every file is read twice, once for its hash and encoding and once for its notes.
    pub(crate) fn new(bytes: u64, tell: &'p (dyn Fn(u64, u64) + Sync)) -> Self {
        tell(0, bytes);
        Self {
            done: AtomicU64::new(0),
            total: bytes,
            tell,
        }
    }

    /// Ends.
    pub(crate) fn finish(&self) {
        (self.tell)(self.total, self.total);
    }

    fn add(&self, bytes: u64) {
        let before = self.done.fetch_add(bytes, Ordering::Relaxed);
        if before / STEP != (before + bytes) / STEP {
            (self.tell)((before + bytes).div_ceil(2).min(self.total), self.total);
        }
    }
}

/// Counts what is read through it.
pub(crate) struct Meter<'p, R> {
    input: R,
    progress: &'p Progress<'p>,
}

impl<'p, R> Meter<'p, R> {
    /// Reads `input`.
    pub(crate) fn new(input: R, progress: &'p Progress<'p>) -> Self {
        Self { input, progress }
    }
}

impl<R: Read> Read for Meter<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.progress.add(read as u64);
        Ok(read)
    }
}
