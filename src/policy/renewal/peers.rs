//! What each kind of peer says to NEW, and what it must do before.

use serde::Serialize;

use super::authority::{Acceptance, acceptance};
use super::{Change, Pair, names};
use crate::tls::Anchors;

/// A kind of peer: what it checks, and what follows for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Peer {
    /// `thumbprint`, `key`, `issuer`, `subject`, `names` or `ca`.
    pub checks: &'static str,
    /// Whether it accepts NEW as it is; `None` where what is here does not tell.
    pub accepts: Option<bool>,
    /// What it must do before the switch; `None` where there is nothing to do.
    pub must_do: Option<String>,
}

/// Every kind of peer, the strictest first.
pub fn all(pair: &Pair<'_>, change: &Change, anchors: Option<&Anchors>) -> Vec<Peer> {
    let prints = &change.thumbprints.new;
    let simple = |checks, accepts: bool, must_do: String| Peer {
        checks,
        accepts: Some(accepts),
        must_do: (!accepts).then_some(must_do),
    };
    vec![
        simple(
            "thumbprint",
            change.same_certificate,
            format!("accept {} next to the old one", prints.sha1),
        ),
        simple(
            "key",
            change.same_key,
            format!("accept sha256//{} next to the old one", prints.spki_sha256),
        ),
        simple("issuer", change.same_issuer, format!("accept the issuer {}", pair.new.issuer())),
        simple(
            "subject",
            change.same_subject,
            format!("accept the subject {}", pair.new.subject()),
        ),
        by_names(pair, change),
        by_authority(pair, change, anchors),
    ]
}

fn by_names(pair: &Pair<'_>, change: &Change) -> Peer {
    let lost = names::lost(&change.names_removed, pair.new);
    let (accepts, must_do) = if !lost.is_empty() {
        (Some(false), Some(format!("stop asking for {}", lost.join(", "))))
    } else if !change.names_removed.is_empty() {
        let removed = change.names_removed.join(", ");
        (None, Some(format!("accept a wildcard for {removed}; if it compares the text, change it")))
    } else {
        (Some(true), None)
    };
    Peer { checks: "names", accepts, must_do }
}

fn by_authority(pair: &Pair<'_>, change: &Change, anchors: Option<&Anchors>) -> Peer {
    let (accepts, must_do) = match acceptance(pair, anchors) {
        Acceptance::Proven if change.purposes_removed.is_empty() => (Some(true), None),
        Acceptance::Proven => {
            let removed = change.purposes_removed.join(", ");
            (Some(false), Some(format!("stop asking for {removed}")))
        }
        Acceptance::Refused(authority) => (Some(false), Some(format!("trust {authority}"))),
        Acceptance::Incomplete(issuer) => {
            (Some(false), Some(format!("nothing: send {issuer} along with NEW")))
        }
        Acceptance::Unknown(why) => {
            (None, Some(format!("{why}: give --ca with what the peer trusts")))
        }
    };
    Peer { checks: "ca", accepts, must_do }
}
