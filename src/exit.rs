//! The exit code: one pure function, called once.

use clap::ValueEnum;

use crate::finding::Severity;
use crate::report::Tally;

/// Interrupted from the keyboard.
pub const INTERRUPTED: u8 = 130;

/// From where a finding makes the check fail: a severity, or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailOn(pub Option<Severity>);

/// How results map to numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// 0 checked, 1 found, 3 could not check.
    Plain,
    /// 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, as monitoring plug-ins do.
    Nagios,
}

/// The exit code of a run that came to its end.
pub fn code(tally: &Tally, worst: Option<Severity>, fail_on: FailOn, scale: Scale) -> u8 {
    let could_not_check = tally.failed > 0 || tally.items == 0;
    match scale {
        Scale::Plain => {
            let fails = fail_on.0.is_some_and(|limit| worst >= Some(limit));
            if fails {
                1
            } else if could_not_check {
                3
            } else {
                0
            }
        }
        Scale::Nagios => match worst {
            Some(Severity::Critical) => 2,
            _ if could_not_check => 3,
            Some(Severity::Warning) => 1,
            _ => 0,
        },
    }
}

/// The exit code of a run whose report could not be written.
pub const UNWRITTEN: u8 = 3;

/// The exit code of a run that did not look at everything, where that is all it says.
pub const INCOMPLETE: u8 = 3;

/// What the exit code says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// What was found.
    #[default]
    Verdict,
    /// Whether everything was looked at, whatever was found: what a scheduler asks.
    Complete,
}

/// The exit code of the process, where the command line was right.
pub fn of_process(verdict: u8, is_complete: bool, mode: Mode) -> u8 {
    match mode {
        Mode::Verdict => verdict,
        Mode::Complete if is_complete => 0,
        Mode::Complete => INCOMPLETE,
    }
}

/// The exit code where the command line is wrong. Monitoring plug-ins say UNKNOWN to that: 2 would
/// wake people for a spelling mistake.
pub fn misused(scale: Scale) -> u8 {
    match scale {
        Scale::Plain => 2,
        Scale::Nagios => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Severity::{Critical, Info, Warning};

    #[test]
    fn the_table() {
        let tally = |items, failed| Tally { items, failed, ..Tally::default() };
        let default = FailOn(Some(Critical));
        let strict = FailOn(Some(Warning));
        let never = FailOn(None);
        for (tally, worst, fail_on, plain, nagios) in [
            (tally(1, 0), None, default, 0, 0),
            (tally(1, 0), Some(Info), default, 0, 0),
            (tally(1, 0), Some(Warning), default, 0, 1),
            (tally(1, 0), Some(Warning), strict, 1, 1),
            (tally(1, 0), Some(Critical), default, 1, 2),
            (tally(1, 0), Some(Critical), never, 0, 2),
            (tally(2, 1), Some(Critical), default, 1, 2),
            (tally(2, 1), Some(Warning), default, 3, 3),
            (tally(1, 1), None, default, 3, 3),
            (tally(0, 0), None, default, 3, 3),
        ] {
            assert_eq!(code(&tally, worst, fail_on, Scale::Plain), plain);
            assert_eq!(code(&tally, worst, fail_on, Scale::Nagios), nagios);
        }
    }

    #[test]
    fn a_scheduler_asks_whether_it_is_done() {
        for (verdict, is_complete, code) in
            [(0, true, 0), (1, true, 0), (3, true, 0), (0, false, 3)]
        {
            assert_eq!(of_process(verdict, is_complete, Mode::Complete), code);
            assert_eq!(of_process(verdict, is_complete, Mode::Verdict), verdict);
        }
    }

    #[test]
    fn a_wrong_command_line_wakes_nobody() {
        assert_eq!((misused(Scale::Plain), misused(Scale::Nagios)), (2, 3));
    }
}
