//! Does a peer that trusts OLD's authority accept NEW?

use super::Pair;
use crate::cert::{Certificate, Chain};
use crate::tls::Anchors;
use crate::tls::path::{Demand, Purpose, verdict};

/// What can be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// NEW leads to an authority that the peer trusts.
    Proven,
    /// It does not: it leads to this one.
    Refused(String),
    /// It would, if this issuer were sent along.
    Incomplete(String),
    /// What is here does not tell; why.
    Unknown(String),
}

/// With `given`, the authorities that the peer trusts; without it, what OLD brought along stands for
/// them.
pub fn acceptance(pair: &Pair<'_>, given: Option<&Anchors>) -> Acceptance {
    if pair.old == pair.new {
        return Acceptance::Proven;
    }
    if let Some(anchors) = given {
        return match problem(pair.new_chain, anchors, pair) {
            None => Acceptance::Proven,
            Some(problem) => {
                let end = top(pair.new_chain).map(end_of).unwrap_or_default();
                Acceptance::Refused(format!("{end} ({problem})"))
            }
        };
    }
    if pair.new.is_ca() {
        return anchor(pair);
    }
    let (Some(old_top), Some(new_top)) = (top(pair.old_chain), top(pair.new_chain)) else {
        return Acceptance::Unknown("there is no chain".to_owned());
    };
    if is_end(old_top, pair.old) && leads_to(pair.new_chain, &only(old_top), pair) {
        // A peer that trusts what is above needs this one sent along.
        let is_sent = |one: &Certificate| {
            one.subject_der() == old_top.subject_der() && one.spki() == old_top.spki()
        };
        return match old_top.is_self_issued() || pair.new_chain.certificates().iter().any(is_sent) {
            true => Acceptance::Proven,
            false => Acceptance::Incomplete(old_top.name().to_owned()),
        };
    }
    // NEW may bring more of the way: if OLD leads there too, it is the same authority.
    if is_end(new_top, pair.new) && led_to(pair.old_chain, &only(new_top), pair) {
        return Acceptance::Proven;
    }
    let with_old = pair.new_chain.certificates().iter().chain(pair.old_chain.intermediates());
    let with_old = Chain::new(with_old.cloned().collect());
    if is_end(old_top, pair.old) && leads_to(&with_old, &only(old_top), pair) {
        return Acceptance::Incomplete(pair.new.issuer().to_owned());
    }
    let is_same = old_top.issuer_der() == new_top.issuer_der();
    match (is_end(old_top, pair.old), is_end(new_top, pair.new)) {
        _ if old_top.is_self_issued() => Acceptance::Refused(end_of(new_top)),
        _ if is_same => {
            let issuer = new_top.issuer();
            Acceptance::Unknown(format!("both lead to {issuer}, which is not included to prove it"))
        }
        (true, true) => Acceptance::Refused(end_of(new_top)),
        _ => Acceptance::Unknown("the chain given does not lead far enough".to_owned()),
    }
}

/// An authority in the place of another one: what the old one signed verifies only under its own name
/// and key.
fn anchor(pair: &Pair<'_>) -> Acceptance {
    let (old, new) = (pair.old, pair.new);
    match old.subject_der() == new.subject_der() && old.spki() == new.spki() {
        true => Acceptance::Proven,
        false => Acceptance::Refused(new.name().to_owned()),
    }
}

/// Whether the way ends there for everybody: at a root, or at an issuer that names the next one, which
/// is not presented.
fn is_end(top: &Certificate, end_entity: &Certificate) -> bool {
    top != end_entity || top.is_self_issued()
}

/// The authority that a chain leads to.
fn end_of(top: &Certificate) -> String {
    match top.is_self_issued() {
        true => top.name().to_owned(),
        false => top.issuer().to_owned(),
    }
}

fn top(chain: &Chain) -> Option<&Certificate> {
    chain.path().last().copied()
}

fn only(certificate: &Certificate) -> Anchors {
    Anchors::new([certificate.der().to_vec().into()])
}

fn problem(chain: &Chain, anchors: &Anchors, pair: &Pair<'_>) -> Option<String> {
    let demand = Demand::of_peer(anchors, Purpose::likely(pair.new), pair.moment());
    verdict(chain, &demand).text()
}

fn leads_to(chain: &Chain, anchors: &Anchors, pair: &Pair<'_>) -> bool {
    problem(chain, anchors, pair).is_none()
}

/// Whether OLD led there while it was valid.
fn led_to(chain: &Chain, anchors: &Anchors, pair: &Pair<'_>) -> bool {
    // Not `clamp`: a certificate can end before it begins.
    let now = pair.now.max(pair.old.not_before).min(pair.old.not_after);
    verdict(chain, &Demand::of_peer(anchors, Purpose::likely(pair.old), now)).is_trusted()
}
