//! Everything that a refusal of our certificate is judged by: what was seen, and what we had to show.

use serde::{Serialize, Serializer};
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

    /// When it was, and the same in words.
    pub fn when(&self) -> (When, &'static str) {
        match (self.has_offered(), self.connected) {
            _ if matches!(self.sign, Sign::Page(..)) => (When::WithTheAnswer, "the request"),
            (true, false) => {
                (When::AfterCertificate, "during the handshake, after our certificate")
            }
            (true, true) => {
                let words = "after the handshake, once it had checked our certificate";
                (When::AfterHandshake, words)
            }
            (false, false) => (
                When::BeforeCertificate,
                "during the handshake, without a client certificate from us",
            ),
            (false, true) => {
                (When::AfterHandshake, "after the handshake, without a client certificate from us")
            }
        }
    }
}

/// At which point a server refused us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// Within the handshake, when it had our certificate.
    AfterCertificate,
    /// When the handshake had ended for us.
    AfterHandshake,
    /// Within the handshake, and none of ours was shown.
    BeforeCertificate,
    /// With HTTP, over a connection that stood.
    WithTheAnswer,
}

/// What became of our certificate at a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientCertificate {
    /// The server asked for it and went on.
    Accepted,
    /// The server asked, and none was given.
    NotOffered,
    /// Nobody asked.
    NotRequested,
    /// The server refused it, or that there was none.
    Refused,
    /// The server asked, and it was not shown.
    Requested,
    /// The server asked only after the request.
    RequestedLate,
    /// That cannot be told.
    Unknown,
}

impl ClientCertificate {
    /// As reports write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::NotOffered => "not-offered",
            Self::NotRequested => "not-requested",
            Self::Refused => "refused",
            Self::Requested => "requested",
            Self::RequestedLate => "requested-late",
            Self::Unknown => "unknown",
        }
    }
}

impl Serialize for ClientCertificate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn when_it_was_is_told_by_what_was_seen() {
        let alert = Alert { name: "unknown_ca".into(), number: 48 };
        let seen = |sign, connected| Situation {
            peer: "a.example:443",
            sign,
            protocol: None,
            connected,
            request: None,
            identity: None,
            now: datetime!(2026-11-22 5:00 UTC),
        };
        for (sign, connected, when) in [
            (Sign::Closed, false, When::BeforeCertificate),
            (Sign::Alert(&alert), true, When::AfterHandshake),
            (Sign::Page(400, b""), true, When::WithTheAnswer),
        ] {
            let situation = seen(sign, connected);
            assert_eq!(situation.when().0, when);
            assert!(!situation.has_offered());
            assert_eq!(situation.alert().is_some(), matches!(sign, Sign::Alert(_)));
        }
    }

    #[test]
    fn what_became_of_a_certificate_has_a_word() {
        use ClientCertificate::{
            Accepted, NotOffered, NotRequested, Refused, Requested, RequestedLate, Unknown,
        };
        let all = [Accepted, NotOffered, NotRequested, Refused, Requested, RequestedLate, Unknown];
        let words = all.map(ClientCertificate::word).join(" ");
        let expected =
            "accepted not-offered not-requested refused requested requested-late unknown";
        assert_eq!(words, expected);
    }
}
