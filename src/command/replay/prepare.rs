//! From a stored request to the bytes that travel, or to what `--dry-run` shows of them: a new address,
//! hop-by-hop headers gone, header edits, a fresh signature, the right length. The body stays as it is,
//! byte for byte.

use std::borrow::Cow;

use time::OffsetDateTime;

use super::credentials;
use crate::args::destination::Destination;
use crate::args::scheme::HeaderArg;
use crate::capture::Captured;
use crate::command::readdress::{address, edit, frame, strip};
use crate::digest::{hex, sha256};
use crate::error::Result;
use crate::finding::Finding;
use crate::http::{Request, head};
use crate::outcome::exchange::Draft;
use crate::secret::HIDDEN;
use crate::signature::resign::Resigner;

/// What is changed in every request.
pub struct Changes {
    /// Where it goes.
    pub destination: Destination,
    /// Headers to set, or to remove when the value is empty.
    pub headers: Vec<HeaderArg>,
    /// Signs again, right before each attempt.
    pub signer: Option<Resigner>,
    /// Captured credentials are left out.
    pub strip_credentials: bool,
}

/// A request for its new destination, not yet signed.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The request.
    pub request: Request,
    /// Where it goes.
    pub url: String,
    /// What is to be said of the capture.
    pub notes: Vec<Finding>,
    /// That it takes credentials to another host than they were captured for.
    pub carried: Option<Finding>,
}

impl Changes {
    /// Readdresses a stored request, which is called `subject`.
    pub fn prepare(&self, subject: &str, captured: Captured) -> Prepared {
        let Captured { mut request, url, notes, .. } = captured;
        let notes = notes.iter().map(|note| Finding::new(note.code, subject, &note.message));
        strip(&mut request.headers);
        if self.strip_credentials {
            credentials::strip(&mut request, |name| self.is_signed(name));
        }
        let carried = credentials::carried(&request, url.as_deref(), &self.destination, |name| {
            !self.is_signed(name)
                && !self.headers.iter().any(|set| set.name.eq_ignore_ascii_case(name))
        });
        let carried = carried.map(|one| one.finding(subject, &self.destination));
        address(&mut request, &self.destination);
        edit(&mut request.headers, &self.headers);
        frame(&mut request);
        let url = self.destination.url(&request.target);
        Prepared { request, url, notes: notes.collect(), carried }
    }

    /// Whether a header of this name is written anew with each signature.
    fn is_signed(&self, name: &str) -> bool {
        self.signer.as_ref().is_some_and(|signer| signer.sets(name))
    }

