//! The two standards that need more than a table: bearer tokens and HTTP Message Signatures.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use time::OffsetDateTime;
use tokio::sync::Mutex;
use tokio::time::Instant;

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
use crate::signature::token::{self, Claims, KeySet};
use crate::signature::{Message, Problem, url};

use super::keys::Published;

/// Names for `--scheme`, beside those of the table.
pub const NAMES: [&str; 3] = ["jwt", "google-id-token", "http-message-signature"];

/// Where Google publishes the keys of its ID tokens.
const GOOGLE_KEYS: &str = "https://www.googleapis.com/oauth2/v3/certs";

/// How far the clocks of issuer and receiver may differ, in seconds, unless told otherwise.
const LEEWAY: i64 = 10;

/// The least time between two fetches of the same keys, however many tokens name unknown ones.
const PAUSE: Duration = Duration::from_secs(60);

/// What a token must say.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Bearer tokens (--scheme jwt, google-id-token)")]
pub struct TokenArgs {
    /// Keys of the issuer: a JSON Web Key Set, or public keys in PEM
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
pub struct Standard {
    name: &'static str,
    keys: RwLock<KeySet>,
    /// Names of the keys that came as secrets, in order.
    labels: Vec<String>,
    /// Where keys may have changed meanwhile.
    published: Option<Renewal>,
    kind: Kind,
}

/// Keys that can be fetched again.
struct Renewal {
    place: Published,
    /// The keys that came as secrets.
    own: KeySet,
    last: Mutex<Last>,
}

/// The last time that they were.
#[derive(Default)]
struct Last {
    at: Option<Instant>,
    failure: Option<Error>,
}

enum Kind {
    Token { expected: token::Expectations, header: String },
    Message { expected: http_message::Expectations },
}

impl Standard {
    /// The standard that `--scheme` names, if it is one.
    pub fn load(
        scheme: &SchemeArgs,
        wish: &TokenArgs,
        tolerance: Option<Duration>,
        context: &Context,
        secrets: &[(String, Secret)],
    ) -> Result<Option<Self>> {
        let wanted = scheme.scheme.as_deref();
        let Some(name) = NAMES.into_iter().find(|name| wanted == Some(*name)) else {
            return Ok(None);
        };
        let mut labels = Vec::new();
        let mut keys = KeySet::default();
        for (label, secret) in secrets {
            let set = KeySet::of_secret(secret.clone());
            labels.extend(std::iter::repeat_n(label.clone(), set.len()));
            keys = keys.and(set);
        }
        let mut published = None;
        if let Some(jwks) = &wish.jwks {
            let (theirs, place) = super::keys::load(jwks, context)?;
            let own = keys.clone();
            published = place.map(|place| Renewal { place, own, last: Mutex::default() });
            keys = keys.and(theirs);
        }
        if keys.is_empty() {
            return Err(no_keys(name));
        }
        let tolerance =
            tolerance.map(|tolerance| i64::try_from(tolerance.as_secs()).unwrap_or(i64::MAX));
        let kind = match name {
            "http-message-signature" => {
                Kind::Message { expected: http_message::Expectations { tolerance, label: None } }
            }
            _ => {
                let preset = match name {
                    "google-id-token" => token::Expectations::google_id_token(),
                    _ => token::Expectations::default(),
                };
                let TokenArgs { audience, issuer, email, .. } = wish.clone();
                let header = scheme.signature_header.clone();
                Kind::Token {
                    expected: token::Expectations {
                        issuers: if issuer.is_empty() { preset.issuers } else { issuer },
                        audience,
                        email,
                        tolerance: tolerance.unwrap_or(LEEWAY),
                        ..preset
                    },
                    header: header.unwrap_or_else(|| "Authorization".to_owned()),
                }
            }
        };
        Ok(Some(Self { name, keys: RwLock::new(keys), labels, published, kind }))
    }

    fn keys(&self) -> RwLockReadGuard<'_, KeySet> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fetches published keys again when the token of a request names one that is not known: issuers
    /// change their keys. At most once a minute; who asks meanwhile waits for the answer.
    ///
    /// # Errors
    /// Why they could not be fetched; the keys known so far stay.
    pub async fn renew(&self, headers: &Headers, now: OffsetDateTime) -> Result<()> {
        let (Some(renewal), Kind::Token { header, .. }) = (&self.published, &self.kind) else {
            return Ok(());
        };
        let named = headers.text(header).and_then(|text| token::named(&text).1);
        let Some(id) = named.filter(|id| !self.keys().names(id)) else { return Ok(()) };
        let mut last = renewal.last.lock().await;
        if self.keys().names(&id) {
            return Ok(());
        }
        if last.at.is_none_or(|at| at.elapsed() >= PAUSE) {
            last.at = Some(Instant::now());
            last.failure = match renewal.place.fetch(now).await {
                Ok(theirs) => {
                    let keys = renewal.own.clone().and(theirs);
                    *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
                    None
                }
                Err(error) => Some(error),
            };
        }
        last.failure.clone().map_or(Ok(()), Err)
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
        let claims = token::verify(&text, &self.keys(), expected, now.unix_timestamp());
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
        let keys: Vec<_> = self.keys().iter().map(|key| key.key.clone()).collect();
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
            .with("matched_secret", self.label(key))
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

    /// Name of the key of that number: as a secret was called, or as its issuer calls it.
    fn label(&self, key: usize) -> Option<String> {
        let own = self.labels.get(key).cloned();
        own.or_else(|| self.keys().iter().nth(key).and_then(|key| key.id.clone()))
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
        "google-id-token" => error.help(format!("give --jwks {GOOGLE_KEYS}, or a copy of it")),
        _ => error.help("give --jwks FILE or URL, or --secret SOURCE"),
    }
}
