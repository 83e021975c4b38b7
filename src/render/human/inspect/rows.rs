//! Many certificates: one line each, and the line that sums them up.

use std::collections::HashMap;

use crate::cert::algorithms::PublicKey;
use crate::cert::{Certificate, Description, names};
use crate::finding::{Code, Finding, Severity};
use crate::outcome::Summary;
use crate::outcome::inspection::{Entry, Inspection, Inspections};
use crate::parallel;
use crate::render::human::{Fit, Look, Paint, Row, generic};
use crate::report::{Closing, Item, Status};

use super::words::{certificates, cut, days, state, used};

/// Cells of the bar that shows how much of a lifetime is used.
const BAR: usize = 8;
/// Where a line is too long the bar goes first, then the kind of key; then the name is cut.
pub const FIT: Fit = Fit { spare: &[1, 5], elastic: Some(4) };
/// Whoever ends later than all certificates, or never.
const NEVER: i64 = i64::MAX;

/// One row a certificate; a file without any has one row of its own.
pub fn rows(item: &Item, look: &Look) -> Vec<Row> {
    if let Some(failure) = &item.failure {
        let mut cells = vec![String::new(); 2];
        cells.push(look.text(&item.subject).into_owned());
        cells.push(look.text(&failure.message).into_owned());
        return vec![Row { status: Status::Failed, order: 0, cells }];
    }
    let inspection = item.outcome.inspection().filter(|inspection| !inspection.entries.is_empty());
    match inspection {
        Some(inspection) => rows_of_entries(item, inspection, look, true),
        None => (generic::LAYOUT.rows)(item, look),
    }
}

/// A row for each certificate of a file, and for each entry without one.
pub fn rows_of_entries(
    item: &Item,
    inspection: &Inspection,
    look: &Look,
    with_file: bool,
) -> Vec<Row> {
    let total = inspection.certificates().count();
    let mut by_subject: HashMap<&str, Vec<&Finding>> = HashMap::new();
    for finding in &item.findings {
        by_subject.entry(&finding.subject).or_default().push(finding);
    }
    let table = Table { item, look, with_file, by_subject };
    let mut places = Vec::with_capacity(total);
    let mut number = 0;
    for entry in &inspection.entries {
        if entry.chain.is_empty() {
            places.push(Place { entry, described: None, number: None, is_first: true });
        }
        for (place, described) in entry.chain.iter().enumerate() {
            number += 1;
            let is_first = place == 0;
            let is_named = is_first && !entry.alias().is_empty();
            let number = (!is_named).then_some((number, total));
            places.push(Place { entry, described: Some(described), number, is_first });
        }
    }
    let row = |(place, it)| table.row(it, place == 0);
    parallel::map(places.iter().enumerate(), row)
}

/// What a certificate is called where there is little room: its subject from the common name on,
/// else its first alternative name, else the whole subject.
fn short_subject(certificate: &Certificate) -> &str {
    let alt_name = || certificate.extensions.alt_names.first().map(String::as_str);
    let common = names::from_common_name(certificate.subject());
    common.or_else(alt_name).unwrap_or_else(|| certificate.name())
}

/// The alias and what it is, or which certificate of how many.
fn label(place: &Place<'_>) -> String {
    let entry = place.entry;
    // An issuer is no more than a certificate, whatever stands in the entry.
    let state = Some(state(entry)).filter(|state| place.is_first && *state != "trusted");
    match (place.number, state) {
        (Some((_, 1)), state) => state.map_or_else(String::new, |state| format!("({state})")),
        (Some((number, total)), Some(state)) => format!("{number} of {total} ({state})"),
        (Some((number, total)), None) => format!("{number} of {total}"),
        (None, state) => {
            let state = state.unwrap_or("trusted");
            format!("{} ({state})", entry.alias()).trim_start().to_owned()
        }
    }
}

/// What one row is about.
struct Place<'a> {
    entry: &'a Entry,
    described: Option<&'a Description>,
    /// Which certificate of how many, where it has no name.
    number: Option<(usize, usize)>,
    /// Whether it is the end-entity certificate of the entry: the key is that one's.
    is_first: bool,
}

