//! The two standards that need more than a table: bearer tokens and HTTP Message Signatures.

use std::sync::Arc;

use time::OffsetDateTime;

use super::Checked;
use super::key_source::KeySource;
use super::options::{AUTO, TokenArgs, Wish};
use crate::args::scheme;
use crate::command::Context;
use crate::digest;
use crate::error::{Error, Result};
use crate::finding::{Code, Severity};
use crate::http::Headers;
use crate::outcome::verification::{MessageSignature, Standard as Said, Token, Verification};
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

/// What is asked of a token.
#[derive(Clone)]
struct Bearer {
    expected: token::Expectations,
    /// Where it stands.
    header: String,
    /// Whether a tolerance was asked for.
    is_timed: bool,
    /// Whether what fails is kept out.
    is_enforced: bool,
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
        if keys.keys()?.is_empty() {
            return Ok(Vec::new());
        }
        let keys = Arc::new(keys);
        let tolerance =
            wish.tolerance.map(|tolerance| i64::try_from(tolerance.as_secs()).unwrap_or(i64::MAX));
        let given = wish.form.signature_header.as_deref();
        let header = |name: &str| {
            let preset = standard::named(name).and_then(|standard| standard.preset.as_ref());
            given.unwrap_or(preset.map_or("Authorization", |preset| preset.header)).to_owned()
        };
        let required = &wish.message.require_component;
        let of = |name: &'static str| {
            let kind = match name {
                HTTP_MESSAGE_SIGNATURE => Kind::Message(http_message::Expectations {
                    tolerance,
                    label: None,
                    required: required.clone(),
                }),
                _ => Kind::Token(Bearer {
                    expected: expected(name, wish.token, tolerance),
                    header: header(name),
                    is_timed: tolerance.is_some(),
                    is_enforced: wish.is_enforced,
                }),
            };
            Self { name, keys: keys.clone(), kind }
        };
        Ok(STANDARDS.iter().map(|standard| of(standard.name)).collect())
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
            Kind::Token(Bearer { header, .. }) => {
                headers.text(header).and_then(|text| token::named(&text).1).into_iter().collect()
            }
            Kind::Message(_) => http_message::key_ids(&lines(headers)),
        };
        self.keys.renew(&ids).await
    }

    /// Checks a request. What is known only of a signature that is right is none before.
    pub fn check(&self, subject: &str, message: &Message<'_>, now: OffsetDateTime) -> Checked {
        let (candidates, standard) = match &self.kind {
            Kind::Token(bearer) => (bearer.values(message).count(), Said::Token(Token::default())),
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
            let message = format!("the keys are too old, and could not be fetched again: {error}");
            Problem::new(Code::KeysStale, message)
                .help("see to it that the address of --jwks answers, or give a file")
        });
        let judged = keys.and_then(|keys| match &self.kind {
            Kind::Token(bearer) => {
                let claims = bearer.judged(message, &keys, now, &mut verification)?;
                Ok(self.unsaid(bearer, &claims, message))
            }
            Kind::Message(expected) => judged(message, &keys, expected, now, &mut verification),
        });
        let problems = judged.unwrap_or_else(|problem| vec![problem]).into_iter();
        let findings = problems.map(|problem| problem.finding(subject)).collect();
        Checked { verification, findings }
    }

    /// What a token does not say although it is right.
    fn unsaid(&self, bearer: &Bearer, claims: &Claims, message: &Message<'_>) -> Vec<Problem> {
        let mut found = Vec::new();
        if claims.expires_at.is_none() && bearer.expected.most_age.is_none() {
            found.push(
                Problem::new(
                    Code::TokenWithoutExpiry,
                    "the token is right, and never ends (no exp)",
                )
                .help("whoever gets hold of it may use it for ever: ask for tokens that end"),
            );
            if bearer.is_timed {
                let message = "the token does not say when it ends: --tolerance cannot be judged";
                found.push(
                    Problem::new(Code::SignatureUntimed, message)
                        .severity(Severity::Critical)
                        .help("ask for tokens with exp, or leave --tolerance out"),
                );
            }
        }
        if let Some(preset) = standard::named(self.name).and_then(|one| one.preset.as_ref()) {
            found.extend(bearer.values(message).filter_map(|value| preset.differs(value)));
        }
        let Bearer { expected, is_enforced, .. } = bearer;
        if self.name == GOOGLE_ID_TOKEN && expected.email.is_none() && expected.subject.is_none() {
            let severity = if *is_enforced { Severity::Critical } else { Severity::Warning };
            let message = "any Google account may have sent it: nobody in particular is asked for";
            found.push(
                Problem::new(Code::TokenSubjectUnchecked, message)
                    .severity(severity)
                    .help("say who may call with --email ADDRESS or --subject ID"),
            );
        }
        // A payload that stands alone is the token itself.
        let is_covered = bearer.expected.body.is_some();
        if !is_covered && !message.body.is_empty() && bearer.values(message).next().is_some() {
            let message = "the token is right, and says nothing of the body";
            found.push(
                Problem::new(Code::BodyUncovered, message)
                    .help("it says who calls, not what: anybody on the way may change the body"),
            );
        }
        found
    }
}

