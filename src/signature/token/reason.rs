//! Why a token is refused: one row per way to fail.

use std::fmt;

use crate::signature::key::Kind;

/// A part of a compact token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The first: algorithm and key id.
    Header,
    /// The second: what is claimed.
    Claims,
    /// The third.
    Signature,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Claims => "claims",
            Self::Signature => "signature",
        })
    }
}

/// Why a token is refused. Text in it comes from the token: renderers escape it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are what the sentence below shows")]
pub enum Reason {
    /// There is nothing.
    Empty,
    /// So many bytes that it was not read.
    TooLong(usize),
    /// Not three parts but so many.
    Parts(usize),
    /// A part is not base64url.
    NotBase64(Part),
    /// A part is no JSON object.
    NotJson(Part),
    /// The header names no algorithm.
    NoAlgorithm,
    /// The algorithm is `none`: anybody could have written it.
    AlgorithmNone,
    /// An algorithm that is not checked here.
    AlgorithmUnsupported(String),
    /// Another algorithm than the one that must be used.
    AlgorithmNotAllowed { token: String, wanted: &'static str },
    /// A MAC is claimed, but the key is a public one.
    AlgorithmConfusion { token: String, kind: Kind },
    /// The key is of another kind.
    AlgorithmMismatch { token: String, kind: Kind },
    /// The header demands an extension that is not known.
    Critical,
    /// Its claims are not encoded, and it does not say that this is critical.
    Unencoded,
    /// The id of its key is no text.
    KeyIdType,
    /// There is no key to check it with.
    NoKeys,
    /// Its header has no certificates that can be read.
    ChainMissing,
    /// Its certificates are not its sender's.
    Chain(String),
    /// The key it names is not in the set.
    KeyUnknown { key_id: String, known: Vec<String> },
    /// The signature is not by that key.
    SignatureWrong { key_id: Option<String> },
    /// A claim has another type than it must have.
    ClaimType(&'static str),
    /// A claim that must be there is not.
    ClaimMissing(&'static str),
    /// It ended so many seconds ago.
    Expired { seconds: i64 },
    /// It begins in so many seconds.
    NotYet { seconds: i64 },
    /// It was issued so many seconds in the future.
    IssuedInFuture { seconds: i64 },
    /// It is for someone else.
    Audience { token: Vec<String>, expected: String },
    /// It is from someone else.
    Issuer { token: String, expected: String },
    /// It has another subject.
    Subject { token: String, expected: String },
    /// It has the address of someone else.
    Email { token: String, expected: String },
    /// The issuer does not vouch for the address.
    EmailUnverified,
    /// The claim with the hash of the body is not there, or no text.
    BodyUnclaimed(String),
    /// The hash in this claim is that of another body.
    BodyOther(String),
    /// This claim has the hash of the URL, which is not known.
    UrlUnknown(&'static str),
    /// The hash in this claim is that of another URL.
    UrlOther(&'static str),
    /// It was issued so many seconds ago, which is more than its sender allows.
    Old { seconds: i64, most: i64 },
    /// Whom it must be for was not said, and without that it proves nothing.
    AudienceUnasked,
}

impl Reason {
    /// The stable short name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong(_) => "too-long",
            Self::Parts(_) => "not-compact",
            Self::NotBase64(_) => "not-base64url",
            Self::NotJson(_) => "not-json",
            Self::NoAlgorithm => "algorithm-missing",
            Self::AlgorithmNone => "algorithm-none",
            Self::AlgorithmUnsupported(_) => "algorithm-unsupported",
            Self::AlgorithmNotAllowed { .. } => "algorithm-not-allowed",
            Self::AlgorithmConfusion { .. } => "algorithm-confusion",
            Self::AlgorithmMismatch { .. } => "algorithm-mismatch",
            Self::Critical => "extension-unknown",
            Self::Unencoded => "claims-unencoded",
            Self::KeyIdType => "key-id-malformed",
            Self::NoKeys => "no-keys",
            Self::ChainMissing => "chain-missing",
            Self::Chain(_) => "chain-untrusted",
            Self::KeyUnknown { .. } => "key-unknown",
            Self::SignatureWrong { .. } => "signature-wrong",
            Self::ClaimType(_) => "claim-malformed",
            Self::ClaimMissing(_) => "claim-missing",
            Self::Expired { .. } => "expired",
            Self::NotYet { .. } => "not-yet-valid",
            Self::IssuedInFuture { .. } => "issued-in-future",
            Self::Audience { .. } => "audience-other",
            Self::Issuer { .. } => "issuer-other",
            Self::Subject { .. } => "subject-other",
            Self::Email { .. } => "email-other",
            Self::BodyUnclaimed(_) => "body-unclaimed",
            Self::BodyOther(_) => "body-other",
            Self::UrlUnknown(_) => "url-unknown",
            Self::UrlOther(_) => "url-other",
            Self::Old { .. } => "too-old",
            Self::AudienceUnasked => "audience-unasked",
            Self::EmailUnverified => "email-unverified",
        }
    }

    /// What to do about it, where that is known.
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::Parts(5) => {
                "five parts are an encrypted token (JWE); this one needs its private key"
            }
            Self::AlgorithmNone | Self::AlgorithmConfusion { .. } => {
                "this is how tokens are forged: refuse it, and check that your receiver does"
            }
            Self::ChainMissing | Self::Chain(_) => {
                "anyone can make such a token: refuse it; check a stored one with --at TIME"
            }
            Self::KeyUnknown { .. } => {
                "the issuer may have rotated its keys: fetch the key set again"
            }
            Self::BodyOther(_) => {
                "the token is valid, but was made for another body: hash the bytes as they arrived"
            }
            Self::UrlUnknown(_) | Self::UrlOther(_) => {
                "give the URL that the sender calls, to the letter, with --url"
            }
            Self::Expired { .. } | Self::Old { .. } => {
                "use a fresh token, or check it as of then with --at"
            }
            Self::NotYet { .. } | Self::IssuedInFuture { .. } => "is this machine's clock behind?",
            Self::Audience { .. } => "the audience is usually the exact URL that was called",
            Self::AudienceUnasked => {
                "the issuer signs for everyone: name the scheme, and who its tokens must be for \
                 with --audience"
            }
            _ => return None,
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no token"),
            Self::TooLong(bytes) => write!(f, "the token is {bytes} bytes long"),
            Self::Parts(parts) => {
                write!(f, "a token has 3 parts separated by dots, this has {parts}")
            }
            Self::NotBase64(part) => write!(f, "its {part} is not base64url"),
            Self::NotJson(part) => {
                write!(f, "its {part} is not a JSON object in which each name appears once")
            }
            Self::NoAlgorithm => f.write_str("its header names no algorithm"),
            Self::AlgorithmNone => f.write_str("it is unsigned (algorithm none)"),
            Self::AlgorithmUnsupported(name) => write!(f, "algorithm {name} is not supported"),
            Self::AlgorithmNotAllowed { token, wanted } => {
                write!(f, "it is signed with {token}, but must be signed with {wanted}")
            }
            Self::AlgorithmConfusion { token, kind } => write!(
                f,
                "it claims {token}, a MAC, but the key is {} that everyone knows",
                kind.name()
            ),
            Self::AlgorithmMismatch { token, kind } => {
                write!(f, "it is signed with {token}, but the key is {}", kind.name())
            }
            Self::Critical => f.write_str("it demands an extension that is not known (crit)"),
            Self::Unencoded => {
                f.write_str("its claims are not encoded (b64), which crit does not announce")
            }
            Self::KeyIdType => f.write_str("the id of its key (kid) is not text"),
            Self::NoKeys => f.write_str("the key set has no key that can check it"),
            Self::ChainMissing => f.write_str("its header has no certificates (x5c)"),
            Self::Chain(reason) => write!(f, "its certificates are not the sender's: {reason}"),
            Self::KeyUnknown { key_id, known } => {
                write!(f, "key {key_id} is not in the key set, which has ")?;
                match known.is_empty() {
                    true => f.write_str("no named keys"),
                    false => f.write_str(&known.join(", ")),
                }
            }
            Self::SignatureWrong { key_id: Some(id) } => {
                write!(f, "its signature is not by key {id}")
            }
            Self::SignatureWrong { key_id: None } => {
                f.write_str("its signature is by none of the keys")
            }
            Self::ClaimType(claim) => write!(f, "claim {claim} has the wrong type"),
            Self::ClaimMissing(claim) => write!(f, "claim {claim} is missing"),
            Self::Expired { seconds } => write!(f, "it expired {seconds} s ago"),
            Self::NotYet { seconds } => write!(f, "it becomes valid in {seconds} s"),
            Self::IssuedInFuture { seconds } => {
                write!(f, "it was issued {seconds} s in the future")
            }
            Self::Audience { token, expected } => {
                write!(f, "it is for {}, not for {expected}", token.join(", "))
            }
            Self::Issuer { token, expected } => {
                write!(f, "it is from {token}, not from {expected}")
            }
            Self::Subject { token, expected } => {
                write!(f, "its subject is {token}, not {expected}")
            }
            Self::BodyUnclaimed(claim) => {
                write!(f, "claim {claim}, which must have the hash of the body, is missing")
            }
            Self::BodyOther(claim) => write!(f, "claim {claim} has the hash of another body"),
            Self::UrlUnknown(claim) => {
                write!(
                    f,
                    "claim {claim} has the hash of the URL that was called, which is not known"
                )
            }
            Self::UrlOther(claim) => write!(f, "claim {claim} has the hash of another URL"),
            Self::Old { seconds, most } => {
                write!(f, "it was issued {seconds} s ago; the limit is {most} s")
            }
            Self::AudienceUnasked => {
                f.write_str("it may be for anyone: no --audience says who it must be for")
            }
            Self::Email { token, expected } => {
                write!(f, "it is about {token}, not about {expected}")
            }
            Self::EmailUnverified => f.write_str("the issuer has not verified its e-mail address"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_is_given_where_something_can_be_done() {
        let text = String::new;
        for (reason, words) in [
            (Reason::Parts(5), "encrypted token"),
            (Reason::AlgorithmNone, "how tokens are forged"),
            (
                Reason::AlgorithmConfusion { token: text(), kind: Kind::Ed25519 },
                "how tokens are forged",
            ),
            (Reason::KeyUnknown { key_id: text(), known: Vec::new() }, "fetch the key set"),
            (Reason::Expired { seconds: 1 }, "--at"),
            (Reason::NotYet { seconds: 1 }, "clock behind"),
            (Reason::IssuedInFuture { seconds: 1 }, "clock behind"),
            (Reason::Audience { token: Vec::new(), expected: text() }, "exact URL"),
            (Reason::AudienceUnasked, "--audience"),
            (Reason::UrlUnknown("url_hash"), "--url"),
            (Reason::UrlOther("url_hash"), "--url"),
        ] {
            assert!(reason.help().is_some_and(|help| help.contains(words)), "{reason:?}");
        }
        assert_eq!((Reason::Parts(4).help(), Reason::Empty.help()), (None, None));
    }
}
