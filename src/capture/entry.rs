//! One entry of a HAR, ours (with `_raw`, the exact bytes) or another tool's.
//!
//! HAR 1.2 has no place for a body that is no text, and says nothing of how its text was made of
//! bytes; where the numbers do not fit, the body is reported as rebuilt.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::json::Elements;
use super::posted::{PostData, mend_label};
use super::room::Room;
use super::{Captured, MAX_RECORD, Note, contradicts, fields, shown};
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::head::RequestHead;
use crate::http::{Headers, Request, Url};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    started_date_time: Option<String>,
    #[serde(borrow)]
    request: Sent<'a>,
    #[serde(borrow)]
    response: Option<Answered<'a>>,
    #[serde(rename = "_raw")]
    raw: Option<Raw>,
    #[serde(rename = "_bodySha256")]
    body_sha256: Option<String>,
    #[serde(rename = "_receivedAt")]
    received_at: Option<String>,
    #[serde(rename = "_peer")]
    peer: Option<Peer>,
    #[serde(rename = "_trailers", borrow)]
    trailers: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    head_base64: String,
    body_base64: String,
}

/// The answer; a status of 0 is how browsers write that none came, and some write a text.
#[derive(Deserialize)]
struct Answered<'a> {
    #[serde(borrow)]
    status: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Peer {
    ip: String,
    port: u16,
}

/// The request as any tool can show it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sent<'a> {
    pub(super) method: String,
    pub(super) url: String,
    #[serde(borrow)]
    headers: Option<&'a RawValue>,
    #[serde(borrow)]
    query_string: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) post_data: Option<PostData<'a>>,
    #[serde(borrow)]
    body_size: Option<&'a RawValue>,
}

/// A header: HAR writes an object, Slack's exports a list of two.
#[derive(Deserialize)]
#[serde(untagged)]
enum Pair {
    Named { name: String, value: String },
    Listed(String, String),
}

/// Reads an entry; `name` is where it stands.
///
/// # Errors
/// `capture-torn` when it ends too early, `malformed` when it is another thing.
pub(super) fn parse(json: &[u8], name: String) -> Result<Captured> {
    let json = json.trim_ascii_end();
    let entry: Entry = serde_json::from_slice(json).map_err(|error| match error.is_eof() {
        true => torn(&name, json.len()),
        false => Error::new(Failure::Malformed, format!("{name}: not a HAR entry: {error}")),
    })?;
    let moment = entry.received_at.as_deref().or(entry.started_date_time.as_deref());
    let received_at = moment.and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
    let peer = entry.peer.as_ref().map(|peer| match peer.ip.contains(':') {
        true => format!("[{}]:{}", peer.ip, peer.port),
        false => format!("{}:{}", peer.ip, peer.port),
    });
    let status = entry.response.as_ref().and_then(|answer| fields::number(answer.status?));
    let status = status.filter(|status| *status > 0);
    let url = entry.request.url.contains("://").then(|| entry.request.url.clone());
    let sha256 = |body: &[u8]| digest::hex(&digest::sha256(body));
    let is_digest = |body: &[u8]| {
        let expected = entry.body_sha256.as_ref();
        expected.is_none_or(|expected| sha256(body).eq_ignore_ascii_case(expected))
    };
    let mut room = Room::new(MAX_RECORD);
    let read = match &entry.raw {
        Some(raw) => exact(raw).and_then(|(request, head)| {
            shown::compare(&entry.request, &request, &mut room)?;
            if !is_digest(&request.body) {
                return Err(contradicts("_bodySha256 is not the digest of the body in _raw"));
            }
            Ok((request, Some(head), Vec::new()))
        }),
        None => rebuilt(entry.request, &mut room).map(|(request, mut notes)| {
            if !is_digest(&request.body) {
                notes.clear();
                notes.push(Note::body_rebuilt(
                    "the body is not the one that was received: it was redacted or edited",
                ));
            }
            (request, None, notes)
        }),
    };
    let (request, head, mut notes) = read.map_err(|error| error.about(&name))?;
    if entry.trailers.is_some_and(|lines| lines.get() != "[]") {
        notes.push(Note::body_rebuilt("the trailers after its body are not sent again"));
    }
    Ok(Captured { name, request, url, received_at, peer, status, head, notes })
}

