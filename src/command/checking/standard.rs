//! The two standards that need more than a table: bearer tokens and HTTP Message Signatures.

use std::sync::Arc;

use time::OffsetDateTime;

use super::options::{AUTO, Asked, TokenArgs};
use super::ring::Ring;
use crate::args::scheme;
use crate::cert::rfc3339;
use crate::command::Context;
use crate::digest;
use crate::error::{Error, Result};
use crate::fact::{Facts, Value};
use crate::finding::{Code, Finding, Severity};
use crate::http::Headers;
use crate::report::Item;
use crate::secret::Secret;
use crate::signature::http_message::{self, Shortcoming, Verified};
use crate::signature::key_set::{JsonWebKey, KeySet};
use crate::signature::message::lines;
use crate::signature::standard::{GOOGLE_ID_TOKEN, HTTP_MESSAGE_SIGNATURE, STANDARDS};
use crate::signature::token::{self, Claims};
use crate::signature::{Message, Problem, mac, standard, url};

/// Where Google publishes the keys of its ID tokens.
const GOOGLE_KEYS: &str = "https://www.googleapis.com/oauth2/v3/certs";

/// How far the clocks of issuer and receiver may differ, in seconds, unless told otherwise.
const LEEWAY: i64 = 10;

/// Facts of a token beside those of every check.
const TOKEN: &[&str] =
    &["expires_at", "issuer", "subject", "audience", "email", "algorithm", "key_id"];
/// The same of a message signature.
const MESSAGE: &[&str] = &["algorithm", "key_id", "label", "covered", "covers_body"];

/// A standard, with everything that is the same for all requests of a run.
#[derive(Clone)]
pub struct Standard {
    name: &'static str,
    /// Of all standards of a run.
    ring: Arc<Ring>,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Token {
        expected: token::Expectations,
        header: String,
        /// Whether a tolerance was asked for.
        is_timed: bool,
        /// Whether what fails is kept out.
        is_enforced: bool,
    },
    Message {
        expected: http_message::Expectations,
    },
}

impl Standard {
    /// The standard that `--scheme` names, if it is one.
    ///
    /// # Errors
    /// When there is no key for it, when it is asked for what it does not have, and those of reading or
    /// fetching keys.
    pub fn load(
        wish: &Asked<'_>,
        context: &Context,
        secrets: &[(String, Secret)],
    ) -> Result<Option<Self>> {
        let Some(name) = wish.scheme.scheme.as_deref() else {
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
        wish: &Asked<'_>,
        context: &Context,
        secrets: &[(String, Secret)],
    ) -> Result<Vec<Self>> {
        wish.check(AUTO)?;
        Self::every(wish, context, secrets)
    }

    fn every(
        wish: &Asked<'_>,
        context: &Context,
        secrets: &[(String, Secret)],
    ) -> Result<Vec<Self>> {
        let ring = Ring::load(secrets, wish.token.jwks.as_deref(), context)?;
        if ring.keys()?.is_empty() {
            return Ok(Vec::new());
        }
        let ring = Arc::new(ring);
        let tolerance =
            wish.tolerance.map(|tolerance| i64::try_from(tolerance.as_secs()).unwrap_or(i64::MAX));
        let header = wish.scheme.form.signature_header.as_deref().unwrap_or("Authorization");
        let required = &wish.message.require_component;
        let of = |name: &'static str| {
            let kind = match name {
                HTTP_MESSAGE_SIGNATURE => Kind::Message {
                    expected: http_message::Expectations {
                        tolerance,
                        label: None,
                        required: required.clone(),
                    },
                },
                _ => Kind::Token {
                    expected: expected(name, wish.token, tolerance),
                    header: header.to_owned(),
                    is_timed: tolerance.is_some(),
                    is_enforced: wish.is_enforced,
                },
            };
            Self { name, ring: ring.clone(), kind }
        };
        Ok(STANDARDS.iter().map(|standard| of(standard.name)).collect())
    }

    /// What is wrong with its keys, whatever the request.
    pub fn weak_keys(&self) -> Vec<Problem> {
        let keys = self.ring.keys().unwrap_or_default();
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
        if let Kind::Token { header, .. } = &mut other.kind {
            name.clone_into(header);
        }
        other
    }

