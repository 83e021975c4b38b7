//! What there is to say about an item, in the one shape that most formats need: its failure and its
//! findings, and the counts of all items in words.

use std::borrow::Cow;
use std::cmp::Reverse;

use crate::finding::{Finding, Severity};
use crate::outcome::Outcome;
use crate::render::escape::escape;
use crate::report::{Item, Place, Status, Tally};

/// A failure or a finding. Its texts are untrusted still, except where said otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Remark<'a> {
    /// `failed`, or the severity.
    pub status: Status,
    /// The code of the failure or finding.
    pub code: &'a str,
    /// A few words of our own: the rule's title, or the failure's code.
    pub title: &'a str,
    /// What it is about; the item itself for a failure.
    pub subject: &'a str,
    /// What is wrong.
    pub message: &'a str,
    /// What to do next.
    pub help: Option<&'a str>,
    /// What it is known by in every run, for a check of a policy.
    pub key: Option<&'a str>,
}

impl<'a> Remark<'a> {
    /// What is wrong, escaped: one line. It begins with what it is about, unless that is the item itself or
    /// the message says it.
    pub fn sentence(&self, item: &Item) -> Cow<'a, str> {
        let Self { subject, message, .. } = *self;
        if subject.is_empty() || subject == item.subject || message.contains(subject) {
            return escape(message);
        }
        Cow::Owned(escape(&format!("{subject}: {message}")).into_owned())
    }

    /// The same beginning with the item, for where it does not stand beside it.
    pub fn told(&self, item: &Item) -> String {
        let (sentence, subject) = (self.sentence(item), escape(&item.subject));
        if sentence.starts_with(&*subject) {
            return sentence.into_owned();
        }
        format!("{subject}: {sentence}")
    }

    /// The key, for the end of a line: ` [0123456789abcdef]`, or nothing.
    pub fn keyed(&self) -> String {
        self.key.map(|key| format!(" [{key}]")).unwrap_or_default()
    }

    fn finding(item: &'a Item, finding: &'a Finding) -> Self {
        let code = finding.code.id();
        Self {
            status: Status::Found(finding.severity),
            code,
            title: finding.code.rule().title,
            subject: &finding.subject,
            message: &finding.message,
            help: finding.help.as_deref(),
            key: item.outcome.alert(code, &finding.subject),
        }
    }
}

/// The failure and the findings of an item, worst first.
pub fn remarks(item: &Item) -> Vec<Remark<'_>> {
    let failure = item.failure.iter().map(|failure| Remark {
        status: Status::Failed,
        code: failure.code.id(),
        title: failure.code.id(),
        subject: &item.subject,
        message: &failure.message,
        help: failure.help.as_deref(),
        key: item.outcome.alert(failure.code.id(), &item.subject),
    });
    let findings = item.findings.iter().map(|finding| Remark::finding(item, finding));
    let mut remarks: Vec<_> = failure.chain(findings).collect();
    remarks.sort_by_key(|remark| Reverse(remark.status));
    remarks
}

/// The counts as words, worst first: `1 critical, 2 failed, 11 ok`.
pub fn counts(tally: &Tally) -> String {
    let Tally { items, ok, info, warning, critical, failed } = *tally;
    let counted = [
        (critical, "critical"),
        (failed, "failed"),
        (warning, "warning"),
        (info, "info"),
        (ok, "ok"),
    ];
    if items == 0 {
        return "nothing was found to check".to_owned();
    }
    let words = counted.iter().filter(|(count, _)| *count > 0);
    words.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}

/// Where in a file it stands what an item is about, or which file that is. Of what has only a name no
/// file is known.
pub fn place(item: &Item) -> Option<Place> {
    use Outcome::{Caller, Check, Delivery, Difference, Explanation, Scheme, Step, Text};
    let is_named = !matches!(
        item.outcome,
        Caller(_)
            | Check(_)
            | Delivery(_)
            | Difference(_)
            | Explanation(_)
            | Scheme(_)
            | Step(_)
            | Text(_)
    );
    item.place.clone().or_else(|| Place::named(&item.subject).filter(|_| is_named))
}

/// How bad a status is in the words of CI systems.
pub fn level(status: Status) -> &'static str {
    match status {
        Status::Failed | Status::Found(Severity::Critical) => "error",
        Status::Found(Severity::Warning) => "warning",
        Status::Ok | Status::Found(Severity::Info) => "notice",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::failure::Failure;
    use crate::finding::Code;

    #[test]
    fn the_worst_comes_first_and_says_what_it_is_about() {
        let mut item = Item::failed("a.p12", Error::new(Failure::Malformed, "a.p12: damaged"));
        item.findings.push(Finding::new(Code::PinOld, "CN=x", "the older pin matches"));
        item.findings.push(Finding::new(Code::KeyMismatch, "a.p12", "another key\n"));
        let lines: Vec<_> =
            remarks(&item).iter().map(|remark| remark.sentence(&item).into_owned()).collect();
        assert_eq!(lines, ["a.p12: damaged", "another key\\n", "CN=x: the older pin matches"]);
    }

    #[test]
    fn where_it_stands_counts_more_than_what_it_is_called() {
        let mut item = Item::new("example.com:443");
        assert_eq!(place(&item), None);
        item.place = Some(Place { line: 3, ..Place::file("hosts.txt") });
        assert_eq!(place(&item), item.place);
        assert_eq!(place(&Item::new("a.p12")), Some(Place::file("a.p12")));
        let outcome = Outcome::Text(crate::outcome::text::Text::new(""));
        assert_eq!(place(&Item { outcome, ..Item::new("inspect") }), None);
    }

    #[test]
    fn counts_leave_out_what_there_is_none_of() {
        assert_eq!(
            counts(&Tally { items: 3, ok: 2, failed: 1, ..Tally::default() }),
            "1 failed, 2 ok"
        );
        assert_eq!(counts(&Tally::default()), "nothing was found to check");
    }
}
