//! What a token claims (RFC 7519 section 4.1), and what is expected of it.

use serde_json::{Map, Value};

use super::{BodyClaim, Chained, Preset, Reason};
use crate::digest;

/// Issuers that Google writes into its ID tokens (OpenID Connect, "Validating an ID token").
pub(super) const GOOGLE: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];

/// The claims of a token. Times are Unix seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims {
    /// Who issued it (`iss`).
    pub issuer: Option<String>,
    /// Whom it is about (`sub`).
    pub subject: Option<String>,
    /// For whom it is (`aud`): none, one or several.
    pub audience: Vec<String>,
    /// E-mail address of the subject.
    pub email: Option<String>,
    /// Whether the issuer vouches for the address.
    pub email_verified: bool,
    /// When it was issued (`iat`).
    pub issued_at: Option<i64>,
    /// From when it may be used (`nbf`).
    pub not_before: Option<i64>,
    /// When it ends (`exp`).
    pub expires_at: Option<i64>,
    /// All claims, as they stand in the token.
    pub all: Map<String, Value>,
}

impl Claims {
    /// Reads the registered claims; one of another type is refused.
    pub(super) fn new(all: Map<String, Value>) -> Result<Self, Reason> {
        Ok(Self {
            issuer: text(&all, "iss")?,
            subject: text(&all, "sub")?,
            audience: audience(&all)?,
            email: text(&all, "email")?,
            email_verified: all.get("email_verified") == Some(&Value::Bool(true)),
            issued_at: date(&all, "iat")?,
            not_before: date(&all, "nbf")?,
            expires_at: date(&all, "exp")?,
            all,
        })
    }

    /// The same, or what stands elsewhere in a token of such a sender.
    pub(super) fn of(
        all: Map<String, Value>,
        chained: Option<&'static Chained>,
    ) -> Result<Self, Reason> {
        let Some(chained) = chained else { return Self::new(all) };
        let all = Value::Object(all);
        let first = |places: &[&str]| {
            let text = |place: &&str| all.pointer(place).and_then(Value::as_str).map(str::to_owned);
            places.iter().find_map(text)
        };
        let signed_at = all.pointer(chained.signed_at).and_then(Value::as_i64);
        let claims = Self {
            issuer: first(chained.issuer),
            audience: first(chained.audience).into_iter().collect(),
            issued_at: signed_at.map(|at| at.div_euclid(1_000)),
            ..Self::default()
        };
        let all = match all {
            Value::Object(all) => all,
            _ => Map::new(),
        };
        Ok(Self { all, ..claims })
    }
}

fn text(all: &Map<String, Value>, name: &'static str) -> Result<Option<String>, Reason> {
    match all.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Reason::ClaimType(name)),
    }
}

/// A NumericDate (RFC 7519 section 2): seconds, possibly with a fraction, which is cut.
fn date(all: &Map<String, Value>, name: &'static str) -> Result<Option<i64>, Reason> {
    let Some(value) = all.get(name) else { return Ok(None) };
    let seconds = value.as_i64().or_else(|| {
        value.as_f64().filter(|number| number.abs() < 9e15).map(|number| number.floor() as i64)
    });
    seconds.map(Some).ok_or(Reason::ClaimType(name))
}

fn audience(all: &Map<String, Value>) -> Result<Vec<String>, Reason> {
    let one = |value: &Value| value.as_str().map(str::to_owned).ok_or(Reason::ClaimType("aud"));
    match all.get("aud") {
        None => Ok(Vec::new()),
        Some(Value::Array(several)) => several.iter().map(one).collect(),
        Some(value) => Ok(vec![one(value)?]),
    }
}

/// What a token must be like. What is not set is not looked at, but an expiry is always kept.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    /// The one `alg` allowed; every supported one when `None`.
    pub algorithm: Option<&'static str>,
    /// One of these issuers; any when empty.
    pub issuers: Vec<String>,
    /// This audience must be among the token's.
    pub audience: Option<String>,
    /// Whether it must be said which audience, because the issuer signs for everybody.
    pub needs_audience: bool,
    /// This subject.
    pub subject: Option<String>,
    /// This e-mail address, vouched for by the issuer.
    pub email: Option<String>,
    /// Whether the issuer must vouch for the e-mail address.
    pub email_verified: bool,
    /// Whether a token without `exp` is refused.
    pub needs_expiry: bool,
    /// The claim that must have the hash of the body.
    pub body: Option<BodyClaim>,
    /// Whether an empty body needs no such claim.
    pub leaves_empty_out: bool,
    /// The claim that must have the SHA-256 of the URL in hex.
    pub url: Option<&'static str>,
    /// Where the claims stand, where a sender has them elsewhere.
    pub chained: Option<&'static Chained>,
    /// How many seconds ago it may have been issued at most.
    pub most_age: Option<i64>,
    /// How many seconds the clocks may differ.
    pub tolerance: i64,
}

impl Expectations {
    /// A Google ID token, as Dialogflow's service identity token is: RS256, from Google, with an
    /// e-mail address that Google vouches for.
    pub fn google_id_token() -> Self {
        Self {
            algorithm: Some("RS256"),
            issuers: GOOGLE.map(str::to_owned).to_vec(),
            email_verified: true,
            needs_audience: true,
            needs_expiry: true,
            ..Self::default()
        }
    }

