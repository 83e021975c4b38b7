//! Why a message signature is refused: one row per way to fail.

use std::fmt;

use crate::error::Malformed;
use crate::finding::Code;
use crate::signature::key::Kind;
use crate::signature::key_set::Unknown;

/// Why a message signature is refused. Text in it comes from the request: renderers escape it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are what the sentence below shows")]
pub enum Reason {
    /// There is no such header.
    Missing(&'static str),
    /// A header is no structured field.
    Field(&'static str, Malformed),
    /// There are so many signatures that none was looked at.
    TooMany(usize),
    /// A label whose input or value is not as it must be.
    Input(String, &'static str),
    /// A component whose value cannot be had.
    Component(String, &'static str),
    /// A component of responses or trailers, and why it cannot be checked.
    Unsupported(String, &'static str),
    /// A covered header or query parameter is not there.
    ComponentMissing(String),
    /// It names an algorithm that is not checked here.
    AlgorithmUnsupported(String),
    /// It names an algorithm that the key is not for.
    AlgorithmMismatch { named: String, kind: Kind },
    /// None of the keys made it over these parts.
    Mismatch { label: String },
    /// The signature is right, but the body is another than the digest that it covers.
    ContentDigest { algorithm: String },
    /// A digest in Content-Digest is not bytes between colons.
    ContentDigestUnreadable { algorithm: String },
    /// The key it names is not there.
    KeyUnknown { key_id: String, known: Vec<String> },
    /// It is right, but too old.
    Stale { age: i64, tolerance: i64 },
    /// It is right, but from the future.
    InFuture { seconds: i64, tolerance: i64 },
    /// It is right, but ended so many seconds ago.
    Expired { seconds: i64 },
}

impl Reason {
    /// The code of the finding that it makes.
    pub fn code(&self) -> Code {
        match self {
            Self::Missing(_) | Self::ComponentMissing(_) => Code::SignatureMissing,
            Self::Field(..) | Self::TooMany(_) | Self::Input(..) | Self::Component(..) => {
                Code::SignatureMalformed
            }
            Self::Unsupported(..) | Self::ContentDigestUnreadable { .. } => {
                Code::SignatureMalformed
            }
            Self::AlgorithmUnsupported(_) | Self::AlgorithmMismatch { .. } => {
                Code::AlgorithmMismatch
            }
            Self::Mismatch { .. } | Self::ContentDigest { .. } | Self::KeyUnknown { .. } => {
                Code::SignatureMismatch
            }
            Self::Stale { .. } | Self::Expired { .. } => Code::SignatureStale,
            Self::InFuture { .. } => Code::SignatureInFuture,
        }
    }

    /// What to do about it, where that is known.
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::Mismatch { .. } => {
                "a covered part or the key differs; where a proxy changed the host or the scheme, \
                 give the address the sender used with --url"
            }
            Self::ContentDigest { .. } => {
                "the headers are as signed and the body is not: hash the raw request bytes"
            }
            Self::Unsupported(..) => {
                "ask the sender to leave it out of Signature-Input, and to sign headers of the \
                 request and content-digest"
            }
            Self::KeyUnknown { .. } => {
                "the sender may have changed its key: fetch the key set again"
            }
            Self::InFuture { .. } => "is this machine's clock behind?",
            Self::Stale { .. } | Self::Expired { .. } => {
                "a replayed delivery? check it as of then with --at"
            }
            _ => return None,
        })
    }
}

impl From<Unknown> for Reason {
    fn from(Unknown { key_id, known }: Unknown) -> Self {
        Self::KeyUnknown { key_id, known }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "there is no {name}"),
            Self::Field(name, malformed) => write!(f, "{name} is a {malformed}"),
            Self::TooMany(count) => write!(f, "there are {count} signatures"),
            Self::Input(label, problem) => write!(f, "signature {label} {problem}"),
            Self::Component(name, problem) => write!(f, "component {name} {problem}"),
            Self::Unsupported(name, why) => {
                write!(f, "the signature covers {name}, which is unsupported: {why}")
            }
            Self::ComponentMissing(name) => {
                write!(f, "the signature covers {name}, which is not in the request")
            }
            Self::AlgorithmUnsupported(name) => write!(f, "algorithm {name} is not supported"),
            Self::AlgorithmMismatch { named, kind } => {
                write!(f, "the signature names {named}, but the key is {}", kind.name())
            }
            Self::Mismatch { label } => write!(f, "signature {label} does not match"),
            Self::ContentDigest { algorithm } => {
                write!(f, "the body does not have the {algorithm} digest that is signed")
            }
            Self::ContentDigestUnreadable { algorithm } => {
                write!(f, "the {algorithm} digest in Content-Digest is not bytes between colons")
            }
            Self::KeyUnknown { key_id, known } => {
                let known = known.join(", ");
                write!(f, "the signature names key {key_id}, and the keys are {known}")
            }
            Self::Stale { age, tolerance } => {
                write!(f, "signature is right, but {age} s old (limit {tolerance} s)")
            }
            Self::InFuture { seconds, tolerance } => {
                write!(f, "signature is right, but {seconds} s in the future (limit {tolerance} s)")
            }
            Self::Expired { seconds } => {
                write!(f, "signature is right, but expired {seconds} s ago")
            }
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
            (Reason::Mismatch { label: text() }, "--url"),
            (Reason::ContentDigest { algorithm: text() }, "raw request bytes"),
            (Reason::Unsupported(text(), ""), "leave it out of Signature-Input"),
            (Reason::KeyUnknown { key_id: text(), known: Vec::new() }, "fetch the key set"),
            (Reason::InFuture { seconds: 1, tolerance: 0 }, "clock behind"),
            (Reason::Stale { age: 1, tolerance: 0 }, "--at"),
            (Reason::Expired { seconds: 1 }, "--at"),
        ] {
            assert!(reason.help().is_some_and(|help| help.contains(words)), "{reason:?}");
        }
        assert_eq!(Reason::TooMany(33).help(), None);
    }
}
