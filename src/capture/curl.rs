//! curl command lines, as browsers and webhook consoles copy them. Never executed; `@file` is
//! read only when files are allowed; a flag that is not known is refused by name, because
//! skipping one could change the body.

use super::delivery::form_encoded;
use super::{Captured, Captures, Options, Source, file, host_of, shell, target_of, whole};
use crate::digest;
use crate::error::{Error, Result};
use crate::http::{Headers, Request};

/// What a flag does to the request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Flag {
    Method,
    Url,
    Header,
    Data(Data),
    User,
    Cookie,
    Agent,
    Referer,
    Head,
    DataToQuery,
    /// About the connection or the output: the replay has its own.
    Ignored,
    /// The same, and the next word belongs to it.
    IgnoredValue,
    /// Known, but what it does cannot be told from the command line: why, and what to do.
    Refused(&'static str, &'static str),
}

/// How `--data` and its relatives take their value.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Data {
    /// `@file`, whose newlines and NULs are removed.
    Text,
    /// `@` means itself.
    Raw,
    /// `@file`, as it is.
    Binary,
    /// `name=content` with the content percent-encoded.
    UrlEncoded,
    /// Like binary, and a content type.
    Json,
}

const MULTIPART: Flag = Flag::Refused(
    "the body has a boundary that curl makes up each time, so its bytes are not known",
    "let curl send it once to `hookprint listen --capture FILE`, and replay that",
);
const CONFIG: Flag = Flag::Refused(
    "the options in that file are not read",
    "write them onto the command line in its place",
);
const UPLOAD: Flag =
    Flag::Refused("the file's name becomes part of the URL", "use -X PUT --data-binary @FILE");

/// Long names, with the short one if there is one (curl 8 manual).
const FLAGS: &[(&str, Option<u8>, Flag)] = &[
    ("request", Some(b'X'), Flag::Method),
    ("url", None, Flag::Url),
    ("header", Some(b'H'), Flag::Header),
    ("data", Some(b'd'), Flag::Data(Data::Text)),
    ("data-ascii", None, Flag::Data(Data::Text)),
    ("data-raw", None, Flag::Data(Data::Raw)),
    ("data-binary", None, Flag::Data(Data::Binary)),
    ("data-urlencode", None, Flag::Data(Data::UrlEncoded)),
    ("json", None, Flag::Data(Data::Json)),
    ("user", Some(b'u'), Flag::User),
    ("cookie", Some(b'b'), Flag::Cookie),
    ("user-agent", Some(b'A'), Flag::Agent),
    ("referer", Some(b'e'), Flag::Referer),
    ("head", Some(b'I'), Flag::Head),
    ("get", Some(b'G'), Flag::DataToQuery),
    ("form", Some(b'F'), MULTIPART),
    ("form-string", None, MULTIPART),
    ("config", Some(b'K'), CONFIG),
    ("upload-file", Some(b'T'), UPLOAD),
    ("compressed", None, Flag::Ignored),
    ("fail", Some(b'f'), Flag::Ignored),
    ("globoff", Some(b'g'), Flag::Ignored),
    ("http1.0", Some(b'0'), Flag::Ignored),
    ("http1.1", None, Flag::Ignored),
    ("http2", None, Flag::Ignored),
    ("include", Some(b'i'), Flag::Ignored),
    ("insecure", Some(b'k'), Flag::Ignored),
    ("ipv4", Some(b'4'), Flag::Ignored),
    ("ipv6", Some(b'6'), Flag::Ignored),
    ("location", Some(b'L'), Flag::Ignored),
    ("no-buffer", Some(b'N'), Flag::Ignored),
    ("no-keepalive", None, Flag::Ignored),
    ("path-as-is", None, Flag::Ignored),
    ("progress-bar", Some(b'#'), Flag::Ignored),
    ("remote-name", Some(b'O'), Flag::Ignored),
    ("show-error", Some(b'S'), Flag::Ignored),
    ("silent", Some(b's'), Flag::Ignored),
    ("tlsv1.2", None, Flag::Ignored),
    ("tlsv1.3", None, Flag::Ignored),
    ("verbose", Some(b'v'), Flag::Ignored),
    ("cacert", None, Flag::IgnoredValue),
    ("cert", Some(b'E'), Flag::IgnoredValue),
    ("cert-type", None, Flag::IgnoredValue),
    ("connect-timeout", None, Flag::IgnoredValue),
    ("connect-to", None, Flag::IgnoredValue),
    ("cookie-jar", Some(b'c'), Flag::IgnoredValue),
    ("key", None, Flag::IgnoredValue),
    ("key-type", None, Flag::IgnoredValue),
    ("max-time", Some(b'm'), Flag::IgnoredValue),
    ("output", Some(b'o'), Flag::IgnoredValue),
    ("pass", None, Flag::IgnoredValue),
    ("proxy", Some(b'x'), Flag::IgnoredValue),
    ("resolve", None, Flag::IgnoredValue),
    ("retry", None, Flag::IgnoredValue),
    ("write-out", Some(b'w'), Flag::IgnoredValue),
];

impl Flag {
    fn takes_value(self) -> bool {
        !matches!(self, Self::Head | Self::DataToQuery | Self::Ignored | Self::Refused(..))
    }
}

/// The first word is `curl`.
pub(super) fn looks_like(start: &[u8]) -> bool {
    let start = start.trim_ascii_start();
    let start = start.strip_prefix(b"$ ").unwrap_or(start);
    let word = start.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    matches!(word, b"curl" | b"curl.exe")
}

