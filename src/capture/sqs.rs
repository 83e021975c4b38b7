//! Messages of Amazon SQS: the event of a Lambda function (`Records`), or what `aws sqs receive-message` prints
//! (`Messages`). The body of each is an API Gateway event, an entry of ours, a raw HTTP message, or what was posted
//! alone; any of them perhaps in base64. Of what was posted alone the message attributes are the header lines.
//!
//! Sources: "Using Lambda with Amazon SQS", "ReceiveMessage", docs.aws.amazon.com.

use serde::Deserialize;
use serde_json::value::RawValue;
use time::OffsetDateTime;

use super::json::{self, Elements};
use super::room::{Room, excerpt};
use super::{Captured, Captures, Note, Options, Source, entry, gateway, message, unreadable};
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::{Headers, Request, write};

/// A message as either of the two writes it.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "messageId", alias = "MessageId")]
    id: Option<String>,
    #[serde(alias = "Body")]
    body: Option<String>,
    #[serde(alias = "Attributes", default)]
    attributes: Option<System>,
    #[serde(borrow, rename = "messageAttributes", alias = "MessageAttributes")]
    message_attributes: Option<&'a RawValue>,
    #[serde(rename = "eventSource", alias = "EventSource")]
    source: Option<String>,
}

/// What the queue itself says of it.
#[derive(Deserialize)]
struct System {
    #[serde(rename = "SentTimestamp")]
    sent: Option<String>,
}

#[derive(Deserialize)]
struct Attribute {
    #[serde(rename = "stringValue", alias = "StringValue")]
    text: Option<String>,
}

/// Records of an event, messages of the command, or one of either.
pub(super) fn looks_like(start: &[u8]) -> bool {
    list(start).is_some() || is_message(&json::keys(start))
}

fn is_message(keys: &[String]) -> bool {
    json::has_all(keys, &["messageId", "receiptHandle"])
        || json::has_all(keys, &["MessageId", "Body"])
}

/// Under which name the messages stand.
fn list(start: &[u8]) -> Option<&'static str> {
    // Records of other services are refused by their name.
    let has_source = |keys: &[String]| {
        ["eventSource", "EventSource"].iter().any(|it| json::has_all(keys, &[it]))
    };
    ["Records", "Messages"].into_iter().find(|name| {
        let keys = json::keys_under(start, &[name]);
        is_message(&keys) || has_source(&keys)
    })
}

/// Yields a request per message.
pub(super) fn read<'a>(mut source: Source<'a>, options: &Options) -> Result<Captures<'a>> {
    let room = Room::new(options.record);
    let messages = match list(source.fill_buf().map_err(unreadable)?) {
        Some(name) => Box::new(Elements::under(source, &[name])?),
        None => json::objects(source)?,
    };
    Ok(Box::new(messages.enumerate().map(move |(index, json)| {
        let name = format!("message {}", index + 1);
        json.and_then(|json| parse(&json, &name, room)).map_err(|error| error.about(&name))
    })))
}

fn parse(json: &[u8], name: &str, mut room: Room) -> Result<Captured> {
    let malformed =
        |what: String| Error::new(Failure::Malformed, format!("message of SQS: {what}"));
    let envelope: Envelope =
        serde_json::from_slice(json).map_err(|error| malformed(error.to_string()))?;
    if let Some(source) = envelope.source.filter(|source| source != "aws:sqs") {
        let message = format!("this is a record of {}, which is not supported", excerpt(&source));
        return Err(Error::new(Failure::Unsupported, message)
            .help("only those of aws:sqs are supported; a bare payload file needs --payload"));
    }
    let body = envelope.body.ok_or_else(|| malformed("body is missing".into()))?.into_bytes();
    let name = envelope.id.unwrap_or_else(|| name.to_owned());
    let sent = envelope.attributes.and_then(|attributes| attributes.sent?.parse::<i64>().ok());
    let sent = sent
        .and_then(|ms| OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).ok());
    let captured = match unwrapped(&body, &name, &mut room)? {
        Some(captured) => captured,
        None => alone(body, envelope.message_attributes, &mut room)?,
    };
    Ok(Captured { name, received_at: captured.received_at.or(sent), ..captured })
}

/// The request in the body of a message, as text or as base64; `None` if it is only what was posted.
fn unwrapped(body: &[u8], name: &str, room: &mut Room) -> Result<Option<Captured>> {
    let decoded = std::str::from_utf8(body).ok().and_then(digest::unbase64).unwrap_or_default();
    for body in [body, &decoded] {
        if gateway::looks_like(body) {
            return gateway::parse(body, name, room).map(Some);
        }
        if entry::looks_like(body) {
            return entry::parse(body, name.to_owned()).map(Some);
        }
        if message::looks_like(body) {
            return message::parse(body.to_vec()).map(Some);
        }
    }
    Ok(None)
}

