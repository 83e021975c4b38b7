//! Runs the command lines of checks, so many checks at once, in this process.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::policy::{Check, Ready};
use crate::command::within::Around;
use crate::parallel;
use crate::render::progress::Progress;
use crate::report::Item;

/// What came of a check.
#[derive(Debug, Default)]
pub struct Ran {
    /// The items of its command lines.
    pub items: Vec<Item>,
    /// Those of each command line beside it.
    pub beside: Vec<Vec<Item>>,
    /// How long it took, in milliseconds.
    pub elapsed_ms: f64,
}

/// What came of all of them, in their order, and whether somebody ended it before.
pub struct All {
    /// `None` of a check that was not run.
    pub ran: Vec<Option<Ran>>,
    /// Whether it was told to end.
    pub interrupted: bool,
}

/// Runs those checks that are `wanted`.
pub fn all(
    checks: &mut [Check],
    wanted: &[bool],
    jobs: usize,
    around: &Around,
    interrupted: &AtomicBool,
    mut progress: Progress,
) -> All {
    let lines: Vec<_> = checks
        .iter_mut()
        .zip(wanted)
        .map(|(check, is_wanted)| {
            let lines = (std::mem::take(&mut check.lines), std::mem::take(&mut check.beside));
            // What is not there cannot be looked at.
            (*is_wanted && check.unmatched.is_none()).then_some(lines)
        })
        .collect();
    let run = |lines: Option<(Vec<Ready>, Vec<Ready>)>| {
        let (lines, beside) = lines?;
        let started = Instant::now();
        let answer = |ready: Ready| {
            // What is half done says nothing.
            let answer = (!interrupted.load(Ordering::Relaxed)).then(|| ready.line.run(around))?;
            interrupted.fetch_or(answer.interrupted, Ordering::Relaxed);
            (!answer.interrupted).then_some(answer.items)
        };
        let items: Option<Vec<Vec<Item>>> = lines.into_iter().map(answer).collect();
        let beside: Option<Vec<Vec<Item>>> = beside.into_iter().map(answer).collect();
        let elapsed_ms = started.elapsed().as_secs_f64() * 1e3;
        Some(Ran { items: items?.concat(), beside: beside?, elapsed_ms })
    };
    let mut ran = Vec::with_capacity(lines.len());
    let Ok(()) = parallel::each_on_threads(jobs, lines.into_iter(), 1, run, |one| {
        progress.add(1);
        ran.push(one);
        Ok::<(), std::convert::Infallible>(())
    });
    All { ran, interrupted: interrupted.load(Ordering::Relaxed) }
}
