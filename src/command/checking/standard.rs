//! The two standards that need more than a table: bearer tokens and HTTP Message Signatures.

use std::sync::Arc;

use time::OffsetDateTime;

use super::Checked;
use super::bearer::{Bearer, note};
use super::key_source::KeySource;
use super::options::{AUTO, Wish};
use super::token_chain;
use crate::args::scheme;
use crate::command::Context;
use crate::digest;
use crate::error::{Error, Result};
use crate::finding::Code;
use crate::http::Headers;
use crate::outcome::verification::{MessageSignature, Standard as Said, Token, Verification};
use crate::secret::Secret;
use crate::signature::http_message::{self, Shortcoming, Verified};
use crate::signature::key_set::{JsonWebKey, KeySet};
use crate::signature::message::lines;
use crate::signature::standard::{GOOGLE_ID_TOKEN, HTTP_MESSAGE_SIGNATURE, STANDARDS};
use crate::signature::token;
use crate::signature::{Message, Problem, mac, standard, url};

/// Where Google publishes the keys of its ID tokens.
const GOOGLE_KEYS: &str = "https://www.googleapis.com/oauth2/v3/certs";

/// A standard, with everything that is the same for all requests of a run.
#[derive(Clone)]
pub struct Standard {
    name: &'static str,
    /// Of all standards of a run.
    keys: Arc<KeySource>,
    kind: Kind,
}

/// What is asked of a request.
#[derive(Clone)]
enum Kind {
    Token(Bearer),
    Message(http_message::Expectations),
}

impl Standard {
    /// The standard that `--scheme` names, if it is one.
    ///
    /// # Errors
    /// When there is no key for it, when it is asked for what it does not have, and those of reading or
    /// fetching keys.
    pub fn load(
        wish: &Wish<'_>,
        context: &Context,
        secrets: &[(String, Secret)],
    ) -> Result<Option<Self>> {
        let Some(name) = wish.scheme else {
            return wish.check(scheme::DEFAULT).map(|()| None);
        };
        wish.check(name)?;
        let Some(wanted) = standard::named(name).map(|standard| standard.name) else {
            return Ok(None);
        };
        let mut all = Self::every(wish, context, secrets)?;
        let index = all.iter().position(|standard| standard.name == wanted);
        index.map(|index| all.swap_remove(index)).map(Some).ok_or_else(|| no_keys(wanted))
    }

    /// Every standard, for requests that say themselves which one they follow; none without a key.
    ///
    /// # Errors
    /// When something is asked that not every request could be judged by, and those of reading or
    /// fetching keys.
    pub fn all(
        wish: &Wish<'_>,
        context: &Context,
        secrets: &[(String, Secret)],
    ) -> Result<Vec<Self>> {
        wish.check(AUTO)?;
        Self::every(wish, context, secrets)
    }

