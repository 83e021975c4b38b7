//! Does this trust file accept what a provider presents, today and by its announcements?

use time::OffsetDateTime;

use super::{Check, Presented, Provider};
use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::cert::{Certificate, Chain, rfc3339};
use crate::finding::{Code, Finding, Severity};
use crate::policy::Day;
use crate::store::Bundle;
use crate::tls::Anchors;
use crate::tls::path::{Demand, Purpose, verdict};

/// The name of the check.
const NAME: &str = "trusts";
/// So many days before a change is critical.
const NEAR: i64 = 14;

/// Whether a trust file accepts a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Held {
    /// It holds the authority.
    Yes,
    /// It does not.
    No,
    /// What is known does not tell; why.
    Unknown(String),
}

/// What is held against a trust file.
pub struct Trusts<'a> {
    /// Whose certificates they are, by its pages; `None` for a chain that was given alone.
    pub provider: Option<&'a Provider>,
    /// A chain that it presents, where the user has one.
    pub chain: Option<&'a Chain>,
}

impl Provider {
    /// Whether its pages say anything about a certificate of its own.
    pub fn is_known_to_present(&self) -> bool {
        !self.presents.is_empty()
    }
}

impl Trusts<'_> {
    /// Whether the certificates of this file are the right ones, and which of them are no anchors.
    pub fn checks(&self, bundle: &Bundle, subject: &str, now: OffsetDateTime) -> Vec<Check> {
        let by_chain = self.chain.map(|chain| of_chain(chain, bundle, subject, now));
        let is_decided = by_chain.is_some();
        let by_pages = self.provider.into_iter().flat_map(|provider| {
            let case = Case { provider, bundle, subject };
            case.checks(now, is_decided)
        });
        by_chain.into_iter().chain(by_pages).collect()
    }
}

/// `anchor-expired` and `anchor-not-ca`, for each certificate of a trust file.
pub fn anchors(bundle: &Bundle, now: OffsetDateTime) -> Vec<(&Certificate, Finding)> {
    let about = |one: &Certificate| {
        let name = one.name();
        let expired = (one.not_after < now).then(|| {
            let message = format!("{name} expired at {}", rfc3339(one.not_after));
            Finding::new(Code::AnchorExpired, name, message).help(
                "replace it with its successor; some libraries accept an expired anchor, \
                       most do not",
            )
        });
        let is_none = !one.is_ca();
        let no_authority = is_none.then(|| {
            let message = format!("{name} is not an authority: it vouches for itself at most");
            Finding::new(Code::AnchorNotCa, name, message)
                .help("put the authority's certificate there, one whose basic constraints say CA")
        });
        expired.into_iter().chain(no_authority).collect::<Vec<_>>()
    };
    bundle.certificates().flat_map(|one| about(one).into_iter().map(move |it| (one, it))).collect()
}

/// A chain that was given is verified.
fn of_chain(chain: &Chain, bundle: &Bundle, subject: &str, now: OffsetDateTime) -> Check {
    let shown = chain.end_entity().map(|one| one.short_name()).unwrap_or_default().to_owned();
    let ders = bundle.certificates().map(|one| one.der().to_vec().into());
    let anchors = Anchors::new(ders);
    // An authority alone is in it, or is not.
    let is_authority = chain.end_entity().is_some_and(|one| one.is_ca());
    let problem = match is_authority {
        true => {
            let wanted = |one: &Certificate| {
                let it = chain.end_entity();
                it.is_some_and(|it| {
                    it.subject_der() == one.subject_der() && it.spki() == one.spki()
                })
            };
            let holds = bundle.certificates().any(wanted);
            (!holds).then(|| "it is not among the certificates".to_owned())
        }
        false => verdict(chain, &Demand::of_peer(&anchors, Purpose::Client, now)).text(),
    };
    match problem {
        None => taken(format!("the chain of {shown} leads to one of its certificates")),
        Some(problem) => {
            let text = format!("the chain of {shown} is not accepted: {problem}");
            let help = "add the authority that the chain leads to";
            refused(Finding::new(Code::TrustMissing, subject, text).help(help))
        }
    }
}

fn taken(text: String) -> Check {
    Check { name: NAME, text, finding: None, is_unknown: false }
}

fn refused(finding: Finding) -> Check {
    let text = finding.message.clone();
    Check { name: NAME, text, finding: Some(finding), is_unknown: false }
}

struct Case<'a> {
    provider: &'a Provider,
    bundle: &'a Bundle,
    subject: &'a str,
}

