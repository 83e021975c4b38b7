//! Delivery exports of providers: GitHub, GitLab and Hookdeck, one or a list of them.
//!
//! | export   | headers           | body                                    |
//! |----------|-------------------|-----------------------------------------|
//! | GitHub   | `request.headers` | `request.payload`, parsed: rebuilt      |
//! | GitLab   | `request_headers` | `request_data`, text                    |
//! | Hookdeck | `data.headers`    | `data.body`, text, or parsed: rebuilt   |

use serde::Deserialize;
use serde_json::value::RawValue;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Captured, Captures, Note, Options, Source, host_of, json, target_of, whole};
use crate::error::{Error, Result};
use crate::http::{Headers, Request};

/// A provider's export: which members tell it, and how it is read.
struct Provider {
    name: &'static str,
    members: &'static [&'static str],
    parse: fn(&Export, &mut Vec<Note>) -> Result<Request>,
}

const PROVIDERS: &[Provider] = &[
    Provider { name: "GitHub", members: &["guid", "request", "delivered_at"], parse: github },
    Provider { name: "GitLab", members: &["request_headers", "request_data"], parse: gitlab },
    Provider { name: "Hookdeck", members: &["data", "source_id"], parse: hookdeck },
    Provider { name: "Hookdeck", members: &["requested_url", "http_method"], parse: hookdeck },
];

/// The members that any of the exports has; what is not there is `None`.
#[derive(Deserialize)]
struct Export<'a> {
    id: Option<serde_json::Value>,
    url: Option<String>,
    requested_url: Option<String>,
    http_method: Option<String>,
    delivered_at: Option<String>,
    created_at: Option<String>,
    ingested_at: Option<String>,
    #[serde(alias = "response_status")]
    status_code: Option<serde_json::Value>,
    #[serde(borrow)]
    request: Option<GitHub<'a>>,
    request_headers: Option<Map>,
    #[serde(borrow)]
    request_data: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<Hookdeck<'a>>,
    #[serde(borrow)]
    body: Option<&'a RawValue>,
}

type Map = serde_json::Map<String, serde_json::Value>;

#[derive(Deserialize)]
struct GitHub<'a> {
    headers: Map,
    #[serde(borrow)]
    payload: &'a RawValue,
}

#[derive(Deserialize)]
struct Hookdeck<'a> {
    #[serde(default)]
    headers: Map,
    #[serde(borrow)]
    body: Option<&'a RawValue>,
    path: Option<String>,
    query: Option<String>,
    method: Option<String>,
}

/// An export, or the first of a list of them.
pub(super) fn looks_like(start: &[u8]) -> bool {
    matches!(start.trim_ascii_start().first(), Some(b'{' | b'['))
        && provider(&json::keys(start)).is_some()
}

fn provider(keys: &[String]) -> Option<&'static Provider> {
    let has = |name: &&str| keys.iter().any(|key| key == name);
    PROVIDERS.iter().find(|provider| provider.members.iter().all(&has))
}

/// Yields a request per export.
pub(super) fn read<'a>(source: Source<'a>, _: &Options) -> Result<Captures<'a>> {
    let bytes = whole(source)?;
    let exports: Vec<Box<RawValue>> = match bytes.trim_ascii_start().starts_with(b"[") {
        true => serde_json::from_slice(&bytes),
        false => serde_json::from_slice(&bytes).map(|export| vec![export]),
    }
    .map_err(|error| Error::input("malformed", format!("damaged JSON: {error}")))?;
    Ok(Box::new(exports.into_iter().enumerate().map(|(index, export)| {
        let name = format!("delivery {}", index + 1);
        parse(export.get(), &name).map_err(|error| error.about(&name))
    })))
}

