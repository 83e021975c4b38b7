//! What a signature scheme is: the values that a table of `data/schemes.toml` is read into.
//!
//! A scheme is data. Nothing here or in the modules around it knows a sender by name.

use std::fmt;

use serde::Serialize;

pub use super::lookup::{BodyDigest, LOOKUPS, Lookup, SignedHeaders};
use super::message::is_named;
use super::pattern::Pattern;
use super::signing_certificate::SigningCertificate;
use super::spelling::Spellings;
use super::template::{Template, Word};

/// How one sender signs.
#[derive(Clone, Debug, PartialEq)]
pub struct Scheme {
    /// Name on the command line, for example `github`.
    pub name: String,
    /// Who signs so, in the sender's own spelling.
    pub title: String,
    /// Where the signature stands.
    pub place: Place,
    /// Where the header is base64 of JSON: the member of it that is meant (RFC 6901).
    pub member: Option<String>,
    /// What one signature looks like there.
    pub value: Pattern,
    /// What separates several items of one header; `None` when the whole value is one item.
    pub split: Option<String>,
    /// How the signature is computed.
    pub algorithm: Algorithm,
    /// How its bytes are written.
    pub encoding: Encoding,
    /// How the secret becomes a key.
    pub secret: SecretForm,
    /// Cut from the front of the secret first, when it is there.
    pub secret_prefix: Option<String>,
    /// What is signed.
    pub signed: Template,
    /// Where the time of signing stands.
    pub timestamp: Option<Timestamp>,
    /// Greatest distance of that time from now, in seconds, both ways; `None` is no check.
    pub tolerance: Option<u64>,
    /// Most seconds that it may lie ahead of now, where those are fewer.
    pub ahead: Option<u64>,
    /// Further words of the template.
    pub variables: Vec<(String, Lookup)>,
    /// A digest of the body that travels apart from the signature.
    pub body_digest: Option<BodyDigest>,
    /// Headers that the request says are signed, for the word of that name.
    pub signed_headers: Option<SignedHeaders>,
    /// The certificate that the sender signs with, where a request names it.
    pub certificate: Option<SigningCertificate>,
    /// Headers that must have exactly this value.
    pub require: Vec<(String, String)>,
    /// What the sender's own library takes besides what the sender writes.
    pub tolerates: Spellings,
    /// Forms of a signed URL that the sender's own library takes for the one it was given.
    pub url_forms: Vec<UrlForm>,
    /// Whether the sender leaves the signature out when no secret is set, as it says itself.
    pub is_unsigned_without_secret: bool,
    /// Where more than one signature may stand.
    pub several: Vec<Several>,
    /// Where all this was read.
    pub origin: Origin,
}

/// Where the knowledge about a scheme comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// Addresses of documentation or of the sender's own code.
    pub source: Option<String>,
    /// The day they were read, for example `2026-11-22`.
    pub read_on: Option<String>,
    /// `confirmed` or `partly confirmed`; nothing for a scheme of the user's.
    pub grade: Option<String>,
    /// Whose tolerance it is: of the library, of the documentation, or ours.
    pub tolerance_source: Option<String>,
    /// What surprises people.
    pub note: Option<String>,
    /// What the sender does when the secret changes.
    pub rotation: Option<String>,
    /// Libraries of the sender that were run to see what they take, with their versions.
    pub sdk: Option<String>,
}

