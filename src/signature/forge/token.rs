//! Bearer tokens: without a signature, by the wrong algorithm, for somebody else, or past their end.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::KeyPair as _;
use serde_json::{Map, Value};

use super::{Forged, Good, gap};
use crate::digest;
use crate::http::Request;
use crate::secret::Secret;
use crate::signature::key::SigningKey;
use crate::signature::resign::Resigner;
use crate::signature::token::{self, Token};

/// Whom a forged token is for, and who issued it.
const SOMEBODY_ELSE: &str = "https://somebody-else.example";
/// Seconds that a forged token has been over beyond all tolerance.
const BEYOND: i64 = 60;

/// The claims of the good token, under the algorithm `none`.
pub fn unsigned(good: &Good<'_>) -> Forged {
    let header = match good.signer {
        Resigner::Given { header, .. } => header,
        _ => token_of(good)?.0,
    };
    let mut request = good.signed()?;
    let value = request.headers.text(header).unwrap_or_default();
    let parsed = Token::parse(&value).map_err(|reason| reason.to_string())?;
    let claims = Value::Object(parsed.claims().clone()).to_string();
    put(&mut request, header, &value, &token::unsigned(&claims, parsed.key_id()));
    Ok(request)
}

/// A MAC whose key is the public key, which everybody has (RFC 8725 section 2.1).
pub fn by_public_key(good: &Good<'_>) -> Forged {
    let (_, key) = token_of(good)?;
    match public_pem(key).and_then(|pem| good.signer.with_key(SigningKey::Shared(pem))) {
        Some(confused) => good.signed_by(&confused),
        None => gap("a shared secret signs, and has no public key"),
    }
}

/// For another audience.
pub fn wrong_audience(good: &Good<'_>) -> Forged {
    with_claim(good, "aud", "the token names no audience")
}

/// By another issuer.
pub fn wrong_issuer(good: &Good<'_>) -> Forged {
    with_claim(good, "iss", "the token names no issuer")
}

/// Over for longer than is allowed.
pub fn expired(good: &Good<'_>) -> Forged {
    let claims = claims(good)?;
    let date = |name: &str| claims.get(name).and_then(Value::as_i64);
    let (Some(issued), Some(ends)) = (date("iat"), date("exp")) else {
        return gap("the token does not say when it expires");
    };
    let ago = (ends - issued) + good.tolerance.whole_seconds() + BEYOND;
    good.at(good.now.saturating_sub(::time::Duration::seconds(ago))).signed()
}

fn with_claim(good: &Good<'_>, name: &str, without: &str) -> Forged {
    let (header, key) = token_of(good)?;
    let mut request = good.signed()?;
    let value = request.headers.text(header).unwrap_or_default();
    let token = Token::parse(&value).map_err(|reason| reason.to_string())?;
    let mut claims = token.claims().clone();
    if claims.insert(name.to_owned(), SOMEBODY_ELSE.into()).is_none() {
        return gap(without);
    }
    let claims = Value::Object(claims).to_string();
    let made = token::sign(&claims, key, token.key_id()).ok_or("the key signs no tokens")?;
    put(&mut request, header, &value, &made);
    Ok(request)
}

/// The claims of the good request.
fn claims(good: &Good<'_>) -> Result<Map<String, Value>, String> {
    let (header, _) = token_of(good)?;
    let value = good.signed()?.headers.text(header).unwrap_or_default();
    let token = Token::parse(&value).map_err(|reason| reason.to_string())?;
    Ok(token.claims().clone())
}

const NO_TOKEN: &str = "no bearer token is sent";

fn token_of<'a>(good: &'a Good<'_>) -> Result<(&'a str, &'a SigningKey), String> {
    match good.signer {
        Resigner::Token { header, key, .. } => Ok((header, key)),
        Resigner::Given { .. } => gap("the token is sent as given, and no other can be signed"),
        Resigner::Scheme(_) | Resigner::Message { .. } => gap(NO_TOKEN),
    }
}

/// Writes a token in the place of the one that `value` has, with what stands before it.
fn put(request: &mut Request, header: &str, value: &str, token: &str) {
    let before = value.rsplit_once(' ').map(|(before, _)| format!("{before} "));
    request.headers.set_value(header, format!("{}{token}", before.unwrap_or_default()));
}

/// The public key as people keep it in a file.
fn public_pem(key: &SigningKey) -> Option<Secret> {
    let der: PublicKeyX509Der<'_> = match key {
        SigningKey::Shared(_) => return None,
        SigningKey::Rsa(key) => key.public_key().as_der().ok()?,
        SigningKey::P256(key) => key.public_key().as_der().ok()?,
        SigningKey::Ed25519(key) => key.public_key().as_der().ok()?,
    };
    Some(Secret::new(digest::pem("PUBLIC KEY", der.as_ref()).into_bytes()))
}
