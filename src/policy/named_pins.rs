//! Lists of pins with days: which of them a server may show, and when.

use time::OffsetDateTime;

use crate::cert::pin::MatchedPin;
use crate::cert::{Pin, rfc3339};
use crate::finding::{Code, Finding};

/// A pin of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPin {
    /// The thumbprint, with its name as label.
    pub pin: Pin,
    /// The same as it is written, `NAME=THUMBPRINT`: what is odd about it is said where it is used.
    pub written: String,
    /// The first moment that it is accepted.
    pub from: Option<OffsetDateTime>,
    /// The first moment that it is accepted no more.
    pub until: Option<OffsetDateTime>,
}

/// Which pins of a list are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Any.
    Any,
    /// The one called `old`.
    Old,
    /// The one called `new`.
    New,
    /// Either, and both must be accepted now.
    BothKnown,
    /// None: whatever they are on must not be in use.
    None,
}

impl Want {
    /// All of them, as they are written.
    pub const ALL: [(&'static str, Self); 5] = [
        ("any", Self::Any),
        ("old", Self::Old),
        ("new", Self::New),
        ("both-known", Self::BothKnown),
        ("none", Self::None),
    ];
}

impl NamedPin {
    /// Its name in the list.
    pub fn name(&self) -> &str {
        self.pin.label.as_deref().unwrap_or_default()
    }

    /// Whether it is accepted at that moment.
    pub fn is_in_force(&self, now: OffsetDateTime) -> bool {
        self.is_over(now).is_none()
    }

    /// Why it is not accepted at that moment.
    fn is_over(&self, now: OffsetDateTime) -> Option<String> {
        match (self.from, self.until) {
            (Some(from), _) if now < from => {
                Some(format!("is accepted from {} on only", rfc3339(from)))
            }
            (_, Some(until)) if now >= until => {
                Some(format!("was accepted until {} only", rfc3339(until)))
            }
            _ => None,
        }
    }
}

/// What is wrong with the pin that was seen, or with none.
pub fn judge(
    list: &[NamedPin],
    want: Want,
    matched: Option<&MatchedPin>,
    now: OffsetDateTime,
    subject: &str,
) -> Vec<Finding> {
    let mismatch = |text: String| Finding::new(Code::PinMismatch, subject, text);
    let mut findings = Vec::new();
    if want == Want::BothKnown {
        findings.extend(["old", "new"].iter().filter_map(|name| {
            let problem = match list.iter().find(|pin| pin.name() == *name) {
                Some(pin) => pin.is_over(now),
                None => Some("is not in the list".to_owned()),
            };
            let text = format!("both pins must be accepted, and {name} {}", problem?);
            Some(Finding::new(Code::RotationGap, subject, text).help("correct the list of [pins]"))
        }));
    }
    let Some(matched) = matched else { return findings };
    let name = matched.label.as_deref().unwrap_or_default();
    let wanted = match want {
        Want::Old => Some("old"),
        Want::New => Some("new"),
        Want::None => {
            findings.push(
                mismatch(format!("it is the certificate of pin {name}, which must not be in use"))
                    .help("replace it where it is in use"),
            );
            return findings;
        }
        Want::Any | Want::BothKnown => None,
    };
    if let Some(wanted) = wanted.filter(|wanted| *wanted != name) {
        let text = format!("it is the certificate of pin {name}, and {wanted} is expected");
        findings.push(mismatch(text).help("switch over, or correct `want` in the policy"));
    }
    let held = list.iter().find(|pin| pin.name() == name);
    if let Some(problem) = held.and_then(|pin| pin.is_over(now)) {
        let text = format!("it is the certificate of pin {name}, which {problem}");
        findings
            .push(mismatch(text).help("switch over, or correct the days of the pin in the policy"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::pin::Pinned;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-26 0:00 UTC);

    fn pin(name: &str, from: Option<OffsetDateTime>, until: Option<OffsetDateTime>) -> NamedPin {
        let text = format!("{name}=4C21C5018BA88E42E608EBEA7203C063931A1D01");
        NamedPin { pin: text.parse().unwrap(), written: text, from, until }
    }

    fn said(list: &[NamedPin], want: Want, matched: Option<&str>) -> Vec<(Code, String)> {
        let matched = matched.map(|name| MatchedPin {
            label: Some(name.to_owned()),
            name: name.to_owned(),
            of: Pinned::Certificate,
            position: 0,
        });
        let findings = judge(list, want, matched.as_ref(), NOW, "x");
        findings.into_iter().map(|finding| (finding.code, finding.message)).collect()
    }

    #[test]
    fn the_pin_that_is_seen_must_be_the_wanted_one_and_of_its_time() {
        let day = time::Duration::DAY;
        let list = [pin("old", None, Some(NOW + day)), pin("new", Some(NOW), None)];
        for (want, matched) in [
            (Want::Any, Some("old")),
            (Want::Any, None),
            (Want::Old, Some("old")),
            (Want::New, Some("new")),
            (Want::BothKnown, Some("new")),
            (Want::None, None),
        ] {
            assert_eq!(said(&list, want, matched), [], "{want:?}");
        }
        for (want, matched, words) in [
            (Want::Old, "new", "old is expected"),
            (Want::New, "old", "new is expected"),
            (Want::None, "new", "must not be in use"),
        ] {
            let said = said(&list, want, Some(matched));
            assert!(
                matches!(&said[..], [(Code::PinMismatch, text)] if text.contains(words)),
                "{said:?}"
            );
        }
    }

    #[test]
    fn a_pin_holds_from_its_first_moment_and_until_its_last() {
        let over = [pin("old", None, Some(NOW))];
        let late = [pin("new", Some(NOW + time::Duration::SECOND), None)];
        for (list, name, words) in
            [(&over, "old", "was accepted until"), (&late, "new", "is accepted from")]
        {
            let seen = said(list, Want::Any, Some(name));
            assert!(
                matches!(&seen[..], [(Code::PinMismatch, text)] if text.contains(words)),
                "{seen:?}"
            );
            let gaps = said(list, Want::BothKnown, None);
            assert!(
                gaps.iter().all(|(code, _)| *code == Code::RotationGap) && gaps.len() == 2,
                "{gaps:?}"
            );
        }
    }
}
