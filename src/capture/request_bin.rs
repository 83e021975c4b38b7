//! Requests of a RequestBin, one or a list of them: those of `GET /api/v1/bins/BIN/requests` of the program that
//! began it (requestb.in, and whoever runs it today), and events of the one at Pipedream.
//!
//! | made by    | body      | query                           | headers                   |
//! |------------|-----------|---------------------------------|---------------------------|
//! | RequestBin | `raw`     | `query_string`, decoded: rebuilt| title case, some left out |
//! | Pipedream  | `bodyRaw` | in `url`                        | lower case                |
//!
//! Sources: requestbin/models.py of github.com/requestbin/requestbin.net; "HTTP triggers", pipedream.com/docs.

use serde::Deserialize;
use serde_json::value::RawValue;
use time::OffsetDateTime;

use super::fields::{self, lines, pairs};
use super::room::Room;
use super::{Captured, Captures, Note, Options, Source, json};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::{Request, Url, percent};

#[derive(Deserialize)]
struct Bin<'a> {
    id: Option<String>,
    method: String,
    path: Option<String>,
    #[serde(borrow)]
    headers: Option<&'a RawValue>,
    // RequestBin
    #[serde(borrow)]
    time: Option<&'a RawValue>,
    remote_addr: Option<String>,
    #[serde(borrow)]
    query_string: Option<&'a RawValue>,
    raw: Option<String>,
    // Pipedream
    client_ip: Option<String>,
    url: Option<String>,
    #[serde(rename = "bodyRaw")]
    body_raw: Option<String>,
    // both
    #[serde(borrow)]
    body: Option<&'a RawValue>,
}

/// A request of either, or the first of a list.
pub(super) fn looks_like(start: &[u8]) -> bool {
    let keys = json::keys(start);
    json::has_all(&keys, &["method", "headers"])
        && (json::has_all(&keys, &["query_string", "remote_addr"])
            || json::has_all(&keys, &["client_ip", "url"]))
}

/// Yields a request for each.
pub(super) fn read<'a>(source: Source<'a>, options: &Options) -> Result<Captures<'a>> {
    let room = Room::new(options.record);
    Ok(Box::new(json::objects(source)?.enumerate().map(move |(index, json)| {
        let name = format!("request {}", index + 1);
        json.and_then(|json| parse(&json, &name, room)).map_err(|error| error.about(&name))
    })))
}

fn parse(json: &[u8], name: &str, mut room: Room) -> Result<Captured> {
    let bin: Bin = serde_json::from_slice(json).map_err(|error| {
        Error::new(Failure::Malformed, format!("request of a RequestBin: {error}"))
    })?;
    let mut notes = Vec::new();
    let body = match (bin.raw.or(bin.body_raw), bin.body) {
        (Some(raw), _) => raw.into_bytes(),
        (None, Some(body)) => match serde_json::from_str::<Option<String>>(body.get()) {
            Ok(text) => text.unwrap_or_default().into_bytes(),
            Err(_) => {
                notes.push(Note::body_rebuilt(
                    "there is no bodyRaw, only the parsed body; it was serialised again without spaces",
                ));
                json::compact(body.get())
            }
        },
        (None, None) => Vec::new(),
    };
    let headers = bin.headers.map(|headers| lines(headers, &mut room)).transpose()?;
    let mut target = match &bin.url {
        Some(url) => Url::of(url).target(),
        None => Url::of(bin.path.as_deref().unwrap_or("/")).target(),
    };
    let query = bin.query_string.map(|query| pairs(query, &mut room)).transpose()?;
    if let Some(query) = query.filter(|query| !query.is_empty()) {
        let write = |text: &str| percent::encode(text.as_bytes(), b"-._~");
        let pair = |(name, value): &(String, String)| format!("{}={}", write(name), write(value));
        let query = query.iter().map(pair).collect::<Vec<_>>().join("&");
        target = format!("{target}?{query}");
        notes.push(Note::head_rebuilt(
            "the capture keeps the parameters of the query, not its text",
        ));
    }
    let request =
        Request { method: bin.method, target, headers: headers.unwrap_or_default(), body };
    if notes.iter().all(|note| note.code != crate::finding::Code::BodyRebuilt) {
        notes.extend(Note::resized(&request));
    }
    let seconds = bin.time.and_then(fields::number::<f64>);
    Ok(Captured {
        name: bin.id.unwrap_or_else(|| name.to_owned()),
        request,
        url: bin.url,
        received_at: seconds
            .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds as i64).ok()),
        peer: bin.client_ip.or(bin.remote_addr),
        notes,
        ..Captured::default()
    })
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
    fn of_the_program_the_raw_body_counts_and_the_query_is_rebuilt() {
        let bin = r#"{"id":"1j2k","time":1795323600.25,"remote_addr":"192.0.2.1","method":"POST","headers":{"Host":"h","Content-Length":"7"},
            "query_string":{"a":"b c"},"raw":"{\"a\":1}","form_data":[],"body":"{\"a\":1}","path":"/1abc","content_length":7,"content_type":"application/json"}"#;
        let read = all(&format!("[{bin},{bin}]"));
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].request.body, b"{\"a\":1}");
        assert_eq!(read[0].request.target, "/1abc?a=b%20c");
        let codes: Vec<_> = read[0].notes.iter().map(|note| note.code).collect();
        assert_eq!(codes, [Code::HeadRebuilt]);
        assert_eq!(read[0].received_at.unwrap().unix_timestamp(), 1_795_323_600);
        assert_eq!((&read[0].name[..], read[0].peer.as_deref()), ("1j2k", Some("192.0.2.1")));
        // What is longer than the program keeps is cut off.
        let cut = all(&bin.replace("\"Content-Length\":\"7\"", "\"Content-Length\":\"700\""));
        assert_eq!(cut[0].notes[1].code, Code::BodyRebuilt);
    }

    #[test]
    fn of_pipedream_the_url_and_the_raw_body_count() {
        let event = r#"{"method":"PUT","path":"/p","query":{"a":"1"},"client_ip":"::1","url":"https://x.m.pipedream.net/p?a=%31",
            "headers":{"host":"x.m.pipedream.net","x-a":"1"},"bodyRaw":"{ \"a\": 1 }","body":{"a":1}}"#;
        let read = &all(event)[0];
        assert_eq!((&read.request.target[..], read.notes.len()), ("/p?a=%31", 0));
        assert_eq!(read.request.body, b"{ \"a\": 1 }");
        let parsed = &all(&event.replace("bodyRaw", "other"))[0];
        assert_eq!((&parsed.request.body[..], parsed.notes.len()), (&b"{\"a\":1}"[..], 1));
    }
}