impl Scheme {
    /// The names of what `--param` has to say.
    pub fn params(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().filter_map(|(_, lookup)| match lookup {
            Lookup::Param(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Whether another body would need another signature.
    pub fn covers_body(&self) -> bool {
        self.algorithm != Algorithm::Token
            && (self.signed.words().any(Word::needs_body)
                || self.body_digest.as_ref().is_some_and(|digest| self.signs(&digest.from)))
    }

    /// Whether another time of signing would need another signature.
    pub fn signs_time(&self) -> bool {
        self.algorithm != Algorithm::Token
            && self.timestamp.as_ref().is_some_and(|timestamp| self.signs(&timestamp.from))
    }

    /// Whether what stands there is part of the signed content.
    fn signs(&self, place: &Lookup) -> bool {
        let is_named = |name: &str| match self.variables.iter().find(|(known, _)| known == name) {
            Some((_, lookup)) => lookup == place,
            None => matches!(place, Lookup::Field(field) if field == name),
        };
        self.signed.words().any(|word| match (word, place) {
            (Word::Timestamp, _) => {
                self.timestamp.as_ref().is_some_and(|timestamp| timestamp.from == *place)
            }
            (Word::Named(name), _) => is_named(name),
            (Word::Header(name), Lookup::Header(other)) => other.eq_ignore_ascii_case(name),
            (Word::Url | Word::PathQuery, Lookup::Query(_)) => true,
            // The list of them must name it: see [`super::content`].
            (Word::SignedHeaders, Lookup::Header(_)) => {
                self.timestamp.as_ref().is_some_and(|timestamp| timestamp.from == *place)
            }
            (Word::QueryPairs(without), Lookup::Query(name)) => !without.contains(name),
            (word, place) => place.is_in_body() && word.needs_body(),
        })
    }
}

/// Where a signature stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In headers of these names; a final `*` stands for any ending.
    Headers(Vec<String>),
    /// In the body, at such a place.
    Body(Lookup),
}

impl Place {
    /// Headers of these names; `None` where one cannot be the name of a header.
    pub fn headers(names: Vec<String>) -> Option<Self> {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!#$%&'+^`|~".contains(&byte);
        let is_name = |name: &String| {
            let name = name.strip_suffix('*').unwrap_or(name);
            !name.is_empty() && name.bytes().all(is_part)
        };
        (!names.is_empty() && names.iter().all(is_name)).then_some(Self::Headers(names))
    }

    /// Whether a header of this name may hold a signature.
    pub fn takes(&self, name: &str) -> bool {
        let Self::Headers(names) = self else { return false };
        names.iter().any(|wanted| match wanted.strip_suffix('*') {
            Some(start) => name.get(..start.len()).is_some_and(|head| is_named(head, start)),
            None => is_named(name, wanted),
        })
    }

    /// The header that a new signature is written to; `*` becomes 1. `None` for a JSON body.
    pub fn header(&self) -> Option<String> {
        match self {
            Self::Headers(names) => names.first().map(|name| name.replace('*', "1")),
            Self::Body(_) => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Headers(names) => f.write_str(&names.join(", ")),
            Self::Body(place) => f.write_str(&place.spelled()),
        }
    }
}

/// Declares an enum whose values have one spelling each, in data files, flags and reports alike.
macro_rules! spelled {
    ($(#[$doc:meta])* $name:ident { $($(#[doc = $about:literal])+ $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[doc = $about])+ $variant,)*
        }

        impl $name {
            /// All values, in the order of their definition.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its spelling in data files and reports.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// What it means, as pages for people say it.
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($about),+).trim_ascii(),)*
                }
            }

            /// The value of that spelling.
            pub fn named(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

pub(super) use spelled;

spelled! {
    /// How a signature is computed.
    Algorithm {
        /// HMAC-SHA-1 (RFC 2104), 20 bytes.
        HmacSha1 = "hmac-sha1",
        /// HMAC-SHA-256, 32 bytes.
        HmacSha256 = "hmac-sha256",
        /// HMAC-SHA-384, 48 bytes.
        HmacSha384 = "hmac-sha384",
        /// HMAC-SHA-512, 64 bytes.
        HmacSha512 = "hmac-sha512",
        /// Plain SHA-256 over a text that holds the secret, 32 bytes.
        Sha256 = "sha256",
        /// Ed25519 (RFC 8032), 64 bytes.
        Ed25519 = "ed25519",
        /// Plain SHA-1 over a text that holds the secret, 20 bytes.
        Sha1 = "sha1",
        /// ECDSA on P-256 with SHA-256, DER.
        EcdsaP256 = "ecdsa-p256",
        /// ECDSA on P-256 with SHA-1, DER: only verified, where senders still write it.
        EcdsaP256Sha1 = "ecdsa-p256-sha1",
        /// RSA PKCS#1 v1.5 with SHA-256 (RFC 8017).
        RsaSha256 = "rsa-sha256",
        /// RSA PKCS#1 v1.5 with SHA-1: checked where senders still write it, never made.
        RsaSha1 = "rsa-sha1",
        /// The secret itself travels; nothing is computed and the body is not protected.
        Token = "token",
    }
}

impl Algorithm {
    /// Length of a signature in bytes; `None` when it varies.
    pub fn signature_length(self) -> Option<usize> {
        match self {
            Self::HmacSha1 | Self::Sha1 => Some(20),
            Self::HmacSha256 | Self::Sha256 => Some(32),
            Self::HmacSha384 => Some(48),
            Self::HmacSha512 | Self::Ed25519 => Some(64),
            Self::EcdsaP256
            | Self::EcdsaP256Sha1
            | Self::RsaSha256
            | Self::RsaSha1
            | Self::Token => None,
        }
    }

    /// Whether one shared key both signs and verifies by HMAC.
    pub fn is_hmac(self) -> bool {
        matches!(self, Self::HmacSha1 | Self::HmacSha256 | Self::HmacSha384 | Self::HmacSha512)
    }

    /// Whether a private key signs and a public key verifies.
    pub fn is_asymmetric(self) -> bool {
        matches!(
            self,
            Self::Ed25519 | Self::EcdsaP256 | Self::EcdsaP256Sha1 | Self::RsaSha256 | Self::RsaSha1
        )
    }
}

spelled! {
    /// How the bytes of a signature are written.
    Encoding {
        /// Hex in lower case.
        Hex = "hex",
        /// Hex in upper case.
        HexUpper = "hex-upper",
        /// Base64 with padding.
        Base64 = "base64",
        /// Base64 with the URL alphabet and no padding.
        Base64Url = "base64url",
        /// As they are: only for tokens.
        Plain = "plain",
    }
}

spelled! {
    /// How the text of a secret becomes the bytes of a key.
    SecretForm {
        /// Its bytes are the key.
        Utf8 = "utf8",
        /// It is base64 of the key.
        Base64 = "base64",
        /// It is hex of the key.
        Hex = "hex",
        /// The key is the SHA-1 of it.
        Sha1 = "sha1",
        /// The key is the SHA-256 of it.
        Sha256 = "sha256",
        /// It is `user:password`, and travels as base64 of that (RFC 7617); that form is taken, too.
        Basic = "basic",
        /// It is a public key: SubjectPublicKeyInfo in base64 or PEM.
        Spki = "spki",
        /// It is a public key in PEM.
        Pem = "pem",
    }
}

spelled! {
    /// A form of a URL.
    UrlForm {
        /// Without the port it has.
        WithoutPort = "without-port",
        /// With the port that it does not name: 443, or 80 for http.
        DefaultPort = "default-port",
    }
}

spelled! {
    /// Where a sender may put more than one signature.
    Several {
        /// Items of one header.
        Items = "items",
        /// The same header again.
        Lines = "lines",
    }
}

spelled! {
    /// How a time is written.
    Unit {
        /// Seconds since 1970.
        Seconds = "s",
        /// Milliseconds since 1970.
        Milliseconds = "ms",
        /// RFC 3339, for example `2026-11-22T05:00:00Z`.
        Rfc3339 = "rfc3339",
        /// The same in UTC, with or without its `Z`.
        Rfc3339Utc = "rfc3339-utc",
        /// HTTP date (RFC 9110 section 5.6.7), for example `Sun, 22 Nov 2026 05:00:00 GMT`.
        HttpDate = "http-date",
    }
}

/// The time of signing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timestamp {
    /// Where it stands.
    pub from: Lookup,
    /// How it is written.
    pub unit: Unit,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_takes_any_ending_in_any_case() {
        let place = Place::Headers(vec!["X-DocuSign-Signature-*".into()]);
        assert!(place.takes("x-docusign-signature-12"));
        assert!(!place.takes("x-docusign"));
        assert!(!place.takes("é-docusign-signature-1"));
        assert_eq!(place.header().as_deref(), Some("X-DocuSign-Signature-1"));
    }
}
