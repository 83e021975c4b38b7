//! `sign --scheme http-message-signature`: RFC 9421 with a Content-Digest of the body.

use time::OffsetDateTime;

use super::{Args, wanted};
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::{Header, Request};
use crate::outcome::signing::Signing;
use crate::signature::http_message::{self, Order, USUAL_COMPONENTS, component};
use crate::signature::key::SigningKey;
use crate::signature::message::{Message, lines};
use crate::signature::standard::HTTP_MESSAGE_SIGNATURE;
use crate::signature::url;

/// Signs the body; `--id` names the key.
pub fn sign(args: &Args, now: OffsetDateTime, key: &SigningKey, body: Vec<u8>) -> Result<Signing> {
    let line = |line: &super::HeaderArg| Header {
        name: line.name.clone(),
        value: line.value.clone().into_bytes(),
    };
    let request = Request {
        method: args.method.clone(),
        target: args.url.as_deref().map(url::path_query).unwrap_or("/").to_owned(),
        headers: args.header.iter().map(line).collect(),
        body,
    };
    // Of the address only what is known can be signed.
    let is_known = |name: &&str| args.url.is_some() || !name.starts_with('@') || *name == "@method";
    let order = Order {
        label: "sig1".to_owned(),
        components: USUAL_COMPONENTS
            .iter()
            .filter(|name| is_known(name))
            .map(|name| component(name))
            .collect(),
        created: args.timestamp.unwrap_or(now).unix_timestamp(),
        key_id: args.id.clone(),
    };
    let lines = lines(&request.headers);
    let message = Message::of(&request, &lines, args.url.as_deref());
    let headers = http_message::sign(&message, key, &order)
        .map_err(|reason| Error::new(Failure::SignatureIncomplete, reason.to_string()))?;
    let value = headers.text("Signature").unwrap_or_default();
    Ok(Signing {
        scheme: HTTP_MESSAGE_SIGNATURE.to_owned(),
        // The base64 in `sig1=:...:`.
        signature: value.split(':').nth(1).unwrap_or_default().to_owned(),
        algorithm: http_message::algorithm_name(key),
        encoding: "base64",
        payload_bytes: request.body.len() as u64,
        payload_sha256: Some(digest::hex(&digest::sha256(&request.body))),
        claims: None,
        wanted: wanted(args.only, || value),
        headers,
    })
}
