//! `nagios`: the output of a monitoring plug-in: one line with the verdict and performance data,
//! then a line for each finding and failure (Monitoring Plugins Development Guidelines).

use std::io::{self, Write};
use std::sync::Arc;

use crate::exit::{self, FailOn, Scale};
use crate::finding::Severity;
use crate::render::remark::{counts, remarks};
use crate::report::{Closing, Item, Renderer, Status, Tally};

/// States in the order of their exit codes.
const STATES: [&str; 4] = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];

/// The verdict, once everything is known.
#[derive(Default)]
pub struct Nagios {
    lines: Vec<(Status, String)>,
    worst: Option<Severity>,
    /// When the first certificate ends.
    first: Option<Ending>,
}

/// The end of a certificate: how many days it is away, and from where on that is a warning and critical.
#[derive(Clone, Copy, Debug)]
struct Ending {
    days: i64,
    warn: f64,
    crit: f64,
}

impl Ending {
    fn of(item: &Item) -> Option<Self> {
        let listed = item.outcome.first_to_end()?;
        let lifetime = (listed.not_after() - listed.not_before()).whole_seconds();
        let (warn, crit) = item.limits.seconds(lifetime);
        let days = |seconds: i64| (seconds as f64 / 864.0).round() / 100.0;
        Some(Self { days: listed.remaining_days(), warn: days(warn), crit: days(crit) })
    }
}

impl Nagios {
    /// The verdict in one line. A critical finding outranks what could not be checked.
    fn headline(&self, tally: &Tally) -> String {
        let code = exit::code(tally, self.worst, FailOn(None), Scale::Nagios);
        let status = match code {
            0 => None,
            3 => Some(Status::Failed),
            _ => self.worst.map(Status::Found),
        };
        let told = self.lines.iter().find(|(of, _)| Some(*of) == status);
        let told = match (told, self.first) {
            (Some((_, line)), _) => format!("{line}; "),
            (None, Some(Ending { days, .. })) => format!("first certificate ends in {days} days; "),
            (None, None) => String::new(),
        };
        format!("{} - {told}{}", STATES[usize::from(code)], counts(tally))
    }
}

impl Renderer for Nagios {
    fn item(&mut self, item: &Arc<Item>, _: &mut dyn Write) -> io::Result<()> {
        self.worst = self.worst.max(item.findings.iter().map(|finding| finding.severity).max());
        let endings = [self.first, Ending::of(item)].into_iter().flatten();
        self.first = endings.min_by_key(|ending| ending.days);
        for remark in remarks(item) {
            let line = remark.told(item) + &remark.keyed();
            self.lines.push((remark.status, without_pipe(&line)));
        }
        Ok(())
    }

    fn finish(&mut self, closing: &Closing, out: &mut dyn Write) -> io::Result<()> {
        let Tally { items, ok, info, warning, critical, failed } = closing.tally;
        write!(out, "{} | ", self.headline(&closing.tally))?;
        // Behind a value stand the ranges that are no warning, and not critical: `30:` is 30 or more, `0`
        // none at all.
        if let Some(Ending { days, warn, crit }) = self.first {
            write!(out, "days={days};{warn}:;{crit}: ")?;
        }
        writeln!(
            out,
            "items={items} ok={ok} info={info} warning={warning};0 critical={critical};;0 failed={failed}"
        )?;
        self.lines.sort_by_key(|(status, _)| std::cmp::Reverse(*status));
        for (status, line) in &self.lines {
            writeln!(out, "{}: {line}", status.name())?;
        }
        Ok(())
    }
}

/// A pipe begins performance data, so none may stand in the text.
fn without_pipe(text: &str) -> String {
    text.replace('|', "/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::failure::Failure;
    use crate::finding::{Code, Finding};

    fn headline(items: &[Item]) -> String {
        let mut nagios = Nagios::default();
        let mut tally = Tally::default();
        for item in items {
            tally.add(item.status());
            nagios.item(&Arc::new(item.clone()), &mut Vec::new()).unwrap();
        }
        nagios.headline(&tally)
    }

    #[test]
    fn the_verdict_names_the_worst() {
        let failed =
            Item::failed("a:443", Error::new(Failure::Refused, "a:443: connection refused"));
        let mut wrong = Item::new("b:443");
        wrong.findings.push(Finding::new(Code::PinMismatch, "", "no pin | matches"));
        assert_eq!(headline(&[Item::new("x")]), "OK - 1 ok");
        assert_eq!(headline(&[]), "UNKNOWN - nothing was found to check");
        assert_eq!(
            headline(std::slice::from_ref(&failed)),
            "UNKNOWN - a:443: connection refused; 1 failed"
        );
        assert_eq!(
            headline(&[failed, wrong]),
            "CRITICAL - b:443: no pin / matches; 1 critical, 1 failed"
        );
    }
}
