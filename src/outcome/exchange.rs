//! `replay`: a request and the answer to it, and what came of all of them.

use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::cert::Description;
use crate::policy::refusal::Refusal;
use crate::policy::situation::ClientCertificate;

/// What `replay` tells of one subject.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Replay {
    /// A request that was sent, or could not be.
    Exchange(Box<Exchange>),
    /// A request as it would be sent.
    Draft(Box<Draft>),
    /// The destination: an earlier run has sent everything.
    NothingLeft {
        /// How many requests it sent.
        done_before: u64,
    },
    /// Our own certificate.
    Identity {
        /// The end-entity certificate.
        certificate: Box<Description>,
    },
}

impl Replay {
    /// The certificate that it shows, if it is about one.
    pub fn certificate(&self) -> Option<&Description> {
        match self {
            Self::Identity { certificate } => Some(certificate),
            _ => None,
        }
    }
}

/// A request, and the answer to its last attempt.
#[derive(Clone, Debug, Serialize)]
pub struct Exchange {
    /// Its method.
    pub method: String,
    /// Where it went.
    pub url: String,
    /// Status of the answer, if one came.
    pub status: Option<u16>,
    /// How often it was sent.
    pub attempts: u32,
    /// Bytes of the request.
    pub request_bytes: usize,
    /// How the last attempt went; `None` where the request could not be written.
    #[serde(flatten)]
    pub last: Option<Attempt>,
}

/// One attempt to send a request.
#[derive(Clone, Debug, Serialize)]
pub struct Attempt {
    /// Bytes of the answer.
    pub response_bytes: u64,
    /// From the first step to the last byte.
    #[serde(rename = "elapsed_ms", serialize_with = "millis")]
    pub elapsed: Duration,
    /// For example `TLSv1.3`; `None` in plain HTTP, or before a version was agreed on.
    pub protocol: Option<&'static str>,
    /// Whether an earlier session was resumed.
    pub resumed: Option<bool>,
    /// What became of our certificate, where that can be told.
    pub client_certificate: Option<ClientCertificate>,
    /// SHA-256 of the answer's body, in hex.
    pub response_sha256: Option<String>,
    /// Why our certificate was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

/// A request as it would be sent.
#[derive(Clone, Debug, Serialize)]
pub struct Draft {
    /// Its method.
    pub method: String,
    /// Where it would go.
    pub url: String,
    /// Bytes that would be sent, where a secret among them is hidden here.
    pub request_bytes: usize,
    /// Request line and header lines.
    #[serde(serialize_with = "lossy")]
    pub head: Vec<u8>,
    /// The body, where it is text.
    #[serde(serialize_with = "text_or_null")]
    pub body: Vec<u8>,
    /// SHA-256 of the body, in hex.
    pub body_sha256: String,
}

/// What came of all requests together.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Totals {
    /// Requests for which an attempt was made.
    pub requests: u64,
    /// Somebody pressed Ctrl-C.
    pub interrupted: bool,
    /// Attempts that got an answer.
    pub answered: u64,
    /// Attempts, the retries included.
    pub attempts: u64,
    /// Requests that the journal knows as done.
    pub done_before: u64,
    /// Requests that may have arrived, and were not sent again.
    pub outcome_unknown: u64,
    /// Connections made.
    pub connections: u64,
    /// Connections that resumed a TLS session.
    pub resumed: u64,
    /// Bytes of requests, of all attempts.
    pub request_bytes: u64,
    /// Bytes of answers.
    pub response_bytes: u64,
    /// How long all of it took.
    #[serde(rename = "elapsed_ms", serialize_with = "millis")]
    pub elapsed: Duration,
    /// Requests in that time, to a tenth.
    pub requests_per_second: f64,
    /// Something is wrong with our own certificate, which is an item beside the requests.
    #[serde(skip)]
    pub own_is_wrong: bool,
    /// How long answers took; `None` where there was none.
    #[serde(flatten)]
    pub latencies: Option<Distribution>,
}

/// How long answers took.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Distribution {
    /// The least, the mean, the most, and what so many in a hundred did not exceed.
    pub latency_ms: Percentiles,
    /// Rows from the first to the last that is not empty.
    pub histogram: Vec<Row>,
}

/// Latencies in milliseconds with three places.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Percentiles {
    /// The least, exact.
    pub min: f64,
    /// The mean, exact.
    pub mean: f64,
    /// Half of them did not exceed this.
    pub p50: f64,
    /// 90 in a hundred did not.
    pub p90: f64,
    /// 95 in a hundred did not.
    pub p95: f64,
    /// 99 in a hundred did not.
    pub p99: f64,
    /// The most, exact.
    pub max: f64,
}

/// A row of the histogram.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Its upper limit in milliseconds; `None` for the last row, which has none.
    pub up_to_ms: Option<f64>,
    /// How many latencies are in it.
    pub count: u64,
}

/// So many milliseconds, with three places.
pub fn in_millis(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 1e6).round() / 1e3
}

fn millis<S: Serializer>(elapsed: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(in_millis(*elapsed))
}

fn lossy<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(bytes))
}

fn text_or_null<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    str::from_utf8(bytes).ok().serialize(serializer)
}
