//! Is a client certificate enforced? What was observed of each identity is judged by rules in their order
//! (`cell`), the identities of one address and version together (`column`), and all of them (`whole`).

pub mod cell;
pub mod column;
pub mod whole;

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::words::words;
use crate::error::Error;

/// What became of an identity in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was let in.
    Accepted,
    /// It was kept out.
    Refused,
    /// That cannot be told.
    Unclear,
}

words! { Outcome { Accepted "accepted" Refused "refused" Unclear "unclear" } }

/// What is wanted of an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// To be let in.
    Accept,
    /// To be kept out.
    Reject,
}

words! { Wanted { Accept "accept" Reject "reject" } }

/// Who refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// TLS itself, with an alert or by ending the connection.
    Tls,
    /// The server in front, with a page of its own.
    Terminator,
    /// What is behind it, with a status.
    Application,
}

words! { By { Tls "tls" Terminator "terminator" Application "application" } }

/// When the server refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Within the handshake.
    Handshake,
    /// When the handshake had ended for us, as it has in TLS 1.3.
    AfterHandshake,
    /// With an answer.
    Answer,
}

words! { Moment { Handshake "handshake" AfterHandshake "after-handshake" Answer "answer" } }

/// Whether, and when, a server asks for a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// In the handshake.
    Handshake,
    /// Only after it has read the request.
    Later,
    /// Never, as far as was seen.
    No,
}

words! { Asked { Handshake "handshake" Later "later" No "no" } }

/// What a server does about client certificates, at one address in one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody gets in without one that it trusts.
    Required,
    /// It asks, and lets in who has none.
    Optional,
    /// It does not ask.
    NotRequested,
    /// It asks, and takes the certificate of anybody.
    AnyCertificate,
    /// It asks only after it has read the request.
    AskedLater,
    /// It does not speak this version.
    NotOffered,
    /// That cannot be told.
    Unclear,
}

words! { Verdict {
    Required "required"
    Optional "optional"
    NotRequested "not-requested"
    AnyCertificate "any-certificate"
    AskedLater "asked-later"
    NotOffered "not-offered"
    Unclear "unclear"
} }

/// Where an identity comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file of ours.
    File,
    /// There is no certificate.
    None,
    /// It was made for this run.
    Made(Made),
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::File => "file",
            Self::None => "none",
            Self::Made(_) => "made",
        })
    }
}

/// An identity that is made for a run and lives no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// Self-signed, under a name of its own.
    Stranger,
    /// Self-signed, under the names of the first identity that is to be let in.
    SameSubject,
    /// By an authority of the name of its issuer, with another key.
    SameIssuer,
    /// By a trusted authority, and expired.
    Expired,
    /// By a trusted authority, and not valid yet.
    NotYet,
    /// By a trusted authority, for servers only.
    ServerAuth,
    /// By a trusted authority, under a name that begins as the right one does.
    Lookalike,
}

words! { Made {
    Stranger "stranger"
    SameSubject "same-subject"
    SameIssuer "same-issuer"
    Expired "expired"
    NotYet "not-yet"
    ServerAuth "serverauth"
    Lookalike "lookalike"
} }

impl Made {
    /// All there are.
    pub const ALL: [Self; 7] = [
        Self::Stranger,
        Self::SameSubject,
        Self::SameIssuer,
        Self::Expired,
        Self::NotYet,
        Self::ServerAuth,
        Self::Lookalike,
    ];

    /// Whether only the key of an authority that the server trusts can make it.
    pub fn needs_authority(self) -> bool {
        matches!(self, Self::Expired | Self::NotYet | Self::ServerAuth | Self::Lookalike)
    }

    /// Whether it takes the names of one that is to be let in.
    pub fn imitates(self) -> bool {
        matches!(self, Self::SameSubject | Self::SameIssuer)
    }

    /// What it is.
    pub fn says(self) -> &'static str {
        match self {
            Self::Stranger => "a self-signed certificate with a random name",
            Self::SameSubject => "a self-signed certificate under the names of the right one",
            Self::SameIssuer => {
                "a certificate by an authority that only shares the right one's name"
            }
            Self::Expired => "an expired certificate",
            Self::NotYet => "a certificate that is not valid yet",
            Self::ServerAuth => "a certificate for servers only",
            Self::Lookalike => "a certificate under a name that only starts like the right one",
        }
    }
}

impl FromStr for Made {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|made| made.word() == text);
        found.ok_or_else(|| {
            Error::usage(format!("no certificate can be generated under the name {text}"))
        })
    }
}

/// What `--expect` says of the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Expect {
    /// Nobody gets in without a certificate that it trusts.
    #[default]
    Required,
    /// It asks, and lets in who has none.
    Optional,
    /// It does not ask.
    NotRequested,
}

impl Expect {
    /// The verdict that is wanted.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Required => Verdict::Required,
            Self::Optional => Verdict::Optional,
            Self::NotRequested => Verdict::NotRequested,
        }
    }
}

/// One identity in one column, as the report has it.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What it is called.
    pub identity: String,
    /// Where it comes from.
    pub kind: Kind,
    /// SHA-256 of its certificate, in hex.
    pub sha256: Option<String>,
    /// What is wanted of it.
    pub expected: Wanted,
    /// What became of it.
    pub outcome: Outcome,
    /// Who refused it.
    pub by: Option<By>,
    /// When that was.
    pub when: Option<Moment>,
    /// Name of the TLS alert, if one came.
    pub alert: Option<String>,
    /// Number of that alert.
    pub alert_number: Option<u8>,
    /// Status of the answer, if one came.
    pub status: Option<u16>,
    /// Whether its certificate went to the server.
    pub sent: bool,
    /// Whether the session was a resumed one.
    pub resumed: bool,
    /// By which other way than the usual one it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub door: Option<String>,
    /// What happened, in a sentence.
    pub sentence: String,
    /// How long it took, in milliseconds.
    pub elapsed_ms: f64,
}

impl Row {
    /// Whether it is one of the matrix: at the usual door, in a session of its own.
    pub fn is_plain(&self) -> bool {
        self.door.is_none() && !self.resumed
    }

    /// Whether it came out as wanted.
    pub fn is_held(&self) -> bool {
        matches!(
            (self.expected, self.outcome),
            (Wanted::Accept, Outcome::Accepted) | (Wanted::Reject, Outcome::Refused)
        )
    }
}

impl fmt::Display for Outcome {
    /// In or out, as in the table.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accepted => "in",
            Self::Refused => "out",
            Self::Unclear => "?",
        })
    }
}
