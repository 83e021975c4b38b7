//! `Content-Digest` (RFC 9530): a digest of the body in a header, so that signatures can cover it.

use aws_lc_rs::digest::{Algorithm, SHA256, SHA512, digest};

use super::Reason;
use super::field::{self, Bare, Item, Member};
use crate::digest::{self as text, equal};
use crate::signature::message::Message;

/// The header.
pub const NAME: &str = "content-digest";

/// The algorithms of RFC 9530 section 5 that are not broken.
const ALGORITHMS: &[(&str, &Algorithm)] = &[("sha-256", &SHA256), ("sha-512", &SHA512)];

/// The value of a header for this body, with SHA-256.
pub fn of(body: &[u8]) -> String {
    format!("sha-256=:{}:", text::base64(digest(&SHA256, body).as_ref()))
}

/// Whether the body is covered by these components: one of them is a digest of it, in an algorithm
/// that was computed here. What is covered in another algorithm, or stands beside it and is not
/// covered, says nothing.
pub(super) fn covers(components: &[Item], message: &Message<'_>) -> Result<bool, Reason> {
    let is_digest = |item: &&Item| matches!(&item.value, Bare::Text(name) if name == NAME);
    let covered: Vec<&Item> = components.iter().filter(is_digest).collect();
    if covered.is_empty() {
        return Ok(false);
    }
    let lines: Vec<&[u8]> = message.all(NAME).collect();
    let members = field::distinct(&lines.join(&b", "[..]))
        .map_err(|malformed| Reason::Field("Content-Digest", malformed))?;
    let mut is_computed = false;
    for (name, member) in &members {
        let of_member = |item: &&Item| item.parameters.text("key").is_none_or(|key| key == name);
        let algorithm = ALGORITHMS.iter().find(|(known, _)| known == name);
        let (Some((_, algorithm)), true) = (algorithm, covered.iter().any(of_member)) else {
            continue;
        };
        let Member::Item(Item { value: Bare::Bytes(claimed), .. }) = member else {
            return Err(Reason::ContentDigestUnreadable { algorithm: name.clone() });
        };
        if !equal(digest(algorithm, message.body).as_ref(), claimed) {
            return Err(Reason::ContentDigest { algorithm: name.clone() });
        }
        is_computed = true;
    }
    Ok(is_computed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(component: &str, value: &str, body: &[u8]) -> Result<bool, Reason> {
        let headers = [("Content-Digest", value.as_bytes())];
        let (method, target) = ("POST", "/");
        let message =
            Message { method, url: None, target, headers: &headers, body, complete: true };
        super::covers(&[field::item(component.as_bytes()).unwrap()], &message)
    }

    /// RFC 9530 appendix B.1 and B.2.
    #[test]
    fn published_digests() {
        assert_eq!(
            of(b"{\"hello\": \"world\"}\n"),
            "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
        );
        let whole = r#""content-digest""#;
        assert_eq!(covers(whole, &of(b""), b""), Ok(true));
        let other = Reason::ContentDigest { algorithm: "sha-256".into() };
        assert_eq!(covers(whole, &of(b""), b"x"), Err(other));
    }

    #[test]
    fn only_a_covered_member_that_was_computed_covers_the_body() {
        let both = format!("md5=:YQ==:, {}", of(b"x"));
        for (component, value, expected) in [
            (r#""content-digest";key="sha-256""#, both.as_str(), true),
            (r#""content-digest";bs"#, &both, true),
            (r#""content-digest";key="md5""#, &both, false),
            (r#""content-digest""#, "md5=:YQ==:", false),
            (r#""content-digest""#, "", false),
            (r#""repr-digest""#, &both, false),
        ] {
            assert_eq!(covers(component, value, b"x"), Ok(expected), "{component} {value}");
        }
        // The member that is not covered is not looked at.
        assert_eq!(covers(r#""content-digest";key="md5""#, &both, b"replaced"), Ok(false));
    }

    #[test]
    fn a_digest_that_is_none_or_stands_twice_is_malformed() {
        let twice = format!("{}, {}", of(b"y"), of(b"x"));
        for value in ["sha-256=1", "sha-256=(:YQ==:)", &twice, "sha-256=:"] {
            let refused = covers(r#""content-digest""#, value, b"x").unwrap_err();
            assert_eq!(refused.code().id(), "signature-malformed", "{value}");
        }
    }
}
