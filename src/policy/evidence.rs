//! What our own certificate and the server's request say about each cause of a refusal: proven,
//! likely, excluded, or nothing.

use crate::cert::algorithms;
use crate::cert::names::distinguished_name;
use crate::cert::{Certificate, Chain};
use crate::policy::own;
use crate::policy::situation::Situation;
use crate::tls::CertificateRequest;

/// How sure a cause is; the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// It is there, and refuses us wherever certificates are checked.
    Proven,
    /// Something points to it: names that are alike, a list without our authority.
    Likely,
    /// Nothing is known.
    Open,
    /// Hardly anybody refuses that.
    Unlikely,
    /// It cannot be.
    Excluded,
}

use Evidence::{Excluded, Likely, Open, Proven, Unlikely};

fn proven_if(is_there: bool) -> Evidence {
    if is_there { Proven } else { Excluded }
}

/// What is known of a cause.
pub fn of(cause: &str, situation: &Situation<'_>) -> Evidence {
    let Some((identity, leaf)) =
        situation.identity.and_then(|it| Some((it, it.chain.end_entity()?)))
    else {
        return match cause {
            "none-given" => Proven,
            "something-else" | "no-common-cipher" => Open,
            // Without a certificate only the lack of it explains anything.
            _ => Excluded,
        };
    };
    let chain = &identity.chain;
    let path = chain.path();
    let is_outside = |one: &Certificate, late: bool| match late {
        true => one.not_after < situation.now,
        false => one.not_before > situation.now,
    };
    match cause {
        "none-given" | "dropped" => Excluded,
        "key-not-accepted" => situation.can_sign().map_or(Open, |can| proven_if(!can)),
        "wrong-key" => identity.key_matches.map_or(Open, |matches| proven_if(!matches)),
        "expired" | "not-yet-valid" => {
            let is_late = cause == "expired";
            match is_outside(leaf, is_late) {
                true => Proven,
                // There may be another way past a certificate above ours.
                false if path.iter().any(|one| is_outside(one, is_late)) => Likely,
                false => Excluded,
            }
        }
        "purpose-missing" => proven_if(own::lacks_purpose(leaf)),
        "identity-unfit" => match own::unfit(chain, situation.now) {
            Some(unfit) if unfit.is_everywhere => Proven,
            Some(_) => Unlikely,
            None => Excluded,
        },
        "signature-weak" => {
            // A root's own signature is looked at by nobody, and some take SHA-1 from callers.
            let weak = |one: &&Certificate| {
                !one.is_self_issued() && algorithms::is_weak_signature(&one.signature_oid)
            };
            if path.iter().any(weak) { Likely } else { Excluded }
        }
        "self-signed" | "intermediate-missing" | "issuer-unknown" | "same-name" => {
            issuer(cause, situation, chain, leaf)
        }
        _ => Open,
    }
}

/// The causes that lie with whoever issued our certificate, or the last one that we have. Names, alike
/// or not, point somewhere and prove nothing: what is listed need not be all that is trusted, an
/// intermediate may have any name.
fn issuer(cause: &str, situation: &Situation<'_>, chain: &Chain, leaf: &Certificate) -> Evidence {
    let last = chain.path().last().copied().unwrap_or(leaf);
    let listed = situation.request.and_then(|request| listed(request, chain));
    let is_unlisted = listed == Some(false);
    let is_whole = last.is_self_issued();
    // It says that it knows no issuer of ours, it lists none, and there is none that we left out.
    let is_said = situation.alert().is_some_and(|alert| alert.name == "unknown_ca");
    let unknown = match is_said && is_unlisted {
        true => Proven,
        false if is_unlisted => Likely,
        false => Open,
    };
    match cause {
        "self-signed" if !leaf.is_self_issued() || listed == Some(true) => Excluded,
        "self-signed" => unknown,
        _ if leaf.is_self_issued() && cause != "same-name" => Excluded,
        "intermediate-missing" if is_whole || listed == Some(true) => Excluded,
        "intermediate-missing" if is_unlisted && related(situation, last) => Likely,
        "intermediate-missing" => Open,
        "issuer-unknown" if listed == Some(true) => Excluded,
        "issuer-unknown" if is_whole => unknown,
        "issuer-unknown" if is_unlisted && !related(situation, last) => Likely,
        "issuer-unknown" => Open,
        _ => {
            if is_unlisted {
                Excluded
            } else {
                Open
            }
        }
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