    /// Fetches published keys again when they are old, or a request names one that is not known.
    ///
    /// # Errors
    /// Why they could not be fetched; the keys known so far stay until they are too old.
    pub async fn renew(&self, headers: &Headers) -> Result<()> {
        let ids = match &self.kind {
            Kind::Token { header, .. } => {
                headers.text(header).and_then(|text| token::named(&text).1).into_iter().collect()
            }
            Kind::Message { .. } => http_message::key_ids(&lines(headers)),
        };
        self.ring.renew(&ids).await
    }

    /// Judges a request.
    pub fn item(&self, subject: &str, message: &Message<'_>, now: OffsetDateTime) -> Item {
        let mut item = Item::new(subject);
        item.facts = self.blank(message);
        let keys = self.ring.keys().map_err(|error| {
            let message = format!("the keys are too old, and could not be fetched again: {error}");
            Problem::new(Code::KeysStale, message)
                .help("see to it that the address of --jwks answers, or give a file")
        });
        let judged = keys.and_then(|keys| match &self.kind {
            Kind::Token { .. } => self.token(message, &keys, now),
            Kind::Message { expected } => judged(message, &keys, expected, now),
        });
        match judged {
            Ok((facts, problems)) => {
                facts.iter().for_each(|(name, value)| item.facts.set(name, value.clone()));
                let problems = problems.into_iter().map(|problem| problem.finding(subject));
                item.findings = problems.collect::<Vec<Finding>>();
            }
            Err(problem) => item.findings.push(problem.finding(subject)),
        }
        item.facts.set("payload_bytes", message.body.len());
        item.facts.set("payload_sha256", digest::hex(&digest::sha256(message.body)));
        item
    }

    /// What is told of every request: what is known only of a signature that is right is null.
    fn blank(&self, message: &Message<'_>) -> Facts {
        let mut facts = super::blank(self.name);
        let carries = |header: &str| {
            message.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(header)).count()
        };
        let (names, candidates): (&[&str], usize) = match &self.kind {
            Kind::Token { header, .. } => (TOKEN, carries(header)),
            Kind::Message { .. } => {
                (MESSAGE, http_message::signatures(message.headers).map_or(0, |found| found.len()))
            }
        };
        facts.set("candidates", candidates);
        names.iter().for_each(|name| facts.set(name, Value::Null));
        facts
    }

    fn token(
        &self,
        message: &Message<'_>,
        keys: &KeySet,
        now: OffsetDateTime,
    ) -> Result<(Facts, Vec<Problem>), Problem> {
        let Kind::Token { expected, header, .. } = &self.kind else {
            return Err(Problem::missing("this is no token"));
        };
        let values: Vec<&[u8]> = message
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(header))
            .map(|(_, value)| *value)
            .collect();
        let value = match values.as_slice() {
            [value] => *value,
            // A payload that stands alone may be the token itself.
            [] if message.headers.is_empty() && !message.complete => message.body,
            [] => {
                return Err(Problem::missing(format!(
                    "{header} is missing, which carries the token"
                )));
            }
            several => {
                let count = several.len();
                return Err(Problem::malformed(format!("{header} stands {count} times")));
            }
        };
        let text = String::from_utf8_lossy(value);
        let claims = token::verify(&text, keys, expected, now.unix_timestamp());
        let (claims, key) = claims.map_err(|reason| {
            let problem = Problem::new(Code::TokenInvalid, format!("token is not valid: {reason}"));
            match reason.help() {
                Some(help) => problem.help(help),
                None => problem,
            }
        })?;
        let (algorithm, key_id) = token::named(&text);
        let facts = described(&claims, now)
            .with("matched_secret", keys.iter().nth(key).and_then(JsonWebKey::name))
            .with("algorithm", algorithm)
            .with("key_id", key_id);
        let has_body = !message.body.is_empty() && !values.is_empty();
        Ok((facts, self.unsaid(&claims, has_body)))
    }

    /// What a token does not say although it is right.
    fn unsaid(&self, claims: &Claims, has_body: bool) -> Vec<Problem> {
        let Kind::Token { expected, is_timed, is_enforced, .. } = &self.kind else {
            return Vec::new();
        };
        let mut found = Vec::new();
        if claims.expires_at.is_none() {
            found.push(
                Problem::new(
                    Code::TokenWithoutExpiry,
                    "the token is right, and never ends (no exp)",
                )
                .help("whoever gets hold of it may use it for ever: ask for tokens that end"),
            );
            if *is_timed {
                let message = "the token does not say when it ends: --tolerance cannot be judged";
                found.push(
                    Problem::new(Code::SignatureUntimed, message)
                        .severity(Severity::Critical)
                        .help("ask for tokens with exp, or leave --tolerance out"),
                );
            }
        }
        if self.name == GOOGLE_ID_TOKEN && expected.email.is_none() && expected.subject.is_none() {
            let severity = if *is_enforced { Severity::Critical } else { Severity::Warning };
            let message = "any Google account may have sent it: nobody in particular is asked for";
            found.push(
                Problem::new(Code::TokenSubjectUnchecked, message)
                    .severity(severity)
                    .help("say who may call with --email ADDRESS or --subject ID"),
            );
        }
        if has_body {
            let message = "the token is right, and says nothing of the body";
            found.push(
                Problem::new(Code::BodyUncovered, message)
                    .help("it says who calls, not what: anybody on the way may change the body"),
            );
        }
        found
    }
}