    fn every(
        wish: &Wish<'_>,
        context: &Context,
        secrets: &[(String, Secret)],
    ) -> Result<Vec<Self>> {
        let keys = KeySource::load(secrets, wish.token.jwks.as_deref(), context)?;
        let has_keys = !keys.keys()?.is_empty();
        let anchors =
            wish.token.signing_ca.as_deref().filter(|_| wish.token.signing_cert.is_none());
        let anchors = anchors.map(|path| token_chain::anchors(path, context)).transpose()?;
        if !has_keys && anchors.is_none() {
            return Ok(Vec::new());
        }
        let keys = Arc::new(keys);
        let tolerance =
            wish.tolerance.map(|tolerance| i64::try_from(tolerance.as_secs()).unwrap_or(i64::MAX));
        let required = &wish.message.require_component;
        let of = |name: &'static str| {
            let kind = match name {
                HTTP_MESSAGE_SIGNATURE => Kind::Message(http_message::Expectations {
                    tolerance,
                    label: None,
                    required: required.clone(),
                }),
                _ => Kind::Token(Bearer::new(name, wish, tolerance, anchors.clone())),
            };
            Self { name, keys: keys.clone(), kind }
        };
        // Keys are given, or a token brings a certificate that leads to an authority which is.
        let brings = |standard: &standard::Standard| standard.chained().is_some();
        let is_checked = |standard: &&standard::Standard| match brings(standard) {
            true => anchors.is_some(),
            false => has_keys,
        };
        Ok(STANDARDS.iter().filter(is_checked).map(|standard| of(standard.name)).collect())
    }

    /// What is wrong with its keys, whatever the request.
    pub fn weak_keys(&self) -> Vec<Problem> {
        let keys = self.keys.keys().unwrap_or_default();
        let weak = keys.iter().filter(|key| key.key.is_weak());
        weak.map(|key| mac::weak(key.name().unwrap_or("the shared secret of the key set")))
            .collect()
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The same, for a token that stands in that header.
    #[must_use]
    pub fn in_header(&self, name: &str) -> Self {
        let mut other = self.clone();
        if let Kind::Token(bearer) = &mut other.kind {
            name.clone_into(&mut bearer.header);
        }
        other
    }

    /// Fetches published keys again when they are old, or a request names one that is not known.
    ///
    /// # Errors
    /// Why they could not be fetched; the keys known so far stay until they are too old.
    pub async fn renew(&self, headers: &Headers) -> Result<()> {
        let ids = match &self.kind {
            Kind::Token(bearer) => {
                let text = headers.text(&bearer.header);
                text.and_then(|text| token::named(&text).1).into_iter().collect()
            }
            Kind::Message(_) => http_message::key_ids(&lines(headers)),
        };
        self.keys.renew(&ids).await
    }

    /// Checks a request. What is known only of a signature that is right is none before.
    pub fn check(&self, subject: &str, message: &Message<'_>, now: OffsetDateTime) -> Checked {
        let (candidates, standard) = match &self.kind {
            Kind::Token(bearer) => (bearer.values(message).len(), Said::Token(Token::default())),
            Kind::Message(_) => {
                let found = http_message::signatures(message.headers);
                let found = found.map_or(0, |found| found.len());
                (found, Said::Message(MessageSignature::default()))
            }
        };
        let mut verification = Verification {
            scheme: Some(self.name.to_owned()),
            candidates,
            payload_bytes: Some(message.body.len() as u64),
            payload_sha256: Some(digest::hex(&digest::sha256(message.body))),
            standard: Some(standard),
            ..Verification::default()
        };
        let keys = self.keys.keys().map_err(|error| {
            let message = format!("the keys are too old and could not be fetched again: {error}");
            Problem::new(Code::KeysStale, message)
                .help("make sure the URL of --jwks answers, or give a file")
        });
        let judged = keys.and_then(|keys| match &self.kind {
            Kind::Token(bearer) => {
                let claims = bearer.judged(message, &keys, now, &mut verification)?;
                Ok(bearer.unsaid(&claims, message))
            }
            Kind::Message(expected) => judged(message, &keys, expected, now, &mut verification),
        });
        let problems = judged.unwrap_or_else(|problem| vec![problem]).into_iter();
        let findings = problems.map(|problem| problem.finding(subject)).collect();
        Checked { verification, findings }
    }
}

/// Judges the HTTP Message Signature of a request. One that is right is noted.
fn judged(
    message: &Message<'_>,
    keys: &KeySet,
    expected: &http_message::Expectations,
    now: OffsetDateTime,
    verification: &mut Verification,
) -> Result<Vec<Problem>, Problem> {
    let target = message.url.map(url::path_query).unwrap_or_default();
    let message = Message { target, ..*message };
    let judged = http_message::verify(&message, keys, expected, now.unix_timestamp());
    let verified = judged.map_err(|reason| {
        let problem = Problem::new(reason.code(), reason.to_string());
        match reason.help() {
            Some(help) => problem.help(help),
            None => problem,
        }
    })?;
    let Verified { signature, key, algorithm, covers_body, shortcomings } = verified;
    let name = keys.iter().nth(key).and_then(JsonWebKey::name).map(str::to_owned);
    note(verification, name, signature.number("created"), now);
    verification.standard = Some(Said::Message(MessageSignature {
        algorithm: Some(algorithm),
        key_id: signature.key_id().map(str::to_owned),
        label: Some(signature.label.clone()),
        covered: Some(signature.components.iter().map(ToString::to_string).collect()),
        covers_body: Some(covers_body),
    }));
    let problem = |one: &Shortcoming| {
        Problem::new(one.code(), one.message()).severity(one.severity()).help(one.help())
    };
    Ok(shortcomings.iter().map(problem).collect())
}

fn no_keys(name: &str) -> Error {
    let error = Error::usage(format!("{name} needs a key to check with"));
    if standard::named(name).is_some_and(|standard| standard.chained().is_some()) {
        return Error::usage(format!("{name} needs an authority to check with")).help(
            "its tokens include their certificate: give the sender's root with --signing-ca FILE",
        );
    }
    match name {
        GOOGLE_ID_TOKEN => error.help(format!("give --jwks {GOOGLE_KEYS}, or a copy of it")),
        _ => error.help("give --jwks FILE or URL, or --secret SOURCE"),
    }
}
