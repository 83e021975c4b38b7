//! Targets of Vegeta, as text or as JSON, one a line with the body in base64.
//!
//! ```text
//! POST http://goku:9090/things      a method and an absolute URL, nothing else
//! X-Account-ID: 99                  header lines follow at once
//! @/path/to/thing.json              the file of the body, if there is one
//! # comment
//! ```
//!
//! Source: README.md ("-format", "-targets") and lib/targets.go of github.com/tsenart/vegeta.

use std::io::BufRead;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::fields::lines;
use super::room::{Room, excerpt};
use super::{Captured, Captures, Options, Source, file, json, unreadable, whole};
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::{Headers, Request, Url, write};

#[derive(Deserialize)]
struct Target<'a> {
    method: String,
    url: String,
    body: Option<String>,
    #[serde(borrow)]
    header: Option<&'a RawValue>,
}

/// Lines of JSON, or targets as text: two, or one with a file, because one alone is an `.http` file as well.
pub(super) fn looks_like(start: &[u8]) -> bool {
    if is_json(start) {
        return true;
    }
    let text = String::from_utf8_lossy(start);
    let mut targets = 0;
    let mut is_first = true;
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if line.is_empty() {
            is_first = true;
        } else if is_first {
            if !is_target(line) {
                return false;
            }
            targets += 1;
            is_first = false;
        } else if line.starts_with('@') {
            return targets > 0;
        } else if is_target(line) {
            targets += 1;
        } else if !is_header(line) {
            return false;
        }
        if targets > 1 {
            return !text.lines().any(|line| line.starts_with("###"));
        }
    }
    false
}

fn is_json(start: &[u8]) -> bool {
    let keys = json::keys(start);
    start.trim_ascii_start().starts_with(b"{")
        && json::has_all(&keys, &["method", "url"])
        && keys.iter().all(|key| ["method", "url", "body", "header"].contains(&key.as_str()))
}

/// `METHOD URL`; what a `.http` file may have besides, a version or a variable, Vegeta does not.
fn is_target(line: &str) -> bool {
    let words: Vec<_> = line.split_whitespace().collect();
    let [method, url] = words[..] else { return false };
    method.bytes().all(|byte| byte.is_ascii_uppercase())
        && (url.starts_with("http://") || url.starts_with("https://"))
        && !url.contains("{{")
}

fn is_header(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, _)| write::is_token(name.trim().as_bytes()))
}

/// Yields a request per target.
pub(super) fn read<'a>(mut source: Source<'a>, options: &Options) -> Result<Captures<'a>> {
    let is_json = is_json(source.fill_buf().map_err(unreadable)?);
    let text = String::from_utf8(whole(source)?)
        .map_err(|_| Error::new(Failure::Malformed, "targets of Vegeta: expected UTF-8"))?;
    let options = options.clone();
    let mut reading = Reading { text, at: 0, number: 0, options };
    Ok(Box::new(std::iter::from_fn(move || match is_json {
        true => reading.line_of_json(),
        false => reading.target(),
    })))
}

/// A file of targets, read so far.
struct Reading {
    text: String,
    at: usize,
    number: usize,
    options: Options,
}

impl Reading {
    /// The next line, without what is around it.
    fn line(&self) -> Option<&str> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        Some(rest.split_once('\n').map_or(rest, |(line, _)| line))
    }

    fn step(&mut self) {
        self.at += self.line().map_or(0, |line| line.len() + 1);
    }

    /// Passes over blank lines and comments.
    fn skip(&mut self) {
        while self
            .line()
            .map(str::trim)
            .is_some_and(|line| line.is_empty() || line.starts_with('#'))
        {
            self.step();
        }
    }

    fn name(&mut self) -> String {
        self.number += 1;
        format!("target {}", self.number)
    }

    fn line_of_json(&mut self) -> Option<Result<Captured>> {
        self.skip();
        let line = self.line()?.to_owned();
        self.step();
        let name = self.name();
        let mut room = Room::new(self.options.record);
        let malformed =
            |what: String| Error::new(Failure::Malformed, format!("target of Vegeta: {what}"));
        let read = || -> Result<Captured> {
            let target: Target =
                serde_json::from_str(&line).map_err(|error| malformed(error.to_string()))?;
            let headers = target.header.map(|header| lines(header, &mut room)).transpose()?;
            let body = target.body.map(|body| {
                digest::unbase64(&body).ok_or_else(|| malformed("body is not base64".into()))
            });
            let body = body.transpose()?.unwrap_or_default();
            Ok(captured(&name, target.method, target.url, headers.unwrap_or_default(), body))
        }();
        Some(read.map_err(|error| error.about(&name)))
    }

    fn target(&mut self) -> Option<Result<Captured>> {
        self.skip();
        self.line()?;
        let name = self.name();
        let read = self.lines_of_target(&name);
        // What is left of one that is none is not the next one.
        while read.is_err() && self.next_of_target().is_some() {}
        Some(read.map_err(|error| error.about(&name)))
    }

    /// The next line that belongs to the target that was begun.
    fn next_of_target(&mut self) -> Option<String> {
        let line = self.line()?.trim();
        let line = (!line.is_empty() && !is_target(line)).then(|| line.to_owned())?;
        self.step();
        Some(line)
    }

    fn lines_of_target(&mut self, name: &str) -> Result<Captured> {
        let mut room = Room::new(self.options.record);
        let line = self.line().unwrap_or_default().trim().to_owned();
        self.step();
        let malformed = |line: &str| {
            let message =
                format!("expected METHOD URL or a header line, found {:?}", excerpt(line));
            Error::new(Failure::Malformed, message)
        };
        let (method, url) =
            line.split_once(' ').filter(|_| is_target(&line)).ok_or_else(|| malformed(&line))?;
        let (mut headers, mut body) = (Headers::new(), Vec::new());
        while let Some(line) = self.next_of_target() {
            if let Some(path) = line.strip_prefix('@') {
                let path = self.options.folder.join(path);
                body = file(path.to_string_lossy().as_bytes(), &self.options, &mut room)?;
            } else if let Some((name, value)) = line.split_once(':').filter(|_| is_header(&line)) {
                room.line(name, value.as_bytes())?;
                headers.push(name.trim(), value.trim());
            } else if !line.starts_with('#') {
                return Err(malformed(&line));
            }
        }
        Ok(captured(name, method.to_owned(), url.trim().to_owned(), headers, body))
    }
}

