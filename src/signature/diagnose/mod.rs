//! Why a signature does not match: known causes are tried as changes, and what matches is proof.
//!
//! Each kind of change is one table: `secret`, `value`, `body` with `dialect`, `text` with `forms`,
//! `location`. `search` tries them one at a time, then in pairs, and says so when it was cut short; `rounds`
//! makes bodies on all processors.

mod begun;
mod bodies;
mod body;
mod cause;
mod charset;
mod cut;
pub(super) mod dialect;
mod documents;
mod form_dialect;
mod forms;
pub(super) mod json;
pub(super) mod layout;
mod location;
mod notes;
mod repair;
mod rounds;
mod search;
mod secret;
pub(super) mod spelling;
mod target;
mod text;
mod value;
mod wrapping;

use std::time::Instant;

use serde::Serialize;

pub use cause::{Cause, Hint, NO_FILE};

use super::candidates::Carrier;
use super::message::Message;
use super::scheme::Scheme;
use crate::digest;
use crate::secret::Secret;
use bodies::Body;
use cut::Cut;
use text::Text;

/// A request whose signature does not match.
pub struct Case<'a> {
    /// The scheme it was checked against.
    pub scheme: &'a Scheme,
    /// The request.
    pub message: Message<'a>,
    /// The secrets, none of which matched.
    pub secrets: &'a [Secret],
    /// The payload's file as one word of a shell, for the commands that repair it.
    pub file: String,
    /// The command that writes the body that was signed, for repairs that no other command makes.
    pub writer: Option<String>,
    /// When to stop trying.
    pub deadline: Instant,
}

/// What was found out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// The changes that together make the signature match: one, seldom two; none when nothing does.
    #[serde(rename = "diagnosis")]
    pub causes: Vec<Cause>,
    /// The body under which it matches.
    #[serde(skip)]
    pub signed_body: Option<Vec<u8>>,
    /// Number of attempts.
    pub tried: usize,
    /// Whether it ended before everything was tried: for want of time, or because of its size.
    #[serde(rename = "diagnosis_cut")]
    pub cut: bool,
    /// What stands out when nothing matches.
    pub notes: Vec<String>,
    /// Length of the signed content, as the scheme puts it together.
    pub signed_bytes: Option<usize>,
    /// Its SHA-256 in hex, to compare with what a receiver hashes.
    pub signed_sha256: Option<String>,
}

/// A path as one word of a POSIX shell, for [`Case::file`].
pub fn shell_path(path: &str) -> String {
    cause::path_word(path)
}

/// Text as one word of a POSIX shell.
pub fn shell_word(text: &str) -> String {
    cause::quoted(text)
}

/// Finds the change that makes the signature of `case` match.
pub fn diagnose(case: &Case<'_>) -> Diagnosis {
    let search = search::Search::new(case).run();
    let is_found = search.found.is_some();
    let left_out = search.cut.or_else(|| cut::by_size(case.message.body)).filter(|_| !is_found);
    let (tried, cut) = (search.tried, left_out.is_some());
    let notes = if is_found { Vec::new() } else { notes_of(case, left_out) };
    let (causes, signed_body) = search.found.unzip();
    let causes = causes.unwrap_or_default();
    let (mut signed_bytes, mut signed_sha256) = (None, None);
    let body = Body::new(case.message.body);
    if !Text::Own.has_secret(case.scheme)
        && let Some(carrier) = Carrier::unjudged(case.scheme, &case.message).first()
        && let Some(content) = Text::Own.content(case.scheme, &case.message, &body, b"", carrier)
    {
        let content = content.bytes(case.message.body);
        signed_bytes = Some(content.len());
        signed_sha256 = Some(digest::hex(&digest::sha256(&content)));
    }
    Diagnosis { causes, signed_body, tried, cut, notes, signed_bytes, signed_sha256 }
}

fn notes_of(case: &Case<'_>, left_out: Option<Cut>) -> Vec<String> {
    let mut notes = Vec::new();
    for what in case.secrets.iter().filter_map(|secret| notes::shape(secret.expose())) {
        notes.push(format!("the secret looks like {what}, not like a signing secret"));
    }
    let of_scheme = |secret: &Secret| notes::secret(&case.scheme.name, secret.expose());
    notes.extend(case.secrets.iter().find_map(of_scheme).map(str::to_owned));
    if Carrier::unjudged(case.scheme, &case.message).iter().any(|carrier| {
        let carries = |item: &str| {
            case.secrets.iter().any(|secret| digest::equal(secret.expose(), item.as_bytes()))
        };
        carrier.items(case.scheme).any(|(item, text)| carries(item) || text.is_some_and(carries))
    }) {
        notes.push("the header carries the secret itself instead of a signature".to_owned());
    }
    notes.extend(notes::body(&case.message));
    notes.push(match left_out {
        Some(cut) => cut.text().to_owned(),
        None => "no known change explains it: the secret or the body differs from the sender's"
            .to_owned(),
    });
    notes
}

#[cfg(test)]
mod random_tests;
#[cfg(test)]
mod tests;
