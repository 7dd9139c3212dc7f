//! Progress on standard error, and the wall time of each stage.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::model::provenance::Stage;
use crate::pipeline::Observer;

/// Shows a bar on a terminal, and nothing elsewhere.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    stages: Mutex<Vec<(&'static str, Instant)>>,
}

impl Progress {
    pub(super) fn new(quiet: bool) -> Self {
        let bar = ProgressBar::no_length();
        if quiet || !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        Self {
            bar,
            stages: Mutex::new(Vec::new()),
        }
    }

    /// Takes the bar off the screen.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn stages_so_far(&self) -> std::sync::MutexGuard<'_, Vec<(&'static str, Instant)>> {
        // A poisoned lock only means that a thread panicked; the times are still good.
        self.stages
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Observer for Progress {
    fn begin(&self, stage: &'static str, steps: Option<u64>) {
        self.stages_so_far().push((stage, Instant::now()));
        let style = match steps {
            Some(_) => "{prefix:>12} {bar:40} {pos}/{len} ({eta})",
            None => "{prefix:>12} {spinner} {pos}",
        };
        if let Ok(style) = ProgressStyle::with_template(style) {
            self.bar.set_style(style);
        }
        match steps {
            Some(steps) => self.bar.set_length(steps),
            None => self.bar.unset_length(),
        }
        self.bar.set_position(0);
        self.bar.set_prefix(stage);
    }

    fn advance(&self, done: u64) {
        self.bar.set_position(done);
    }

    fn stages(&self) -> Vec<Stage> {
        let stages = self.stages_so_far();
        let ends = stages
            .iter()
            .skip(1)
            .map(|(_, at)| *at)
            .chain([Instant::now()]);
        stages
            .iter()
            .zip(ends)
            .map(|((name, start), end)| Stage {
                name: (*name).to_owned(),
                seconds: (end - *start).as_secs_f64(),
            })
            .collect()
    }
}
