//! Requests that a receiver must refuse: a good one with one thing changed, made by the code that signs.
//!
//! ```text
//! good request, its signer, now ──► forge(id) ──► a request, or why it says nothing of this scheme
//! ```

mod body;
mod signature;
mod stranger;
mod time;
mod token;
mod whole;

use ::time::{Duration, OffsetDateTime};

use super::http_message::{self, component, content_digest};
use super::message::lines;
use super::resign::Resigner;
use super::scheme::Scheme;
use crate::http::Request;
use crate::secret::Secret;

/// A forged request; or why there is none: the scheme has no such part.
pub type Forged = Result<Request, String>;

/// A request as it should be, and what it takes to sign it.
pub struct Good<'a> {
    /// The request, ready but for its signature.
    pub request: &'a Request,
    /// Where it goes.
    pub url: &'a str,
    /// What signs it.
    pub signer: &'a Resigner,
    /// When.
    pub now: OffsetDateTime,
    /// How old a call may be.
    pub tolerance: Duration,
}

/// Makes one kind of forged request.
type Forge = fn(&Good<'_>) -> Forged;

/// All kinds, by the ids of `data/audit.toml`.
const KINDS: &[(&str, Forge)] = &[
    ("unsigned", signature::unsigned),
    ("empty-signature", signature::empty),
    ("wrong-secret", signature::wrong_secret),
    ("empty-secret", signature::empty_secret),
    ("tampered-body", body::tampered),
    ("tampered-body-space", body::respaced),
    ("empty-body-signature", body::signed_empty),
    ("truncated-signature", signature::truncated),
    ("weaker-digest", signature::weaker_digest),
    ("other-encoding", signature::other_encoding),
    ("two-headers-bad-first", signature::bad_first),
    ("two-headers-good-first", signature::good_first),
    ("list-with-one-good", signature::one_good),
    ("algorithm-none", token::unsigned),
    ("hs-with-public-key", token::by_public_key),
    ("wrong-audience", token::wrong_audience),
    ("wrong-issuer", token::wrong_issuer),
    ("expired-token", token::expired),
    ("body-not-covered", whole::body_not_covered),
    ("other-path", whole::other_path),
    ("other-method", whole::other_method),
    ("stale", time::stale),
    ("stale-day", time::stale_day),
    ("future", time::future),
    ("time-changed", time::changed),
    ("time-missing", time::missing),
    ("time-malformed", time::malformed),
    ("time-milliseconds", time::milliseconds),
    ("replayed-other-id", whole::other_id),
];

/// Makes the forged request of that id; `None` where another part of the tool makes it.
pub fn forge(id: &str, good: &Good<'_>) -> Option<Forged> {
    let (_, forge) = KINDS.iter().find(|(known, _)| *known == id)?;
    Some(forge(good))
}

/// Whether a secret is a bearer token.
pub fn is_token(secret: &Secret) -> bool {
    let text = std::str::from_utf8(secret.expose());
    text.is_ok_and(|text| super::token::Token::parse(text).is_ok())
}

/// The good request, signed `age` ago.
///
/// # Errors
/// Why it cannot be signed.
pub fn aged(good: &Good<'_>, age: Duration) -> Forged {
    good.at(good.now.saturating_sub(age)).signed()
}

/// The seconds that a scheme's receivers allow; `None` where it says nothing.
pub fn tolerance(signer: &Resigner) -> Option<Duration> {
    match signer {
        Resigner::Scheme(signer) => {
            signer.scheme().tolerance?.try_into().ok().map(Duration::seconds)
        }
        Resigner::Token { .. } | Resigner::Given { .. } | Resigner::Message { .. } => None,
    }
}

/// Whether a time is signed, by which a receiver can tell an old call.
pub fn signs_time(signer: &Resigner) -> bool {
    match signer {
        Resigner::Scheme(signer) => signer.scheme().signs_time(),
        Resigner::Token { .. } | Resigner::Given { .. } | Resigner::Message { .. } => true,
    }
}

impl Good<'_> {
    /// The same at another time.
    fn at(&self, now: OffsetDateTime) -> Self {
        Good { now, ..*self }
    }

    /// The request as it should be.
    ///
    /// # Errors
    /// Why it cannot be signed.
    pub fn signed(&self) -> Forged {
        self.signed_by(self.signer)
    }

    fn signed_by(&self, signer: &Resigner) -> Forged {
        self.signed_as(self.request, self.url, signer)
    }

    fn signed_as(&self, request: &Request, url: &str, signer: &Resigner) -> Forged {
        let mut request = request.clone();
        signer.sign(&mut request, url, self.now).map_err(|error| error.message)?;
        Ok(request)
    }

    /// The scheme, where it is one of a table.
    fn scheme(&self) -> Option<&Scheme> {
        match self.signer {
            Resigner::Scheme(signer) => Some(signer.scheme()),
            Resigner::Token { .. } | Resigner::Given { .. } | Resigner::Message { .. } => None,
        }
    }

    /// Fails where the signature says nothing of the body.
    ///
    /// # Errors
    /// That it does not.
    pub fn covers_body(&self) -> Result<(), String> {
        let covers = match self.signer {
            Resigner::Scheme(signer) => signer.scheme().covers_body(),
            Resigner::Token { body, .. } => body.is_some(),
            Resigner::Given { .. } => false,
            Resigner::Message { .. } => self.covers("content-digest"),
        };
        covers.then_some(()).ok_or_else(|| "the signature does not cover the body".to_owned())
    }

    /// Whether a message signature covers this component.
    fn covers(&self, name: &str) -> bool {
        let Ok(signed) = self.signed() else { return false };
        let lines = lines(&signed.headers);
        let all = http_message::signatures(&lines).unwrap_or_default();
        all.iter().any(|one| one.components.contains(&component(name)))
    }

    /// What would be the right signature for a request with this body, now: no answer may tell it.
    pub fn right(&self, body: &[u8]) -> Option<String> {
        let request = Request { body: body.to_vec(), ..self.request.clone() };
        match self.signer {
            Resigner::Scheme(signer) if !self.signer.carries_secret() => {
                let lines = lines(&request.headers);
                let message = super::Message::of(&request, &lines, Some(self.url));
                let fresh = super::Fresh { at: self.now, id: None };
                Some(signer.sign(&message, &fresh).ok()?.signature)
            }
            Resigner::Message { .. } => {
                let mut request = request;
                request.headers.remove(content_digest::NAME);
                let signed = self.signed_as(&request, self.url, self.signer).ok()?;
                let value = signed.headers.text("Signature")?;
                value.split(':').nth(1).map(str::to_owned)
            }
            Resigner::Scheme(_) | Resigner::Token { .. } | Resigner::Given { .. } => None,
        }
    }
}

impl Resigner {
    /// Whether the secret itself stands in these bytes.
    pub fn stands_in(&self, bytes: &[u8]) -> bool {
        use super::key::SigningKey;
        let secret = match self {
            Self::Scheme(signer) => signer.secret(),
            Self::Given { token, .. } => token,
            Self::Token { key: SigningKey::Shared(secret), .. }
            | Self::Message { key: SigningKey::Shared(secret), .. } => secret,
            Self::Token { .. } | Self::Message { .. } => return false,
        };
        // A word that short stands anywhere.
        const SHORT: usize = 8;
        let secret = secret.expose().trim_ascii();
        secret.len() >= SHORT && bytes.windows(secret.len()).any(|window| window == secret)
    }
}

/// Why a test says nothing.
fn gap<T>(why: &str) -> Result<T, String> {
    Err(why.to_owned())
}

#[cfg(test)]
mod tests;
