//! What ends when: a bar for the validity of each certificate, the next to end on top.

use std::collections::{BTreeMap, HashMap};

use time::OffsetDateTime;

use crate::cert::names;
use crate::finding::{Code, Severity};
use crate::outcome::listed::Listed;
use crate::render::html::markup::Markup;
use crate::render::html::words;
use crate::report::{Item, Status};

/// Certificates that are shown which have not ended yet, and that have.
const COMING: usize = 25;
const OVER: usize = 10;
/// Places of a certificate that are named.
const PLACES: usize = 3;
/// The axis shows so many days to come, at least and at most.
const NEAR: f64 = 30.0;
const FAR: f64 = 400.0;
/// Marks of the axis: days from now, and what is written there.
const MARKS: [(f64, &str); 11] = [
    (-365.0, "1 year ago"),
    (-180.0, "180 days ago"),
    (-90.0, "90 days ago"),
    (-30.0, "30 days ago"),
    (0.0, "now"),
    (7.0, "7 days"),
    (30.0, "30 days"),
    (90.0, "90 days"),
    (180.0, "180 days"),
    (270.0, "270 days"),
    (365.0, "1 year"),
];
/// Marks stand at least so far apart, as a part of the axis.
const APART: f64 = 0.14;

/// When a certificate ends, and what tells it from others that end then: its SHA-256.
type Key = (i64, String);

/// The certificates seen so far that are worth showing.
pub struct Timeline {
    at: OffsetDateTime,
    coming: BTreeMap<Key, Row>,
    over: BTreeMap<Key, Row>,
    /// There are certificates that end later than those.
    has_more: bool,
}

/// A certificate.
struct Row {
    name: String,
    status: Status,
    starts: OffsetDateTime,
    ends: OffsetDateTime,
    remaining_days: i64,
    /// The items that it was seen in, the first of them.
    places: Vec<String>,
    /// How many there are.
    seen: u64,
}

impl Timeline {
    /// No certificate yet.
    pub fn at(at: OffsetDateTime) -> Self {
        Self { at, coming: BTreeMap::new(), over: BTreeMap::new(), has_more: false }
    }

    /// Adds the certificates of an item.
    pub fn add(&mut self, item: &Item) {
        let about_time = item.findings.iter().filter(|finding| is_about_time(finding.code));
        let said: HashMap<&str, Severity> =
            about_time.map(|finding| (finding.subject.as_str(), finding.severity)).collect();
        for (_, one) in item.outcome.certificates() {
            let is_over = one.not_after() < self.at;
            let status = match (said.get(one.subject()), is_over) {
                (Some(severity), _) => Status::Found(*severity),
                (None, true) => Status::Found(Severity::Warning),
                (None, false) => Status::Ok,
            };
            self.insert(item, &one, status, is_over);
        }
    }

    fn insert(&mut self, item: &Item, one: &Listed<'_>, status: Status, is_over: bool) {
        let ends = one.not_after().unix_timestamp();
        let last = self.coming.last_key_value().filter(|_| self.coming.len() >= COMING);
        if !is_over && last.is_some_and(|((last, _), _)| ends > *last) {
            self.has_more = true;
            return;
        }
        let rows = if is_over { &mut self.over } else { &mut self.coming };
        let row = rows.entry((ends, one.sha256())).or_insert_with(|| Row {
            name: names::common_name(one.subject()).unwrap_or(one.subject()).to_owned(),
            status: Status::Ok,
            starts: one.not_before(),
            ends: one.not_after(),
            remaining_days: one.remaining_days(),
            places: Vec::new(),
            seen: 0,
        });
        row.status = row.status.max(status);
        if row.places.last() != Some(&item.subject) {
            row.seen += 1;
            if row.places.len() < PLACES {
                row.places.push(item.subject.clone());
            }
        }
        // The first to end stay, and those that ended last.
        if self.coming.len() > COMING {
            self.coming.pop_last();
            self.has_more = true;
        }
        if self.over.len() > OVER {
            self.over.pop_first();
        }
    }

    /// The bars, below an axis.
    pub fn section(&self) -> Markup {
        let mut section = Markup::default();
        let rows: Vec<&Row> = self.over.values().chain(self.coming.values()).collect();
        if rows.is_empty() {
            return section;
        }
        let axis = Axis::of(&rows, self.at);
        section.raw("<h2>What ends when</h2>\n<table class=\"rows bars\"><thead><tr>");
        section.raw("<th scope=col>certificate<th scope=col>ends<th scope=col class=\"bar wide\">");
        axis.draw(&mut section);
        section.raw("</thead>\n");
        for row in rows {
            axis.row(row, self.at, &mut section);
        }
        section.raw("</table>\n");
        if self.has_more {
            section.raw("<p class=dim>Others end later.\n");
        }
        section
    }
}

fn is_about_time(code: Code) -> bool {
    use Code::{CertificateExpired, CertificateExpiresSoon, CertificateNotYetValid};
    matches!(code, CertificateExpired | CertificateExpiresSoon | CertificateNotYetValid)
}

/// Days from the left edge to the right one, counted from now.
struct Axis {
    left: f64,
    right: f64,
}

fn days(from: OffsetDateTime, to: OffsetDateTime) -> f64 {
    (to - from).as_seconds_f64() / 86_400.0
}

impl Axis {
    fn of(rows: &[&Row], at: OffsetDateTime) -> Self {
        let ends = || rows.iter().map(|row| days(at, row.ends));
        let right = ends().fold(NEAR, f64::max).min(FAR);
        let oldest = ends().fold(0.0, f64::min);
        Self { left: oldest.clamp(-right, -right / 8.0), right }
    }

