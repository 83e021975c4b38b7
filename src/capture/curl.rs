//! curl command lines, as browsers and webhook consoles copy them. Never executed; `@file` is
//! read only when files are allowed; a flag that is not known is refused by name, because
//! skipping one could change the body.

use super::curl_flags::{Data, Flag, long, short};
use super::delivery::form_encoded;
use super::room::{Room, excerpt};
use super::shell::{self, Shell};
use super::{Captured, Captures, Options, Source, file, whole};
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::{Headers, Request, Url};

/// The first word is `curl`.
pub(super) fn looks_like(start: &[u8]) -> bool {
    let start = start.trim_ascii_start();
    let start = start.strip_prefix(b"$ ").unwrap_or(start);
    let word = start.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    matches!(word, b"curl" | b"curl.exe")
}

/// Yields a request per command, each read when it is asked for. One that no shell could read
/// refuses them all, before the first.
pub(super) fn read<'a>(source: Source<'a>, options: &Options) -> Result<Captures<'a>> {
    let mut text = whole(source)?;
    let start = text.len() - text.trim_ascii_start().len();
    text.drain(..start + if text[start..].starts_with(b"$ ") { 2 } else { 0 });
    shell::check(&text)?;
    Ok(Box::new(Commands { text, at: 0, number: 0, options: options.clone() }))
}

/// Command lines, read up to one of them.
struct Commands {
    text: Vec<u8>,
    at: usize,
    number: usize,
    options: Options,
}

impl Iterator for Commands {
    type Item = Result<Captured>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut shell = Shell::new(&self.text[self.at..]);
        if !shell.next_command() {
            return None;
        }
        self.number += 1;
        let name = format!("command {}", self.number);
        let read = parse(&mut shell, &self.options);
        // What a refused command has left over is not the next one.
        while let Ok(Some(_)) = shell.next_word() {}
        self.at += shell.at();
        Some(match read {
            Ok(captured) => Ok(Captured { name, ..captured }),
            Err(error) => Err(error.about(name)),
        })
    }
}

/// What was collected from the flags so far.
struct Command<'a> {
    options: &'a Options,
    room: Room,
    url: Option<String>,
    method: Option<String>,
    /// Lines given with `-H`; `None` is a header that is to be left out.
    lines: Vec<(String, Option<Vec<u8>>)>,
    authorization: Option<String>,
    cookies: Vec<Vec<u8>>,
    agent: Option<Vec<u8>>,
    referer: Option<Vec<u8>>,
    data: Option<Vec<u8>>,
    is_json: bool,
    is_head: bool,
    to_query: bool,
}

fn parse(words: &mut Shell<'_>, options: &Options) -> Result<Captured> {
    if !words.next_word()?.is_some_and(|word| matches!(&word[..], b"curl" | b"curl.exe")) {
        return Err(Error::new(Failure::Malformed, "a command that is not curl"));
    }
    let mut command = Command::new(options);
    while let Some(word) = words.next_word()? {
        if let Some(name) = word.strip_prefix(b"--").filter(|name| !name.is_empty()) {
            let flag = long(name)?;
            let value = if flag.takes_value() { words.next_word()? } else { None };
            command.apply(flag, value.as_deref(), &word)?;
        } else if word.len() > 1 && word[0] == b'-' {
            // `-sSXPOST`: letters up to the first that takes a value, which may follow at once.
            let mut letters = &word[1..];
            while let [letter, rest @ ..] = letters {
                let flag = short(*letter)?;
                let (value, left) = match (flag.takes_value(), rest) {
                    (false, _) => (None, rest),
                    (true, []) => (words.next_word()?, rest),
                    (true, _) => (Some(rest.to_vec()), &rest[..0]),
                };
                command.apply(flag, value.as_deref(), &word)?;
                letters = left;
            }
        } else {
            command.apply(Flag::Url, Some(&word), &word)?;
        }
    }
    command.finish()
}

impl<'a> Command<'a> {
    fn new(options: &'a Options) -> Self {
        Self {
            options,
            room: Room::new(options.record),
            url: None,
            method: None,
            lines: Vec::new(),
            authorization: None,
            cookies: Vec::new(),
            agent: None,
            referer: None,
            data: None,
            is_json: false,
            is_head: false,
            to_query: false,
        }
    }

    /// Does what `flag` says with its value; `word` is how it was written.
    fn apply(&mut self, flag: Flag, value: Option<&[u8]>, word: &[u8]) -> Result<()> {
        let name = excerpt(&String::from_utf8_lossy(word));
        if let Flag::Refused(why, help) = flag {
            let message = format!("curl's {name} is not read: {why}");
            return Err(Error::new(Failure::Unsupported, message).help(help));
        }
        if flag.takes_value() && value.is_none() {
            return Err(Error::new(Failure::Malformed, format!("curl's {name} needs a value")));
        }
        let value = value.unwrap_or_default();
        let text = || String::from_utf8_lossy(value).into_owned();
        match flag {
            Flag::Url if self.url.is_some() => {
                let message = format!("a second URL or a stray word: {}", excerpt(&text()));
                return Err(Error::new(Failure::Malformed, message));
            }
            Flag::Url => self.url = Some(text()),
            Flag::Method => self.method = Some(text()),
            Flag::Header => self.header(value)?,
            Flag::Data(kind) => self.data(kind, value)?,
            Flag::User => self.authorization = Some(format!("Basic {}", digest::base64(value))),
            Flag::Cookie if value.contains(&b'=') => {
                self.room.line("", value)?;
                self.cookies.push(value.to_vec());
            }
            Flag::Cookie => {
                let message =
                    format!("curl's --cookie {}: cookie files are not read", excerpt(&text()));
                return Err(Error::new(Failure::Unsupported, message));
            }
            Flag::Agent => self.agent = Some(value.to_vec()),
            Flag::Referer => self.referer = Some(value.to_vec()),
            Flag::Head => self.is_head = true,
            Flag::DataToQuery => self.to_query = true,
            Flag::Ignored | Flag::IgnoredValue | Flag::Refused(..) => {}
        }
        Ok(())
    }

