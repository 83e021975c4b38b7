//! The list of what was checked, each with its outcome: what people tick off before they upload or
//! install an identity.

use crate::finding::{Code, Finding, Severity};
use crate::outcome::inspection::{Check, Verdict};

/// The check whether key and certificate belong together.
pub const KEY: &str = "key";
/// The check of the measures of keys and signatures.
pub const STRENGTH: &str = "strength";

/// One thing to check: its name, the findings that speak against it, what is said when none does.
struct Rule {
    name: &'static str,
    against: &'static [Code],
    otherwise: &'static str,
}

/// The checks of an identity, in the order people think of them.
const IDENTITY: [Rule; 5] = [
    Rule {
        name: KEY,
        against: &[Code::KeyMissing, Code::KeyMismatch],
        otherwise: "belongs to the certificate",
    },
    Rule {
        name: "purpose",
        against: &[Code::PurposeMissing, Code::PurposeEnds],
        otherwise: "fits",
    },
    Rule {
        name: "chain",
        against: &[
            Code::ChainIncomplete,
            Code::IssuerUnknown,
            Code::ChainInvalid,
            Code::SelfSigned,
            Code::ChainOutOfOrder,
        ],
        otherwise: "complete up to a trust anchor",
    },
    Rule {
        name: "validity",
        against: &[
            Code::CertificateExpired,
            Code::CertificateExpiresSoon,
            Code::CertificateNotYetValid,
        ],
        otherwise: "valid, and not about to end",
    },
    Rule {
        name: STRENGTH,
        against: &[Code::KeyWeak, Code::SignatureWeak],
        otherwise: "key and signatures are strong enough",
    },
];

/// The check of a name that was asked for.
const NAME: Rule =
    Rule { name: "name", against: &[Code::NameMismatch], otherwise: "is among its names" };

/// What could not be checked: the name of the check, and why.
pub type Unchecked = (&'static str, String);

/// The outcome of every check that applies. What could not be checked is neither right nor wrong.
pub fn identity(findings: &[Finding], with_name: bool, unchecked: &[Unchecked]) -> Vec<Check> {
    rules(with_name).map(|rule| rule.check(findings, unchecked)).collect()
}

/// Every check of an identity, none of which could be made.
pub fn none(with_name: bool, why: &str) -> Vec<Unchecked> {
    rules(with_name).map(|rule| (rule.name, why.to_owned())).collect()
}

fn rules(with_name: bool) -> impl Iterator<Item = &'static Rule> {
    IDENTITY.iter().chain(with_name.then_some(&NAME))
}

impl Rule {
    fn check(&self, findings: &[Finding], unchecked: &[Unchecked]) -> Check {
        let against = findings.iter().filter(|finding| self.against.contains(&finding.code));
        let worst = against.max_by_key(|finding| finding.severity);
        let why = unchecked.iter().find(|(name, _)| *name == self.name);
        let (verdict, text) = match (worst, why) {
            (Some(worst), None) => (Verdict::Found(worst.severity), worst.message.as_str()),
            (Some(worst), Some(_)) if worst.severity == Severity::Critical => {
                (Verdict::Found(worst.severity), worst.message.as_str())
            }
            (_, Some((_, why))) => (Verdict::Unknown, why.as_str()),
            (None, None) => (Verdict::Ok, self.otherwise),
        };
        Check { name: self.name, verdict, text: text.to_owned() }
    }
}