/// A request is answered when its entry is written: whoever sent this one knows that it did not arrive.
fn torn(name: &str, length: usize) -> Error {
    let message = format!("{name}: cut off after {length} bytes: its sender got no answer");
    let help =
        "have it sent again, and delete the line: its writer was stopped; all other lines are read";
    Error::new(Failure::CaptureTorn, message).help(help)
}

/// Whether `json` holds the members of a HAR entry.
pub(super) fn looks_like(json: &[u8]) -> bool {
    let keys = super::json::keys(json);
    let has = |name: &str| keys.iter().any(|key| key == name);
    has("startedDateTime") && !has("log")
}

fn exact(raw: &Raw) -> Result<(Request, Vec<u8>)> {
    let unbase64 = |text: &str, what: &str| {
        let damaged = || Error::new(Failure::Malformed, format!("{what} is not base64"));
        digest::unbase64(text).ok_or_else(damaged)
    };
    let head = unbase64(&raw.head_base64, "_raw.headBase64")?;
    let mut request: Request = RequestHead::parse_lines(&head)
        .map_err(|refusal| Error::new(Failure::Malformed, format!("_raw.headBase64: {refusal}")))?
        .into();
    request.body = unbase64(&raw.body_base64, "_raw.bodyBase64")?;
    Ok((request, head))
}

fn rebuilt(sent: Sent, room: &mut Room) -> Result<(Request, Vec<Note>)> {
    let mut headers = Headers::new();
    for line in sent.headers(room)?.iter() {
        // `:method` and its like are how HTTP/2 writes the request line.
        if !line.name.starts_with(':') {
            headers.push(line.name.as_str(), line.value.as_slice());
        } else if line.name == ":method" && line.value != sent.method.as_bytes() {
            return Err(contradicts("the header :method has a different method"));
        }
    }
    let mut notes = Vec::new();
    let stated = headers.text("Content-Length").and_then(|text| text.trim().parse::<u64>().ok());
    let measured = sent.body_size().filter(|size| *size >= 0.0).map(|size| size as u64);
    let size = stated.or(measured);
    let body = match &sent.post_data {
        Some(data) => data.body(size, &mut notes)?,
        None => Vec::new(),
    };
    mend_label(&mut headers, &body, &mut notes);
    if let Some(size) = size.filter(|size| notes.is_empty() && *size != body.len() as u64) {
        notes.push(Note::body_rebuilt(format!(
            "the sender sent {size} bytes, the capture has {}: its text was derived differently",
            body.len()
        )));
    }
    let request =
        Request { method: sent.method, target: Url::of(&sent.url).target(), headers, body };
    Ok((request, notes))
}

impl Sent<'_> {
    /// Header lines, those of HTTP/2 included.
    pub(super) fn headers(&self, room: &mut Room) -> Result<Headers> {
        pairs(self.headers, room)
    }

    /// How long the body was; negative where that is not known.
    pub(super) fn body_size(&self) -> Option<f64> {
        fields::number(self.body_size?)
    }

    /// The parameters of the query.
    pub(super) fn query(&self, room: &mut Room) -> Result<Headers> {
        pairs(self.query_string, room)
    }
}

fn pairs(list: Option<&RawValue>, room: &mut Room) -> Result<Headers> {
    let mut headers = Headers::new();
    let Some(list) = list else { return Ok(headers) };
    for element in Elements::under(list.get().as_bytes(), &[])? {
        let (Pair::Named { name, value } | Pair::Listed(name, value)) = parsed(&element?)?;
        room.line(&name, value.as_bytes())?;
        headers.push(name, value);
    }
    Ok(headers)
}

