//! Why there is no path: in words, because one "unknown issuer" has many causes.

use rustls::pki_types::{CertificateDer, ServerName};
use webpki::EndEntityCert;

use super::signed::Refusal;
use super::walk::Refused;
use super::{Demand, Problem};
use crate::cert::{Certificate, Chain, rfc3339};
use crate::finding::Code;

/// The reasons, the most fundamental first.
pub fn problems(chain: &Chain, demand: &Demand<'_>, refused: &[Refused]) -> Vec<Problem> {
    let path = chain.path();
    let Some(end_entity) = chain.end_entity() else { return Vec::new() };
    let mut problems = vec![match worst(refused) {
        Some(refused) => signature_problem(refused),
        None => anchor_problem(&path, demand).unwrap_or_else(|| {
            Problem::new(Code::ChainInvalid, "no path leads from it to a trust anchor")
        }),
    }];
    problems.extend(path.iter().filter_map(|certificate| time_problem(certificate, demand)));
    problems.extend(purpose_problem(end_entity, demand));
    problems
}

/// The refusal that says most: of the issuer that was meant, if it is there.
fn worst(refused: &[Refused]) -> Option<&Refused> {
    refused
        .iter()
        .max_by_key(|one| (one.is_meant, one.is_anchor, one.refusal != Refusal::OtherIssuer))
}

fn signature_problem(refused: &Refused) -> Problem {
    let Refused { certificate, issuer, algorithm, .. } = refused;
    match refused.refusal {
        Refusal::Inconsistent => {
            let text = format!("{certificate} names two different signature algorithms");
            Problem::new(Code::ChainInvalid, text).help("have it reissued")
        }
        Refusal::Weak => {
            let text = format!("{certificate} is signed with {algorithm}");
            Problem::new(Code::SignatureWeak, text).help("have it reissued with SHA-256")
        }
        Refusal::ShortKey => {
            let text =
                format!("{certificate} is signed with the key of {issuer}, which is too short");
            Problem::new(Code::KeyWeak, text)
                .help("get it from an authority with a key of 2048 bits or more")
        }
        Refusal::Unfit => {
            let text = format!(
                "{certificate} names {algorithm}, which TLS libraries do not take from the key of {issuer}"
            );
            Problem::new(Code::ChainInvalid, text).help("have it reissued")
        }
        Refusal::Wrong if refused.is_meant => {
            let text = format!(
                "the signature of {certificate} is wrong: under {algorithm}, which it names, the key of {issuer} did not make it"
            );
            Problem::new(Code::ChainInvalid, text)
                .help("it was altered after signing, or forged: get it again")
        }
        Refusal::Wrong | Refusal::OtherIssuer => {
            let what =
                if refused.is_anchor { "a trust anchor" } else { "a certificate sent along" };
            let text = format!("{what} has the name of the issuer, {issuer}, but a different key");
            Problem::new(Code::IssuerUnknown, text)
                .help("the issuer was renewed with a new key, or someone else is using its name")
        }
    }
}

/// Where the path ends, when that is not at an anchor.
fn anchor_problem(path: &[&Certificate], demand: &Demand<'_>) -> Option<Problem> {
    let last = path.last()?;
    let issuer = last.issuer();
    let known = match demand.anchors.len() {
        1 => "the only trust anchor".to_owned(),
        count => format!("among the {count} trust anchors"),
    };
    if demand.anchors.holds(last.der()) {
        return None;
    }
    if path.len() == 1 && last.is_self_issued() {
        let text = format!("it is self-signed and not {known}");
        return Some(
            Problem::new(Code::SelfSigned, text).help("give it with --ca FILE, or pin it"),
        );
    }
    if last.is_self_issued() {
        let text = format!("its root {issuer} is not {known}");
        return Some(
            Problem::new(Code::IssuerUnknown, text).help("give a private authority with --ca FILE"),
        );
    }
    Some(match last.extensions.issuer_addresses.first() {
        Some(address) => Problem::new(
            Code::ChainIncomplete,
            format!(
                "the intermediate certificate {issuer} is missing; it is available at {address}"
            ),
        )
        .help("make the server send it after its own certificate"),
        None => Problem::new(
            Code::ChainIncomplete,
            format!("the issuer {issuer} is neither in the chain nor {known}"),
        )
        .help("give a private authority with --ca FILE; an intermediate belongs in the chain"),
    })
}

fn time_problem(certificate: &Certificate, demand: &Demand<'_>) -> Option<Problem> {
    let name = certificate.short_name();
    if certificate.not_after <= demand.now {
        let since = rfc3339(certificate.not_after);
        Some(Problem::new(Code::CertificateExpired, format!("{name} expired at {since}")))
    } else if certificate.not_before > demand.now {
        let from = rfc3339(certificate.not_before);
        let text = format!("{name} is not valid before {from}");
        Some(Problem::new(Code::CertificateNotYetValid, text))
    } else {
        None
    }
}

fn purpose_problem(end_entity: &Certificate, demand: &Demand<'_>) -> Option<Problem> {
    let purpose = demand.purpose.name();
    let usages = end_entity.extensions.extended_key_usage.as_ref()?;
    (!usages.iter().any(|usage| usage == purpose)).then(|| {
        let listed = usages.join(", ");
        let text = format!("it may not be used for {purpose}, only for {listed}");
        Problem::new(Code::PurposeMissing, text)
    })
}

/// `name-mismatch`, when the certificate is not for this name.
pub fn name_problem(certificate: &Certificate, name: &ServerName<'_>) -> Option<Problem> {
    let der = CertificateDer::from(certificate.der());
    let matches = EndEntityCert::try_from(&der)
        .is_ok_and(|certificate| certificate.verify_is_valid_for_subject_name(name).is_ok());
    if matches {
        return None;
    }
    let names = &certificate.extensions.alt_names;
    let listed = match names.len() {
        0 => "it has no subject alternative name at all".to_owned(),
        1..=8 => format!("it is for {}", names.join(", ")),
        count => format!("it is for {} and {} more", names[..8].join(", "), count - 8),
    };
    let asked = name.to_str();
    Some(Problem::new(Code::NameMismatch, format!("it is not for {asked}: {listed}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(is_meant: bool, is_anchor: bool, refusal: Refusal) -> Refused {
        let [certificate, issuer, algorithm] = ["leaf", "root", "ECDSA"].map(str::to_owned);
        Refused { certificate, issuer, is_anchor, is_meant, algorithm, refusal }
    }

    #[test]
    fn the_issuer_that_was_meant_says_most_and_one_of_another_number_least() {
        let other = refused(false, true, Refusal::OtherIssuer);
        let wrong = refused(false, true, Refusal::Wrong);
        let sent = refused(false, false, Refusal::Weak);
        let meant = refused(true, false, Refusal::OtherIssuer);
        let mut all = Vec::new();
        for (next, expected) in [
            (sent, Refusal::Weak),
            (other, Refusal::OtherIssuer),
            (wrong, Refusal::Wrong),
            (refused(false, true, Refusal::OtherIssuer), Refusal::Wrong),
            (meant, Refusal::OtherIssuer),
        ] {
            all.push(next);
            assert_eq!(worst(&all).map(|one| one.refusal), Some(expected));
        }
        assert!(worst(&[]).is_none());
    }
}