/// Judges the HTTP Message Signature of a request.
fn judged(
    message: &Message<'_>,
    keys: &KeySet,
    expected: &http_message::Expectations,
    now: OffsetDateTime,
) -> Result<(Facts, Vec<Problem>), Problem> {
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
    let created = signature.number("created");
    let covered: Vec<String> = signature.components.iter().map(ToString::to_string).collect();
    let facts = Facts::new()
        .with("matched_secret", keys.iter().nth(key).and_then(JsonWebKey::name))
        .with("signed_at", created.and_then(moment))
        .with("age_seconds", created.map(|created| now.unix_timestamp().saturating_sub(created)))
        .with("algorithm", algorithm)
        .with("key_id", signature.key_id())
        .with("label", signature.label.as_str())
        .with("covered", covered)
        .with("covers_body", covers_body);
    let problem = |one: &Shortcoming| {
        Problem::new(one.code(), one.message()).severity(one.severity()).help(one.help())
    };
    Ok((facts, shortcomings.iter().map(problem).collect()))
}

/// What is asked of a token.
fn expected(name: &str, wish: &TokenArgs, tolerance: Option<i64>) -> token::Expectations {
    let preset = match name {
        GOOGLE_ID_TOKEN => token::Expectations::google_id_token(),
        _ => token::Expectations::default(),
    };
    let TokenArgs { audience, issuer, email, subject, .. } = wish.clone();
    token::Expectations {
        issuers: if issuer.is_empty() { preset.issuers } else { issuer },
        audience,
        email,
        subject,
        tolerance: tolerance.unwrap_or(LEEWAY),
        ..preset
    }
}

fn described(claims: &Claims, now: OffsetDateTime) -> Facts {
    let age = claims.issued_at.map(|issued| now.unix_timestamp().saturating_sub(issued));
    Facts::new()
        .with("signed_at", claims.issued_at.and_then(moment))
        .with("age_seconds", age)
        .with("expires_at", claims.expires_at.and_then(moment))
        .with("issuer", claims.issuer.clone())
        .with("subject", claims.subject.clone())
        .with("audience", claims.audience.clone())
        .with("email", claims.email.clone())
}

fn moment(seconds: i64) -> Option<String> {
    OffsetDateTime::from_unix_timestamp(seconds).ok().map(rfc3339)
}

fn no_keys(name: &str) -> Error {
    let error = Error::usage(format!("{name} needs a key to check with"));
    match name {
        GOOGLE_ID_TOKEN => error.help(format!("give --jwks {GOOGLE_KEYS}, or a copy of it")),
        _ => error.help("give --jwks FILE or URL, or --secret SOURCE"),
    }
}
