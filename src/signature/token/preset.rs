//! Senders whose deliveries carry a bearer token: where it stands, what it must say, and which claim has
//! the digest of the body.

use crate::digest;
use crate::error::{Error, Result};
use crate::finding::Code;
use crate::signature::Problem;
use crate::signature::candidates::encoded;
use crate::signature::json_object;
use crate::signature::scheme::Encoding;

/// A claim that holds the SHA-256 of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyClaim {
    /// Its name.
    pub name: String,
    /// How it is written.
    pub encoding: Encoding,
}

impl BodyClaim {
    /// Reads `NAME` or `NAME:ENCODING`; hex where nothing is said.
    ///
    /// # Errors
    /// `usage` for no name, or an encoding that is not hex, base64 or base64url.
    pub fn parse(text: &str) -> Result<Self> {
        let (name, encoding) = text.rsplit_once(':').unwrap_or((text, "hex"));
        let encoding = Encoding::named(encoding).filter(|encoding| *encoding != Encoding::Plain);
        match encoding.filter(|_| !name.trim().is_empty()) {
            Some(encoding) => Ok(Self { name: name.to_owned(), encoding }),
            None => Err(Error::usage(
                "a claim with the hash of the body is written NAME or NAME:ENCODING",
            )
            .help("the encoding is hex, base64 or base64url")),
        }
    }

    /// What the claim says of this body.
    pub fn of(&self, body: &[u8]) -> String {
        encoded(self.encoding, &digest::sha256(body))
    }
}

/// A sender of tokens.
#[derive(Debug)]
pub struct Preset {
    /// The header that carries the token.
    pub header: &'static str,
    /// What stands before it there.
    pub prefix: &'static str,
    /// The one `alg`; any that the key serves when `None`.
    pub algorithm: Option<&'static str>,
    /// Who issues it; anybody when `None`.
    pub issuer: Option<&'static str>,
    /// The claim with the digest of the body, as [`BodyClaim::parse`] reads it.
    pub body: &'static str,
    /// Whether an empty body needs no such claim.
    pub leaves_empty_out: bool,
    /// The claim with the SHA-256 of the URL in hex, where it has one.
    pub url: Option<&'static str>,
    /// How old the token may be, in seconds, where it does not say itself when it ends.
    pub most_age: Option<i64>,
    /// Where it stands in the body and brings the certificate of its sender.
    pub chained: Option<Chained>,
}

/// A token in the body, whose header has the chain of the certificate that it is signed with (`x5c`, RFC
/// 7515 section 4.1.6). What it says stands elsewhere than in claims of RFC 7519.
#[derive(Debug)]
pub struct Chained {
    /// The member of the body that is the token (RFC 6901).
    pub member: &'static str,
    /// Dotted OIDs of extensions that the certificate and that of its issuer must have.
    pub marks: [&'static str; 2],
    /// Where the claims say for whom it is; the first one counts.
    pub audience: &'static [&'static str],
    /// Where they say who issued it.
    pub issuer: &'static [&'static str],
    /// Where they say when it was signed, in milliseconds.
    pub signed_at: &'static str,
}

impl Chained {
    /// Whether the token is all that the body has.
    pub fn is_all_of(&self, body: &[u8]) -> bool {
        let name = self.member.trim_start_matches('/');
        json_object::parse(body).is_some_and(|body| body.len() == 1 && body.contains_key(name))
    }
}

impl Preset {
    /// The token is right, and a word stands before it that the sender does not write, or none where
    /// the sender writes one.
    pub fn differs(&self, value: &[u8]) -> Option<Problem> {
        let is_bare = !value.trim_ascii().contains(&b' ');
        if is_bare == self.prefix.is_empty() {
            return None;
        }
        let message = format!(
            "the token is valid, but not written as `{}TOKEN`; the sender's own library refuses that",
            self.prefix
        );
        let help = format!("find out what rewrote {} on its way", self.header);
        Some(Problem::new(Code::SignatureSpelling, message).help(help))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::standard;

    #[test]
    fn a_word_before_the_token_belongs_there_or_not() {
        for (name, value, differs) in [
            ("livekit", "a.b.c", false),
            ("livekit", "Bearer a.b.c", true),
            ("vonage", "Bearer a.b.c", false),
            ("vonage", "a.b.c", true),
        ] {
            let preset = standard::named(name).unwrap().preset.as_ref().unwrap();
            assert_eq!(preset.differs(value.as_bytes()).is_some(), differs, "{name} {value}");
        }
    }

    #[test]
    fn a_claim_and_its_encoding() {
        let of = |text: &str| BodyClaim::parse(text).map(|claim| claim.of(b""));
        assert!(of("payload_hash").unwrap().starts_with("e3b0c442"));
        assert!(of("urn:x:sha256:base64").unwrap().ends_with('='));
        assert!(!of("body:base64url").unwrap().ends_with('='));
        for text in ["", ":hex", "a:plain", "a:", " "] {
            assert!(of(text).is_err(), "{text}");
        }
    }
}
