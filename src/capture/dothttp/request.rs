//! One request of an `.http` file: its line, its headers, and what the clients make of them.

use super::super::room::{Room, excerpt};
use super::super::{Captured, Note, Options};
use super::body::Body;
use super::differs;
use super::graphql;
use super::line::{Lines, Tags, comment, request_line};
use super::variables::Variables;
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::{Headers, Request, Url, percent};

/// What one request is made of.
pub(super) struct Reading<'a> {
    variables: &'a Variables,
    pub(super) options: &'a Options,
    pub(super) tags: &'a Tags,
    pub(super) room: Room,
    pub(super) notes: Vec<Note>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(variables: &'a Variables, options: &'a Options, tags: &'a Tags) -> Self {
        Self { variables, options, tags, room: Room::new(options.record), notes: Vec::new() }
    }

    /// Reads the request that begins with this line.
    pub(super) fn request(
        &mut self,
        start: &str,
        mut lines: Lines<'_>,
        name: String,
    ) -> Result<Captured> {
        if self.tags.is_loop {
            return Err(Error::new(
                Failure::Unsupported,
                "@loop sends a request several times, and is not supported",
            )
            .help("remove it; --repeat sends everything several times"));
        }
        let mut line = start.trim().to_owned();
        while let Some(more) = lines.peek().filter(|line| goes_on(line)) {
            line.push_str(more.trim());
            lines.next();
        }
        let (mut method, target) = request_line(&line)?;
        let target = self.filled(target)?;
        let mut headers = self.headers(&mut lines)?;
        let url = self.address(&target, &headers)?;
        let given = url.as_deref().unwrap_or(&target);
        let called = Url::of(given);
        if called.authority.contains(char::is_whitespace) {
            let message = format!("the host in {:?} contains a space", excerpt(given));
            return Err(
                Error::new(Failure::Malformed, message).help("a request starts with METHOD URL")
            );
        }
        if url.is_some() && headers.get("Host").is_none() {
            headers.push("Host", called.host_and_port());
        }
        if let Some((user, _)) = called.authority.rsplit_once('@')
            && headers.get("Authorization").is_none()
        {
            headers.push("Authorization", basic(&percent::decode(user.as_bytes(), false)));
        }
        let target = self.encoded(&called)?;
        let body = Body::read(self, lines, &headers)?;
        let body = match graphql::kind(&method, &headers, &body) {
            Some(kind) => {
                self.notes.push(Note::body_rebuilt("GraphQL is sent as JSON, as its clients do"));
                method = if method == "GRAPHQL" { "POST".to_owned() } else { method };
                graphql::wrapped(kind, &body, &mut headers)?
            }
            None => body.bytes(self, &headers),
        };
        let request = Request { method, target, headers, body };
        let notes = std::mem::take(&mut self.notes);
        Ok(Captured { name, request, url, notes, ..Captured::default() })
    }

    fn headers(&mut self, lines: &mut Lines<'_>) -> Result<Headers> {
        let mut headers = Headers::new();
        for line in lines.by_ref().take_while(|line| !line.trim().is_empty()) {
            if comment(line) {
                continue;
            }
            let line = self.filled(line.trim())?;
            let (name, value) = line.split_once(':').ok_or_else(|| {
                let line = excerpt(&line);
                Error::new(Failure::Malformed, format!("expected a header line, found {line:?}"))
            })?;
            let (name, value) = (name.trim(), value.trim());
            let value = match name.eq_ignore_ascii_case("Authorization") {
                true => authorization(value)?,
                false => value.to_owned(),
            };
            if name.to_ascii_lowercase().ends_with("clientcert") {
                return Err(Error::new(
                    Failure::Unsupported,
                    format!("{name} names a client certificate"),
                )
                .help("remove it, and give the certificate with --cert"));
            }
            self.room.line("", b"")?;
            headers.push(name, latin1(name, &value)?);
        }
        Ok(headers)
    }

    /// The absolute URL, if the file says to whom.
    fn address(&self, target: &str, headers: &Headers) -> Result<Option<String>> {
        if target.contains('\\') {
            return Err(differs("the URL has a backslash"));
        }
        let host = headers.text("Host");
        Ok(match (target, host) {
            ("*", _) => None,
            (path, Some(host)) if path.starts_with('/') => {
                let is_tls = host.ends_with(":443") || host.ends_with(":8443");
                Some(format!("{}://{host}{path}", if is_tls { "https" } else { "http" }))
            }
            (path, None) if path.starts_with('/') => None,
            (url, _) if Url::of(url).is_absolute() => Some(url.to_owned()),
            (url, _) => Some(format!("http://{url}")),
        })
    }

    /// Path and query as they are sent: encoded where they must be, without dots (RFC 3986 section 5.2.4).
    fn encoded(&mut self, url: &Url<'_>) -> Result<String> {
        let target = url.target();
        if self.tags.is_verbatim {
            return Ok(target);
        }
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let mut sent = percent::escape(&Url::without_dots(path, true), b"\"<>`{}");
        if target.contains('?') {
            sent.push('?');
            sent.push_str(&percent::escape(query, b"\"<>'"));
        }
        self.room.take(sent.len())?;
        Ok(sent)
    }

    /// `text` with every variable replaced.
    pub(super) fn filled(&mut self, text: &str) -> Result<String> {
        self.variables.filled(text, &mut self.room)
    }

    /// Says something about the body, once.
    pub(super) fn note(&mut self, message: impl Into<String>) {
        let note = Note::body_rebuilt(message);
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// A value as clients in JavaScript send it: a byte a character (ISO 8859-1).
fn latin1(name: &str, value: &str) -> Result<Vec<u8>> {
    let bytes = value.chars().map(|c| u8::try_from(u32::from(c)));
    bytes.collect::<Result<_, _>>().map_err(|_| {
        let message = format!("{name} contains a character that is not allowed in headers");
        Error::new(Failure::Malformed, message).help("encode it, for example as RFC 8187 says")
    })
}

/// Whether a line goes on with the URL: indented, or by its first character.
fn goes_on(line: &str) -> bool {
    let text = line.trim_start();
    let is_indented = text.len() < line.len() && !text.is_empty();
    let is_header = || {
        let name = text.split(':').next().unwrap_or_default().trim_end();
        text.contains(':') && crate::http::write::is_token(name.as_bytes())
    };
    !comment(line) && (text.starts_with(['?', '&', '/']) || is_indented && !is_header())
}

/// What is sent for this value: clients write user and password in base64 themselves.
fn authorization(value: &str) -> Result<String> {
    let Some((scheme, rest)) = value.split_once(char::is_whitespace) else {
        return Ok(value.to_owned());
    };
    let (scheme, rest) = (scheme.to_ascii_lowercase(), rest.trim());
    let parts = rest.split_once(char::is_whitespace);
    match (scheme.as_str(), parts) {
        ("basic", Some((user, _))) if rest.contains(':') => {
            let _ = user;
            Err(differs(
                "user and password of Authorization: Basic contain both a space and a colon",
            ))
        }
        ("basic", Some((user, password))) => {
            Ok(basic(format!("{user}:{}", password.trim()).as_bytes()))
        }
        ("basic", None) if rest.contains(':') => Ok(basic(rest.as_bytes())),
        ("digest", Some((user, _))) if !user.contains('=') => {
            Err(unsupported("Digest", "the server's challenge"))
        }
        ("aws", Some(_)) => Err(unsupported("AWS", "an Amazon signature over the request")),
        ("oauth2" | "openid", _) => Err(unsupported(&scheme, "a token issued by another server")),
        _ => Ok(value.to_owned()),
    }
}

fn basic(user_and_password: &[u8]) -> String {
    format!("Basic {}", digest::base64(user_and_password))
}

fn unsupported(scheme: &str, needs: &str) -> Error {
    let message = format!("Authorization: {scheme} needs {needs}, which is not supported");
    Error::new(Failure::Unsupported, message)
        .help("remove it, and give what should be sent with --header 'Authorization: ...'")
}