impl Case<'_> {
    /// Today's answer, then the first change for the worse. Where a chain has decided, what only names
    /// tell is left out.
    fn checks(&self, now: OffsetDateTime, is_decided: bool) -> Vec<Check> {
        let mut checks = Vec::new();
        let title = &self.provider.title;
        let today = self.held(now);
        match &today {
            Held::Yes => checks.push(taken(format!("{title}: the authority is in it"))),
            Held::Unknown(_) if is_decided => {}
            Held::Unknown(why) => checks.push(Check {
                name: NAME,
                text: format!("{title}: {why}: give the chain with --chain FILE"),
                finding: None,
                is_unknown: true,
            }),
            Held::No => {
                let finding =
                    Finding::new(Code::TrustMissing, self.subject, self.missing(now, "is"));
                checks.push(refused(finding.help(self.help(now))));
            }
        }
        if today == Held::No {
            return checks;
        }
        let worse = self.changes(now).into_iter().find(|day| self.held(day.begins()) == Held::No);
        if let Some(day) = worse {
            let then = day.begins();
            let message = format!("from {day} on, {}", self.missing(then, "will be"));
            let finding = Finding::new(Code::TrustMissingNext, self.subject, message);
            let finding = finding.help(self.help(then));
            checks.push(refused(match -day.days_to(now) <= NEAR {
                true => finding.severity(Severity::Critical),
                false => finding,
            }));
        }
        checks
    }

    /// The days after `now` on which what it presents changes, in order.
    fn changes(&self, now: OffsetDateTime) -> Vec<Day> {
        let rows = self.provider.presents.iter();
        let ends = rows.clone().filter_map(|one| one.holds_until?.next());
        let begins = rows.filter_map(|one| one.holds_from);
        let mut days: Vec<Day> = ends.chain(begins).filter(|day| day.begins() > now).collect();
        days.sort_unstable();
        days
    }

    fn in_force(&self, then: OffsetDateTime) -> impl Iterator<Item = &Presented> {
        self.provider.presents.iter().filter(move |one| {
            one.provenance().holds(then) && one.holds_from.is_none_or(|day| day.begins() <= then)
        })
    }

    /// Whether all that it presents then is accepted, or what it falls back to.
    fn held(&self, then: OffsetDateTime) -> Held {
        let held = |one: &Presented| one.held(self.bundle, then);
        let fallbacks: Vec<Held> =
            self.in_force(then).filter(|one| one.is_fallback).map(held).collect();
        if fallbacks.contains(&Held::Yes) {
            return Held::Yes;
        }
        let first: Vec<Held> =
            self.in_force(then).filter(|one| !one.is_fallback).map(held).collect();
        let unknown =
            |all: &[Held]| all.iter().find(|one| matches!(one, Held::Unknown(_))).cloned();
        if first.contains(&Held::No) {
            return unknown(&fallbacks).unwrap_or(Held::No);
        }
        match unknown(&first) {
            Some(why) => why,
            None if first.is_empty() => {
                Held::Unknown("it is not known what it presents".to_owned())
            }
            None => Held::Yes,
        }
    }

    fn wanted(&self, then: OffsetDateTime) -> Option<&Presented> {
        let mut wanted = self.in_force(then).filter(|one| !one.is_fallback);
        wanted.find(|one| one.held(self.bundle, then) == Held::No)
    }

    fn missing(&self, then: OffsetDateTime, is: &str) -> String {
        let title = &self.provider.title;
        let (shown, root) = match self.wanted(then) {
            Some(one) => (one.shown(), one.root.clone().unwrap_or_default()),
            None => Default::default(),
        };
        format!("{title} {is} refused: it presents {shown} under {root}, which is not in it")
    }

    fn help(&self, then: OffsetDateTime) -> String {
        let Some(one) = self.wanted(then) else { return String::new() };
        let root = one.root.as_deref().unwrap_or("its authority");
        let print = one.root_sha256.as_ref().map(|hex| format!(" (SHA-256 {hex})"));
        let source = one.provenance().text();
        format!("add {root}{} to the others; see {source}", print.unwrap_or_default())
    }
}

impl Presented {
    /// Whether this file holds the authority at that moment.
    fn held(&self, bundle: &Bundle, then: OffsetDateTime) -> Held {
        let is_valid = |one: &&Certificate| one.not_before <= then && then <= one.not_after;
        let mut all = bundle.certificates().filter(is_valid);
        if let Some(sha256) = &self.root_sha256 {
            let is_it = |one: &Certificate| Thumbprint::of(one, Kind::Sha256).text() == *sha256;
            if bundle.certificates().filter(is_valid).any(is_it) {
                return Held::Yes;
            }
        }
        let named = self
            .root_subject
            .as_ref()
            .or(self.root.as_ref().filter(|_| self.root_sha256.is_some()));
        let Some(named) = named else {
            return Held::Unknown("its pages do not say which authority it is".to_owned());
        };
        match all.find(|one| has(one.subject(), named)) {
            Some(one) => Held::Unknown(format!(
                "{} has the name, and nothing proves that it is the one",
                one.short_name()
            )),
            None => Held::No,
        }
    }
}

