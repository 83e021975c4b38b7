//! How far the work has come: a line on stderr, only on a terminal, and only for work that takes longer
//! than half a second. Whatever else is written there clears it first.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::input;

/// Work that is done so soon shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long a line stands at least.
const EVERY: Duration = Duration::from_millis(100);
/// Cells of the bar.
const BAR: u64 = 20;

/// Whether a line stands on the terminal.
static STANDS: AtomicBool = AtomicBool::new(false);
/// Whether the process ends: a line drawn now would stay.
static ENDS: AtomicBool = AtomicBool::new(false);

/// What there is to do in all.
pub enum Total {
    /// Nobody knows.
    Unknown,
    /// So much.
    Of(u64),
    /// What this counts, on a thread of its own, once the work takes longer.
    Counted(Box<dyn FnOnce() -> Option<u64> + Send>),
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Things of this name, in the plural.
    Things(&'static str),
}

/// Shows how far the work has come.
pub struct Progress {
    is_wanted: bool,
    unit: Unit,
    done: u64,
    /// What there is to do in all; 0 as long as nobody knows.
    total: Arc<AtomicU64>,
    count: Option<Box<dyn FnOnce() -> Option<u64> + Send>>,
    started: Instant,
    drawn: Option<Instant>,
}

impl Progress {
    /// Whether a line may be shown: on a terminal that can take one back.
    pub fn is_possible(quiet: bool) -> bool {
        !quiet && io::stderr().is_terminal() && !input::is_dumb()
    }

    /// Nothing is done yet.
    pub fn new(total: Total, unit: Unit, quiet: bool) -> Self {
        let (known, count) = match total {
            Total::Unknown => (0, None),
            Total::Of(total) => (total, None),
            Total::Counted(count) => (0, Some(count)),
        };
        Self {
            is_wanted: Self::is_possible(quiet),
            unit,
            done: 0,
            total: Arc::new(AtomicU64::new(known)),
            count,
            started: Instant::now(),
            drawn: None,
        }
    }

