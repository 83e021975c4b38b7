//! From rows to items: each test with what is wrong by it, then all of them together.

use time::OffsetDateTime;

use super::calls;
use super::plan::Plan;
use super::run::{Ended, Run};
use crate::error::Result;
use crate::http::credential::masked;
use crate::outcome::Outcome as Shape;
use crate::outcome::audit::{Audit, Planned, Totals, Tried};
use crate::policy::audit::Outcome;
use crate::policy::audit::whole;
use crate::report::{Item, Reporter};

/// Reports what came of a run.
///
/// # Errors
/// When the report cannot be written.
pub fn all(run: Run<'_>, ended: Ended, reporter: &mut Reporter) -> Result<()> {
    let plan = run.plan();
    let url = masked(&plan.url.text);
    let (mut tried, mut used) = (Vec::new(), Vec::new());
    for row in &run.rows {
        let subject = format!("{url} {}", row.test);
        let mut findings = whole::findings(row, &plan.given, &subject);
        used.extend(plan.baseline.apply(Some(row.test), &mut findings, plan.now));
        let failure = whole::unclear(row);
        reporter.item(Item {
            outcome: Shape::Audit(Audit::Test(Box::new(row.clone()))),
            findings: findings.clone(),
            failure: failure.clone(),
            elapsed_ms: row.elapsed_ms,
            ..Item::new(subject)
        })?;
        tried.push(Tried { row: row.clone(), findings, failure });
    }
    let mut findings = whole::together(&run.rows, &plan.given, &url);
    used.extend(plan.baseline.apply(None, &mut findings, plan.now));
    if ended.is_none() {
        findings.extend(plan.baseline.stale(&used, plan.now, &url));
    }
    let count = |outcome| run.rows.iter().filter(|row| row.outcome == outcome).count() as u32;
    let totals = Totals {
        controls: run.controls,
        requests: run.requests,
        refused: count(Outcome::Refused),
        accepted: count(Outcome::Accepted),
        not_applicable: count(Outcome::NotApplicable),
        unclear: count(Outcome::Unclear),
        control_status: run.control.as_ref().map(|(status, _)| *status),
        rows: tried,
    };
    let outcome = Shape::Audit(Audit::Totals(Box::new(totals)));
    reporter.item(Item { outcome, findings, failure: ended, ..Item::new(url) })
}

/// `--dry-run`, and what would have been sent to somebody else's machine: an item for each test.
///
/// # Errors
/// When the report cannot be written.
pub fn show(plan: &Plan, now: OffsetDateTime, reporter: &mut Reporter) -> Result<()> {
    let url = masked(&plan.url.text);
    for test in &plan.tests {
        let (request, why) = match calls::of(test, 0, plan, now) {
            Ok(call) => (call.line(plan), None),
            Err(why) => (format!("{} {}", plan.request.method, masked(&plan.called)), Some(why)),
        };
        let planned = Planned {
            test: &test.id,
            group: test.group,
            change: &test.change,
            expected: test.expected,
            request,
            why,
        };
        let outcome = Shape::Audit(Audit::Planned(Box::new(planned)));
        reporter.item(Item { outcome, ..Item::new(format!("{url} {}", test.id)) })?;
    }
    Ok(())
}
