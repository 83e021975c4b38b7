//! The list of what was checked, each with its outcome: what people tick off before they upload or
//! install an identity.

use crate::fact::Facts;
use crate::finding::{Code, Finding, Severity};

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
        name: "key",
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
        name: "strength",
        against: &[Code::KeyWeak, Code::SignatureWeak],
        otherwise: "key and signatures are strong enough",
    },
];

/// The check of a name that was asked for.
const NAME: Check =
    Check { name: "name", against: &[Code::NameMismatch], otherwise: "is among its names" };

/// The outcome of every check that applies.
pub fn identity(findings: &[Finding], with_name: bool) -> Vec<Facts> {
    let name = with_name.then_some(&NAME);
    IDENTITY.iter().chain(name).map(|check| check.outcome(findings)).collect()
}

/// One line of the list.
pub fn line(name: &str, worst: Option<Severity>, text: &str) -> Facts {
    Facts::new()
        .with("check", name)
        .with("verdict", worst.map_or("ok", Severity::name))
        .with("text", text)
}

impl Check {
    fn outcome(&self, findings: &[Finding]) -> Facts {
        let against = findings.iter().filter(|finding| self.against.contains(&finding.code));
        match against.max_by_key(|finding| finding.severity) {
            Some(worst) => line(self.name, Some(worst.severity), &worst.message),
            None => line(self.name, None, self.otherwise),
        }
    }
}
