//! Bearer tokens: where one stands, what is asked of it, and what it leaves unsaid.

use std::borrow::Cow;
use std::sync::Arc;

use time::OffsetDateTime;

use super::options::{TokenArgs, Wish};
use super::token_chain;
use crate::finding::{Code, Severity};
use crate::outcome::verification::{Standard as Said, Token, Verification};
use crate::signature::key_set::{JsonWebKey, KeySet};
use crate::signature::standard::GOOGLE_ID_TOKEN;
use crate::signature::token::{self, Claims};
use crate::signature::{Message, Problem, standard};
use crate::tls::Anchors;

/// How far the clocks of issuer and receiver may differ, in seconds, unless told otherwise.
const LEEWAY: i64 = 10;

/// What is asked of a token.
#[derive(Clone)]
pub(super) struct Bearer {
    name: &'static str,
    expected: token::Expectations,
    /// The header in which it stands.
    pub(super) header: String,
    /// Where the certificates must lead that a token brings, where it does.
    anchors: Option<Arc<Anchors>>,
    /// Whether a tolerance was asked for.
    is_timed: bool,
    /// Whether what fails is kept out.
    is_enforced: bool,
}

impl Bearer {
    /// What is asked of the tokens of that standard.
    pub(super) fn new(
        name: &'static str,
        wish: &Wish<'_>,
        tolerance: Option<i64>,
        anchors: Option<Arc<Anchors>>,
    ) -> Self {
        let preset = standard::named(name).and_then(|standard| standard.preset.as_ref());
        let usual = preset.map_or("Authorization", |preset| preset.header);
        Self {
            name,
            expected: expected(name, wish.token, tolerance),
            header: wish.form.signature_header.as_deref().unwrap_or(usual).to_owned(),
            anchors,
            is_timed: tolerance.is_some(),
            is_enforced: wish.is_enforced,
        }
    }

    /// What stands in its header, or in its member of the body; more than one thing is no token.
    pub(super) fn values<'m>(&self, message: &Message<'m>) -> Vec<Cow<'m, [u8]>> {
        if let Some(chained) = self.expected.chained {
            let member = message.json(chained.member).ok().flatten();
            return member.map(|text| Cow::Owned(text.into_bytes())).into_iter().collect();
        }
        message.all(&self.header).map(Cow::Borrowed).collect()
    }

    /// What the token does not say of the body.
    fn uncovered(&self, message: &Message<'_>) -> Option<Problem> {
        // A payload that stands alone is the token itself.
        if message.body.is_empty() || self.values(message).is_empty() {
            return None;
        }
        let text = match self.expected.chained {
            Some(chained) if !chained.is_all_of(message.body) => {
                "the token is valid, but does not cover the other members of the body"
            }
            None if self.expected.body.is_none() => {
                "the token is valid, but does not cover the body"
            }
            _ => return None,
        };
        Some(
            Problem::new(Code::BodyUncovered, text)
                .help("it says who is calling, not what: the body can be changed in transit"),
        )
    }

    /// The claims of a token that is right, which is noted.
    pub(super) fn judged(
        &self,
        message: &Message<'_>,
        keys: &KeySet,
        now: OffsetDateTime,
        verification: &mut Verification,
    ) -> Result<Claims, Problem> {
        let header = match self.expected.chained {
            Some(chained) => format!("member {} of the body", chained.member),
            None => self.header.clone(),
        };
        let values = self.values(message);
        let value = match values.as_slice() {
            [value] => value.as_ref(),
            // A payload that stands alone may be the token itself, unless it is what the token speaks of.
            [] if message.headers.is_empty()
                && !message.complete
                && self.expected.body.is_none()
                && self.expected.chained.is_none() =>
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
        let brought =
            self.expected.chained.zip(self.anchors.as_deref()).map(|(chained, anchors)| {
                let token = token::Token::parse(&text)?;
                token_chain::keys(&token, chained, anchors, now)
            });
        let claims = brought.transpose().and_then(|brought| {
            let keys = brought.as_ref().unwrap_or(keys);
            let (claims, key) = token::verify(&text, keys, &self.expected, now.unix_timestamp())?;
            self.expected.check_url(&claims, message.url)?;
            self.expected.check_body(&claims, message.body)?;
            Ok((claims, keys.iter().nth(key).and_then(JsonWebKey::name).map(str::to_owned)))
        });
        let (claims, key) = claims.map_err(|reason| {
            let problem = Problem::new(Code::TokenInvalid, format!("token is not valid: {reason}"));
            match reason.help() {
                Some(help) => problem.help(help),
                None => problem,
            }
        })?;
        let (algorithm, key_id) = token::named(&text);
        note(verification, key, claims.issued_at, now);
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

    /// What a token does not say although it is right.
    pub(super) fn unsaid(&self, claims: &Claims, message: &Message<'_>) -> Vec<Problem> {
        let mut found = Vec::new();
        if claims.expires_at.is_none() && self.expected.most_age.is_none() {
            found.push(
                Problem::new(
                    Code::TokenWithoutExpiry,
                    "the token is valid, but never expires (no exp)",
                )
                .help("anyone who gets hold of it can use it forever: ask for tokens that expire"),
            );
            if self.is_timed {
                let message =
                    "the token does not say when it expires: --tolerance cannot be checked";
                found.push(
                    Problem::new(Code::SignatureUntimed, message)
                        .severity(Severity::Critical)
                        .help("ask for tokens with exp, or leave --tolerance out"),
                );
            }
        }
        if let Some(preset) = standard::named(self.name).and_then(|one| one.preset.as_ref()) {
            found.extend(self.values(message).iter().filter_map(|value| preset.differs(value)));
        }
        let Self { expected, is_enforced, .. } = self;
        if self.name == GOOGLE_ID_TOKEN && expected.email.is_none() && expected.subject.is_none() {
            let severity = if *is_enforced { Severity::Critical } else { Severity::Warning };
            let message = "any Google account may have sent it: none in particular is required";
            found.push(
                Problem::new(Code::TokenSubjectUnchecked, message)
                    .severity(severity)
                    .help("say who may call with --email ADDRESS or --subject ID"),
            );
        }
        found.extend(self.uncovered(message));
        found
    }
}

/// Notes the name of the key that a signature is by, and when it was made (Unix seconds).
pub(super) fn note(
    verification: &mut Verification,
    key: Option<String>,
    signed_at: Option<i64>,
    now: OffsetDateTime,
) {
    verification.matched_secret = key;
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
