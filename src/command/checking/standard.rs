//! The two standards that need more than a table: bearer tokens and HTTP Message Signatures.

use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use super::ring::Ring;
use crate::args::scheme::SchemeArgs;
use crate::cert::rfc3339;
use crate::command::Context;
use crate::digest;
use crate::error::{Error, Result};
use crate::fact::Facts;
use crate::finding::{Code, Finding};
use crate::http::{Header, Headers, Request};
use crate::report::Item;
use crate::secret::Secret;
use crate::signature::http_message::{self, Verified};
use crate::signature::standard::{GOOGLE_ID_TOKEN, HTTP_MESSAGE_SIGNATURE, STANDARDS};
use crate::signature::token::{self, Claims};
use crate::signature::{Message, Problem, standard, url};

/// Where Google publishes the keys of its ID tokens.
const GOOGLE_KEYS: &str = "https://www.googleapis.com/oauth2/v3/certs";

/// How far the clocks of issuer and receiver may differ, in seconds, unless told otherwise.
const LEEWAY: i64 = 10;

/// What a token must say.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Bearer tokens (--scheme jwt, google-id-token)")]
pub struct TokenArgs {
    /// Keys of the issuer: a JSON Web Key Set, or public keys in PEM; `listen` fetches those of a URL
    /// again when a token names one that it does not know
    #[arg(long, value_name = "FILE or URL")]
    pub jwks: Option<String>,
    /// Whom the token must be for
    #[arg(long)]
    pub audience: Option<String>,
    /// Who must have issued it (can be repeated: any of them)
    #[arg(long)]
    pub issuer: Vec<String>,
    /// Whose e-mail address it must carry
    #[arg(long)]
    pub email: Option<String>,
}

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
    Token { expected: token::Expectations, header: String },
    Message { expected: http_message::Expectations },
}

impl Standard {
    /// The standard that `--scheme` names, if it is one.
    ///
    /// # Errors
    /// When there is no key for it, and those of reading or fetching keys.
    pub fn load(
        scheme: &SchemeArgs,
        wish: &TokenArgs,
        tolerance: Option<Duration>,
        context: &Context,
        secrets: &[(String, Secret)],
    ) -> Result<Option<Self>> {
        let named = scheme.scheme.as_deref().and_then(standard::named);
        let Some(wanted) = named.map(|standard| standard.name) else { return Ok(None) };
        let mut all = Self::all(scheme, wish, tolerance, context, secrets)?;
        let index = all.iter().position(|standard| standard.name == wanted);
        index.map(|index| all.swap_remove(index)).map(Some).ok_or_else(|| no_keys(wanted))
    }

    /// Every standard, for requests that say themselves which one they follow; none without a key.
    ///
    /// # Errors
    /// Those of reading or fetching keys.
    pub fn all(
        scheme: &SchemeArgs,
        wish: &TokenArgs,
        tolerance: Option<Duration>,
        context: &Context,
        secrets: &[(String, Secret)],
    ) -> Result<Vec<Self>> {
        let ring = Ring::load(secrets, wish.jwks.as_deref(), context)?;
        if ring.keys().is_empty() {
            return Ok(Vec::new());
        }
        let ring = Arc::new(ring);
        let tolerance =
            tolerance.map(|tolerance| i64::try_from(tolerance.as_secs()).unwrap_or(i64::MAX));
        let header = scheme.form.signature_header.as_deref().unwrap_or("Authorization");
        let of = |name: &'static str| {
            let kind = match name {
                HTTP_MESSAGE_SIGNATURE => Kind::Message {
                    expected: http_message::Expectations { tolerance, label: None },
                },
                _ => Kind::Token {
                    expected: expected(name, wish, tolerance),
                    header: header.to_owned(),
                },
            };
            Self { name, ring: ring.clone(), kind }
        };
        Ok(STANDARDS.iter().map(|standard| of(standard.name)).collect())
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

    /// Fetches published keys again when the token of a request names one that is not known.
    ///
    /// # Errors
    /// Why they could not be fetched; the keys known so far stay.
    pub async fn renew(&self, headers: &Headers) -> Result<()> {
        let Kind::Token { header, .. } = &self.kind else { return Ok(()) };
        match headers.text(header).and_then(|text| token::named(&text).1) {
            Some(id) => self.ring.renew(&id).await,
            None => Ok(()),
        }
    }

