//! Delivery exports of providers: GitHub, GitLab and Hookdeck, one or a list of them; Hookdeck's API wraps its lists
//! in an object, as `models`.
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

use super::fields::{self, lines, plain};
use super::json::{self, Elements};
use super::room::Room;
use super::{Captured, Captures, Note, Options, Source, contradicts, unreadable};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::{Request, Url};

/// A provider's export: which members tell it, and how it is read.
struct Provider {
    name: &'static str,
    members: &'static [&'static str],
    parse: fn(&Export, &mut Vec<Note>, &mut Room) -> Result<Request>,
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
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    url: Option<String>,
    requested_url: Option<String>,
    http_method: Option<String>,
    delivered_at: Option<String>,
    created_at: Option<String>,
    ingested_at: Option<String>,
    #[serde(borrow, alias = "response_status")]
    status_code: Option<&'a RawValue>,
    #[serde(borrow)]
    request: Option<GitHub<'a>>,
    #[serde(borrow)]
    request_headers: Option<&'a RawValue>,
    #[serde(borrow)]
    request_data: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<Hookdeck<'a>>,
    #[serde(borrow)]
    body: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct GitHub<'a> {
    #[serde(borrow)]
    headers: &'a RawValue,
    #[serde(borrow)]
    payload: &'a RawValue,
}

#[derive(Deserialize)]
struct Hookdeck<'a> {
    #[serde(borrow)]
    headers: Option<&'a RawValue>,
    #[serde(borrow)]
    body: Option<&'a RawValue>,
    path: Option<String>,
    query: Option<String>,
    method: Option<String>,
}

/// An export, or the first of a list of them.
pub(super) fn looks_like(start: &[u8]) -> bool {
    matches!(start.trim_ascii_start().first(), Some(b'{' | b'['))
        && (provider(&json::keys(start)).is_some() || is_page(start))
}

/// A page of a list, `https://hookdeck.com/docs/api#list-object`.
fn is_page(start: &[u8]) -> bool {
    let keys = json::keys(start);
    json::has_all(&keys, &["models"])
        && (json::has_all(&keys, &["pagination"])
            || provider(&json::keys_under(start, &["models"])).is_some())
}

fn provider(keys: &[String]) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| json::has_all(keys, provider.members))
}

/// Yields a request per export, those of a list one at a time.
pub(super) fn read<'a>(mut source: Source<'a>, options: &Options) -> Result<Captures<'a>> {
    let room = Room::new(options.record);
    let exports = match is_page(source.fill_buf().map_err(unreadable)?) {
        true => Box::new(Elements::under(source, &["models"])?),
        false => json::objects(source)?,
    };
    Ok(Box::new(exports.enumerate().map(move |(index, export)| {
        let name = format!("delivery {}", index + 1);
        export.and_then(|export| parse(&export, &name, room)).map_err(|error| error.about(&name))
    })))
}

fn parse(json: &[u8], name: &str, mut room: Room) -> Result<Captured> {
    let provider = provider(&json::keys(json)).ok_or_else(|| {
        Error::new(Failure::Unrecognised, "not a delivery from GitHub, GitLab or Hookdeck")
    })?;
    let export: Export = serde_json::from_slice(json).map_err(|error| {
        Error::new(Failure::Malformed, format!("not a delivery from {}: {error}", provider.name))
    })?;
    let mut notes = Vec::new();
    let mut request = (provider.parse)(&export, &mut notes, &mut room)?;
    let url = export.requested_url.or(export.url).filter(|url| url.contains("://"));
    if let Some(url) = &url
        && request.headers.get("Host").is_none()
    {
        request.headers.push("Host", Url::of(url).host_and_port());
    }
    let moment = export.delivered_at.or(export.created_at).or(export.ingested_at);
    let received_at = moment.and_then(|text| OffsetDateTime::parse(&text, &Rfc3339).ok());
    let name = export.id.and_then(plain).unwrap_or_else(|| name.to_owned());
    // GitHub and Hookdeck write a number, GitLab a text.
    let status = export.status_code.and_then(fields::number);
    Ok(Captured { name, request, url, received_at, status, notes, ..Captured::default() })
}

fn github(export: &Export, notes: &mut Vec<Note>, room: &mut Room) -> Result<Request> {
    let request = export.request.as_ref().ok_or_else(|| missing("request"))?;
    let headers = lines(request.headers, room)?;
    notes.push(Note::body_rebuilt(
        "GitHub's export keeps only the parsed payload; it was serialised again without spaces",
    ));
    let mut body = json::compact(request.payload.get());
    let form = headers.get("Content-Type") == Some(b"application/x-www-form-urlencoded");
    if form {
        body = [b"payload=", form_encoded(&body).as_bytes()].concat();
    }
    let target = Url::of(export.url.as_deref().unwrap_or("/")).target();
    Ok(Request { method: "POST".into(), target, headers, body })
}

