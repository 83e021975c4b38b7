//! A captured request signed anew: under a scheme of a table, as a bearer token, or by RFC 9421.
//!
//! What the old signature says beside its time is kept: ids, the claims of a token, the label of a
//! message signature and what it covers. Every other signature of its kind goes: it is of another time.

use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::http_message::{self, Order, USUAL_COMPONENTS, component, content_digest};
use super::key::SigningKey;
use super::message::{Message, lines};
use super::scheme::Algorithm;
use super::token::{self, BodyClaim, Token};
use super::{Fresh, Signer};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::{Headers, Request};
use crate::secret::Secret;

/// Signs requests.
pub enum Resigner {
    /// Under a scheme of a table.
    Scheme(Box<Signer>),
    /// With a bearer token.
    Token {
        /// What signs it.
        key: SigningKey,
        /// The name of that key; else the one that the captured token names.
        key_id: Option<String>,
        /// The header that carries it.
        header: String,
        /// What stands before it there; `Bearer ` in Authorization when `None`.
        prefix: Option<&'static str>,
        /// Claims that stand in place of captured ones.
        claims: Map<String, Value>,
        /// The claim that has the hash of the body.
        body: Option<BodyClaim>,
    },
    /// With a bearer token that somebody else has signed.
    Given {
        /// The header that carries it.
        header: String,
        /// The token.
        token: Secret,
    },
    /// With an HTTP Message Signature.
    Message {
        /// What signs.
        key: SigningKey,
        /// The name of that key; else the one that the captured signature names.
        key_id: Option<String>,
    },
}

impl Resigner {
    /// Whether a header of this name is written anew.
    pub fn sets(&self, name: &str) -> bool {
        let is = |header: &str| name.eq_ignore_ascii_case(header);
        match self {
            Self::Scheme(signer) => signer.sets(name),
            Self::Token { header, .. } | Self::Given { header, .. } => is(header),
            Self::Message { .. } => is("Signature") || is("Signature-Input"),
        }
    }

    /// Whether the headers that are written anew carry the secret itself.
    pub fn carries_secret(&self) -> bool {
        match self {
            Self::Scheme(signer) => signer.scheme().algorithm == Algorithm::Token,
            Self::Given { .. } => true,
            Self::Token { .. } | Self::Message { .. } => false,
        }
    }

    /// Signs the request, which goes to `url`, as of this moment.
    ///
    /// # Errors
    /// `usage`, `malformed` or `signature-incomplete` when what has to be signed is not there.
    pub fn sign(&self, request: &mut Request, url: &str, at: OffsetDateTime) -> Result<()> {
        match self {
            Self::Scheme(signer) => {
                let headers = lines(&request.headers);
                let message = Message::of(request, &headers, Some(url));
                let signed = signer.sign(&message, &Fresh { at, id: None })?;
                for (name, value) in signed.headers {
                    request.headers.set_value(&name, value);
                }
            }
            Self::Token { key, key_id, header, prefix, claims, body } => {
                let old = request.headers.text(header).unwrap_or_default();
                let old = Token::parse(&old).ok();
                let (captured, named) =
                    old.map(|old| (old.claims().clone(), old.key_id().map(str::to_owned))).unzip();
                let mut claims = renewed(captured.unwrap_or_default(), claims, at.unix_timestamp());
                if let Some(body) = body {
                    claims.insert(body.name.clone(), body.of(&request.body).into());
                }
                let key_id = key_id.clone().or(named.flatten());
                let token = token::sign(&Value::Object(claims).to_string(), key, key_id.as_deref());
                let token = token
                    .ok_or_else(|| Error::new(Failure::SecretMalformed, "the key cannot sign"))?;
                let value = format!("{}{token}", prefix.unwrap_or(usual_prefix(header)));
                request.headers.set_value(header, value);
            }
            Self::Given { header, token } => {
                let value = [usual_prefix(header).as_bytes(), token.expose()].concat();
                request.headers.set_value(header, value);
            }
            Self::Message { key, key_id } => {
                sign_message(request, url, at, key, |order| Order {
                    key_id: key_id.clone().or(order.key_id),
                    ..order
                })?;
            }
        }
        Ok(())
    }
}

/// What stands before a token in that header.
fn usual_prefix(header: &str) -> &'static str {
    if header.eq_ignore_ascii_case("authorization") { "Bearer " } else { "" }
}

/// Signs by RFC 9421 what `change` makes of what the captured signature covers, or of what is usual.
pub(super) fn sign_message(
    request: &mut Request,
    url: &str,
    at: OffsetDateTime,
    key: &SigningKey,
    change: impl FnOnce(Order) -> Order,
) -> Result<()> {
    let order = change(order(&request.headers, at.unix_timestamp()));
    request.headers.remove("Signature-Input");
    request.headers.remove("Signature");
    if order.components.contains(&component(content_digest::NAME)) {
        // Of the body as it is now.
        request.headers.remove(content_digest::NAME);
    }
    let headers = lines(&request.headers);
    let message = Message::of(request, &headers, Some(url));
    let added = http_message::sign(&message, key, &order);
    let added =
        added.map_err(|reason| Error::new(Failure::SignatureIncomplete, reason.to_string()))?;
    for line in added.iter() {
        request.headers.push(line.name.clone(), line.value.clone());
    }
    Ok(())
}

