//! Our own identity, judged before anybody else is: what `inspect --for client` says of it, as far as no
//! trust anchor is needed for that.

use std::collections::HashSet;

use time::OffsetDateTime;

use crate::cert::{Certificate, Chain};
use crate::finding::{Code, Finding};
use crate::policy::evidence;
use crate::tls::path::{Demand, Problem, Purpose, Strictness, verdict};
use crate::tls::{Anchors, CertificateRequest};

/// What keeps an identity from being a client's, wherever it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// What is wrong, in one line.
    pub text: String,
    /// Whether every TLS library refuses it, and not just the strictest.
    pub is_everywhere: bool,
}

/// What our chain breaks by itself: time, purpose, and every rule that needs no trust anchor.
pub fn faults(chain: &Chain, now: OffsetDateTime, strictness: Strictness) -> Vec<Problem> {
    let last = chain.path().last().map(|last| last.der().to_vec().into());
    let anchors = Anchors::new(last);
    let demand = Demand::of_peer(&anchors, Purpose::Client, now);
    let mut problems = verdict(chain, &Demand { strictness, ..demand }).problems;
    // Whom it leads to is for others to judge.
    problems.retain(|one| {
        matches!(
            one.code,
            Code::ChainInvalid
                | Code::PurposeMissing
                | Code::CertificateExpired
                | Code::CertificateNotYetValid
        )
    });
    let mut seen = HashSet::new();
    problems.retain(|one| seen.insert(one.text.clone()));
    problems
}

/// The rules that our chain breaks by itself: signatures, authorities, path length, key usage. Time,
/// extended key usage and who issued it are causes of their own.
pub fn unfit(chain: &Chain, now: OffsetDateTime) -> Option<Unfit> {
    let codes: &[Code] = match chain.end_entity().is_some_and(lacks_purpose) {
        true => &[Code::ChainInvalid],
        false => &[Code::ChainInvalid, Code::PurposeMissing],
    };
    [Strictness::Shared, Strictness::Whole].into_iter().find_map(|strictness| {
        let faults = faults(chain, now, strictness).into_iter();
        let texts: Vec<String> =
            faults.filter(|one| codes.contains(&one.code)).map(|one| one.text).collect();
        let is_everywhere = strictness == Strictness::Shared;
        (!texts.is_empty()).then(|| Unfit { text: texts.join("; "), is_everywhere })
    })
}

/// Whether a certificate lists purposes, and clientAuth is none of them.
pub fn lacks_purpose(certificate: &Certificate) -> bool {
    let usages = certificate.extensions.extended_key_usage.as_ref();
    let fits = |usage: &_| usage == "clientAuth" || usage == "any";
    usages.is_some_and(|usages| !usages.iter().any(fits))
}

/// `identity-not-offered`, when the server lists authorities and none of our chain is among them.
pub fn unlisted(
    request: &CertificateRequest,
    chain: &Chain,
    file: &str,
    peer: &str,
) -> Option<Finding> {
    (evidence::listed(request, chain) == Some(false)).then(|| {
        let message = match request.issuers.as_slice() {
            [_] => format!("{peer} accepts certificates from one authority, which is not that of \
                            {file}"),
            all => format!(
                "{peer} lists {} certificate authorities that it accepts, and that of {file} is not among them",
                all.len(),
            ),
        };
        Finding::new(Code::IdentityNotOffered, peer, message)
            .help("clients written in Go and Java would then send no certificate")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::tests::sample;

    #[test]
    fn a_client_needs_its_purpose_only_where_purposes_are_listed() {
        let lacks = |usages: Option<&[&str]>| {
            let mut certificate = sample();
            certificate.extensions.extended_key_usage =
                usages.map(|usages| usages.iter().map(|&usage| usage.to_owned().into()).collect());
            lacks_purpose(&certificate)
        };
        assert!(!lacks(None) && !lacks(Some(&["clientAuth"])) && !lacks(Some(&["any"])));
        assert!(!lacks(Some(&["serverAuth", "clientAuth"])));
        assert!(lacks(Some(&["serverAuth"])) && lacks(Some(&[])));
    }

    #[test]
    fn our_own_faults_are_those_that_need_no_anchor() {
        let chain = Chain::new(vec![sample()]);
        let codes = |now| -> Vec<Code> {
            faults(&chain, now, Strictness::Shared).iter().map(|one| one.code).collect()
        };
        let (start, end) = (sample().not_before, sample().not_after);
        assert_eq!(codes(end - time::Duration::DAY), []);
        assert_eq!(codes(end + time::Duration::DAY), [Code::CertificateExpired]);
        assert_eq!(codes(start - time::Duration::DAY), [Code::CertificateNotYetValid]);
    }

    #[test]
    fn a_chain_that_is_not_listed_is_said_with_how_many_are() {
        let chain = Chain::new(vec![sample()]);
        let said = |issuers: Vec<Vec<u8>>| {
            let request = CertificateRequest { issuers, schemes: Vec::new() };
            unlisted(&request, &chain, "client.p12", "a.example:443").map(|one| one.message)
        };
        assert_eq!(said(vec![]), None);
        assert_eq!(said(vec![vec![0x30, 0], sample().subject_der().to_vec()]), None);
        let message = said(vec![vec![0x30, 0]]).unwrap();
        assert!(
            message.starts_with("a.example:443 accepts certificates from one authority"),
            "{message}"
        );
        let message = said(vec![vec![0x30, 0], vec![0x30, 0]]).unwrap();
        assert!(message.starts_with("a.example:443 lists 2 certificate authorities"), "{message}");
    }
}