fn gitlab(export: &Export, notes: &mut Vec<Note>, room: &mut Room) -> Result<Request> {
    let headers = export.request_headers.ok_or_else(|| missing("request_headers"))?;
    let body = export.request_data.ok_or_else(|| missing("request_data"))?;
    let target = Url::of(export.url.as_deref().unwrap_or("/")).target();
    let body = text_or_compact(body, notes, "GitLab's export");
    Ok(Request { method: "POST".into(), target, headers: lines(headers, room)?, body })
}

fn hookdeck(export: &Export, notes: &mut Vec<Note>, room: &mut Room) -> Result<Request> {
    let data = export.data.as_ref();
    let body =
        one("body", data.and_then(|data| data.body), export.body, |a, b| a.get() == b.get())?;
    let body = body.map(|body| text_or_compact(body, notes, "Hookdeck's export"));
    let target = data.and_then(|data| data.path.as_deref()).map(|path| {
        match data.and_then(|data| data.query.as_deref()) {
            Some(query) if !query.is_empty() => {
                format!("{}?{}", Url::of(path).target(), query.trim_start_matches('?'))
            }
            _ => Url::of(path).target(),
        }
    });
    let url = export.requested_url.as_deref().map(|url| Url::of(url).target());
    // Without its query, the path says nothing about it.
    let is_same = |url: &String, target: &String| {
        url == target || url.split('?').next() == Some(target.as_str())
    };
    let target = one("path", url, target, is_same)?;
    let method = data.and_then(|data| data.method.as_deref());
    let method = one("method", method, export.http_method.as_deref(), |a, b| a == b)?;
    let headers = data.and_then(|data| data.headers);
    Ok(Request {
        method: method.unwrap_or("POST").to_owned(),
        target: target.unwrap_or_else(|| "/".to_owned()),
        headers: headers.map(|headers| lines(headers, room)).transpose()?.unwrap_or_default(),
        body: body.unwrap_or_default(),
    })
}

/// What is told in two places: the first, if the second says the same or nothing.
fn one<T>(
    what: &str,
    first: Option<T>,
    second: Option<T>,
    is_same: impl Fn(&T, &T) -> bool,
) -> Result<Option<T>> {
    match (first, second) {
        (Some(first), Some(second)) if !is_same(&first, &second) => {
            Err(contradicts(format!("the {what} appears in two places, with different values")))
        }
        (first, second) => Ok(first.or(second)),
    }
}

/// The content of a string, or the value without blanks and a note.
fn text_or_compact(value: &RawValue, notes: &mut Vec<Note>, whose: &str) -> Vec<u8> {
    match serde_json::from_str::<String>(value.get()) {
        Ok(text) => text.into_bytes(),
        Err(_) if value.get() == "null" => Vec::new(),
        Err(_) => {
            notes.push(Note::body_rebuilt(format!(
                "{whose} keeps only the parsed body; it was serialised again without spaces"
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
    Error::new(Failure::Malformed, format!("the member {member} is missing"))
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

    #[test]
    fn a_page_of_hookdeck_is_a_list() {
        let one =
            r#"{"id":"req_1","source_id":"src_1","data":{"body":"x","path":"/p","method":"POST"}}"#;
        let page = format!(r#"{{"pagination":{{"limit":2}},"count":2,"models":[{one},{one}]}}"#);
        assert_eq!(all(&page).len(), 2);
        assert_eq!(all(&page.replace("\"pagination\"", "\"p\"")).len(), 2);
        assert!(all(r#"{"pagination":{},"models":[]}"#).is_empty());
    }

    #[test]
    fn what_is_told_twice_must_be_the_same() {
        let export = |data: &str, more: &str| {
            let json = format!(
                r#"{{"requested_url":"https://h/p?a=1","http_method":"PUT","data":{{"body":"x",{data}}},{more}}}"#
            );
            load(json.as_bytes(), &Options::default()).unwrap().next().unwrap()
        };
        let same = export(r#""path":"/p","query":"a=1","method":"PUT""#, r#""body":"x""#).unwrap();
        assert_eq!((&same.request.target[..], &same.request.body[..]), ("/p?a=1", &b"x"[..]));
        assert!(export(r#""path":"/p""#, r#""id":1"#).is_ok());
        for (data, more) in [
            (r#""path":"/q","query":"a=1""#, r#""id":1"#),
            (r#""path":"/p","query":"a=2""#, r#""id":1"#),
            (r#""method":"DELETE""#, r#""id":1"#),
            (r#""method":"PUT""#, r#""body":"y""#),
        ] {
            assert_eq!(export(data, more).unwrap_err().code, Failure::CaptureContradicts, "{data}");
        }
    }
}
