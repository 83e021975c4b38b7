//! `sign --scheme jwt`: a bearer token whose claims are the payload, with what the options say.

use serde_json::{Map, Value};

use super::{Args, wanted};
use crate::command::Context;
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::Headers;
use crate::outcome::signing::Signing;
use crate::signature::key::SigningKey;
use crate::signature::sign::random_hex;
use crate::signature::standard::{self, JWT};
use crate::signature::token::{self, BodyClaim, Preset};

/// Signs the claims; `--id` names the key.
pub fn sign(args: &Args, context: &Context, key: &SigningKey) -> Result<Signing> {
    let name = args.scheme.as_deref().unwrap_or(JWT);
    let preset = standard::named(name).and_then(|standard| standard.preset.as_ref());
    let payload = context.read(&args.payload)?;
    let mut claims = claims(args, preset, context.now.unix_timestamp(), &payload)
        .ok_or_else(|| not_claims().about(args.payload.display()))?;
    if let Some(claim) = preset.and_then(|preset| preset.url) {
        let url = args.url.as_ref().ok_or_else(|| {
            Error::usage(format!("{name} signs the URL that is called, which is not known"))
                .help("give it with --url")
        })?;
        claims.insert(claim.to_owned(), digest::hex(&digest::sha256(url.as_bytes())).into());
    }
    let claims = Value::Object(claims).to_string();
    // Every kind of key has its algorithm.
    let (Some(algorithm), Some(token)) =
        (token::algorithm_name(key), token::sign(&claims, key, args.id.as_deref()))
    else {
        return Err(Error::new(Failure::SecretMalformed, "the key cannot sign"));
    };
    if let Some(only) = preset.and_then(|preset| preset.algorithm).filter(|only| *only != algorithm)
    {
        return Err(Error::usage(format!(
            "{name} signs with {only}, and this key with {algorithm}"
        ))
        .help("give that kind of key"));
    }
    let mut headers = Headers::new();
    match (&args.form.signature_header, preset) {
        (Some(name), _) => headers.push(name, token.as_str()),
        (None, Some(preset)) => headers.push(preset.header, format!("{}{token}", preset.prefix)),
        (None, None) => headers.push("Authorization", format!("Bearer {token}")),
    }
    Ok(Signing {
        scheme: name.to_owned(),
        headers,
        signature: token.rsplit('.').next().unwrap_or_default().to_owned(),
        algorithm: Some(algorithm),
        encoding: "base64url",
        payload_bytes: payload.len() as u64,
        payload_sha256: Some(digest::hex(&digest::sha256(&payload))),
        claims: Some(claims),
        wanted: wanted(args.only, || token),
    })
}

/// The claims of the payload (none when it is empty), with what the options say over them, and with
/// the times that are not there. `None` when it is no JSON object. Where a claim has the hash of the
/// payload, that is the body and says nothing else.
fn claims(
    args: &Args,
    preset: Option<&Preset>,
    now: i64,
    payload: &[u8],
) -> Option<Map<String, Value>> {
    let of_preset = preset.and_then(|preset| BodyClaim::parse(preset.body).ok());
    let body = args.claims.body_claim.clone().or(of_preset);
    let mut claims: Map<String, Value> = match (&body, payload.trim_ascii()) {
        (Some(_), _) | (None, b"") => Map::new(),
        (None, text) => serde_json::from_slice(text).ok()?,
    };
    if let Some(issuer) = preset.and_then(|preset| preset.issuer) {
        claims.insert("iss".to_owned(), issuer.into());
    }
    claims.extend(args.claims.claims());
    if let Some(body) = body {
        claims.insert(body.name.clone(), body.of(payload).into());
    }
    if let Some(at) = args.timestamp {
        claims.insert("iat".to_owned(), at.unix_timestamp().into());
    }
    let issued = claims.entry("iat").or_insert(now.into()).as_i64().unwrap_or(now);
    if preset.is_none_or(|preset| preset.most_age.is_none()) {
        claims.entry("exp").or_insert(issued.saturating_add(token::LIFETIME).into());
        // Libraries of senders demand it.
        if preset.is_some() {
            claims.entry("nbf").or_insert(issued.into());
            claims.entry("jti").or_insert(random_hex().into());
        }
    }
    Some(claims)
}

fn not_claims() -> Error {
    Error::new(Failure::Malformed, "the claims of a token must be a JSON object")
        .help("for example {\"sub\":\"me\"}; an empty payload makes a token with times only")
}
