//! Everything that a refusal of our certificate is judged by: what was seen, and what we had to show.

use time::OffsetDateTime;

use crate::error::Alert;
use crate::tls::{CertificateRequest, Identity};

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
    /// What we had to show, if anything.
    pub identity: Option<&'a Identity>,
    /// The moment to judge at.
    pub now: OffsetDateTime,
}

impl<'a> Situation<'a> {
    /// Whether a certificate of ours went to the server.
    pub fn has_offered(&self) -> bool {
        self.identity.is_some() && self.can_sign() == Some(true)
    }

    /// Whether our key can sign in one of the schemes that the server asked for, where it asked.
    pub fn can_sign(&self) -> Option<bool> {
        Some(self.identity?.can_sign(self.request?))
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