/// Yields a request per command.
pub(super) fn read<'a>(source: Source<'a>, options: &Options) -> Result<Captures<'a>> {
    let text = whole(source)?;
    let text = text.trim_ascii_start();
    let commands = shell::commands(text.strip_prefix(b"$ ").unwrap_or(text))?;
    let options = options.clone();
    Ok(Box::new(commands.into_iter().enumerate().map(move |(index, words)| {
        let name = format!("command {}", index + 1);
        parse(&words, &options)
            .map_err(|error| error.about(&name))
            .map(|captured| Captured { name, ..captured })
    })))
}

/// What was collected from the flags so far.
#[derive(Default)]
struct Command {
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

fn parse(words: &[Vec<u8>], options: &Options) -> Result<Captured> {
    let mut words = words.iter();
    if !words.next().is_some_and(|word| matches!(&word[..], b"curl" | b"curl.exe")) {
        return Err(Error::input("malformed", "a command that is not curl"));
    }
    let mut command = Command::default();
    while let Some(word) = words.next() {
        if let Some(name) = word.strip_prefix(b"--").filter(|name| !name.is_empty()) {
            let flag = long(name)?;
            let value = flag.takes_value().then(|| words.next()).flatten();
            command.apply(flag, value.map(Vec::as_slice), word, options)?;
        } else if word.len() > 1 && word[0] == b'-' {
            // `-sSXPOST`: letters up to the first that takes a value, which may follow at once.
            let mut letters = &word[1..];
            while let [letter, rest @ ..] = letters {
                let flag = short(*letter)?;
                let (value, left) = match (flag.takes_value(), rest) {
                    (false, _) => (None, rest),
                    (true, []) => (words.next().map(Vec::as_slice), rest),
                    (true, _) => (Some(rest), &rest[..0]),
                };
                command.apply(flag, value, word, options)?;
                letters = left;
            }
        } else {
            command.apply(Flag::Url, Some(word), word, options)?;
        }
    }
    command.finish()
}

fn long(name: &[u8]) -> Result<Flag> {
    let name = String::from_utf8_lossy(name);
    let found = FLAGS.iter().find(|(known, ..)| *known == name);
    found.map(|(.., flag)| *flag).ok_or_else(|| unknown(&format!("--{name}")))
}

fn short(letter: u8) -> Result<Flag> {
    let found = FLAGS.iter().find(|(_, known, _)| *known == Some(letter));
    found.map(|(.., flag)| *flag).ok_or_else(|| unknown(&format!("-{}", char::from(letter))))
}

fn unknown(flag: &str) -> Error {
    Error::input("unsupported", format!("curl's {flag} is not known here"))
        .help("take it out if it does not change the request")
}

impl Command {
    fn apply(
        &mut self,
        flag: Flag,
        value: Option<&[u8]>,
        word: &[u8],
        options: &Options,
    ) -> Result<()> {
        let name = String::from_utf8_lossy(word);
        if let Flag::Refused(why, help) = flag {
            let message = format!("curl's {name} is not read: {why}");
            return Err(Error::input("unsupported", message).help(help));
        }
        if flag.takes_value() && value.is_none() {
            return Err(Error::input("malformed", format!("curl's {name} needs a value")));
        }
        let value = value.unwrap_or_default();
        let text = || String::from_utf8_lossy(value).into_owned();
        match flag {
            Flag::Url if self.url.is_some() => {
                let message = format!("a second URL or a stray word: {}", text());
                return Err(Error::input("malformed", message));
            }
            Flag::Url => self.url = Some(text()),
            Flag::Method => self.method = Some(text()),
            Flag::Header => self.header(value)?,
            Flag::Data(kind) => self.data(kind, value, options)?,
            Flag::User => self.authorization = Some(format!("Basic {}", digest::base64(value))),
            Flag::Cookie if value.contains(&b'=') => self.cookies.push(value.to_vec()),
            Flag::Cookie => {
                let message = format!("curl's --cookie {}: cookie files are not read", text());
                return Err(Error::input("unsupported", message));
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
            let line = String::from_utf8_lossy(line);
            Error::input("malformed", format!("curl's -H {line}: a header needs a colon"))
        })?;
        let name = String::from_utf8_lossy(&line[..at]).into_owned();
        let value = line[at + 1..].trim_ascii().to_vec();
        let kept = line[at] == b';' || !value.is_empty();
        self.lines.push((name, kept.then_some(value)));
        Ok(())
    }

    fn data(&mut self, kind: Data, value: &[u8], options: &Options) -> Result<()> {
        let piece = match (kind, value) {
            (Data::Text, [b'@', path @ ..]) => {
                let mut bytes = file(path, options)?;
                bytes.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
                bytes
            }
            (Data::Binary | Data::Json, [b'@', path @ ..]) => file(path, options)?,
            (Data::UrlEncoded, _) => url_encoded(value, options)?,
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
        let url = self.url.take().ok_or_else(|| Error::input("malformed", "no URL"))?;
        let url = if url.contains("://") { url } else { format!("http://{url}") };
        let mut target = target_of(&url);
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
        let headers = self.headers(host_of(&url).unwrap_or_default());
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
fn url_encoded(value: &[u8], options: &Options) -> Result<Vec<u8>> {
    let Some(at) = value.iter().position(|byte| matches!(byte, b'=' | b'@')) else {
        return Ok(form_encoded(value).into_bytes());
    };
    let (name, rest) = (&value[..at], &value[at + 1..]);
    let content = if value[at] == b'@' { file(rest, options)? } else { rest.to_vec() };
    let encoded = form_encoded(&content).into_bytes();
    Ok(if name.is_empty() { encoded } else { [name, b"=", &encoded].concat() })
}

#[cfg(test)]
#[path = "curl_tests.rs"]
mod tests;