impl Bearer {
    /// What stands in its header; more than one thing is no token.
    fn values<'m>(&self, message: &Message<'m>) -> impl Iterator<Item = &'m [u8]> {
        let lines = message.headers.iter();
        lines.filter(|(name, _)| name.eq_ignore_ascii_case(&self.header)).map(|(_, value)| *value)
    }

    /// The claims of a token that is right, which is noted.
    fn judged(
        &self,
        message: &Message<'_>,
        keys: &KeySet,
        now: OffsetDateTime,
        verification: &mut Verification,
    ) -> Result<Claims, Problem> {
        let header = &self.header;
        let values: Vec<&[u8]> = self.values(message).collect();
        let value = match values.as_slice() {
            [value] => *value,
            // A payload that stands alone may be the token itself, unless it is what the token speaks of.
            [] if message.headers.is_empty()
                && !message.complete
                && self.expected.body.is_none() =>
            {
                message.body
            }
            [] => {
                return Err(Problem::missing(format!(
                    "{header} is missing, which carries the token"
                )));
            }
            several => {
                let count = several.len();
                return Err(Problem::malformed(format!("{header} appears {count} times")));
            }
        };
        let text = String::from_utf8_lossy(value);
        let claims = token::verify(&text, keys, &self.expected, now.unix_timestamp());
        let claims = claims.and_then(|(claims, key)| {
            self.expected.check_body(&claims, message.body).map(|()| (claims, key))
        });
        let (claims, key) = claims.map_err(|reason| {
            let problem = Problem::new(Code::TokenInvalid, format!("token is not valid: {reason}"));
            match reason.help() {
                Some(help) => problem.help(help),
                None => problem,
            }
        })?;
        let (algorithm, key_id) = token::named(&text);
        note(verification, keys, key, claims.issued_at, now);
        verification.standard = Some(Said::Token(Token {
            expires_at: claims.expires_at.and_then(moment),
            issuer: claims.issuer.clone(),
            subject: claims.subject.clone(),
            audience: Some(claims.audience.clone()),
            email: claims.email.clone(),
            algorithm,
            key_id,
        }));
        Ok(claims)
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
    note(verification, keys, key, signature.number("created"), now);
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

/// Notes which key a signature is by, and when it was made (Unix seconds).
fn note(
    verification: &mut Verification,
    keys: &KeySet,
    key: usize,
    signed_at: Option<i64>,
    now: OffsetDateTime,
) {
    let name = keys.iter().nth(key).and_then(JsonWebKey::name);
    verification.matched_secret = name.map(str::to_owned);
    verification.signed_at = signed_at.and_then(moment);
    verification.age_seconds = signed_at.map(|at| now.unix_timestamp().saturating_sub(at));
}

/// What is asked of a token.
fn expected(name: &str, wish: &TokenArgs, tolerance: Option<i64>) -> token::Expectations {
    let preset = match name {
        GOOGLE_ID_TOKEN => token::Expectations::google_id_token(),
        name => standard::named(name)
            .and_then(|standard| standard.preset.as_ref())
            .map(token::Expectations::of)
            .unwrap_or_default(),
    };
    let TokenArgs { audience, issuer, email, subject, body_claim, .. } = wish.clone();
    token::Expectations {
        issuers: if issuer.is_empty() { preset.issuers } else { issuer },
        audience,
        email,
        subject,
        body: body_claim.or(preset.body.clone()),
        tolerance: tolerance.unwrap_or(LEEWAY),
        ..preset
    }
}

fn moment(seconds: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(seconds).ok()
}

fn no_keys(name: &str) -> Error {
    let error = Error::usage(format!("{name} needs a key to check with"));
    match name {
        GOOGLE_ID_TOKEN => error.help(format!("give --jwks {GOOGLE_KEYS}, or a copy of it")),
        _ => error.help("give --jwks FILE or URL, or --secret SOURCE"),
    }
}
