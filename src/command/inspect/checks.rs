//! The list of what was checked, each with its outcome: what people tick off before they upload or
//! install an identity.

use crate::fact::Facts;
use crate::finding::{Code, Finding, Severity};

/// The check whether key and certificate belong together.
pub const KEY: &str = "key";
/// The check of the measures of keys and signatures.
pub const STRENGTH: &str = "strength";

/// One thing that is checked: its name, the findings that speak against it, what is said when none
/// does.
struct Check {
    name: &'static str,
    against: &'static [Code],
    otherwise: &'static str,
}

/// The checks of an identity, in the order people think of them.
const IDENTITY: [Check; 5] = [
    Check {
        name: KEY,
        against: &[Code::KeyMissing, Code::KeyMismatch],
        otherwise: "belongs to the certificate",
    },
    Check {
        name: "purpose",
        against: &[Code::PurposeMissing, Code::PurposeEnds],
        otherwise: "fits",
    },
    Check {
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
    Check {
        name: "validity",
        against: &[
            Code::CertificateExpired,
            Code::CertificateExpiresSoon,
            Code::CertificateNotYetValid,
        ],
        otherwise: "valid, and not about to end",
    },
    Check {
        name: STRENGTH,
        against: &[Code::KeyWeak, Code::SignatureWeak],
        otherwise: "key and signatures are strong enough",
    },
];

/// The check of a name that was asked for.
const NAME: Check =
    Check { name: "name", against: &[Code::NameMismatch], otherwise: "is among its names" };

/// What could not be checked: the name of the check, and why.
pub type Unchecked = (&'static str, String);

/// The outcome of every check that applies. What could not be checked is neither right nor wrong.
pub fn identity(findings: &[Finding], with_name: bool, unchecked: &[Unchecked]) -> Vec<Facts> {
    let name = with_name.then_some(&NAME);
    let checks = IDENTITY.iter().chain(name);
    checks.map(|check| check.outcome(findings, unchecked)).collect()
}

/// Every check of an identity, none of which could be made.
pub fn none(with_name: bool, why: &str) -> Vec<Unchecked> {
    let name = with_name.then_some(&NAME);
    IDENTITY.iter().chain(name).map(|check| (check.name, why.to_owned())).collect()
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing speaks against it.
    Ok,
    /// A finding of this severity does.
    Found(Severity),
    /// It could not be checked.
    Unknown,
}

/// One line of the list.
pub fn line(name: &str, outcome: Outcome, text: &str) -> Facts {
    let verdict = match outcome {
        Outcome::Ok => "ok",
        Outcome::Found(severity) => severity.name(),
        Outcome::Unknown => "unknown",
    };
    Facts::new().with("check", name).with("verdict", verdict).with("text", text)
}

impl Check {
    fn outcome(&self, findings: &[Finding], unchecked: &[Unchecked]) -> Facts {
        let against = findings.iter().filter(|finding| self.against.contains(&finding.code));
        let worst = against.max_by_key(|finding| finding.severity);
        let why = unchecked.iter().find(|(name, _)| *name == self.name);
        match (worst, why) {
            (Some(worst), None) => line(self.name, Outcome::Found(worst.severity), &worst.message),
            (Some(worst), Some(_)) if worst.severity == Severity::Critical => {
                line(self.name, Outcome::Found(worst.severity), &worst.message)
            }
            (_, Some((_, why))) => line(self.name, Outcome::Unknown, why),
            (None, None) => line(self.name, Outcome::Ok, self.otherwise),
        }
    }
}