    /// So much more is done.
    pub fn add(&mut self, count: u64) {
        self.done += count;
        let is_due = || match self.drawn {
            None => self.started.elapsed() > PATIENCE,
            Some(drawn) => drawn.elapsed() > EVERY,
        };
        if !self.is_wanted || !is_due() {
            return;
        }
        if let Some(count) = self.count.take() {
            let total = self.total.clone();
            thread::spawn(move || total.store(count().unwrap_or_default(), Ordering::Relaxed));
        }
        self.drawn = Some(Instant::now());
        let total = Some(self.total.load(Ordering::Relaxed)).filter(|total| *total > 0);
        let line = line(self.done, total, self.unit, self.started.elapsed());
        let columns = terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| width.0);
        let shown: String =
            line.chars().take(columns.map_or(79, |wide| usize::from(wide) - 1)).collect();
        let mut terminal = io::stderr().lock();
        if !ENDS.load(Ordering::Relaxed) {
            STANDS.store(true, Ordering::Relaxed);
            let _ = write!(terminal, "\r{shown}\x1b[K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        clear();
    }
}

/// Takes the line off the terminal, before something else is written there.
pub fn clear() {
    let mut terminal = io::stderr().lock();
    if STANDS.swap(false, Ordering::Relaxed) {
        let _ = write!(terminal, "\r\x1b[K");
    }
}

/// Takes the line off the terminal for good: the process ends while its work still goes on.
pub fn end() {
    let _terminal = io::stderr().lock();
    ENDS.store(true, Ordering::Relaxed);
    clear();
}

/// `#####---------------  4,512 of 18,000 targets, 250/s, 54 s left`
fn line(done: u64, total: Option<u64>, unit: Unit, elapsed: Duration) -> String {
    let rate = done as f64 / elapsed.as_secs_f64().max(0.001);
    let (scale, name) = match unit {
        Unit::Bytes => scale(total.unwrap_or(done)),
        Unit::Things(name) => (1.0, name),
    };
    let amount = |count: u64| grouped((count as f64 / scale).round() as u64);
    let (per_second, unit) = match unit {
        Unit::Bytes => (format!("{} {name}", two_digits(rate / scale)), name),
        Unit::Things(name) => (two_digits(rate), name),
    };
    let Some(total) = total else { return format!("{} {unit}, {per_second}/s", amount(done)) };
    let done = done.min(total);
    let filled = (done * BAR / total) as usize;
    let bar = format!("{}{}", "#".repeat(filled), "-".repeat(BAR as usize - filled));
    let left = match done {
        0 => String::new(),
        _ => format!(", {} left", time((total - done) as f64 / rate)),
    };
    format!("{bar}  {} of {} {unit}, {per_second}/s{left}", amount(done), amount(total))
}

/// The unit in which people write so many bytes.
fn scale(bytes: u64) -> (f64, &'static str) {
    match bytes {
        0..1_000_000 => (1e3, "kB"),
        1_000_000..10_000_000_000 => (1e6, "MB"),
        _ => (1e9, "GB"),
    }
}

/// `12,345`
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let first = digits.len() % 3;
    let mut text = digits[..first].to_owned();
    for at in (first..digits.len()).step_by(3) {
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(&digits[at..at + 3]);
    }
    text
}

/// `92,000`, `250`, `4.3`, `0.25`: more digits than two would only flicker.
fn two_digits(number: f64) -> String {
    if number < 0.005 {
        return "0".to_owned();
    }
    let step = 10_f64.powf(number.log10().floor() - 1.0);
    let rounded = (number / step).round() * step;
    match rounded {
        large if large >= 10.0 => grouped(large.round() as u64),
        small if small >= 1.0 => format!("{small:.1}"),
        small => format!("{small:.2}"),
    }
}

/// `5 s`, `12 min`, `3 h`
fn time(seconds: f64) -> String {
    match seconds.ceil() {
        short if short < 100.0 => format!("{short:.0} s"),
        long if long < 6_000.0 => format!("{:.0} min", long / 60.0),
        days => format!("{:.0} h", days / 3_600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_total_a_round_rate_and_the_time_left() {
        let line =
            |done, total, unit, seconds| line(done, total, unit, Duration::from_secs_f64(seconds));
        let targets = Unit::Things("targets");
        for (said, shown) in [
            (
                line(4_512, Some(18_000), targets, 18.0),
                "#####---------------  4,512 of 18,000 targets, 250/s, 54 s left",
            ),
            (
                line(915_859, Some(1_000_000), targets, 10.0),
                "##################--  915,859 of 1,000,000 targets, 92,000/s, 1 s left",
            ),
            (
                line(3, Some(10), targets, 7.0),
                "######--------------  3 of 10 targets, 0.43/s, 17 s left",
            ),
            (
                line(45_000_000, Some(96_000_000), Unit::Bytes, 0.5),
                "#########-----------  45 of 96 MB, 90 MB/s, 1 s left",
            ),
            (line(12, None, targets, 4.0), "12 targets, 3.0/s"),
            (line(0, Some(5), targets, 1.0), "--------------------  0 of 5 targets, 0/s"),
            (
                line(9, Some(5), targets, 1.0),
                "####################  5 of 5 targets, 9.0/s, 0 s left",
            ),
        ] {
            assert_eq!(said, shown);
        }
    }

    #[test]
    fn numbers_are_round_and_grouped() {
        for (number, text) in
            [(91_585.924, "92,000"), (99.6, "100"), (9.96, "10"), (1.0, "1.0"), (0.0, "0")]
        {
            assert_eq!(two_digits(number), text);
        }
        for (count, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(count), text);
        }
        for (seconds, text) in [(0.2, "1 s"), (99.0, "99 s"), (720.0, "12 min"), (10_800.0, "3 h")]
        {
            assert_eq!(time(seconds), text);
        }
    }
}