/// What was posted alone: bytes in base64 if those are JSON, else as it is.
fn alone(body: Vec<u8>, attributes: Option<&RawValue>, room: &mut Room) -> Result<Captured> {
    let mut headers = Headers::new();
    if let Some(attributes) = attributes.filter(|attributes| attributes.get() != "null") {
        let mut members = json::members(attributes.get().as_bytes())?;
        while let Some((name, value)) = members.next()? {
            let attribute: Attribute = serde_json::from_slice(&value).map_err(|error| {
                Error::new(Failure::Malformed, format!("attribute of a message: {error}"))
            })?;
            // Bytes are an attribute, too, but no header line.
            if let Some(text) = attribute.text.filter(|_| write::is_token(name.as_bytes())) {
                room.line(&name, text.as_bytes())?;
                headers.push(name, text);
            }
        }
    }
    let mut notes = vec![Note::head_rebuilt(
        "the message contains only what was posted: POST / is used as method and path, and its \
         attributes as headers",
    )];
    let decoded = std::str::from_utf8(&body).ok().and_then(digest::unbase64);
    let is_json = |bytes: &Vec<u8>| serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok();
    let body = match decoded.filter(is_json) {
        Some(decoded) if !is_json(&body) => {
            notes.push(Note::body_rebuilt("the body is JSON in base64: it was decoded"));
            decoded
        }
        _ => body,
    };
    let request = Request { method: "POST".to_owned(), target: "/".to_owned(), headers, body };
    Ok(Captured { request, notes, ..Captured::default() })
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;
    use crate::finding::Code;

    const EVENT: &str = r#"{"version":"2.0","rawPath":"/h","rawQueryString":"a=1","headers":{"host":"h"},"body":"e30=","isBase64Encoded":true}"#;

    /// The event of a function, of messages with these bodies.
    fn records(bodies: &[&str]) -> String {
        let record = |body: &&str| {
            let body = serde_json::to_string(body).unwrap();
            format!(
                r#"{{"messageId":"m1","receiptHandle":"r","body":{body},"attributes":{{"SentTimestamp":"1545082649183"}},
                "messageAttributes":{{"X-Hub-Signature":{{"stringValue":"sha1=1","stringListValues":[],"dataType":"String"}},
                "not a name":{{"stringValue":"x","dataType":"String"}},"B":{{"binaryValue":"AA==","dataType":"Binary"}}}},
                "eventSource":"aws:sqs","awsRegion":"us-east-2"}}"#
            )
        };
        let records: Vec<_> = bodies.iter().map(record).collect();
        format!(r#"{{"Records":[{}]}}"#, records.join(","))
    }

    fn all(text: &str) -> Vec<Captured> {
        load(text.as_bytes(), &Options::default()).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn events_entries_and_messages_are_taken_out_of_the_envelope_and_of_base64() {
        let entry = r#"{"startedDateTime":"2026-11-22T05:00:00Z","request":{"method":"POST","url":"https://h/h?a=1","headers":[],"postData":{"text":"{}"}}}"#;
        let raw = "POST /h?a=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}";
        for inside in [EVENT, entry, raw] {
            let read = all(&records(&[inside, &digest::base64(inside.as_bytes())]));
            assert_eq!(read.len(), 2);
            for captured in read {
                assert_eq!(captured.request.target, "/h?a=1", "{inside}");
                assert_eq!((&captured.request.body[..], captured.notes.len()), (&b"{}"[..], 0));
                assert_eq!(captured.name, "m1");
            }
        }
    }

    #[test]
    fn what_was_posted_alone_has_its_attributes_for_header_lines() {
        let read = all(&records(&["{\"a\": 1}", "eyJhIjogMX0=", "1234"]));
        for captured in &read[..2] {
            assert_eq!(captured.request.body, b"{\"a\": 1}");
            assert_eq!(captured.request.headers.len(), 1);
            assert_eq!(captured.request.headers.text("x-hub-signature").as_deref(), Some("sha1=1"));
            assert_eq!(captured.received_at.unwrap().unix_timestamp(), 1_545_082_649);
            assert_eq!(captured.notes[0].code, Code::HeadRebuilt);
        }
        assert_eq!((read[0].notes.len(), read[1].notes.len()), (1, 2));
        assert_eq!(read[2].request.body, b"1234");
    }

    #[test]
    fn the_command_writes_capitals_and_other_services_are_named() {
        let text =
            r#"{"Messages":[{"MessageId":"a","ReceiptHandle":"b","MD5OfBody":"c","Body":"x"}]}"#;
        assert_eq!(all(text)[0].request.body, b"x");
        let topic = r#"{"Records":[{"EventSource":"aws:sns","Sns":{"Message":"x"}}]}"#;
        let error =
            load(topic.as_bytes(), &Options::default()).unwrap().next().unwrap().unwrap_err();
        assert_eq!(error.code, Failure::Unsupported);
        assert!(error.message.contains("aws:sns"), "{error}");
    }
}