    /// What a sender's tokens are like.
    pub fn of(preset: &'static Preset) -> Self {
        Self {
            algorithm: preset.algorithm,
            issuers: preset.issuer.map(str::to_owned).into_iter().collect(),
            body: BodyClaim::parse(preset.body).ok(),
            leaves_empty_out: preset.leaves_empty_out,
            url: preset.url,
            needs_audience: preset.chained.is_some(),
            chained: preset.chained.as_ref(),
            most_age: preset.most_age,
            ..Self::default()
        }
    }

    /// Whether the claims speak of this body, where they must.
    pub fn check_body(&self, claims: &Claims, body: &[u8]) -> Result<(), Reason> {
        let Some(claim) = &self.body else { return Ok(()) };
        if self.leaves_empty_out && body.is_empty() && !claims.all.contains_key(&claim.name) {
            return Ok(());
        }
        let said = claims.all.get(&claim.name).and_then(Value::as_str);
        let said = said.ok_or_else(|| Reason::BodyUnclaimed(claim.name.clone()))?;
        // Senders write it with padding or without.
        let bare = |text: &str| text.trim_end_matches('=').to_owned();
        match digest::equal(bare(said).as_bytes(), bare(&claim.of(body)).as_bytes()) {
            true => Ok(()),
            false => Err(Reason::BodyOther(claim.name.clone())),
        }
    }

    /// Whether the claims speak of this URL, where they must.
    pub fn check_url(&self, claims: &Claims, url: Option<&str>) -> Result<(), Reason> {
        let Some(name) = self.url else { return Ok(()) };
        let said = claims.all.get(name).and_then(Value::as_str);
        let said = said.ok_or(Reason::ClaimMissing(name))?;
        let url = url.ok_or(Reason::UrlUnknown(name))?;
        match digest::equal(
            said.as_bytes(),
            digest::hex(&digest::sha256(url.as_bytes())).as_bytes(),
        ) {
            true => Ok(()),
            false => Err(Reason::UrlOther(name)),
        }
    }

    /// The first way in which the claims are not as expected at `now` (Unix seconds).
    pub(super) fn check(&self, claims: &Claims, now: i64) -> Result<(), Reason> {
        self.check_time(claims, now)?;
        if !self.issuers.is_empty() {
            let issuer = claims.issuer.as_ref().ok_or(Reason::ClaimMissing("iss"))?;
            if !self.issuers.contains(issuer) {
                let expected = self.issuers.join(" or ");
                return Err(Reason::Issuer { token: issuer.clone(), expected });
            }
        }
        if self.needs_audience && self.audience.is_none() {
            return Err(Reason::AudienceUnasked);
        }
        if let Some(expected) = &self.audience {
            if claims.audience.is_empty() {
                return Err(Reason::ClaimMissing("aud"));
            }
            if !claims.audience.contains(expected) {
                let token = claims.audience.clone();
                return Err(Reason::Audience { token, expected: expected.clone() });
            }
        }
        if let Some(expected) = &self.subject {
            let subject = claims.subject.as_ref().ok_or(Reason::ClaimMissing("sub"))?;
            if subject != expected {
                let (token, expected) = (subject.clone(), expected.clone());
                return Err(Reason::Subject { token, expected });
            }
        }
        self.check_email(claims)
    }

    fn check_time(&self, claims: &Claims, now: i64) -> Result<(), Reason> {
        let ahead = |then: i64| then.saturating_sub(now).saturating_sub(self.tolerance);
        match claims.expires_at {
            Some(end) if now.saturating_sub(end) >= self.tolerance.max(0) => {
                return Err(Reason::Expired { seconds: now.saturating_sub(end) });
            }
            None if self.needs_expiry => return Err(Reason::ClaimMissing("exp")),
            _ => {}
        }
        if let Some(most) = self.most_age {
            let issued = claims.issued_at.ok_or(Reason::ClaimMissing("iat"))?;
            let seconds = now.saturating_sub(issued);
            if seconds > most.saturating_add(self.tolerance) {
                return Err(Reason::Old { seconds, most });
            }
        }
        if let Some(start) = claims.not_before.filter(|start| ahead(*start) > 0) {
            return Err(Reason::NotYet { seconds: start.saturating_sub(now) });
        }
        if let Some(issued) = claims.issued_at.filter(|issued| ahead(*issued) > 0) {
            return Err(Reason::IssuedInFuture { seconds: issued.saturating_sub(now) });
        }
        Ok(())
    }

    fn check_email(&self, claims: &Claims) -> Result<(), Reason> {
        if self.email.is_none() && !self.email_verified {
            return Ok(());
        }
        let email = claims.email.as_ref().ok_or(Reason::ClaimMissing("email"))?;
        match &self.email {
            Some(expected) if expected != email => {
                Err(Reason::Email { token: email.clone(), expected: expected.clone() })
            }
            _ if !claims.email_verified => Err(Reason::EmailUnverified),
            _ => Ok(()),
        }
    }
}
