//! Our own identity, judged before anybody else is: what `inspect --for client` says of it, as far as no
//! trust anchor is needed for that.

use std::collections::HashSet;

use time::OffsetDateTime;

use crate::cert::{Certificate, Chain};
use crate::finding::{Code, Finding};
use crate::policy::evidence;
use crate::tls::path::{Demand, Purpose, Strictness, verdict};
use crate::tls::{Anchors, CertificateRequest};

/// What keeps an identity from being a client's, wherever it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// What is wrong, in one line.
    pub text: String,
    /// Whether every TLS library refuses it, and not just the strictest.
    pub is_everywhere: bool,
}

/// The rules that our chain breaks by itself: signatures, authorities, path length, key usage. Time,
/// extended key usage and who issued it are causes of their own.
pub fn unfit(chain: &Chain, now: OffsetDateTime) -> Option<Unfit> {
    let last = chain.path().last().map(|last| last.der().to_vec().into());
    let anchors = Anchors::new(last);
    let codes: &[Code] = match chain.end_entity().is_some_and(lacks_purpose) {
        true => &[Code::ChainInvalid],
        false => &[Code::ChainInvalid, Code::PurposeMissing],
    };
    let texts = |strictness| -> Option<String> {
        let demand = Demand::of_peer(&anchors, Purpose::Client, now);
        let problems = verdict(chain, &Demand { strictness, ..demand }).problems;
        let mut seen = HashSet::new();
        let texts: Vec<String> = problems
            .into_iter()
            .filter(|one| codes.contains(&one.code))
            .map(|one| one.text)
            .filter(|text| seen.insert(text.clone()))
            .collect();
        (!texts.is_empty()).then(|| texts.join("; "))
    };
    let unfit = |is_everywhere| move |text| Unfit { text, is_everywhere };
    texts(Strictness::Shared)
        .map(unfit(true))
        .or_else(|| texts(Strictness::Whole).map(unfit(false)))
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
        let message = format!(
            "{peer} lists {} certificate authorities that it accepts, and that of {file} is not among them",
            request.issuers.len(),
        );
        Finding::new(Code::IdentityNotOffered, peer, message)
            .help("clients in Go and Java would send no certificate at all then")
    })
}
