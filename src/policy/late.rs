//! Servers that want our certificate only after they have read the request, because it depends on the
//! path: a second handshake in TLS 1.2 (RFC 5246 section 7.4.1.1), post-handshake authentication in TLS
//! 1.3 (RFC 8446 section 4.6.2). Few clients can answer that, and we are none of them.

use crate::finding::{Code, Finding};
use crate::policy::situation::ClientCertificate;

/// What Apache writes on its page when the client cannot be asked any more.
const APACHE: &[u8] = b"Post-Handshake Authentication";

/// Who does so, and who cannot answer.
const WHO: &str = "as Apache does with SSLVerifyClient inside a <Location>, and IIS by default; \
                   senders written in Go, Rust or Node cannot answer that either";

/// What the server is to do.
const NEXT: &str = "make the server ask in the handshake. Apache: SSLVerifyClient require for the \
                    whole \
                    <VirtualHost>, one of its own if necessary; IIS: netsh http add sslcert ... \
                    clientcertnegotiation=enable";

/// What was seen of a server that did not ask in the handshake.
#[derive(Clone, Copy, Debug)]
pub enum Clue<'a> {
    /// It asked for a second handshake.
    HelloRequest,
    /// It answered: status and the start of the body.
    Page(u16, &'a [u8]),
    /// It closed the connection after the request, without a word.
    Closed,
}

/// A server that asks late, or perhaps does.
#[derive(Clone, Debug)]
pub struct Late {
    /// `client-certificate-late`.
    pub finding: Finding,
    /// Whether nothing else can be behind it.
    pub is_certain: bool,
}

impl Late {
    /// What became of our certificate.
    pub fn client_certificate(&self) -> ClientCertificate {
        match self.is_certain {
            true => ClientCertificate::RequestedLate,
            false => ClientCertificate::Unknown,
        }
    }
}

/// Judges a server that did not ask in the handshake; `has_own` when there was a certificate to show.
pub fn late(peer: &str, clue: Clue<'_>, protocol: Option<&str>, has_own: bool) -> Option<Late> {
    let is_new = protocol == Some("TLSv1.3");
    let maybe = |what: &str| {
        format!(
            "{peer} {what} and had not asked for the client certificate in the handshake: either it asks \
             only after it has read the request (TLS 1.3 post-handshake authentication), {WHO}; or \
             it never asks, and refused for another reason"
        )
    };
    let (message, is_certain) = match clue {
        Clue::HelloRequest => {
            let how = "only after it has read the request (TLS 1.2 HelloRequest)";
            (format!("{peer} asks for the client certificate {how}, {WHO}"), true)
        }
        Clue::Page(403, body) if body.windows(APACHE.len()).any(|window| window == APACHE) => {
            let how = "only after it has read the request (TLS 1.3 post-handshake authentication)";
            (format!("{peer} asks for the client certificate {how}, {WHO}"), true)
        }
        Clue::Page(403, _) if is_new && has_own => (maybe("answered 403"), false),
        Clue::Closed if is_new && has_own => {
            (maybe("closed the connection after the request"), false)
        }
        Clue::Page(..) | Clue::Closed => return None,
    };
    let next = match is_certain {
        true => NEXT.to_owned(),
        false => format!("the same with --tls 1.2 shows which it is. If it asks late: {NEXT}"),
    };
    let finding = Finding::new(Code::ClientCertificateLate, peer, message).help(next);
    Some(Late { finding, is_certain })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sure_signs_and_likely_ones_are_told_apart() {
        let page: &[u8] = b"<p>Reason: Cannot perform Post-Handshake Authentication.<br /></p>";
        let (old, new) = (Some("TLSv1.2"), Some("TLSv1.3"));
        for (clue, protocol, has_own, certain) in [
            (Clue::HelloRequest, old, true, Some(true)),
            (Clue::HelloRequest, old, false, Some(true)),
            (Clue::Page(403, page), new, false, Some(true)),
            (Clue::Page(403, b"no"), new, true, Some(false)),
            (Clue::Page(403, b"no"), new, false, None),
            // In TLS 1.2 the question would have been seen.
            (Clue::Page(403, b"no"), old, true, None),
            (Clue::Page(403, &[b'x'; 200]), new, false, None),
            (Clue::Page(200, page), new, true, None),
            (Clue::Closed, new, true, Some(false)),
            (Clue::Closed, old, true, None),
        ] {
            let late = late("a.example:443", clue, protocol, has_own);
            assert_eq!(late.as_ref().map(|late| late.is_certain), certain, "{clue:?} {protocol:?}");
            let word = certain.map(|certain| if certain { "requested-late" } else { "unknown" });
            assert_eq!(late.as_ref().map(|late| late.client_certificate().word()), word);
            for word in ["Apache", "IIS", "Go, Rust or Node"] {
                assert!(late.as_ref().is_none_or(|late| late.finding.message.contains(word)));
            }
        }
    }
}
