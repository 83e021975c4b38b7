//! Is there a path from this certificate to a trust anchor that keeps the rules (RFC 5280 section
//! 6)? One answer for servers, callers, anchors, pins and files.
//!
//! ```text
//! end entity ─► issuers by name and signature ─► anchor      walk     candidates
//!                        │                         │
//!        the algorithm it names, and no other      │         signed   who signed what
//!                                                  ▼
//!                        every rule, every certificate       rules, names
//!                                  does rustls agree?        library  the last word
//!                                                  │
//!                          no path: why not?                 explain
//! ```
//!
//! Two strictnesses: what every TLS library demands of a peer, and the whole of RFC 5280, for
//! whoever wants to know before a certificate is used whether it works everywhere.

mod explain;
mod library;
mod names;
mod node;
mod pinned;
mod purpose;
mod rules;
mod signed;
mod walk;
mod whole;

use rustls::pki_types::{CertificateDer, ServerName};
use time::OffsetDateTime;

use super::anchors::Anchors;
use crate::cert::{Certificate, Chain};
use crate::finding::Code;
use walk::Search;

pub use explain::name_problem;
pub use pinned::{Below, Pinning, pinned};

/// What a certificate is to be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To prove who a TLS server is.
    Server,
    /// To prove who a TLS client is.
    Client,
}

impl Purpose {
    /// The name in extended key usage.
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "serverAuth",
            Self::Client => "clientAuth",
        }
    }

    /// What a certificate is for, when nobody says so: a client's if it cannot be a server's.
    pub fn likely(certificate: &Certificate) -> Self {
        let purposes = certificate.extensions.extended_key_usage.as_deref().unwrap_or_default();
        let is_for = |purpose: Self| purposes.iter().any(|one| one == purpose.name());
        match is_for(Self::Client) && !is_for(Self::Server) {
            true => Self::Client,
            false => Self::Server,
        }
    }

    /// Its object identifier (RFC 5280 section 4.2.1.12).
    pub fn oid(self) -> &'static str {
        match self {
            Self::Server => "1.3.6.1.5.5.7.3.1",
            Self::Client => "1.3.6.1.5.5.7.3.2",
        }
    }
}

/// How much is demanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strictness {
    /// What TLS libraries have in common: OpenSSL without `-x509_strict`, and rustls. For peers.
    Shared,
    /// The whole of RFC 5280; where libraries differ, the strictest counts. For certificates that
    /// are not used yet.
    Whole,
}

/// What is demanded of a path.
#[derive(Clone, Copy, Debug)]
pub struct Demand<'a> {
    /// Where it must end.
    pub anchors: &'a Anchors,
    /// The moment, of which parts of a second do not count.
    pub now: OffsetDateTime,
    /// What the end entity is used for.
    pub purpose: Purpose,
    /// The name that it must be for.
    pub name: Option<&'a ServerName<'a>>,
    /// How many intermediates the verifier allows, as `ssl_verify_depth` of nginx does.
    pub max_intermediates: Option<usize>,
    /// How much is demanded.
    pub strictness: Strictness,
}

impl<'a> Demand<'a> {
    /// What is demanded of a peer.
    pub fn of_peer(anchors: &'a Anchors, purpose: Purpose, now: OffsetDateTime) -> Self {
        let strictness = Strictness::Shared;
        Self { anchors, now, purpose, name: None, max_intermediates: None, strictness }
    }

    /// The same, of a certificate for this name.
    pub fn named(self, name: Option<&'a ServerName<'a>>) -> Self {
        Self { name, ..self }
    }
}

/// One reason not to trust a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The finding it is.
    pub code: Code,
    /// What is wrong, as a lower-case fragment.
    pub text: String,
    /// What to do, if that is known.
    pub help: Option<String>,
}

impl Problem {
    fn new(code: Code, text: impl Into<String>) -> Self {
        Self { code, text: text.into(), help: None }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// Whether a chain is trusted: no problem, or the reasons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Reasons not to trust it, the most fundamental first.
    pub problems: Vec<Problem>,
}

impl Verdict {
    /// Whether there is nothing against it.
    pub fn is_trusted(&self) -> bool {
        self.problems.is_empty()
    }

    /// All reasons in one line.
    pub fn text(&self) -> Option<String> {
        let texts: Vec<&str> = self.problems.iter().map(|problem| problem.text.as_str()).collect();
        (!texts.is_empty()).then(|| texts.join("; "))
    }
}

impl From<Problem> for Verdict {
    fn from(problem: Problem) -> Self {
        Self { problems: vec![problem] }
    }
}

/// Judges a chain, end-entity first; the others may come in any order.
pub fn verdict(chain: &Chain, demand: &Demand<'_>) -> Verdict {
    let Some(end_entity) = chain.end_entity() else {
        return Problem::new(Code::ChainIncomplete, "there is no certificate").into();
    };
    let mut problems = match walk::best_path(chain, demand) {
        Search::Found(problems) => problems,
        Search::Nothing(refusals) => explain::problems(chain, demand, &refusals),
        Search::TooMuch => vec![
            Problem::new(Code::ChainInvalid, "there are too many possible paths to try them all")
                .help("leave only the needed issuers in the file"),
        ],
    };
    problems.extend(demand.name.and_then(|name| name_problem(end_entity, name)));
    Verdict { problems }
}

/// A chain as a peer presented it, end-entity first.
///
/// # Errors
/// What about the first certificate that cannot be read.
pub fn presented(chain: &[CertificateDer<'_>]) -> Result<Chain, Problem> {
    let parsed: Result<Vec<_>, _> =
        chain.iter().map(|der| Certificate::parse(der.to_vec())).collect();
    parsed
        .map(Chain::new)
        .map_err(|malformed| Problem::new(Code::ChainInvalid, malformed.to_string()))
}

#[cfg(test)]
mod tests;