    /// Judges a request.
    pub fn item(&self, subject: &str, message: &Message<'_>, now: OffsetDateTime) -> Item {
        let mut item = Item::new(subject);
        item.facts = Facts::new().with("scheme", self.name);
        let judged = match &self.kind {
            Kind::Token { expected, header } => self.token(message, expected, header, now),
            Kind::Message { expected } => self.message(message, expected, now),
        };
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

    fn token(
        &self,
        message: &Message<'_>,
        expected: &token::Expectations,
        header: &str,
        now: OffsetDateTime,
    ) -> Result<(Facts, Vec<Problem>), Problem> {
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
        let claims = token::verify(&text, &self.ring.keys(), expected, now.unix_timestamp());
        let claims = claims.map_err(|reason| {
            let problem = Problem::new(Code::TokenInvalid, format!("token is not valid: {reason}"));
            match reason.help() {
                Some(help) => problem.help(help),
                None => problem,
            }
        })?;
        let (algorithm, key_id) = token::named(&text);
        let facts = described(&claims, now).with("algorithm", algorithm).with("key_id", key_id);
        Ok((facts, Vec::new()))
    }

    fn message(
        &self,
        message: &Message<'_>,
        expected: &http_message::Expectations,
        now: OffsetDateTime,
    ) -> Result<(Facts, Vec<Problem>), Problem> {
        let header = |(name, value): &(&str, &[u8])| Header {
            name: (*name).to_owned(),
            value: value.to_vec(),
        };
        let request = Request {
            method: message.method.to_owned(),
            target: message.url.map(url::path_query).unwrap_or_default().to_owned(),
            headers: message.headers.iter().map(header).collect(),
            body: message.body.to_vec(),
        };
        let message = http_message::Message { request: &request, url: message.url };
        let keys: Vec<_> = self.ring.keys().iter().map(|key| key.key.clone()).collect();
        let judged = http_message::verify(&message, &keys, expected, now.unix_timestamp());
        let Verified { signature, key, algorithm, covers_body } = judged.map_err(|reason| {
            let problem = Problem::new(reason.code(), reason.to_string());
            match reason.help() {
                Some(help) => problem.help(help),
                None => problem,
            }
        })?;
        let created = signature.number("created");
        let covered: Vec<String> = signature.components.iter().map(ToString::to_string).collect();
        let facts = Facts::new()
            .with("matched_secret", self.ring.label(key))
            .with("signed_at", created.and_then(moment))
            .with("age_seconds", created.map(|created| now.unix_timestamp() - created))
            .with("candidates", 1)
            .with("algorithm", algorithm)
            .with("key_id", signature.parameters.text("keyid"))
            .with("label", signature.label.as_str())
            .with("covered", covered)
            .with("covers_body", covers_body);
        let uncovered = !covers_body && !request.body.is_empty();
        let problem = uncovered.then(|| {
            Problem::new(Code::BodyUncovered, "the signature is right, but does not cover the body")
                .help("ask the sender to sign content-digest, too")
        });
        Ok((facts, problem.into_iter().collect()))
    }
}

/// What is asked of a token.
fn expected(name: &str, wish: &TokenArgs, tolerance: Option<i64>) -> token::Expectations {
    let preset = match name {
        GOOGLE_ID_TOKEN => token::Expectations::google_id_token(),
        _ => token::Expectations::default(),
    };
    let TokenArgs { audience, issuer, email, .. } = wish.clone();
    token::Expectations {
        issuers: if issuer.is_empty() { preset.issuers } else { issuer },
        audience,
        email,
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
        .with("candidates", 1)
        .with("issuer", claims.issuer.clone())
        .with("subject", claims.subject.clone())
        .with("audience", claims.audience.clone())
        .with("email", claims.email.clone())
}

fn moment(seconds: i64) -> Option<String> {
    OffsetDateTime::from_unix_timestamp(seconds).ok().map(rfc3339)
}

fn no_keys(name: &str) -> Error {
    let error = Error::usage(format!("--scheme {name} needs a key to check with"));
    match name {
        GOOGLE_ID_TOKEN => error.help(format!("give --jwks {GOOGLE_KEYS}, or a copy of it")),
        _ => error.help("give --jwks FILE or URL, or --secret SOURCE"),
    }
}