fn captured(
    name: &str,
    method: String,
    url: String,
    mut headers: Headers,
    body: Vec<u8>,
) -> Captured {
    if headers.get("Host").is_none() {
        headers.push("Host", Url::of(&url).host_and_port());
    }
    let request = Request { method, target: Url::of(&url).target(), headers, body };
    Captured { name: name.to_owned(), request, url: Some(url), ..Captured::default() }
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;

    fn all(text: &str) -> Vec<Result<Captured>> {
        load(text.as_bytes(), &Options::default()).unwrap().collect()
    }

    #[test]
    fn each_target_is_a_request_of_its_own() {
        let text = "# first\nGET http://goku:9090/path?item=ball\nX-Account-ID: 8675309\n\n\
            DELETE http://goku:9090/path\nConfirmation-Token: 90215\nAuthorization: Token DEADBEEF\n\
            POST https://goku/things\n";
        let read: Vec<_> = all(text).into_iter().map(Result::unwrap).collect();
        let lines: Vec<_> = read
            .iter()
            .map(|one| {
                (&one.request.method[..], &one.request.target[..], one.request.headers.len())
            })
            .collect();
        assert_eq!(
            lines,
            [("GET", "/path?item=ball", 2), ("DELETE", "/path", 3), ("POST", "/things", 1)]
        );
        assert!(read.iter().all(|one| one.request.body.is_empty()));
    }

    #[test]
    fn a_file_is_read_only_when_that_was_allowed_and_what_is_none_is_said() {
        let read = all(
            "POST http://goku:9090/things\n@./thing.json\n\nGET http://goku/\nnonsense\nGET http://goku/\n",
        );
        assert_eq!(read[0].as_ref().unwrap_err().code, Failure::FilesNotAllowed);
        assert_eq!(read[1].as_ref().unwrap_err().code, Failure::Malformed);
        assert_eq!((read.len(), read[2].is_ok()), (3, true));
    }

    #[test]
    fn lines_of_json_have_their_body_in_base64() {
        let line = r#"{"method":"POST","url":"https://goku:1/things?a=%20","body":"/wA=","header":{"X-A":["1","2"],"Host":["h"]}}"#;
        let read = all(&format!(
            "{line}\n\n{{\"method\":1}}\n{}\n",
            r#"{"method":"GET","url":"http://goku"}"#
        ));
        let first = read[0].as_ref().unwrap();
        assert_eq!(
            (&first.request.body[..], &first.request.target[..]),
            (&b"\xff\0"[..], "/things?a=%20")
        );
        assert_eq!(first.request.headers.all("x-a").count(), 2);
        assert_eq!(read[1].as_ref().unwrap_err().code, Failure::Malformed);
        assert_eq!(read[2].as_ref().unwrap().request.target, "/");
    }

    #[test]
    fn what_an_http_file_says_stays_one() {
        for text in [
            "GET http://h/x\nA: b\n",
            "POST http://h/x\n\n{}\n",
            "GET http://h/x\n\n###\nGET http://h/y\n",
            "GET http://h/x HTTP/1.1\n\nGET http://h/y HTTP/1.1\n",
        ] {
            assert!(!looks_like(text.as_bytes()), "{text}");
        }
    }
}
