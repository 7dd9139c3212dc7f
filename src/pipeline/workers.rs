//! Workers that outlive the chunk they code.
//!
//! Comes in: a matcher. Goes out: a worker to each thread that asks, the same ones again and again.

use std::sync::{Mutex, PoisonError};

use crate::coding::matcher::{Coded, Matcher, Worker};
use crate::model::coding::{Facts, Voice};
use crate::model::layout::Layout;
use crate::text::Span;

/// Workers that are kept from chunk to chunk, since each has learnt the words that it met.
pub(super) struct Workers<'m> {
    matcher: &'m Matcher,
    idle: Mutex<Vec<Worker<'m>>>,
}

impl<'m> Workers<'m> {
    /// Nobody at work yet.
    pub(super) fn new(matcher: &'m Matcher) -> Self {
        Self {
            matcher,
            idle: Mutex::default(),
        }
    }

    /// Lends an idle worker, or a new one.
    pub(super) fn lend(&self) -> Lent<'_, 'm> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        Lent {
            worker: Some(idle.unwrap_or_else(|| self.matcher.worker())),
            home: self,
        }
    }
}

/// A worker that goes back to the others when its work is done.
pub(super) struct Lent<'w, 'm> {
    /// Always there until it goes back.
    worker: Option<Worker<'m>>,
    home: &'w Workers<'m>,
}

impl Lent<'_, '_> {
    /// Codes one note.
    pub(super) fn code(&mut self, text: &str, layout: &Layout) -> Coded {
        self.worker
            .as_mut()
            .map(|worker| worker.code(text, layout))
            .unwrap_or_default()
    }

    /// Codes some notes together.
    pub(super) fn code_all<'n>(
        &mut self,
        notes: impl IntoIterator<Item = (&'n str, &'n Layout)>,
    ) -> Vec<Coded> {
        self.worker
            .as_mut()
            .map(|worker| worker.code_all(notes))
            .unwrap_or_default()
    }

    /// What the context says of passages.
    pub(super) fn hear(
        &mut self,
        text: &str,
        layout: &Layout,
        spans: &[Span],
    ) -> Vec<(Facts, Voice)> {
        self.worker
            .as_mut()
            .map(|worker| worker.hear(text, layout, spans))
            .unwrap_or_default()
    }
}

impl Drop for Lent<'_, '_> {
    fn drop(&mut self) {
        self.home
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(self.worker.take());
    }
}
