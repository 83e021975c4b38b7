//! What our own certificate and the server's request say about each cause of a refusal: proven,
//! excluded, or nothing.

use crate::cert::algorithms;
use crate::cert::names::distinguished_name;
use crate::cert::{Certificate, Chain};
use crate::policy::situation::Situation;
use crate::tls::CertificateRequest;

/// `Some(true)` when the cause is there for sure, `Some(false)` when it cannot be.
pub fn of(cause: &str, situation: &Situation<'_>) -> Option<bool> {
    let chain = situation.own.chain;
    let leaf = chain.end_entity();
    let path = chain.path();
    let listed = situation.request.and_then(|request| listed(request, chain));
    match cause {
        "none-given" => Some(leaf.is_none()),
        "something-else" | "no-common-cipher" => None,
        // Without a certificate only the lack of it explains anything.
        _ if leaf.is_none() => Some(false),
        "dropped" => Some(false),
        "key-not-accepted" => situation.own.can_sign.map(|can| !can),
        "expired" => Some(path.iter().any(|one| one.not_after < situation.now)),
        "not-yet-valid" => Some(path.iter().any(|one| one.not_before > situation.now)),
        "purpose-missing" => {
            let usages = leaf?.extensions.extended_key_usage.as_ref();
            let fits = |usage: &_| usage == "clientAuth" || usage == "any";
            Some(usages.is_some_and(|usages| !usages.iter().any(fits)))
        }
        "wrong-key" => situation.own.key_matches.map(|matches| !matches),
        "self-signed" => match leaf?.is_self_issued() {
            true => listed.map(|is_listed| !is_listed),
            false => Some(false),
        },
        "signature-weak" => {
            // A root's own signature is looked at by nobody.
            let weak = |one: &&Certificate| {
                !one.is_self_issued() && algorithms::is_weak_signature(&one.signature_oid)
            };
            Some(path.iter().any(weak))
        }
        "intermediate-missing" => match path.last()?.is_self_issued() {
            true => Some(false),
            false => match listed {
                Some(true) => Some(false),
                // Two names of one organisation: most likely there is one between them.
                Some(false) if related(situation, path.last()?) => Some(true),
                _ => None,
            },
        },
        "issuer-unknown" => match leaf?.is_self_issued() {
            true => Some(false),
            false => match (listed, path.last()?.is_self_issued()) {
                (Some(true), _) => Some(false),
                (Some(false), true) => Some(true),
                (Some(false), false) if !related(situation, path.last()?) => Some(true),
                _ => None,
            },
        },
        "same-name" => match listed {
            Some(false) => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// The issuer of the last certificate that we have, where the chain goes on.
pub fn last_issuer(chain: &Chain) -> Option<String> {
    chain.path().last().map(|last| last.issuer().to_owned())
}

/// Whether the server lists a CA of our chain; `None` when it lists none at all.
pub fn listed(request: &CertificateRequest, chain: &Chain) -> Option<bool> {
    let issuers = &request.issuers;
    if issuers.is_empty() {
        return None;
    }
    let names = |one: &&Certificate| {
        issuers.iter().any(|name| name == one.issuer_der() || name == one.subject_der())
    };
    Some(chain.path().iter().any(names))
}

/// Whether a listed CA has the organisation of this certificate's issuer.
fn related(situation: &Situation<'_>, certificate: &Certificate) -> bool {
    let organisation =
        |name: &str| name.split(',').find(|part| part.starts_with("O=")).map(str::to_owned);
    let Some(ours) = organisation(certificate.issuer()) else { return false };
    let issuers = situation.request.map(|request| request.issuers.as_slice()).unwrap_or_default();
    issuers
        .iter()
        .filter_map(|name| distinguished_name(name))
        .any(|name| organisation(&name).is_some_and(|theirs| theirs == ours))
}
