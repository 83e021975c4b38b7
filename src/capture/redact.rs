//! Placeholders for what may be confidential in a capture that is passed on.
//!
//! A value becomes `redacted-N`, counted within the record: equal values get equal placeholders,
//! the same delivery gives the same record, and nothing can be computed back. Kept are names,
//! order, structure, and the values of a few headers that say how a message is built.

use std::collections::HashMap;

use serde_json::Value;

use crate::digest::sha256;
use crate::http::credential::without_capabilities;
use crate::http::{Header, Headers, Request, Response};

/// Headers whose values stay.
const KEPT: &[&str] = &[
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "expect",
    "host",
    "transfer-encoding",
    "user-agent",
    "webhook-timestamp",
];

/// The largest body that is redacted part by part, in bytes: parsed, it takes up to 40 times that.
/// A larger one becomes one placeholder.
const MAX_PARTS: usize = 1024 * 1024;

/// The placeholders of one record.
#[derive(Default)]
pub(super) struct Redaction {
    numbers: HashMap<[u8; 32], usize>,
    /// Where something was replaced: `request.headers.authorization`, `request.body`, ...
    pub(super) places: Vec<String>,
}

impl Redaction {
    /// The same request, and this body of it, without its values.
    pub(super) fn request(&mut self, request: &Request, body: &[u8]) -> Request {
        Request {
            method: request.method.clone(),
            target: self.target(&request.target),
            headers: self.headers(&request.headers, "request.headers"),
            body: self.body(body, &request.headers),
        }
    }

    /// The same response without its values; its body is never captured.
    pub(super) fn response(&mut self, response: &Response) -> Response {
        let headers = self.headers(&response.headers, "response.headers");
        Response { headers, ..response.clone() }
    }

    /// Trailers without their values.
    pub(super) fn trailers(&mut self, trailers: &Headers) -> Headers {
        self.headers(trailers, "request.trailers")
    }

    fn headers(&mut self, headers: &Headers, place: &str) -> Headers {
        let redacted = headers.iter().map(|line| {
            let name = line.name.to_ascii_lowercase();
            if KEPT.contains(&name.as_str()) {
                return line.clone();
            }
            self.places.push(format!("{place}.{name}"));
            Header { name: line.name.clone(), value: self.placeholder(&line.value).into_bytes() }
        });
        redacted.collect()
    }

    fn target(&mut self, target: &str) -> String {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let path = without_capabilities(path, |segment| self.placeholder(segment.as_bytes()));
        let redacted = match query {
            Some(query) => format!("{path}?{}", self.form(query)),
            None => path,
        };
        if redacted != target {
            self.places.push("request.url".to_owned());
        }
        redacted
    }

    fn body(&mut self, body: &[u8], headers: &Headers) -> Vec<u8> {
        if body.is_empty() {
            return Vec::new();
        }
        self.places.push("request.body".to_owned());
        if body.len() > MAX_PARTS {
            return self.placeholder(body).into_bytes();
        }
        if let Ok(mut json) = serde_json::from_slice::<Value>(body) {
            self.json(&mut json);
            return json.to_string().into_bytes();
        }
        let form = headers.text("Content-Type").unwrap_or_default();
        match std::str::from_utf8(body) {
            Ok(text) if form.starts_with("application/x-www-form-urlencoded") => {
                self.form(text).into_bytes()
            }
            _ => self.placeholder(body).into_bytes(),
        }
    }

    fn form(&mut self, pairs: &str) -> String {
        let redacted = pairs.split('&').map(|pair| match pair.split_once('=') {
            Some((name, value)) => format!("{name}={}", self.placeholder(value.as_bytes())),
            None => pair.to_owned(),
        });
        redacted.collect::<Vec<_>>().join("&")
    }

    /// Texts and numbers are replaced; names, `true`, `false` and `null` stay.
    fn json(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.placeholder(text.as_bytes()),
            Value::Number(number) => {
                *value = Value::String(self.placeholder(number.to_string().as_bytes()));
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.json(value)),
            Value::Object(members) => members.values_mut().for_each(|value| self.json(value)),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn placeholder(&mut self, value: &[u8]) -> String {
        if value.is_empty() {
            return String::new();
        }
        let next = self.numbers.len() + 1;
        let number = self.numbers.entry(sha256(value)).or_insert(next);
        format!("redacted-{number}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_get_equal_placeholders_and_structure_stays() {
        let mut headers = Headers::new();
        headers.push("Host", "h.example");
        headers.push("X-Sig", "abc");
        let request = Request {
            method: "POST".into(),
            target: "/p?a=abc&b=&c".into(),
            headers,
            body: br#"{"z":"abc","a":[1,"x",false]}"#.to_vec(),
        };
        let mut redaction = Redaction::default();
        let redacted = redaction.request(&request, &request.body);
        assert_eq!(redacted.target, "/p?a=redacted-1&b=&c");
        assert_eq!(redacted.headers.text("x-sig").as_deref(), Some("redacted-1"));
        assert_eq!(redacted.headers.text("host").as_deref(), Some("h.example"));
        assert_eq!(redacted.body, br#"{"z":"redacted-1","a":["redacted-2","redacted-3",false]}"#);
        assert_eq!(redaction.places, ["request.url", "request.headers.x-sig", "request.body"]);
    }

    #[test]
    fn a_path_that_lets_its_holder_in_is_redacted_and_another_stays() {
        let mut redaction = Redaction::default();
        let mut target = |target: &str| redaction.target(target);
        let key = "aZbYcXdWeVfUgThSiRjQkPlO";
        assert_eq!(
            target(&format!("/services/T00/B00/{key}?key={key}&")),
            "/services/T00/B00/redacted-1?key=redacted-1&"
        );
        assert_eq!(target("/api/GitHubWebhookReceiver?a"), "/api/GitHubWebhookReceiver?a");
        assert_eq!(redaction.places, ["request.url"]);
    }

    #[test]
    fn what_is_no_json_and_no_form_goes_as_a_whole() {
        let request = |kind: &str, body: &str| {
            let mut headers = Headers::new();
            headers.push("Content-Type", kind);
            let request = Request { headers, body: body.into(), ..Request::default() };
            String::from_utf8(Redaction::default().request(&request, &request.body).body).unwrap()
        };
        assert_eq!(
            request("application/x-www-form-urlencoded", "a=1&b=2"),
            "a=redacted-1&b=redacted-2"
        );
        assert_eq!(request("text/xml", "<a>1</a>"), "redacted-1");
    }

    #[test]
    fn a_large_body_becomes_one_placeholder() {
        let body = format!("[{}0]", "0,".repeat(MAX_PARTS / 2)).into_bytes();
        let request = Request { body, ..Request::default() };
        assert_eq!(Redaction::default().request(&request, &request.body).body, b"redacted-1");
    }
}