/// Whether a name stands in another, small and capital letters alike.
fn has(subject: &str, name: &str) -> bool {
    subject.to_lowercase().contains(&name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::policy::provider::named;
    use crate::store::{Passwords, open};

    fn authority(name: &str, till: OffsetDateTime, is_ca: bool) -> (String, String) {
        let mut params = rcgen::CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        (params.not_before, params.not_after) = (datetime!(2020-01-01 0:00 UTC), till);
        if is_ca {
            params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        }
        let made = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
        let certificate = Certificate::parse(made.der().to_vec()).unwrap();
        (made.pem(), Thumbprint::of(&certificate, Kind::Sha256).text())
    }

    /// A provider with an old authority until 2026-12-01, of which a name is known, and a new one.
    fn provider(new: &str, more: &str) -> Provider {
        let dated = "source = \"https://x.example\"\nread_on = \"2026-11-20\"\ngrade = \"A\"\n";
        let text = format!(
            "[[provider]]\nname = \"p\"\ntitle = \"P\"\nrole = \"presents\"\n{dated}\
             [[provider.presents]]\nnames = [\"new\"]\nroot = \"New Root\"\nroot_sha256 = \"{new}\"\n{dated}\
             [[provider.presents]]\nnames = [\"old\"]\nroot = \"Old Root\"\nroot_subject = \"Old Root\"\n\
             holds_until = \"2026-12-01\"\n{more}\n{dated}"
        );
        named("p", Some(&text)).unwrap()
    }

    fn said(provider: &Provider, pem: &str, now: OffsetDateTime) -> Vec<String> {
        let bundle = open(pem.as_bytes(), &Passwords::none()).unwrap();
        let checks =
            Trusts { provider: Some(provider), chain: None }.checks(&bundle, "x", now).into_iter();
        let word = |check: Check| match check.finding {
            Some(finding) => format!("{} {}", finding.code.id(), finding.severity.name()),
            None if check.is_unknown => "unknown".to_owned(),
            None => "ok".to_owned(),
        };
        checks.map(word).collect()
    }

    #[test]
    fn today_and_what_is_announced() {
        let far = datetime!(2040-01-01 0:00 UTC);
        let (new, print) = authority("New Root", far, true);
        let (old, _) = authority("Old Root", far, true);
        let (none, _) = authority("Somebody", far, true);
        let (impostor, _) = authority("New Root", far, true);
        let fallback = provider(&print, "fallback = true");
        let both = provider(&print, "");
        let (before, near, after) = (
            datetime!(2026-10-01 0:00 UTC),
            datetime!(2026-11-26 0:00 UTC),
            datetime!(2026-12-02 0:00 UTC),
        );
        // A name is no proof, a thumbprint is.
        let next =
            |severity: &str| vec!["unknown".to_owned(), format!("trust-missing-next {severity}")];
        assert_eq!(said(&fallback, &old, before), next("warning"));
        assert_eq!(said(&fallback, &old, near), next("critical"));
        assert_eq!(said(&fallback, &old, after), ["trust-missing critical"]);
        assert_eq!(said(&fallback, &new, near), ["ok"]);
        assert_eq!(said(&fallback, &new, after), ["ok"]);
        assert_eq!(said(&fallback, &none, near), ["trust-missing critical"]);
        assert_eq!(said(&fallback, &impostor, after), ["unknown"]);
        // Without a fallback all of them are presented.
        assert_eq!(said(&both, &new, near), ["trust-missing critical"]);
        assert_eq!(said(&both, &(new.clone() + &old), near), ["unknown"]);
        assert_eq!(said(&both, &new, after), ["ok"]);
    }

    #[test]
    fn an_anchor_that_has_expired_does_not_hold() {
        let (new, print) = authority("New Root", datetime!(2026-11-01 0:00 UTC), true);
        let now = datetime!(2026-12-02 0:00 UTC);
        assert_eq!(said(&provider(&print, ""), &new, now), ["trust-missing critical"]);
        let (leaf, _) = authority("leaf", datetime!(2040-01-01 0:00 UTC), false);
        let bundle = open((new + &leaf).as_bytes(), &Passwords::none()).unwrap();
        let found = anchors(&bundle, now);
        let codes: Vec<&str> = found.iter().map(|(_, it)| it.code.id()).collect();
        assert_eq!(codes, ["anchor-expired", "anchor-not-ca"]);
    }
}
