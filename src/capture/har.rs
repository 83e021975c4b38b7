//! HAR 1.2 and 1.3: one JSON object, its entries cut out one at a time, so size does not matter. What is no
//! HTTP request among them is passed over and counted.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::json::{self, Elements};
use super::{Captured, Captures, Note, Options, Source, entry};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::finding::Code;
use crate::http::Url;

/// An object with a `log`.
pub(super) fn looks_like(start: &[u8]) -> bool {
    let start = start.trim_ascii_start();
    start.starts_with(b"{") && (json::keys(start).iter().any(|key| key == "log") || is_open(start))
}

/// `log` is the first member and does not end within the bytes looked at.
fn is_open(start: &[u8]) -> bool {
    let name = start[1..].trim_ascii_start();
    name.starts_with(b"\"log\"")
}

/// Yields a request per entry.
pub(super) fn read<'a>(source: Source<'a>, _: &Options) -> Result<Captures<'a>> {
    let entries = Elements::under(source, &["log", "entries"])?;
    Ok(Box::new(Entries { entries, number: 0, passed_over: BTreeMap::new(), last: None }))
}

/// One entry behind, because the last one says how many were passed over.
struct Entries<'a> {
    entries: Elements<Source<'a>>,
    number: usize,
    /// What was no HTTP request, and how often.
    passed_over: BTreeMap<&'static str, usize>,
    last: Option<Result<Captured>>,
}

impl Iterator for Entries<'_> {
    type Item = Result<Captured>;

    fn next(&mut self) -> Option<Self::Item> {
        for element in self.entries.by_ref() {
            self.number += 1;
            let name = format!("entry {}", self.number);
            let read = match element {
                Err(error) => Err(error.about(&name)),
                Ok(json) => match no_http(&json) {
                    Some(kind) => {
                        *self.passed_over.entry(kind).or_default() += 1;
                        continue;
                    }
                    None => entry::parse(&json, name),
                },
            };
            if let Some(before) = self.last.replace(read) {
                return Some(before);
            }
        }
        let passed_over = std::mem::take(&mut self.passed_over);
        match (self.last.take(), said(&passed_over)) {
            (Some(Ok(mut captured)), Some(message)) => {
                captured.notes.push(Note { code: Code::EntriesPassedOver, message });
                Some(Ok(captured))
            }
            (None, Some(message)) => Some(Err(Error::new(Failure::Unsupported, message)
                .help("there is nothing to send: record it again while making the requests"))),
            (last, _) => last,
        }
    }
}

/// `3 entries are no HTTP requests: data: (2), CONNECT (1)`.
fn said(passed_over: &BTreeMap<&str, usize>) -> Option<String> {
    let kinds: Vec<_> =
        passed_over.iter().map(|(kind, count)| format!("{kind} ({count})")).collect();
    let what = match passed_over.values().sum() {
        0 => return None,
        1 => "1 entry is not an HTTP request".to_owned(),
        count => format!("{count} entries are not HTTP requests"),
    };
    Some(format!("{what}: {}", kinds.join(", ")))
}

/// What an entry is that is no HTTP request: browsers list all that a page loads.
fn no_http(json: &[u8]) -> Option<&'static str> {
    #[derive(Deserialize)]
    struct Entry<'a> {
        #[serde(borrow)]
        request: Shown<'a>,
        #[serde(rename = "_webSocketMessages", borrow)]
        messages: Option<&'a RawValue>,
    }
    #[derive(Deserialize)]
    struct Shown<'a> {
        #[serde(borrow)]
        method: &'a RawValue,
        url: String,
    }
    const WITHOUT_AUTHORITY: [&str; 5] = ["data", "blob", "about", "javascript", "filesystem"];
    let Entry { request, messages } = serde_json::from_slice(json).ok()?;
    if request.method.get() == "\"CONNECT\"" {
        return Some("CONNECT");
    }
    let scheme = match Url::of(&request.url).scheme {
        Some(scheme) => scheme,
        None => request.url.split_once(':').map_or("", |(scheme, _)| scheme),
    };
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" if messages.is_some() => Some("WebSocket"),
        "ws" | "wss" => Some("WebSocket"),
        "file" => Some("file:"),
        other if other.contains("-extension") => Some("of an extension"),
        other => {
            WITHOUT_AUTHORITY.iter().find(|known| **known == other).map(|known| match *known {
                "data" => "data:",
                "blob" => "blob:",
                _ => "of the browser",
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;

    #[test]
    fn entries_are_read_until_the_file_is_cut_off() {
        let entry = r#"{"startedDateTime":"2026-11-22T05:00:00Z","request":{"method":"GET","url":"https://a/b","headers":[]}}"#;
        let har = format!(
            "\u{feff}{{\"log\":{{\"version\":\"1.2\",\"entries\":[{entry},{entry}],\"x\":1}}}}"
        );
        assert_eq!(
            load(har.as_bytes(), &Options::default()).unwrap().filter(Result::is_ok).count(),
            2
        );
        let cut = &har.as_bytes()[..har.len() - 60];
        let read: Vec<_> = load(cut, &Options::default()).unwrap().collect();
        assert_eq!(read.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false]);
        assert!(read[1].as_ref().unwrap_err().message.starts_with("entry 2: damaged JSON"));
    }

    /// A HAR of requests with these methods and URLs.
    fn har(requests: &[(&str, &str)]) -> Vec<Result<Captured>> {
        let entry = |(method, url): &(&str, &str)| {
            format!(r#"{{"request":{{"method":"{method}","url":"{url}","headers":[]}}}}"#)
        };
        let entries: Vec<_> = requests.iter().map(entry).collect();
        let text = format!(r#"{{"log":{{"entries":[{}]}}}}"#, entries.join(","));
        load(text.as_bytes(), &Options::default()).unwrap().collect()
    }

    #[test]
    fn what_is_no_http_request_is_passed_over_and_counted() {
        let read = har(&[
            ("GET", "data:image/png;base64,AAAA"),
            ("POST", "https://h/1"),
            ("GET", "blob:https://h/1-2"),
            ("GET", "chrome-extension://abc/x.js"),
            ("GET", "moz-extension://abc/x.js"),
            ("GET", "about:blank"),
            ("POST", "https://h/2"),
            ("GET", "file:///etc/x"),
            ("GET", "wss://h/socket"),
            ("CONNECT", "h.example:443"),
            ("CONNECT", "https://h.example:443/"),
        ]);
        let read: Vec<_> = read.into_iter().map(Result::unwrap).collect();
        let names: Vec<_> = read.iter().map(|captured| captured.name.as_str()).collect();
        assert_eq!(names, ["entry 2", "entry 7"]);
        assert_eq!(read[0].notes, []);
        assert_eq!(read[1].notes[0].code, Code::EntriesPassedOver);
        assert_eq!(
            read[1].notes[0].message,
            "9 entries are not HTTP requests: CONNECT (2), WebSocket (1), blob: (1), data: (1), \
             file: (1), \
             of an extension (2), of the browser (1)"
        );
    }

    #[test]
    fn a_har_of_nothing_else_is_refused_and_an_empty_one_is_not() {
        let read = har(&[("GET", "data:,x")]);
        let error = read[0].as_ref().unwrap_err();
        assert_eq!((read.len(), error.code), (1, Failure::Unsupported));
        assert_eq!(error.message, "1 entry is not an HTTP request: data: (1)");
        assert!(har(&[]).is_empty());
        assert!(
            har(&[("GET", "localhost:80/x"), ("GET", "/x?u=data:1")]).iter().all(Result::is_ok)
        );
    }
}
