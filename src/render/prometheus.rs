//! `prometheus`: the text exposition format, for the text file collector of the node exporter.
//! Series of a metric must stand together and each only once, so all wait for the end.

use std::io::{self, Write};
use std::sync::Arc;

use crate::outcome::Outcome;
use crate::outcome::probe::{Column, Probe};
use crate::policy::probe::{Outcome as Became, Verdict};
use crate::render::matrix;
use crate::render::metric::Metric;
use crate::render::remark::remarks;
use crate::report::{Closing, Header, Item, Renderer, Status, Tally};

/// Everything to be measured.
pub struct Prometheus {
    not_after: Metric,
    not_before: Metric,
    status: Metric,
    findings: Metric,
    failures: Metric,
    elapsed: Metric,
    enforced: Metric,
    accepted: Metric,
    items: Metric,
    checked: Metric,
    exit_code: Metric,
}

impl Prometheus {
    /// Begins a report.
    pub fn new(header: &Header) -> Self {
        let mut checked = Metric::new(
            "hookprint_checked_at_seconds",
            "The time everything was checked at (Unix time).",
        );
        checked.set(&[], header.at.unix_timestamp() as f64);
        let metric = Metric::new;
        Self {
            not_after: metric(
                "hookprint_certificate_not_after_seconds",
                "End of validity (Unix time).",
            ),
            not_before: metric(
                "hookprint_certificate_not_before_seconds",
                "Start of validity (Unix time).",
            ),
            status: metric(
                "hookprint_item_status",
                "0 ok, 1 info, 2 warning, 3 critical, 4 could not be checked.",
            ),
            findings: metric("hookprint_findings", "How many findings of that code and severity."),
            failures: metric("hookprint_failures", "Why an item could not be checked."),
            elapsed: metric(
                "hookprint_item_elapsed_seconds",
                "How long it took to check the item.",
            ),
            enforced: metric(
                "hookprint_probe_enforced",
                "1 where a client certificate is required and verified, else 0.",
            ),
            accepted: metric(
                "hookprint_probe_accepted",
                "1 where the identity got in, 0 where it was refused; none where that is unclear.",
            ),
            items: metric("hookprint_items", "How many items came out with that status."),
            checked,
            exit_code: metric("hookprint_exit_code", "Exit code of the run."),
        }
    }
}

impl Renderer for Prometheus {
    fn item(&mut self, item: &Arc<Item>, _: &mut dyn Write) -> io::Result<()> {
        let subject = ("item", item.subject.as_str());
        for (alias, certificate) in item.outcome.certificates() {
            let sha256 = certificate.sha256();
            let labels = [
                subject,
                ("alias", &*alias),
                ("subject", certificate.subject()),
                ("sha256", sha256.as_str()),
            ];
            self.not_after.set(&labels, certificate.not_after().unix_timestamp() as f64);
            self.not_before.set(&labels, certificate.not_before().unix_timestamp() as f64);
        }
        for remark in remarks(item) {
            let mut labels = vec![subject, ("code", remark.code)];
            let metric = match remark.status {
                Status::Failed => &mut self.failures,
                status => {
                    labels.push(("severity", status.name()));
                    &mut self.findings
                }
            };
            labels.extend(remark.key.map(|key| ("key", key)));
            *metric.entry(&labels) += 1.0;
        }
        for outcome in item.outcome.parts() {
            if let Outcome::Probe(Probe::Column(column)) = outcome {
                self.column(subject, column);
            }
        }
        let status = self.status.entry(&[subject]);
        *status = status.max(rank(item.status()));
        if let Some(took) = item.took() {
            *self.elapsed.entry(&[subject]) += took / 1000.0;
        }
        Ok(())
    }

    fn finish(&mut self, closing: &Closing, out: &mut dyn Write) -> io::Result<()> {
        let Tally { ok, info, warning, critical, failed, .. } = closing.tally;
        for (status, count) in [
            ("ok", ok),
            ("info", info),
            ("warning", warning),
            ("critical", critical),
            ("failed", failed),
        ] {
            self.items.set(&[("status", status)], count as f64);
        }
        self.exit_code.set(&[], closing.exit_code.into());
        let Self {
            not_after,
            not_before,
            status,
            findings,
            failures,
            elapsed,
            enforced,
            accepted,
            items,
            checked,
            exit_code,
        } = self;
        for metric in [
            not_after, not_before, status, findings, failures, elapsed, enforced, accepted, items,
            checked, exit_code,
        ] {
            metric.write(out)?;
        }
        Ok(())
    }
}

impl Prometheus {
    /// A column of the matrix of `probe`.
    fn column(&mut self, subject: (&str, &str), column: &Column) {
        let address = column.address.map(|address| address.to_string()).unwrap_or_default();
        let at = [subject, ("address", address.as_str()), ("protocol", column.protocol)];
        if !matches!(column.verdict, Verdict::Unclear | Verdict::NotOffered) {
            self.enforced.set(&at, f64::from(u8::from(column.verdict == Verdict::Required)));
        }
        for row in matrix::plain(column).filter(|row| row.outcome != Became::Unclear) {
            let labels = [&[("identity", row.identity.as_str())][..], &at].concat();
            self.accepted.set(&labels, f64::from(u8::from(row.outcome == Became::Accepted)));
        }
    }
}

/// Statuses as numbers, so that `> 2` is an alert.
fn rank(status: Status) -> f64 {
    use crate::finding::Severity::{Critical, Info, Warning};
    match status {
        Status::Ok => 0.0,
        Status::Found(Info) => 1.0,
        Status::Found(Warning) => 2.0,
        Status::Found(Critical) => 3.0,
        Status::Failed => 4.0,
    }
}