/// The claims of a captured token as of now, with what is said in their place. It is good for as long
/// as the captured one was.
fn renewed(
    mut claims: Map<String, Value>,
    said: &Map<String, Value>,
    at: i64,
) -> Map<String, Value> {
    let date = |name: &str| claims.get(name).and_then(Value::as_f64).map(|date| date as i64);
    let life = date("exp").zip(date("iat")).map(|(exp, iat)| exp.saturating_sub(iat));
    let life = life.filter(|life| *life > 0).unwrap_or(token::LIFETIME);
    claims.insert("iat".to_owned(), at.into());
    claims.insert("exp".to_owned(), at.saturating_add(life).into());
    if let Some(not_before) = claims.get_mut("nbf") {
        *not_before = at.into();
    }
    claims.extend(said.clone());
    claims
}

/// What to sign: what the first captured signature covers, or what is usual.
fn order(headers: &Headers, created: i64) -> Order {
    let captured = http_message::signatures(&lines(headers)).unwrap_or_default().into_iter().next();
    match captured {
        Some(old) => Order {
            key_id: old.key_id().map(str::to_owned),
            label: old.label,
            components: old.components,
            created,
        },
        None => Order {
            label: "sig1".to_owned(),
            components: USUAL_COMPONENTS.iter().map(|name| component(name)).collect(),
            created,
            key_id: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::base64url;

    fn key() -> SigningKey {
        SigningKey::Shared(Secret::new(b"0123456789abcdef0123456789abcdef".to_vec()))
    }

    fn request(headers: &[(&str, &str)]) -> Request {
        let mut request =
            Request { method: "POST".into(), target: "/in?a=1".into(), ..Request::default() };
        request.body = b"{}".to_vec();
        headers.iter().for_each(|(name, value)| request.headers.push(*name, *value));
        request
    }

    fn signed(resigner: &Resigner, headers: &[(&str, &str)]) -> Request {
        let mut request = request(headers);
        let at = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        resigner.sign(&mut request, "https://hooks.example/in?a=1", at).unwrap();
        request
    }

    #[test]
    fn a_token_keeps_its_claims_and_its_lifetime() {
        let old = [
            r#"{"alg":"RS256","kid":"k1"}"#,
            r#"{"iss":"me","aud":"a","iat":100,"nbf":90,"exp":160,"jti":"7"}"#,
            "x",
        ];
        let old = old.map(|part| base64url(part.as_bytes())).join(".");
        let mut claims = Map::new();
        claims.insert("aud".to_owned(), "b".into());
        let header = "Authorization".to_owned();
        let (key_id, prefix, body) = (None, None, None);
        let resigner = Resigner::Token { key: key(), key_id, header, prefix, claims, body };
        let request = signed(&resigner, &[("authorization", &format!("Bearer {old}"))]);
        let text = request.headers.text("Authorization").unwrap();
        let token = Token::parse(&text).unwrap();
        let expected = r#"{"aud":"b","exp":1800000060,"iat":1800000000,"iss":"me","jti":"7","nbf":1800000000}"#;
        let claims: Value = serde_json::from_str(expected).unwrap();
        assert_eq!(Value::Object(token.claims().clone()), claims);
        assert_eq!((token.algorithm_name(), token.key_id()), (Some("HS256"), Some("k1")));
    }

    #[test]
    fn a_message_signature_covers_what_the_captured_one_did() {
        let resigner = Resigner::Message { key: key(), key_id: None };
        let old = [
            ("X-Event", "1"),
            ("Content-Digest", "sha-256=:AAAA:"),
            (
                "Signature-Input",
                r#"acme=("@query-param";name="a" "x-event" "content-digest");created=1;keyid="k""#,
            ),
            ("Signature", "acme=:AAAA:"),
        ];
        let request = signed(&resigner, &old);
        assert_eq!(
            request.headers.text("Signature-Input").unwrap(),
            "acme=(\"@query-param\";name=\"a\" \"x-event\" \"content-digest\");created=1800000000;keyid=\"k\";\
             alg=\"hmac-sha256\""
        );
        assert_ne!(request.headers.text("Content-Digest").unwrap(), "sha-256=:AAAA:");
        let fresh = signed(&resigner, &[("Content-Type", "application/json")]);
        let input = fresh.headers.text("Signature-Input").unwrap();
        assert!(input.starts_with("sig1=(\"@method\" \"@authority\" \"@path\""), "{input}");
    }
}
