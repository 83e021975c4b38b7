//! `sign --scheme http-message-signature`: RFC 9421 with a Content-Digest of the body.

use std::time::Instant;

use super::{Args, Only, beside, header_lines};
use crate::command::Context;
use crate::digest;
use crate::error::{Error, Result};
use crate::fact::{Facts, Value};
use crate::failure::Failure;
use crate::http::{Header, Headers, Request};
use crate::report::{Item, Reporter};
use crate::signature::http_message::{Order, USUAL_COMPONENTS, algorithm_name, component, sign};
use crate::signature::key::SigningKey;
use crate::signature::message::{Message, lines};
use crate::signature::standard::HTTP_MESSAGE_SIGNATURE;
use crate::signature::url;

/// Signs the payload; `--id` names the key.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    let started = Instant::now();
    let (secret, findings) = context.secret(&args.secret, "signing secret")?;
    let key = SigningKey::of_secret(secret)?;
    let line = |line: &super::HeaderArg| Header {
        name: line.name.clone(),
        value: line.value.clone().into_bytes(),
    };
    let request = Request {
        method: args.method.clone(),
        target: args.url.as_deref().map(url::path_query).unwrap_or("/").to_owned(),
        headers: args.header.iter().map(line).collect(),
        body: context.read(&args.payload)?,
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
        created: args.timestamp.unwrap_or(context.now).unix_timestamp(),
        key_id: args.id.clone(),
    };
    let lines = lines(&request.headers);
    let message = Message::of(&request, &lines, args.url.as_deref());
    let subject = args.payload.display().to_string();
    let signed = sign(&message, &key, &order)
        .map_err(|reason| Error::new(Failure::SignatureIncomplete, reason.to_string()))
        .and_then(|headers| Ok((plain(args.only, &headers)?, headers)));
    let mut item = match signed {
        Ok((plain, headers)) => {
            let mut item = Item::new(subject);
            item.plain = Some(plain);
            item.facts = facts(&headers, &key, &request.body);
            item
        }
        Err(error) => Item::failed(subject, error),
    };
    item.findings = beside(findings, context);
    reporter.item(item.since(started))
}

fn plain(only: Option<Only>, headers: &Headers) -> Result<String> {
    let value = headers.text("Signature").unwrap_or_default();
    let lines = header_lines(headers.iter().map(|line| (&line.name, line.value.as_slice())))?;
    Ok(match only {
        Some(Only::Value) => format!("{value}\n"),
        Some(Only::Signature) => format!("{}\n", bare(&value)),
        None => lines,
    })
}

/// The base64 in `sig1=:...:`.
fn bare(value: &str) -> &str {
    value.split(':').nth(1).unwrap_or_default()
}

fn facts(headers: &Headers, key: &SigningKey, body: &[u8]) -> Facts {
    let line = |line: &Header| {
        let value = String::from_utf8_lossy(&line.value).into_owned();
        Value::Map(Facts::new().with("name", line.name.as_str()).with("value", value))
    };
    let value = headers.text("Signature").unwrap_or_default();
    Facts::new()
        .with("scheme", HTTP_MESSAGE_SIGNATURE)
        .with("headers", Value::List(headers.iter().map(line).collect()))
        .with("signature", bare(&value))
        .with("algorithm", algorithm_name(key))
        .with("encoding", "base64")
        .with("payload_bytes", body.len())
        .with("payload_sha256", digest::hex(&digest::sha256(body)))
}
