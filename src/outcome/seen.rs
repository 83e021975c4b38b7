//! What `thumbprint` saw of a host, or read in a file.

use std::net::SocketAddr;

use serde::Serialize;

use crate::cert::Description;
use crate::cert::pin::MatchedPin;
use crate::policy::refusal::Refusal;
use crate::policy::situation::ClientCertificate;

/// Certificates that a host serves, or that a file holds.
#[derive(Clone, Debug, Serialize)]
pub struct Seen {
    /// How a host served them; of a file there is nothing of the kind.
    #[serde(flatten)]
    pub served: Option<Served>,
    /// The pin that they match.
    pub matched_pin: Option<MatchedPin>,
    /// The certificates, end-entity first.
    pub chain: Vec<Description>,
    /// How often they were seen, where a host was asked several times.
    #[serde(flatten)]
    pub times: Option<Times>,
    /// Why our certificate was refused, as far as that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// What is to be said about the password of a file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What people want to see of it.
    #[serde(skip)]
    pub wanted: Wanted,
}

/// How a host served its certificates.
#[derive(Clone, Debug, Serialize)]
pub struct Served {
    /// The address looked at; `None` when a proxy chose it.
    pub address: Option<SocketAddr>,
    /// The name that was asked for (SNI).
    pub server_name: Option<String>,
    /// For example `TLSv1.3`.
    pub protocol: Option<&'static str>,
    /// Registered name, for example `TLS_AES_128_GCM_SHA256`.
    pub cipher_suite: Option<String>,
    /// Group of the key exchange, for example `X25519MLKEM768`.
    pub key_exchange: Option<String>,
    /// Application protocol chosen.
    pub alpn: Option<String>,
    /// What became of our certificate.
    pub client_certificate: ClientCertificate,
    /// Authorities whose certificates the server says it accepts; often none.
    pub accepted_issuers: Vec<String>,
    /// Whether the chain leads to a trust anchor by every rule.
    pub trusted: bool,
    /// Why it does not.
    pub trust_problem: Option<String>,
    /// Whether the server proved that it holds the key.
    pub proven: bool,
}

/// How often the same was seen.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Times {
    /// So often.
    pub seen: u32,
    /// Of so many tries.
    pub tries: u32,
}

/// What people want to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// A description of the end-entity certificate.
    #[default]
    EndEntity,
    /// A description of every certificate.
    Chain,
    /// These lines and nothing else: thumbprints for `$(...)`.
    Lines(String),
}
