//! A delivery, and who made it: what `listen` receives.

use std::net::SocketAddr;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use time::OffsetDateTime;

use super::verification::Verification;
use crate::cert::pin::MatchedPin;
use crate::cert::{Description, moment};
use crate::http::Headers;
use crate::policy::caller::Verdict;

/// A request that arrived, and its answer.
#[derive(Clone, Debug, Serialize)]
pub struct Delivery {
    /// When its head was complete (RFC 3339).
    pub at: String,
    /// The method.
    pub method: String,
    /// The target as it was called, with its query.
    pub path: String,
    /// Address and port of the caller.
    pub peer: SocketAddr,
    /// Length of the body, 0 when it was not read.
    pub request_bytes: usize,
    /// Its SHA-256 in hex, empty when it was not read: its caller was refused by its head.
    pub body_sha256: String,
    /// The certificates that the caller presented, end-entity first; none when there is none.
    #[serde(serialize_with = "shared")]
    pub client: Option<Arc<[Description]>>,
    /// What proxies say about the caller.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claimed: Vec<Claimed>,
    /// What it came over, where that is TLS.
    #[serde(flatten)]
    pub transport: Option<Transport>,
    /// What became of the caller.
    pub client_verdict: Verdict,
    /// The pin that its certificates match.
    pub matched_pin: Option<MatchedPin>,
    /// The check of the signature, where one was asked for.
    pub verify: Option<Box<Verification>>,
    /// Whose check of the address it is, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge: Option<&'static str>,
    /// The status of the answer; none when there was none.
    pub status: Option<u16>,
    /// The header lines of the request, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<Headers>,
}

/// A caller from whom no request came.
#[derive(Clone, Debug, Serialize)]
pub struct Caller {
    /// When that was known (RFC 3339).
    pub at: String,
    /// Address and port.
    pub peer: SocketAddr,
    /// The certificates that it presented.
    #[serde(serialize_with = "shared")]
    pub client: Option<Arc<[Description]>>,
    /// What became of it, if the handshake failed with it.
    pub client_verdict: Option<Verdict>,
}

/// What a proxy says about the certificate of the caller; anybody can write such a header.
#[derive(Clone, Debug, Serialize)]
pub struct Claimed {
    /// Who writes such headers.
    pub dialect: &'static str,
    /// The certificates as they were passed on.
    #[serde(serialize_with = "shared")]
    pub client: Option<Arc<[Description]>>,
    /// What else is said, as `name=value`.
    pub fields: Vec<String>,
    /// What could not be read.
    pub problems: Vec<String>,
}

/// What a delivery came over.
#[derive(Clone, Debug, Serialize)]
pub struct Transport {
    /// For example `TLSv1.3`.
    pub protocol: Option<&'static str>,
    /// Registered name.
    pub cipher_suite: Option<String>,
    /// The name that was asked for (SNI).
    pub server_name: Option<String>,
    /// Whether an earlier session was resumed.
    pub resumed: bool,
}

/// Everything that was received.
#[derive(Clone, Debug, Serialize)]
pub struct Received {
    /// Requests.
    pub deliveries: u64,
    /// Bytes of their bodies.
    pub request_bytes: u64,
    /// Requests that were kept out.
    pub refused: u64,
    /// Connections that they came over.
    pub connections: u64,
    /// Rows that are counted and not shown, because the report was not read fast enough.
    #[serde(skip_serializing_if = "is_none")]
    pub unreported: u64,
    /// Time since the first line was said.
    pub seconds: f64,
    /// When it ended.
    #[serde(skip)]
    pub ended_at: OffsetDateTime,
    /// How each pin was used by callers that were let in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pins: Vec<Used>,
    /// How each secret or key was used by deliveries that were let in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<Used>,
}

/// How one of the pins or secrets that are accepted was used.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Used {
    /// What it is called; never the secret itself.
    pub label: String,
    /// How often.
    pub count: u64,
    /// When it was used first.
    #[serde(serialize_with = "moment")]
    pub first_seen: Option<OffsetDateTime>,
    /// When it was used last.
    #[serde(serialize_with = "moment")]
    pub last_seen: Option<OffsetDateTime>,
}

impl Delivery {
    /// The certificates of the caller, then those that proxies pass on.
    pub fn certificates(&self) -> impl Iterator<Item = &Description> {
        let claimed = self.claimed.iter().map(|claim| &claim.client);
        std::iter::once(&self.client).chain(claimed).flatten().flat_map(|chain| chain.iter())
    }
}

impl Caller {
    /// The certificates of the caller.
    pub fn certificates(&self) -> impl Iterator<Item = &Description> {
        self.client.iter().flat_map(|chain| chain.iter())
    }
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

fn shared<S: Serializer>(
    client: &Option<Arc<[Description]>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    client.as_deref().serialize(serializer)
}
