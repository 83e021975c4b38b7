//! What a code, an alert, a number or a message means, as `explain` shows it.

use serde::Serialize;

use crate::finding::Severity;

/// One thing that was recognised.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// What it is.
    pub kind: Kind,
    /// Its name: a code, the name of an alert, the row of a message.
    pub id: String,
    /// The same in a few words.
    pub title: String,
    /// Whose words they are.
    pub from: String,
    /// Who speaks; nobody in a code of ours.
    pub side: Option<Side>,
    /// The line in which it stands last, from 1; none where a word was asked for.
    pub line: Option<u64>,
    /// How many lines say so.
    pub times: u64,
    /// What it says.
    pub meaning: String,
    /// What is behind it, the likeliest first.
    pub causes: Vec<Cause>,
    /// What to do next.
    pub next: String,
    /// Codes that it has to do with.
    pub related: Vec<String>,
    /// Where this is known from.
    pub source: String,
    /// How sure it is.
    pub grade: String,
    /// What else the text says about it: what it is, and what contradicts.
    pub also: Vec<String>,
    /// What only the page of a code has.
    #[serde(flatten)]
    pub page: Option<Page>,
    /// Whether it stands in a list, where a line is enough.
    #[serde(skip)]
    pub is_listed: bool,
}

/// What was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A TLS alert.
    Alert,
    /// A test of `audit`.
    Audit,
    /// An exit code of ours.
    Exit,
    /// A code of a failure.
    Failure,
    /// A code of a finding.
    Finding,
    /// What a program prints.
    Message,
    /// A number that a program gives it.
    Number,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// An answer, read by the client.
    Answer,
    /// The one who calls.
    Client,
    /// A program about its own files.
    Local,
    /// The one who is called, in its log.
    Server,
}

impl Side {
    /// As people read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Answer => "the answer of the server",
            Self::Client => "the client",
            Self::Local => "a program, of its own files",
            Self::Server => "the server",
        }
    }
}

/// What may be behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// Its name: one of a refusal's causes, or a code.
    pub id: String,
    /// Whether our own certificate proves it.
    pub proven: bool,
    /// What is wrong.
    pub text: String,
    /// What to do about it.
    pub fix: String,
}

/// What only codes of ours have.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// How bad it is; a failure is none of these.
    pub severity: Option<Severity>,
    /// When it is worse, or less bad.
    pub severity_changes: Option<String>,
    /// Which command says so, and when.
    pub raised_by: String,
    /// How it looks.
    pub example: String,
    /// How to have it counted as info.
    pub allow: Option<String>,
}
