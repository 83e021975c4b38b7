//! Everything that a refusal of our certificate is judged by: what was seen, and what we had to show.

use time::OffsetDateTime;

use crate::cert::Chain;
use crate::error::Alert;
use crate::tls::CertificateRequest;

/// What came instead of acceptance.
#[derive(Clone, Copy, Debug)]
pub enum Sign<'a> {
    /// A TLS alert.
    Alert(&'a Alert),
    /// The end of the connection, without an alert.
    Closed,
    /// An HTTP answer: status and the start of its body.
    Page(u16, &'a [u8]),
}

/// What we had to show.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    /// The file it came from, as the user named it.
    pub file: &'a str,
    /// The certificates we send, end-entity first; empty when none was given.
    pub chain: &'a Chain,
    /// Whether the key belongs to the certificate, where that can be told.
    pub key_matches: Option<bool>,
    /// Whether our key can sign in one of the schemes that the server asked for, where it asked.
    pub can_sign: Option<bool>,
}

/// Everything a refusal is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// Host and port of the server.
    pub peer: &'a str,
    /// What was seen.
    pub sign: Sign<'a>,
    /// Protocol version, for example `TLSv1.3`.
    pub protocol: Option<&'a str>,
    /// Whether the handshake had ended for us.
    pub connected: bool,
    /// The server's request for a certificate, if it sent one.
    pub request: Option<&'a CertificateRequest>,
    /// Our certificate.
    pub own: Own<'a>,
    /// The moment to judge at.
    pub now: OffsetDateTime,
}

impl<'a> Situation<'a> {
    /// Whether a certificate of ours went to the server.
    pub fn has_offered(&self) -> bool {
        let has_one = !self.own.chain.certificates().is_empty();
        self.request.is_some() && has_one && self.own.can_sign != Some(false)
    }

    /// The alert, if it was one.
    pub fn alert(&self) -> Option<&'a Alert> {
        match self.sign {
            Sign::Alert(alert) => Some(alert),
            _ => None,
        }
    }

    /// When it was, as a word for programs and as words for people.
    pub fn when(&self) -> (&'static str, &'static str) {
        match (self.has_offered(), self.connected) {
            _ if matches!(self.sign, Sign::Page(..)) => ("with-the-answer", "the request"),
            (true, false) => ("after-certificate", "during the handshake, after our certificate"),
            (true, true) => {
                ("after-handshake", "after the handshake, when it had looked at our certificate")
            }
            (false, false) => {
                ("before-certificate", "during the handshake, without a certificate of ours")
            }
            (false, true) => {
                ("after-handshake", "after the handshake, without a certificate of ours")
            }
        }
    }
}