/// What the rows of a file have in common.
struct Table<'a> {
    item: &'a Item,
    look: &'a Look,
    with_file: bool,
    by_subject: HashMap<&'a str, Vec<&'a Finding>>,
}

impl Table<'_> {
    fn row(&self, place: &Place<'_>, is_first: bool) -> Row {
        let Place { entry, described, .. } = *place;
        let certificate = described.map(|it| &it.certificate);
        let look = self.look;
        let label = label(place);
        let findings = self.findings(certificate, is_first);
        let worst = findings.iter().map(|finding| finding.severity).max();
        let status = worst.map_or(Status::Ok, Status::Found);
        let paint = match worst {
            Some(Severity::Critical) => Paint::Bad,
            Some(Severity::Warning) => Paint::Warn,
            _ => Paint::Strong,
        };
        let days = described.map_or(String::new(), days);
        let mut cells = vec![look.paint(&format!("{days:>6}"), paint)];
        let bar = described.map_or(String::new(), |it| look.bar(used(it), BAR));
        cells.push(look.paint(&bar, Paint::Dim));
        let file = if self.with_file { self.item.subject.as_str() } else { "" };
        cells.push(look.text(file).into_owned());
        let called = certificate.map_or("", short_subject);
        let alias = entry.alias();
        let is_repeated =
            !alias.is_empty() && called.split(',').any(|rdn| rdn == format!("CN={alias}"));
        let label = match label.strip_prefix(alias) {
            // The subject says it.
            Some(state) if is_repeated => state.trim_start(),
            _ => &label,
        };
        cells.push(look.text(label).into_owned());
        cells.push(cut(&look.text(called), look.width / 3));
        let own = || entry.key.as_ref()?.kind.as_ref();
        let key = certificate.map(|it| &it.key).or_else(own);
        cells.push(key.map(PublicKey::short).unwrap_or_default());
        cells.push(look.paint(&codes(&findings), paint));
        let order = described.map_or(NEVER, |it| it.remaining_days);
        Row { status, order, cells }
    }

    /// What is wrong with this certificate; the first row of a file also carries what is wrong with
    /// the file as a whole.
    fn findings(&self, certificate: Option<&Certificate>, is_first: bool) -> Vec<&Finding> {
        if self.by_subject.is_empty() {
            return Vec::new();
        }
        let name = certificate.map_or("", |it| it.name());
        let with_serial =
            certificate.map(|it| format!("{name} (serial {})", it.serial)).unwrap_or_default();
        let whole = if is_first { self.item.subject.as_str() } else { "" };
        [name, &with_serial, whole]
            .iter()
            .filter_map(|subject| self.by_subject.get(subject))
            .flatten()
            .copied()
            .collect()
    }
}

/// The codes of what the days do not tell already.
fn codes(findings: &[&Finding]) -> String {
    let told = [Code::CertificateExpired, Code::CertificateExpiresSoon];
    let mut codes: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.severity > Severity::Info && !told.contains(&finding.code))
        .map(|finding| finding.code.id())
        .collect();
    codes.dedup();
    codes.join(", ")
}

/// `1 critical, 1 warning, 11 ok: 13 certificates in 5 files (2 other files skipped)`
pub fn summary(closing: &Closing, rows: &[Row], _: &Look) -> String {
    let count = |status| rows.iter().filter(|row| row.status == status).count();
    let ok = count(Status::Ok) + count(Status::Found(Severity::Info));
    let counts = [
        (count(Status::Failed), "failed"),
        (count(Status::Found(Severity::Critical)), "critical"),
        (count(Status::Found(Severity::Warning)), "warning"),
        (ok, "ok"),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, name)| *count > 0 || *name == "ok")
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    let Inspections { certificates: found, skipped, files, .. } = match closing.summary {
        Summary::Inspections(inspections) => inspections,
        _ => Inspections { files: closing.tally.items, ..Inspections::default() },
    };
    let found = certificates(usize::try_from(found).unwrap_or(usize::MAX));
    let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
    let skipped = match skipped {
        0 => String::new(),
        1 => " (1 other file skipped)".to_owned(),
        count => format!(" ({count} other files skipped)"),
    };
    format!("{}: {found} in {files}{skipped}", counts.join(", "))
}