    /// The request to send now, signed as of this moment.
    ///
    /// # Errors
    /// When the scheme signs what is not there.
    fn signed<'a>(&self, prepared: &'a Prepared, now: OffsetDateTime) -> Result<Cow<'a, Request>> {
        let Some(signer) = &self.signer else { return Ok(Cow::Borrowed(&prepared.request)) };
        let mut request = prepared.request.clone();
        signer.sign(&mut request, &prepared.url, now)?;
        Ok(Cow::Owned(request))
    }

    /// A signed request without the secret, where that travels in it.
    fn hidden(&self, signed: &Request) -> Option<Request> {
        let signer = self.signer.as_ref().filter(|signer| signer.carries_secret())?;
        let mut request = signed.clone();
        for line in signed.headers.iter().filter(|line| signer.sets(&line.name)) {
            request.headers.set_value(&line.name, HIDDEN);
        }
        Some(request)
    }

    /// The bytes to send now, signed as of this moment.
    ///
    /// # Errors
    /// When something in the request cannot be written, or the scheme signs what is not there.
    pub fn bytes(&self, prepared: &Prepared, now: OffsetDateTime, out: &mut Vec<u8>) -> Result<()> {
        out.clear();
        self.signed(prepared, now)?.write(out)
    }

    /// The request as it would be sent now. What travels in it of the secret itself is not shown.
    ///
    /// # Errors
    /// Those of [`Changes::bytes`].
    pub fn draft(&self, prepared: &Prepared, now: OffsetDateTime) -> Result<Draft> {
        let signed = self.signed(prepared, now)?;
        let mut bytes = Vec::new();
        signed.write(&mut bytes)?;
        let request_bytes = bytes.len();
        if let Some(hidden) = self.hidden(&signed) {
            bytes.clear();
            hidden.write(&mut bytes)?;
        }
        let body = bytes.split_off(head::length(&bytes).unwrap_or(bytes.len()));
        Ok(Draft {
            method: prepared.request.method.clone(),
            url: prepared.url.clone(),
            request_bytes,
            head: bytes,
            body_sha256: hex(&sha256(&body)),
            body,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(to: &str, headers: &[&str]) -> Changes {
        Changes {
            destination: to.parse().unwrap(),
            headers: headers.iter().map(|line| line.parse().unwrap()).collect(),
            signer: None,
            strip_credentials: false,
        }
    }

    fn sent(changes: &Changes, request: Request) -> String {
        let mut out = Vec::new();
        let prepared = changes.prepare("r", Captured { request, ..Captured::default() });
        changes.bytes(&prepared, OffsetDateTime::UNIX_EPOCH, &mut out).unwrap();
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn hop_by_hop_goes_and_everything_else_stays_in_order_and_case() {
        let mut request =
            Request { method: "POST".into(), target: "/a?b".into(), ..Request::default() };
        for (name, value) in [
            ("host", "old.example"),
            ("X-b", "1"),
            ("Connection", "keep-alive, X-Hop"),
            ("x-hop", "gone"),
            ("Transfer-Encoding", "chunked"),
            ("Expect", "100-continue"),
            ("x-B", "2"),
            ("X-Drop", "gone"),
            ("content-type", "application/json"),
        ] {
            request.headers.push(name, value);
        }
        request.body = b"{\"a\": 1}\r\n\xff".to_vec();
        let changes = changes("https://new.example:8443", &["X-Drop:", "X-New: 1", "x-new: 2"]);
        assert_eq!(
            sent(&changes, request),
            "POST /a?b HTTP/1.1\r\nhost: new.example:8443\r\nX-b: 1\r\nx-B: 2\r\n\
             content-type: application/json\r\nX-New: 1\r\nx-new: 2\r\nContent-Length: 11\r\n\r\n\
             {\"a\": 1}\r\n\u{fffd}"
        );
    }

    #[test]
    fn empty_bodies_are_announced_where_one_belongs() {
        let request = |method: &str| Request {
            method: method.into(),
            target: "https://old.example/x".into(),
            ..Request::default()
        };
        let changes = changes("https://a", &[]);
        assert_eq!(sent(&changes, request("GET")), "GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
        let post = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(sent(&changes, request("POST")), post);
    }

    #[test]
    fn a_signature_is_fresh_and_the_id_stays() {
        let scheme = crate::signature::loader::built_in("standard-webhooks").unwrap();
        let secret = crate::secret::Secret::new(b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_vec());
        let changes = Changes {
            signer: Some(Resigner::Scheme(Box::new(
                crate::signature::Signer::new(scheme, &secret).unwrap(),
            ))),
            ..changes("https://a", &[])
        };
        let mut request =
            Request { method: "POST".into(), target: "/".into(), ..Request::default() };
        request.headers.push("webhook-id", "msg_1");
        request.headers.push("webhook-timestamp", "7");
        request.headers.push("webhook-signature", "v1,old");
        let prepared = changes.prepare("r", Captured { request, ..Captured::default() });
        let mut out = Vec::new();
        let at = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        changes.bytes(&prepared, at, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("webhook-id: msg_1\r\n"), "{text}");
        assert!(text.contains("webhook-timestamp: 1800000000\r\n"), "{text}");
        assert!(text.contains("webhook-signature: v1,") && !text.contains("old"), "{text}");
    }
}
