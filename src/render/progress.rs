//! A progress bar on stderr: only on a terminal, and only for work that takes longer than half a
//! second.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const PATIENCE: Duration = Duration::from_millis(500);

/// Shows how far the work has come.
pub struct Progress {
    bar: Option<ProgressBar>,
    started: Instant,
    shown: bool,
}

impl Progress {
    /// Progress towards `total` things of a `unit`; an unknown total shows a count and a rate.
    pub fn new(total: Option<u64>, unit: &'static str, quiet: bool) -> Self {
        let wanted = !quiet && std::io::stderr().is_terminal();
        let bar = wanted.then(|| {
            let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
            let template = match total {
                Some(_) => "{bar:30} {human_pos}/{human_len} {msg}, {per_sec}, {eta} left",
                None => "{spinner} {human_pos} {msg}, {per_sec}",
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("##-"));
            }
            bar.with_message(unit)
        });
        Self { bar, started: Instant::now(), shown: false }
    }

    /// `count` more are done.
    pub fn add(&mut self, count: u64) {
        let Some(bar) = &self.bar else { return };
        bar.inc(count);
        if !self.shown && self.started.elapsed() > PATIENCE {
            self.shown = true;
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
    }

    /// Runs `print` with the bar out of the way.
    pub fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
