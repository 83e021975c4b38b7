//! Judging a certificate before it is used, by the whole of RFC 5280: where TLS libraries differ,
//! the strictest counts, so that what passes here passes everywhere.
//!
//! ```text
//! end entity ─► issuers by name and signature ─► anchor      walk.rs   candidates
//!                                                  │
//!                        every rule, every certificate        rules.rs  reasons
//!                                                  │
//!                                  does rustls agree?         webpki    the last word
//! ```
//!
//! The library has the last word except in one matter: it refuses constraints on kinds of names it
//! does not know (RFC 5280 section 4.2.1.10), and those are compared here, in `names`.

mod names;
mod rules;
mod walk;

use rustls::pki_types::ServerName;
use time::OffsetDateTime;
use webpki::Error as Refusal;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::{Case, Problem, Purpose, Verdict, library_problem};
use crate::cert::Chain;
use crate::finding::Code;
use crate::tls::Anchors;

/// By which rules an identity is judged before it is used.
#[derive(Clone, Copy, Debug)]
pub struct Strictness<'a> {
    /// Where paths must end.
    pub anchors: &'a Anchors,
    /// The moment, of which parts of a second do not count.
    pub now: OffsetDateTime,
    /// What it is to be used for.
    pub purpose: Purpose,
    /// The name that clients will ask for.
    pub name: Option<&'a ServerName<'a>>,
    /// How many intermediates the verifier allows, as `ssl_verify_depth` of nginx does.
    pub max_intermediates: Option<usize>,
}

/// Judges a chain, end-entity first; the others may come in any order.
pub fn strictly(chain: &Chain, by: &Strictness<'_>) -> Verdict {
    let Some(end_entity) = chain.end_entity() else {
        let problem = Problem::new(Code::ChainIncomplete, "there is no certificate");
        return Verdict { problems: vec![problem] };
    };
    let case = Case { chain, end_entity, anchors: by.anchors, now: by.now, purpose: by.purpose };
    let mut problems = match walk::best_path(chain, by) {
        Search::Found(problems) if !problems.is_empty() => problems,
        Search::Found(_) => match case.path() {
            Err(refusal) if !is_about_names(&refusal) => {
                vec![library_problem(&refusal, end_entity)]
            }
            _ => Vec::new(),
        },
        Search::Nothing => match case.path() {
            Err(refusal) => case.explain(&refusal),
            Ok(()) => vec![Problem::new(Code::ChainInvalid, "no path keeps the rules")],
        },
        Search::TooMuch => vec![
            Problem::new(Code::ChainInvalid, "there are too many possible paths to try them all")
                .help("leave only the issuers that are needed in the file"),
        ],
    };
    problems.extend(by.name.and_then(|name| case.name_problem(name)));
    Verdict { problems }
}

/// Refusals behind which a constraint on names may stand: its own, and the one that remains when a
/// renewed anchor of the same name was tried before.
fn is_about_names(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::NameConstraintViolation | Refusal::InvalidSignatureForPublicKey)
}

/// A certificate in a path, parsed once more: rules look at what [`crate::cert::Certificate`]
/// does not keep, such as which extensions are critical.
struct Node<'a> {
    der: &'a [u8],
    parsed: X509Certificate<'a>,
}

impl<'a> Node<'a> {
    fn read(der: &'a [u8]) -> Option<Self> {
        let (_, parsed) = X509Certificate::from_der(der).ok()?;
        Some(Self { der, parsed })
    }

    fn subject(&self) -> &[u8] {
        self.parsed.subject().as_raw()
    }

    fn issuer(&self) -> &[u8] {
        self.parsed.issuer().as_raw()
    }

    fn is_self_issued(&self) -> bool {
        self.subject() == self.issuer()
    }

    /// As people know it.
    fn name(&self) -> String {
        let certificate = crate::cert::Certificate::parse(self.der);
        certificate.map_or_else(|_| "a certificate".into(), |it| it.short_name().to_owned())
    }
}

/// A path from the end entity to an anchor, both included; only one certificate if that is trusted
/// by itself.
struct Path<'p, 'a> {
    nodes: Vec<&'p Node<'a>>,
}

impl<'a> Path<'_, 'a> {
    fn end_entity(&self) -> &Node<'a> {
        self.nodes[0]
    }

    fn issuers(&self) -> impl Iterator<Item = (usize, &Node<'a>)> {
        self.nodes.iter().copied().enumerate().skip(1)
    }

    fn is_anchor(&self, place: usize) -> bool {
        place + 1 == self.nodes.len()
    }
}

/// What became of the search for a path.
enum Search {
    /// A path to an anchor, and what breaks the rules on it: nothing, if it is right.
    Found(Vec<Problem>),
    /// No path ends at an anchor.
    Nothing,
    /// The work allowed was done before an answer was found.
    TooMuch,
}

/// Whether the issuer's key made the signature.
fn is_signed_by(certificate: &Node<'_>, issuer: &Node<'_>) -> bool {
    let key = &issuer.parsed.tbs_certificate.subject_pki.subject_public_key.data;
    let tbs = certificate.parsed.tbs_certificate.as_ref();
    let signature = &certificate.parsed.signature_value.data;
    let algorithms = super::provider().signature_verification_algorithms.all;
    algorithms.iter().any(|algorithm| algorithm.verify_signature(key, tbs, signature).is_ok())
}
