//! What a pin matches. A pin on the end entity, or its key, is a statement about it; one on a
//! certificate above makes that a trust anchor, and below it every rule holds.

use rustls::pki_types::{CertificateDer, ServerName};
use time::OffsetDateTime;

use super::{Demand, Problem, Purpose, verdict};
use crate::cert::pin::Match;
use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::cert::{Chain, Pin};
use crate::digest::equal;
use crate::finding::Code;
use crate::tls::Anchors;

/// Certificates above the end entity that are tried as anchors of one chain at most.
const MAX_ANCHORS: usize = 16;

/// What must hold below a pinned authority.
#[derive(Clone, Copy, Debug)]
pub struct Below<'a> {
    /// What the end entity is used for.
    pub purpose: Purpose,
    /// The name it must be for.
    pub name: Option<&'a ServerName<'a>>,
    /// The moment.
    pub now: OffsetDateTime,
}

/// What pins say about a chain.
#[derive(Clone, Debug)]
pub enum Pinning<'a> {
    /// This pin matches this.
    Held(&'a Pin, Match),
    /// None does; where one names an authority of the chain: why it vouches for nothing here.
    Missed(Option<Problem>),
}

/// The pin that holds: on the end entity or its key first, else on an authority that the end entity
/// leads to by every rule.
pub fn pinned<'a>(chain: &Chain, pins: &'a [Pin], below: Below<'_>) -> Pinning<'a> {
    let prints = if pins.is_empty() { Vec::new() } else { prints(chain) };
    let of_pin = |pin: &'a Pin| {
        let fits = move |(found, bytes): &&(Match, Vec<u8>)| {
            pin.kinds.contains(&found.kind) && equal(bytes, &pin.bytes)
        };
        prints.iter().filter(fits).map(move |(found, _)| (pin, *found))
    };
    let mut matches: Vec<(&Pin, Match)> = pins.iter().flat_map(of_pin).collect();
    matches.sort_by_key(|(_, found)| found.position);
    if let Some((pin, found)) = matches.first().filter(|(_, found)| found.position == 0) {
        return Pinning::Held(pin, *found);
    }
    let mut problem = None;
    let mut tried: Vec<&[u8]> = Vec::new();
    for (pin, found) in matches {
        let Some(anchor) = chain.certificates().get(found.position) else { continue };
        if tried.contains(&anchor.der()) || tried.len() == MAX_ANCHORS {
            continue;
        }
        tried.push(anchor.der());
        let anchors = Anchors::new([CertificateDer::from(anchor.der().to_vec())]);
        let demand = Demand::of_peer(&anchors, below.purpose, below.now).named(below.name);
        match verdict(chain, &demand).text() {
            None => return Pinning::Held(pin, found),
            Some(text) => {
                let name = anchor.short_name();
                let text = format!("pin {} is on {name}, but {text}", pin.name());
                problem.get_or_insert_with(|| Problem::new(Code::PinMismatch, text));
            }
        }
    }
    Pinning::Missed(problem)
}

/// Every thumbprint of the chain, made once: lists of pins can be long.
fn prints(chain: &Chain) -> Vec<(Match, Vec<u8>)> {
    let kinds = [Kind::Sha1, Kind::Sha256, Kind::Spki];
    let certificates = chain.certificates().iter().enumerate();
    certificates
        .flat_map(|(position, certificate)| {
            kinds.map(|kind| (Match { kind, position }, Thumbprint::of(certificate, kind).bytes))
        })
        .collect()
}
