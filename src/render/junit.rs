//! `junit`: the XML that CI systems read as test results: a test case for each item. Findings from
//! `--fail-on` on are failures, what could not be looked at is an error, the rest is output.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::cert::rfc3339;
use crate::finding::Severity;
use crate::outcome::Outcome;
use crate::outcome::probe::Probe;
use crate::policy::probe::{Outcome as Became, Row};
use crate::render::escape::escape;
use crate::render::remark::{Remark, remarks};
use crate::report::{Closing, Header, Item, Renderer, Status};

/// The test results, written at the end.
pub struct Junit {
    suite: TestSuite,
    class: String,
    /// From where a finding is a failure.
    fail_on: Option<Severity>,
    elapsed: Duration,
}

impl Junit {
    /// Begins a report.
    pub fn new(header: &Header) -> Self {
        let mut suite = TestSuite::new(header.command);
        suite.add_property(("at", rfc3339(header.at).as_str()));
        let class = format!("hookprint.{}", header.command);
        Self { suite, class, fail_on: header.fail_on, elapsed: Duration::ZERO }
    }

    fn status(&self, item: &Item, remarks: &[Remark<'_>]) -> TestCaseStatus {
        let kind = match item.status() {
            Status::Failed => NonSuccessKind::Error,
            Status::Found(severity) if self.fail_on.is_some_and(|limit| severity >= limit) => {
                NonSuccessKind::Failure
            }
            _ => return TestCaseStatus::success(),
        };
        let mut status = TestCaseStatus::non_success(kind);
        if let Some(worst) = remarks.first() {
            status.set_type(worst.code).set_message(&*worst.sentence(item));
        }
        status.set_description(lines(item, remarks));
        status
    }
}

impl Renderer for Junit {
    fn item(&mut self, item: &Arc<Item>, _: &mut dyn Write) -> io::Result<()> {
        let remarks = remarks(item);
        let status = self.status(item, &remarks);
        let passed = matches!(status, TestCaseStatus::Success { .. });
        let mut case = TestCase::new(&*escape(&item.subject), status);
        let elapsed = Duration::try_from_secs_f64(item.elapsed_ms / 1000.0).unwrap_or_default();
        case.set_classname(self.class.as_str()).set_time(elapsed);
        if passed && !remarks.is_empty() {
            case.set_system_out(lines(item, &remarks));
        }
        self.elapsed += elapsed;
        self.suite.add_test_case(case);
        if let Outcome::Probe(Probe::Column(column)) = &item.outcome {
            let cases = column.rows.iter().map(|row| cell(item, row, &self.class));
            self.suite.add_test_cases(cases);
        }
        Ok(())
    }

    fn finish(&mut self, closing: &Closing, out: &mut dyn Write) -> io::Result<()> {
        if closing.tally.items == 0 {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type("nothing").set_message("nothing was found to check");
            let mut case = TestCase::new("items", status);
            case.set_classname(self.class.as_str());
            self.suite.add_test_case(case);
        }
        self.suite.set_time(self.elapsed);
        let mut report = Report::new("hookprint");
        report.set_time(self.elapsed).add_test_suite(self.suite.clone());
        report.serialize(out).map_err(io::Error::other)
    }
}

/// A cell of the matrix of `probe`.
fn cell(item: &Item, row: &Row, class: &str) -> TestCase {
    let status = match (row.is_held(), row.outcome) {
        (true, _) => TestCaseStatus::success(),
        (false, outcome) => {
            let kind = match outcome {
                Became::Unclear => NonSuccessKind::Error,
                Became::Accepted | Became::Refused => NonSuccessKind::Failure,
            };
            let mut status = TestCaseStatus::non_success(kind);
            let message = format!("expected {}, was {}", row.expected.word(), outcome.word());
            status.set_type(outcome.word()).set_message(message);
            status.set_description(&*escape(&row.sentence));
            status
        }
    };
    let way = row.door.as_ref().map(|door| format!(" ({door})")).unwrap_or_default();
    let name = format!("{} {}{way}", item.subject, row.identity);
    let mut case = TestCase::new(&*escape(&name), status);
    let elapsed = Duration::try_from_secs_f64(row.elapsed_ms / 1000.0).unwrap_or_default();
    case.set_classname(class).set_time(elapsed);
    case
}

/// Everything there is to say, each with its next step.
fn lines(item: &Item, remarks: &[Remark<'_>]) -> String {
    let line = |remark: &Remark<'_>| {
        let help =
            remark.help.map(|help| format!("\n  next: {}", escape(help))).unwrap_or_default();
        let (status, code, key) = (remark.status.name(), remark.code, remark.keyed());
        format!("{status} {code}: {}{key}{help}", remark.sentence(item))
    };
    remarks.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Code, Finding};

    #[test]
    fn what_fails_follows_fail_on() {
        let mut item = Item::new("x");
        item.findings.push(Finding::new(Code::SelfSigned, "x", "self-signed"));
        let remarks = remarks(&item);
        for (fail_on, passes) in
            [(None, true), (Some(Severity::Critical), true), (Some(Severity::Warning), false)]
        {
            let header = Header {
                command: "inspect",
                at: time::OffsetDateTime::UNIX_EPOCH,
                fail_on,
                is_numbered: false,
            };
            let status = Junit::new(&header).status(&item, &remarks);
            assert_eq!(matches!(status, TestCaseStatus::Success { .. }), passes);
        }
    }
}
