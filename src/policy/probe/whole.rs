//! All columns together: do they agree, and what is the one sentence to say of them?

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::{Expect, Verdict};
use crate::finding::{Code, Finding, Severity};

/// A column, as far as it counts here.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// Its address; `None` where a proxy chose it.
    pub address: Option<SocketAddr>,
    /// Its place in a sentence.
    pub place: &'a str,
    /// What the server does there.
    pub verdict: Verdict,
    /// What is wrong there.
    pub findings: &'a [Finding],
    /// Why it could not be told, in a word of the failures.
    pub failure: Option<&'a str>,
}

/// `enforcement-differs`: not everywhere the same, with the odd ones named.
pub fn differences(parts: &[Part<'_>], subject: &str) -> Option<Finding> {
    let known = |part: &&Part<'_>| {
        !matches!(part.verdict, Verdict::NotOffered | Verdict::Unclear) && part.failure.is_none()
    };
    let mut places: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for part in parts.iter().filter(known) {
        places.entry(part.verdict.word()).or_default().push(part.place);
    }
    if places.len() < 2 {
        return None;
    }
    let mut groups: Vec<_> = places.into_iter().collect();
    // Of two that are equally many, what demands more is how it is meant to be.
    groups.sort_by_key(|(word, places)| (places.len(), *word == Verdict::Required.word()));
    let (usual, _) = groups.pop()?;
    let odd: Vec<String> =
        groups.iter().map(|(word, places)| format!("{word} at {}", places.join(" and "))).collect();
    let message =
        format!("a client certificate is {}, and {usual} everywhere else", odd.join(", "));
    let help = "configure every address and version alike; one node may be out of date";
    Some(Finding::new(Code::EnforcementDiffers, subject, message).help(help))
}

/// Whether everything is as wanted, everywhere.
pub fn holds(parts: &[Part<'_>], more: &[Finding]) -> bool {
    let is_critical = |finding: &Finding| finding.severity == Severity::Critical;
    let is_good =
        |part: &Part<'_>| part.failure.is_none() && !part.findings.iter().any(is_critical);
    parts.iter().any(|part| part.verdict != Verdict::NotOffered)
        && parts.iter().all(is_good)
        && !more.iter().any(is_critical)
}

/// What is worst, in the order of how bad it is, and how that is said.
const WORST: [(Code, &str); 9] = [
    (Code::ClientCertificateNotEnforced, "callers without a client certificate are let in"),
    (Code::SideDoorOpen, "a side door is open to anyone"),
    (Code::ClientCertificateNotVerified, "a certificate that must be refused is let in"),
    (Code::RotationGap, "not all certificates of the rotation are accepted"),
    (Code::ClientCertificateRefused, "a certificate that must be accepted is refused"),
    (Code::ResumptionDiffers, "a resumed session is treated differently"),
    (Code::EnforcementDiffers, "client certificates are not handled as they should be"),
    (Code::ClientCertificateLate, "the client certificate is requested after the request"),
    (Code::ClockSkew, "the clocks differ"),
];

/// The verdict on all of it, in one line; of what was cut short, and why, only what is wrong is known.
pub fn headline(
    parts: &[Part<'_>],
    more: &[Finding],
    expect: Expect,
    cut_short: Option<&str>,
) -> String {
    let addresses = |count: usize| match count {
        1 => "1 address".to_owned(),
        _ => format!("{count} addresses"),
    };
    let count = |is: &dyn Fn(&Part<'_>) -> bool| {
        let mut found: Vec<_> =
            parts.iter().filter(|part| is(part)).map(|one| one.address).collect();
        found.sort();
        found.dedup();
        found.len()
    };
    let all = count(&|_| true);
    let has = |findings: &[Finding], code: Code| {
        findings.iter().any(|one| one.code == code && one.severity > Severity::Info)
    };
    let worst = WORST
        .iter()
        .find(|(code, _)| has(more, *code) || parts.iter().any(|part| has(part.findings, *code)));
    let failed = parts.iter().find_map(|part| part.failure);
    match (worst, cut_short, failed) {
        (Some((code, words)), ..) => {
            let there = count(&|part| has(part.findings, *code));
            match there == 0 || all == 1 {
                true => (*words).to_owned(),
                false => format!("at {there} of {} {words}", addresses(all)),
            }
        }
        (None, Some(why), _) => why.to_owned(),
        (None, None, Some(failure)) => format!("this is unclear ({failure})"),
        (None, None, None) => {
            let what = match expect {
                Expect::Required => "a client certificate is required",
                Expect::Optional => "a client certificate is optional",
                Expect::NotRequested => "no client certificate is asked for",
            };
            format!("{what}, at {}", addresses(all))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(address: &str, verdict: Verdict) -> Part<'_> {
        let number = format!("{address}:443").parse().ok();
        Part { address: number, place: address, verdict, findings: &[], failure: None }
    }

    #[test]
    fn the_odd_one_is_named() {
        let all = |verdicts: [Verdict; 3]| {
            let places = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];
            let parts: Vec<_> =
                places.into_iter().zip(verdicts).map(|(at, verdict)| part(at, verdict)).collect();
            differences(&parts, "u").map(|finding| finding.message)
        };
        use Verdict::{NotOffered, NotRequested, Optional, Required, Unclear};
        assert_eq!(all([Required; 3]), None);
        assert_eq!(all([Required, NotOffered, Unclear]), None);
        assert_eq!(
            all([Required, Optional, Required]).unwrap(),
            "a client certificate is optional at 192.0.2.2, and required everywhere else"
        );
        assert_eq!(
            all([NotRequested, NotOffered, Required]).unwrap(),
            "a client certificate is not-requested at 192.0.2.1, and required everywhere else"
        );
    }

    #[test]
    fn one_sentence_says_the_worst_and_how_far_it_goes() {
        let gap = [Finding::new(Code::RotationGap, "u", "m")];
        let open = [Finding::new(Code::ClientCertificateNotEnforced, "u", "m")];
        let told =
            [Finding::new(Code::ClientCertificateNotEnforced, "u", "m").severity(Severity::Info)];
        let good = part("192.0.2.1", Verdict::Required);
        let with = |findings| Part { findings, ..part("192.0.2.2", Verdict::Required) };
        let said = |parts: &[Part<'_>]| headline(parts, &[], Expect::Required, None);
        assert_eq!(said(&[good, good]), "a client certificate is required, at 1 address");
        let words = "not all certificates of the rotation are accepted";
        assert_eq!(said(&[good, with(&gap), with(&gap)]), format!("at 1 of 2 addresses {words}"));
        assert_eq!(said(&[with(&gap)]), words);
        assert_eq!(
            said(&[with(&gap), with(&open)]),
            "callers without a client certificate are let in"
        );
        let failed = Part { failure: Some("timeout"), ..good };
        assert_eq!(said(&[good, failed]), "this is unclear (timeout)");
        let cut_short = |part| headline(&[part], &[], Expect::Required, Some("interrupted"));
        assert_eq!((&*cut_short(good), &*cut_short(failed)), ("interrupted", "interrupted"));
        assert_eq!(cut_short(with(&gap)), words, "what is wrong is known all the same");
        let optional = headline(&[with(&told)], &[], Expect::Optional, None);
        assert_eq!(optional, "a client certificate is optional, at 1 address");
        assert!(holds(&[good], &[]) && holds(&[with(&told)], &[]));
        assert!(!holds(&[good, failed], &[]) && !holds(&[with(&gap)], &[]));
        assert!(!holds(&[part("192.0.2.1", Verdict::NotOffered)], &[]) && !holds(&[good], &gap));
    }
}