fn parse(text: &str, name: &str) -> Result<Captured> {
    let provider = provider(&json::keys(text.as_bytes()))
        .ok_or_else(|| Error::input("unrecognised", "no delivery of GitHub, GitLab or Hookdeck"))?;
    let export: Export = serde_json::from_str(text).map_err(|error| {
        Error::input("malformed", format!("no delivery of {}: {error}", provider.name))
    })?;
    let mut notes = Vec::new();
    let mut request = (provider.parse)(&export, &mut notes)?;
    let url = export.requested_url.or(export.url).filter(|url| url.contains("://"));
    if let Some(host) = url.as_deref().and_then(host_of)
        && request.headers.get("Host").is_none()
    {
        request.headers.push("Host", host);
    }
    let moment = export.delivered_at.or(export.created_at).or(export.ingested_at);
    let received_at = moment.and_then(|text| OffsetDateTime::parse(&text, &Rfc3339).ok());
    let name = match export.id {
        Some(serde_json::Value::String(id)) => id,
        Some(serde_json::Value::Number(id)) => id.to_string(),
        _ => name.to_owned(),
    };
    let status = export.status_code.as_ref().and_then(status);
    Ok(Captured { name, request, url, received_at, status, notes, ..Captured::default() })
}

/// GitHub and Hookdeck write a number, GitLab a text.
fn status(value: &serde_json::Value) -> Option<u16> {
    match value {
        serde_json::Value::String(text) => text.parse().ok(),
        value => value.as_u64().and_then(|number| u16::try_from(number).ok()),
    }
}

fn github(export: &Export, notes: &mut Vec<Note>) -> Result<Request> {
    let request = export.request.as_ref().ok_or_else(|| missing("request"))?;
    let headers = lines(&request.headers);
    notes.push(Note::body_rebuilt(
        "GitHub's export keeps the parsed payload only; it was written again without blanks",
    ));
    let mut body = json::compact(request.payload.get());
    let form = headers.get("Content-Type") == Some(b"application/x-www-form-urlencoded");
    if form {
        body = [b"payload=", form_encoded(&body).as_bytes()].concat();
    }
    let target = target_of(export.url.as_deref().unwrap_or("/"));
    Ok(Request { method: "POST".into(), target, headers, body })
}

fn gitlab(export: &Export, notes: &mut Vec<Note>) -> Result<Request> {
    let headers = export.request_headers.as_ref().ok_or_else(|| missing("request_headers"))?;
    let body = export.request_data.ok_or_else(|| missing("request_data"))?;
    let target = target_of(export.url.as_deref().unwrap_or("/"));
    let body = text_or_compact(body, notes, "GitLab's export");
    Ok(Request { method: "POST".into(), target, headers: lines(headers), body })
}

fn hookdeck(export: &Export, notes: &mut Vec<Note>) -> Result<Request> {
    let data = export.data.as_ref();
    let body = data.and_then(|data| data.body).or(export.body);
    let body = body.map(|body| text_or_compact(body, notes, "Hookdeck's export"));
    let path = data.and_then(|data| data.path.clone()).unwrap_or_else(|| "/".to_owned());
    let target = match data.and_then(|data| data.query.as_deref()) {
        _ if export.requested_url.is_some() => {
            target_of(export.requested_url.as_deref().unwrap_or_default())
        }
        Some(query) if !query.is_empty() => {
            format!("{}?{}", target_of(&path), query.trim_start_matches('?'))
        }
        _ => target_of(&path),
    };
    let method = data.and_then(|data| data.method.clone()).or(export.http_method.clone());
    Ok(Request {
        method: method.unwrap_or_else(|| "POST".to_owned()),
        target,
        headers: data.map(|data| lines(&data.headers)).unwrap_or_default(),
        body: body.unwrap_or_default(),
    })
}

/// Header lines of a JSON object: text, or a list of texts for repeats.
pub(super) fn lines(map: &serde_json::Map<String, serde_json::Value>) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in map {
        match value {
            serde_json::Value::String(text) => headers.push(name, text.as_str()),
            serde_json::Value::Array(values) => {
                for text in values.iter().filter_map(serde_json::Value::as_str) {
                    headers.push(name, text);
                }
            }
            serde_json::Value::Null => {}
            other => headers.push(name, other.to_string()),
        }
    }
    headers
}