    /// Where a day is, as a part of the axis.
    fn place(&self, days: f64) -> f64 {
        ((days - self.left) / (self.right - self.left)).clamp(0.0, 1.0)
    }

    /// The marks, and the lines that every row shows.
    fn draw(&self, out: &mut Markup) {
        let mut shown: Vec<(f64, &'static str)> = Vec::new();
        // Now is always shown; of the others, those with room.
        let now = MARKS.iter().filter(|(days, _)| *days == 0.0);
        for (days, name) in now.chain(MARKS.iter().rev()) {
            let place = self.place(*days);
            let is_inside = (self.left..=self.right).contains(days);
            if is_inside && shown.iter().all(|(other, _)| (other - place).abs() >= APART) {
                shown.push((place, name));
            }
        }
        out.raw("<svg aria-hidden=true><defs><g id=axis>");
        for (place, name) in &shown {
            let class = if *name == "now" { "<line class=now x1=" } else { "<line x1=" };
            out.raw(class).percent(*place).raw(" x2=").percent(*place).raw(" y1=-9 y2=99 />");
        }
        out.raw("</g></defs>");
        for (place, name) in &shown {
            let anchor = match *place {
                place if place < 0.1 => "start",
                place if place > 0.9 => "end",
                _ => "middle",
            };
            out.raw("<text y=13 x=").percent(*place).raw(" text-anchor=").raw(anchor).raw(">");
            out.raw(name).raw("</text>");
        }
        out.raw("</svg>");
    }

    fn row(&self, row: &Row, at: OffsetDateTime, out: &mut Markup) {
        let (start, end) = (self.place(days(at, row.starts)), self.place(days(at, row.ends)));
        let mut places = row.places.join(", ");
        if row.seen > row.places.len() as u64 {
            places.push_str(&format!(" and {} more", row.seen - row.places.len() as u64));
        }
        out.raw("<tr class=").raw(row.status.name()).raw("><th scope=row>").text(&row.name);
        out.raw("<small>").text(&places).raw("</small><td class=date>");
        out.text(&words::ends(row.ends, row.remaining_days)).raw("<td class=\"bar wide\">");
        out.raw("<svg aria-hidden=true><use href=#axis /><rect x=").percent(start);
        out.raw(" y=4 height=10 width=").percent((end - start).max(0.004)).raw(" /></svg>\n");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use time::Duration;
    use time::macros::datetime;

    use super::*;
    use crate::cert::Certificate;
    use crate::cert::tests::sample;
    use crate::finding::Finding;
    use crate::outcome::Outcome;
    use crate::outcome::minted::Minted;

    const NOW: OffsetDateTime = datetime!(2026-11-22 5:00 UTC);

    /// An item with a certificate that ends so many days from now.
    fn item(subject: &str, days: i64) -> Item {
        static CERTIFICATE: LazyLock<Certificate> = LazyLock::new(sample);
        let mut certificate = CERTIFICATE.clone();
        certificate.not_after = NOW + Duration::days(days);
        let certificate = certificate.describe(NOW);
        let outcome = Outcome::Minted(Box::new(Minted { contains: "", certificate }));
        Item { outcome, ..Item::new(subject) }
    }

    #[test]
    fn what_ends_next_and_what_ended_last_are_kept() {
        let mut timeline = Timeline::at(NOW);
        for days in (-40..0).chain((1..60).rev()) {
            timeline.add(&item("a", days));
        }
        let days = |rows: &BTreeMap<Key, Row>| {
            rows.values().map(|row| row.remaining_days).collect::<Vec<_>>()
        };
        assert_eq!(days(&timeline.over), (-10..0).collect::<Vec<_>>());
        assert_eq!(days(&timeline.coming), (1..26).collect::<Vec<_>>());
        assert!(timeline.section().as_str().contains("Others end later."));
    }

    #[test]
    fn a_certificate_stands_once_with_its_places_and_the_worst_that_is_said() {
        let mut timeline = Timeline::at(NOW);
        for subject in ["a", "b", "b", "c", "d", "e"] {
            timeline.add(&item(subject, 9));
        }
        let subject = sample().subject().to_owned();
        let finding = Finding::new(Code::CertificateExpiresSoon, subject, "expires");
        timeline.add(&Item { findings: vec![finding], ..item("f", 9) });
        timeline.add(&item("g", -9));
        let section = timeline.section();
        let section = section.as_str();
        assert_eq!(section.matches("<tr class=").count(), 2, "{section}");
        assert!(section.contains("<small>a, b, c and 3 more</small>"), "{section}");
        assert_eq!(section.matches("<tr class=warning>").count(), 2, "{section}");
    }

    #[test]
    fn what_lies_beyond_the_axis_ends_at_its_edge() {
        let row = |start: i64, end: i64| Row {
            name: String::new(),
            status: Status::Ok,
            starts: NOW + Duration::days(start),
            ends: NOW + Duration::days(end),
            remaining_days: end,
            places: Vec::new(),
            seen: 0,
        };
        let rows = [row(-700, 3_000), row(50, 100)];
        let axis = Axis::of(&rows.iter().collect::<Vec<_>>(), NOW);
        assert_eq!((axis.left, axis.right), (-50.0, 400.0));
        let bar = |row: &Row| {
            let mut out = Markup::default();
            axis.row(row, NOW, &mut out);
            let bar = out.as_str().split_once("<rect ").unwrap().1.to_owned();
            bar.split(" /").next().unwrap().to_owned()
        };
        assert_eq!(bar(&rows[0]), "x=0.0% y=4 height=10 width=100.0%");
        assert_eq!(bar(&rows[1]), "x=22.2% y=4 height=10 width=11.1%");
    }
}