pub(super) fn parsed<T: DeserializeOwned>(json: &[u8]) -> Result<T> {
    serde_json::from_slice(json)
        .map_err(|error| Error::new(Failure::Malformed, format!("not a HAR entry: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Code;

    fn parsed(json: &str) -> Captured {
        parse(json.as_bytes(), "entry 1".into()).unwrap()
    }

    #[test]
    fn an_entry_of_another_tool() {
        let captured = parsed(
            r#"{"startedDateTime":"2026-11-22T05:00:00.5Z","time":1,"request":{"method":"POST",
            "url":"https://a.example:8443/x?y=1#f","httpVersion":"h2",
            "headers":[{"name":":method","value":"POST"},{"name":"X-A","value":"1"},["x-a","2"]],
            "postData":{"mimeType":"application/json","text":"{\"a\":\"\u00e9\"}"},"bodySize":10}}"#,
        );
        let lines: Vec<_> = captured.request.headers.iter().map(|line| &line.name[..]).collect();
        assert_eq!(lines, ["X-A", "x-a"]);
        assert_eq!(captured.request.target, "/x?y=1");
        assert_eq!(captured.request.body, "{\"a\":\"é\"}".as_bytes());
        assert_eq!(captured.notes, []);
        assert_eq!(captured.received_at.unwrap().unix_timestamp(), 1_795_323_600);
    }

    #[test]
    fn bodies_that_cannot_be_exact_are_said() {
        let entry = |data: &str, size: i32| {
            let json = format!(
                r#"{{"request":{{"method":"POST","url":"/","headers":[],"postData":{data},"bodySize":{size}}}}}"#
            );
            parse(json.as_bytes(), "entry 1".into())
        };
        let base64 = entry(r#"{"text":"/w==","encoding":"base64"}"#, 1).unwrap();
        assert_eq!((base64.request.body, base64.notes.len()), (vec![0xff], 0));
        let longer = entry(r#"{"text":"ab"}"#, 3).unwrap();
        assert_eq!(longer.notes[0].code, Code::BodyRebuilt);
        assert_eq!(entry(r#"{"text":"ab"}"#, -1).unwrap().notes, []);
        let form = r#"{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"a","value":"1"},{"name":"b"}]}"#;
        let form = entry(form, -1).unwrap();
        assert_eq!((&form.request.body[..], form.notes.len()), (&b"a=1&b"[..], 1));
        assert_eq!(
            entry(r#"{"text":"x","encoding":"rot13"}"#, -1).unwrap_err().code,
            Failure::Unsupported
        );
    }

    #[test]
    fn exact_bytes_come_first_and_a_changed_body_is_refused() {
        let head = digest::base64(b"POST /z HTTP/1.1\r\nhost: a\r\nX-Y:  1\r\n\r\n");
        let body = digest::base64(b"\xff\x00");
        let sha256 = digest::hex(&digest::sha256(b"\xff\x00"));
        let json = |sha256: &str| {
            format!(
                r#"{{"request":{{"method":"POST","url":"https://a/z","headers":[["host","a"],["X-Y","1"]],
                "postData":{{"text":"/wA=","encoding":"base64"}}}},"_bodySha256":"{sha256}",
                "_peer":{{"ip":"::1","port":9}},"_raw":{{"headBase64":"{head}","bodyBase64":"{body}"}}}}"#
            )
        };
        let captured = parsed(&json(&sha256));
        assert_eq!(
            (&captured.request.method[..], &captured.request.body[..]),
            ("POST", &b"\xff\0"[..])
        );
        assert_eq!((captured.peer.as_deref(), captured.notes.len()), (Some("[::1]:9"), 0));
        let changed = parse(json(&"0".repeat(64)).as_bytes(), "entry 1".into()).unwrap_err();
        assert_eq!(changed.code, Failure::CaptureContradicts);
    }

    #[test]
    fn that_trailers_are_not_sent_again_is_said() {
        let notes = |trailers: &str| {
            parsed(&format!(
                r#"{{"request":{{"method":"POST","url":"/","headers":[]}},"_trailers":{trailers}}}"#
            ))
            .notes
        };
        assert_eq!(notes("[]"), []);
        assert!(notes(r#"[{"name":"X-Sum","value":"1"}]"#)[0].message.contains("trailers"));
    }
}
