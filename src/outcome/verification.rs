//! Whether a request bears the signature that it should: what `verify` finds out, and `listen` of a
//! delivery.

use std::path::PathBuf;

use serde::{Serialize, Serializer};
use time::OffsetDateTime;

use crate::cert::moment;
use crate::signature::diagnose::Diagnosis;

/// The check of a signature or token: none where it has no meaning under the scheme, or is not known.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Verification {
    /// The scheme that it was checked under; none where none fits.
    pub scheme: Option<String>,
    /// Label of the secret, or name of the key, that it is by.
    pub matched_secret: Option<String>,
    /// When it was signed.
    #[serde(serialize_with = "moment")]
    pub signed_at: Option<OffsetDateTime>,
    /// How long ago that was; negative when it lies in the future.
    pub age_seconds: Option<i64>,
    /// Number of signatures that were there.
    pub candidates: usize,
    /// Length of the body.
    pub payload_bytes: Option<u64>,
    /// Its SHA-256 in hex, where somebody is shown it.
    pub payload_sha256: Option<String>,
    /// What a standard says besides.
    #[serde(flatten)]
    pub standard: Option<Standard>,
    /// The URL that it is right for, where the scheme signs one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matched_url: Option<String>,
    /// Whether it lets a delivery in.
    #[serde(flatten)]
    pub admission: Option<Admission>,
    /// Why it does not match.
    #[serde(flatten)]
    pub diagnosis: Option<Diagnosis>,
    /// The signatures that would be right, one for each secret, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<Vec<String>>,
    /// How the scheme was chosen, where it was.
    #[serde(flatten)]
    pub choice: Option<Choice>,
    /// What became of the body that was signed, where it was to be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_body: Option<SignedBody>,
}

/// What is known besides under a standard, once the signature is right.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Standard {
    /// A bearer token.
    Token(Token),
    /// An HTTP Message Signature.
    Message(MessageSignature),
}

/// What a bearer token says (RFC 7519).
#[derive(Clone, Debug, Default, Serialize)]
pub struct Token {
    /// When it ends.
    #[serde(serialize_with = "moment")]
    pub expires_at: Option<OffsetDateTime>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// Whom it is about.
    pub subject: Option<String>,
    /// Whom it is for.
    pub audience: Option<Vec<String>>,
    /// E-mail address of the subject.
    pub email: Option<String>,
    /// Its `alg`.
    pub algorithm: Option<String>,
    /// Its `kid`.
    pub key_id: Option<String>,
}

/// What an HTTP Message Signature says (RFC 9421).
#[derive(Clone, Debug, Default, Serialize)]
pub struct MessageSignature {
    /// Name of the algorithm it is under.
    pub algorithm: Option<&'static str>,
    /// Its `keyid`.
    pub key_id: Option<String>,
    /// Its name in the message.
    pub label: Option<String>,
    /// The components that it covers.
    pub covered: Option<Vec<String>>,
    /// Whether the body is among them, by its digest.
    pub covers_body: Option<bool>,
}

/// Whether a delivery passes the check.
#[derive(Clone, Debug, Serialize)]
pub struct Admission {
    /// Whether it does.
    pub ok: bool,
    /// Why not.
    pub reason: Option<String>,
}

/// The scheme that `auto` chose.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    /// The options that name it.
    pub scheme_flags: String,
    /// Those of others that fit as well.
    pub also_fits: Vec<String>,
}

/// The body that was signed.
#[derive(Clone, Debug)]
pub enum SignedBody {
    /// It is written.
    Written {
        /// Its length.
        bytes: usize,
        /// The file.
        path: PathBuf,
    },
    /// It is not known.
    Unknown,
}

impl Verification {
    /// Whether it lets a delivery in.
    pub fn is_admitted(&self) -> bool {
        self.admission.as_ref().is_some_and(|admission| admission.ok)
    }
}

impl SignedBody {
    /// What was written, in words.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Written { bytes, path } => Some(format!("{bytes} bytes in {}", path.display())),
            Self::Unknown => None,
        }
    }
}

impl Serialize for SignedBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(verification: &Verification) -> String {
        serde_json::to_string(verification).unwrap()
    }

    #[test]
    fn what_is_not_known_is_null_and_what_was_not_asked_is_absent() {
        let always = "{\"scheme\":null,\"matched_secret\":null,\"signed_at\":null,\"age_seconds\":null,\
             \"candidates\":0,\"payload_bytes\":null,\"payload_sha256\":null";
        let nothing = Verification::default();
        assert_eq!(text(&nothing), format!("{always}}}"));
        assert!(!nothing.is_admitted());
        let asked = Verification {
            standard: Some(Standard::Message(MessageSignature::default())),
            expected: Some(Vec::new()),
            signed_body: Some(SignedBody::Unknown),
            ..Verification::default()
        };
        let more = "\"algorithm\":null,\"key_id\":null,\"label\":null,\"covered\":null,\
             \"covers_body\":null,\"expected\":[],\"signed_body\":null}";
        assert_eq!(text(&asked), format!("{always},{more}"));
    }
}