/// The content of a string, or the value without blanks and a note.
fn text_or_compact(value: &RawValue, notes: &mut Vec<Note>, whose: &str) -> Vec<u8> {
    match serde_json::from_str::<String>(value.get()) {
        Ok(text) => text.into_bytes(),
        Err(_) if value.get() == "null" => Vec::new(),
        Err(_) => {
            notes.push(Note::body_rebuilt(format!(
                "{whose} keeps the parsed body only; it was written again without blanks"
            )));
            json::compact(value.get())
        }
    }
}

/// `application/x-www-form-urlencoded`: all but letters, digits and `-._` as `%XX`, blanks as `+`.
pub(super) fn form_encoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for &byte in bytes {
        match byte {
            b' ' => text.push('+'),
            _ if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) => text.push(byte.into()),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

fn missing(member: &str) -> Error {
    Error::input("malformed", format!("the member {member} is missing"))
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;
    use crate::finding::Code;

    fn all(text: &str) -> Vec<Captured> {
        load(text.as_bytes(), &Options::default()).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn github_keeps_the_parsed_payload_only() {
        let export = r#"{"id":12345678901,"guid":"g","delivered_at":"2026-11-22T05:00:00Z","redelivery":false,
          "url":"https://hooks.example/gh?x=1","request":{"headers":{"X-GitHub-Event":"push","Content-Type":"application/json"},
          "payload":{ "ref" : "refs/heads/main", "n": 1.0, "t": "a b" }}, "response":{}}"#;
        let captured = &all(export)[0];
        assert_eq!(captured.request.body, br#"{"ref":"refs/heads/main","n":1.0,"t":"a b"}"#);
        assert_eq!(captured.notes[0].code, Code::BodyRebuilt);
        assert_eq!((&captured.name[..], &captured.request.target[..]), ("12345678901", "/gh?x=1"));
        assert_eq!(captured.request.headers.text("host").as_deref(), Some("hooks.example"));
        let list = format!("[{export},{export}]");
        assert_eq!(all(&list).len(), 2);
        let form = export.replace("application/json", "application/x-www-form-urlencoded");
        assert!(all(&form)[0].request.body.starts_with(b"payload=%7B%22ref%22%3A"));
    }

    #[test]
    fn gitlab_keeps_the_text() {
        let export = r#"{"id":1,"url":"https://h.example/gl","trigger":"push_hooks","request_headers":{"X-Gitlab-Event":"Push Hook"},
          "request_data":"{\"a\": 1}","response_status":"200","created_at":"2026-11-22T05:00:00Z"}"#;
        let captured = &all(export)[0];
        assert_eq!((&captured.request.body[..], captured.notes.len()), (&b"{\"a\": 1}"[..], 0));
        assert_eq!(captured.url.as_deref(), Some("https://h.example/gl"));
    }

    #[test]
    fn hookdeck_keeps_text_or_the_parsed_body() {
        let export = |body: &str| {
            format!(
                r#"{{"id":"req_1","source_id":"src_1","ingested_at":"2026-11-22T05:00:00Z",
                "data":{{"headers":{{"x-a":["1","2"]}},"body":{body},"path":"/p","query":"a=1","method":"PUT"}}}}"#
            )
        };
        let parsed = &all(&export(r#"{ "a" : 1 }"#))[0];
        assert_eq!((&parsed.request.body[..], parsed.notes.len()), (&b"{\"a\":1}"[..], 1));
        assert_eq!((&parsed.request.method[..], &parsed.request.target[..]), ("PUT", "/p?a=1"));
        assert_eq!(parsed.request.headers.all("X-A").count(), 2);
        let text = &all(&export(r#""a=1""#))[0];
        assert_eq!((&text.request.body[..], text.notes.len()), (&b"a=1"[..], 0));
    }
}
