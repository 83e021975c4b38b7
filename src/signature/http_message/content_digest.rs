//! `Content-Digest` (RFC 9530): a digest of the body in a header, so that signatures can cover it.

use aws_lc_rs::digest::{Algorithm, SHA256, SHA512, digest};

use super::Reason;
use super::field::{self, Bare, Item, Member};
use crate::digest::{self as text, equal};
use crate::http::Headers;

/// The algorithms of RFC 9530 section 5 that are not broken.
const ALGORITHMS: &[(&str, &Algorithm)] = &[("sha-256", &SHA256), ("sha-512", &SHA512)];

/// The value of a header for this body, with SHA-256.
pub fn of(body: &[u8]) -> String {
    format!("sha-256=:{}:", text::base64(digest(&SHA256, body).as_ref()))
}

/// Whether every digest of a known algorithm is that of the body, and there is at least one.
pub fn check(headers: &Headers, body: &[u8]) -> Result<(), Reason> {
    let lines: Vec<&[u8]> = headers.all("content-digest").collect();
    let members = field::dictionary(&lines.join(&b", "[..]))
        .map_err(|malformed| Reason::Field("Content-Digest", malformed))?;
    let mut known = 0;
    for (name, member) in &members {
        let Some((_, algorithm)) = ALGORITHMS.iter().find(|(known, _)| known == name) else {
            continue;
        };
        let Member::Item(Item { value: Bare::Bytes(claimed), .. }) = member else {
            return Err(Reason::ContentDigestUnknown);
        };
        known += 1;
        if !equal(digest(algorithm, body).as_ref(), claimed) {
            return Err(Reason::ContentDigest { algorithm: name.clone() });
        }
    }
    if known == 0 { Err(Reason::ContentDigestUnknown) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9530 appendix B.1 and B.2.
    #[test]
    fn published_digests() {
        assert_eq!(
            of(b"{\"hello\": \"world\"}\n"),
            "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
        );
        let mut headers = Headers::new();
        headers.push("content-digest", of(b""));
        assert_eq!(check(&headers, b""), Ok(()));
        assert_eq!(
            check(&headers, b"x"),
            Err(Reason::ContentDigest { algorithm: "sha-256".into() })
        );
    }

    #[test]
    fn a_digest_of_unknown_algorithms_covers_nothing() {
        for value in ["", "md5=:YQ==:", "sha-256=1"] {
            let mut headers = Headers::new();
            headers.push("Content-Digest", value);
            assert_eq!(check(&headers, b""), Err(Reason::ContentDigestUnknown), "{value}");
        }
    }
}