    /// `Name: value`, `Name;` (empty value) or `Name:` (leave it out).
    fn header(&mut self, line: &[u8]) -> Result<()> {
        let at = line.iter().position(|byte| matches!(byte, b':' | b';')).ok_or_else(|| {
            let line = excerpt(&String::from_utf8_lossy(line));
            Error::new(Failure::Malformed, format!("curl's -H {line}: a header needs a colon"))
        })?;
        let name = String::from_utf8_lossy(&line[..at]).into_owned();
        let value = line[at + 1..].trim_ascii().to_vec();
        let kept = line[at] == b';' || !value.is_empty();
        self.room.line(&name, &value)?;
        self.lines.push((name, kept.then_some(value)));
        Ok(())
    }

    fn data(&mut self, kind: Data, value: &[u8]) -> Result<()> {
        let (options, room) = (self.options, &mut self.room);
        let piece = match (kind, value) {
            (Data::Text, [b'@', path @ ..]) => {
                let mut bytes = file(path, options, room)?;
                bytes.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
                bytes
            }
            (Data::Binary | Data::Json, [b'@', path @ ..]) => file(path, options, room)?,
            (Data::UrlEncoded, _) => url_encoded(value, options, room)?,
            _ => value.to_vec(),
        };
        self.is_json |= kind == Data::Json;
        match &mut self.data {
            None => self.data = Some(piece),
            Some(data) => {
                if kind != Data::Json {
                    data.push(b'&');
                }
                data.extend_from_slice(&piece);
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Captured> {
        let url = self.url.take().ok_or_else(|| Error::new(Failure::Malformed, "no URL"))?;
        let url = if url.contains("://") { url } else { format!("http://{url}") };
        let called = Url::of(&url);
        let mut target = called.target();
        if self.to_query
            && let Some(data) = self.data.take()
        {
            target.push(if target.contains('?') { '&' } else { '?' });
            target.push_str(&String::from_utf8_lossy(&data));
        }
        let default = match (&self.data, self.is_head) {
            (_, true) => "HEAD",
            (Some(_), _) => "POST",
            (None, _) => "GET",
        };
        let method = self.method.take().unwrap_or_else(|| default.to_owned());
        let headers = self.headers(called.host_and_port());
        let body = self.data.unwrap_or_default();
        let request = Request { method, target, headers, body };
        Ok(Captured { request, url: Some(url), ..Captured::default() })
    }

    /// What curl sends: its own lines first, unless a `-H` replaces them, then those of `-H`.
    fn headers(&self, host: &str) -> Headers {
        let mut headers = Headers::new();
        let form: &[u8] = b"application/x-www-form-urlencoded";
        let json: &[u8] = b"application/json";
        let cookies = (!self.cookies.is_empty()).then(|| self.cookies.join(&b"; "[..]));
        let own: [(&str, Option<&[u8]>); 6] = [
            ("Host", Some(host.as_bytes())),
            ("Authorization", self.authorization.as_deref().map(str::as_bytes)),
            ("User-Agent", self.agent.as_deref()),
            ("Accept", Some(if self.is_json { json } else { b"*/*" })),
            ("Referer", self.referer.as_deref()),
            ("Cookie", cookies.as_deref()),
        ];
        let kind = self.data.is_some().then_some(if self.is_json { json } else { form });
        let given = |name: &str| self.lines.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
        for (name, value) in own {
            if let Some(value) = value.filter(|_| !given(name)) {
                headers.push(name, value);
            }
        }
        for (name, value) in &self.lines {
            if let Some(value) = value {
                headers.push(name.as_str(), value.as_slice());
            }
        }
        if let Some(kind) = kind.filter(|_| !given("Content-Type")) {
            headers.push("Content-Type", kind);
        }
        headers
    }
}

/// `content`, `=content`, `name=content`, `@file`, `name@file`.
fn url_encoded(value: &[u8], options: &Options, room: &mut Room) -> Result<Vec<u8>> {
    let Some(at) = value.iter().position(|byte| matches!(byte, b'=' | b'@')) else {
        return Ok(form_encoded(value).into_bytes());
    };
    let (name, rest) = (&value[..at], &value[at + 1..]);
    let content = if value[at] == b'@' { file(rest, options, room)? } else { rest.to_vec() };
    let encoded = form_encoded(&content).into_bytes();
    Ok(if name.is_empty() { encoded } else { [name, b"=", &encoded].concat() })
}

#[cfg(test)]
#[path = "curl_tests.rs"]
mod tests;
