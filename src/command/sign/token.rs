//! `sign --scheme jwt`: a bearer token whose claims are the payload, with what the options say.

use std::time::Instant;

use serde_json::{Map, Value};

use super::{Args, Only, beside, header_lines};
use crate::command::Context;
use crate::digest;
use crate::error::{Error, Result};
use crate::fact::Facts;
use crate::failure::Failure;
use crate::report::{Item, Reporter};
use crate::signature::key::SigningKey;
use crate::signature::standard::JWT;
use crate::signature::{mac, token};

/// Signs the claims; `--id` names the key.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    let started = Instant::now();
    let (secret, mut findings) = context.secret(&args.secret, "signing secret")?;
    let subject = args.payload.display().to_string();
    findings.extend(mac::weak_secret("the secret", &secret).map(|weak| weak.finding(&subject)));
    let key = SigningKey::of_secret(secret)?;
    let payload = context.read(&args.payload);
    let mut item = match payload.and_then(|payload| signed(args, context, &key, &payload)) {
        Ok(item) => item,
        Err(error) => Item::failed(subject, error),
    };
    item.findings = beside(findings, context);
    reporter.item(item.since(started))
}

fn signed(args: &Args, context: &Context, key: &SigningKey, payload: &[u8]) -> Result<Item> {
    let subject = args.payload.display().to_string();
    let claims = claims(args, context.now.unix_timestamp(), payload)
        .ok_or_else(|| not_claims().about(&subject))?;
    let claims = Value::Object(claims).to_string();
    // Every kind of key has its algorithm.
    let (Some(algorithm), Some(token)) =
        (token::algorithm_name(key), token::sign(&claims, key, args.id.as_deref()))
    else {
        return Err(Error::new(Failure::SecretMalformed, "the key cannot sign"));
    };
    let signature = token.rsplit('.').next().unwrap_or_default().to_owned();
    let (name, value) = match &args.scheme.form.signature_header {
        Some(name) => (name.as_str(), token.clone()),
        None => ("Authorization", format!("Bearer {token}")),
    };
    let mut item = Item::new(subject);
    item.plain = Some(match args.only {
        Some(Only::Signature) => format!("{signature}\n"),
        Some(Only::Value) => format!("{token}\n"),
        None => header_lines([(name, value.as_bytes())])?,
    });
    item.facts = Facts::new()
        .with("scheme", JWT)
        .with("headers", vec![Facts::new().with("name", name).with("value", value.as_str())])
        .with("signature", signature)
        .with("algorithm", algorithm)
        .with("encoding", "base64url")
        .with("payload_bytes", payload.len())
        .with("payload_sha256", digest::hex(&digest::sha256(payload)))
        .with("claims", claims);
    Ok(item)
}

/// The claims of the payload (none when it is empty), with what the options say over them, and with
/// the times that are not there. `None` when it is no JSON object.
fn claims(args: &Args, now: i64, payload: &[u8]) -> Option<Map<String, Value>> {
    let mut claims: Map<String, Value> = match payload.trim_ascii() {
        b"" => Map::new(),
        text => serde_json::from_slice(text).ok()?,
    };
    claims.extend(args.claims.claims());
    if let Some(at) = args.timestamp {
        claims.insert("iat".to_owned(), at.unix_timestamp().into());
    }
    let issued = claims.entry("iat").or_insert(now.into()).as_i64().unwrap_or(now);
    claims.entry("exp").or_insert(issued.saturating_add(token::LIFETIME).into());
    Some(claims)
}

fn not_claims() -> Error {
    Error::new(Failure::Malformed, "the claims of a token are a JSON object")
        .help("for example {\"sub\":\"me\"}; an empty payload gives a token with times alone")
}
