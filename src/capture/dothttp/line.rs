//! What a line of an `.http` file is, seen by itself.

use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::write;

use super::super::room::excerpt;

/// Methods of HTTP that the clients know, in any case.
const METHODS: &[&str] = &[
    "GET",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "HEAD",
    "OPTIONS",
    "CONNECT",
    "TRACE",
    "GRAPHQL",
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
    "CHECKOUT",
    "CHECKIN",
    "REPORT",
    "MERGE",
    "MKACTIVITY",
    "MKWORKSPACE",
    "VERSION-CONTROL",
    "BASELINE-CONTROL",
    "MKCALENDAR",
    "ACL",
    "SEARCH",
];

/// Words in the place of a method, for requests that are not HTTP/1.1.
const OTHERS: &[&str] = &[
    "WEBSOCKET",
    "WS",
    "WSS",
    "GRPC",
    "RSOCKET",
    "MQTT",
    "MQTTS",
    "AMQP",
    "AMQPS",
    "SSE",
    "EVENTSOURCE",
    "STOMP",
];

/// Lines, without their ends.
#[derive(Clone, Copy)]
pub(super) struct Lines<'a>(pub(super) &'a str);

impl<'a> Iterator for Lines<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.0.is_empty() {
            return None;
        }
        let (line, rest) = self.0.split_once('\n').unwrap_or((self.0, ""));
        self.0 = rest;
        Some(line.strip_suffix('\r').unwrap_or(line))
    }
}

impl Lines<'_> {
    /// Leaves out everything up to the line that is the last.
    pub(super) fn skip_to(&mut self, is_last: impl Fn(&str) -> bool) -> Result<()> {
        match self.find(|line| is_last(line)) {
            Some(_) => Ok(()),
            None => Err(Error::new(Failure::Malformed, "a script or comment does not end")
                .help("%}, }} or */ ends it, on its own line")),
        }
    }

    /// The next line, which stays the next.
    pub(super) fn peek(mut self) -> Option<<Self as Iterator>::Item> {
        self.next()
    }
}

/// What comments of a section ask for: `# @name x`.
#[derive(Default)]
pub(super) struct Tags {
    /// The name of its request, which its `###` line may give, too.
    pub(super) name: Option<String>,
    pub(super) is_disabled: bool,
    /// Variables in files are replaced.
    pub(super) fills_files: bool,
    /// Neither URL nor form are encoded.
    pub(super) is_verbatim: bool,
    /// It is sent several times.
    pub(super) is_loop: bool,
}

impl Tags {
    pub(super) fn of(section: &str) -> Self {
        let mut tags = Self::default();
        let title = section.strip_prefix("###").and_then(|rest| Lines(rest).next());
        tags.name = title.map(|title| title.trim_start_matches('#').trim().to_owned());
        let title = usize::from(title.is_some());
        for line in Lines(section).skip(title).filter(|line| comment(line)) {
            let Some(tag) = line.trim_start_matches(['#', '/', ' ', '\t']).strip_prefix('@') else {
                continue;
            };
            let end = tag.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(tag.len());
            let (key, value) = tag.split_at(end);
            match key.replace('-', "").to_ascii_lowercase().as_str() {
                "name" => {
                    tags.name = Some(value.trim_start_matches(['=', ' ', '\t']).trim().to_owned());
                }
                "disabled" => tags.is_disabled = true,
                "injectvariables" => tags.fills_files = true,
                "noautoencoding" => tags.is_verbatim = true,
                "loop" => tags.is_loop = true,
                _ => {}
            }
        }
        tags.name = tags.name.filter(|name| !name.is_empty());
        tags
    }
}

/// A line that none of the clients sends.
pub(super) fn comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('#') || line.starts_with("//")
}

/// `@name = value`.
pub(super) fn definition(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.trim_start().strip_prefix('@')?.split_once('=')?;
    let name = name.trim_end();
    let is_name = !name.is_empty() && !name.contains(char::is_whitespace);
    is_name.then(|| (name, value.trim()))
}

/// `HTTP/1.1 200 OK`: an answer that was kept.
pub(super) fn is_status_line(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.next().is_some_and(|word| word.starts_with("HTTP/"))
        && words.next().is_some_and(|word| word.len() == 3 && word.parse::<u16>().is_ok())
}

/// `METHOD target [HTTP/x]` or a bare URL.
pub(super) fn is_request(line: &str) -> bool {
    let is_target =
        |word: &str| word.contains("://") || word.starts_with('/') || word.starts_with("{{");
    match line.split_once(' ') {
        Some((method, rest)) => {
            write::is_token(method.as_bytes())
                && method.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-')
                && rest.split_whitespace().next().is_some_and(is_target)
        }
        None => ["http://", "https://", "{{"].iter().any(|start| line.starts_with(start)),
    }
}

/// The method of a line that httpyac takes for the next request wherever it stands.
pub(super) fn begins_request(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let is_method = words.next().is_some_and(|word| METHODS.contains(&word));
    is_method && words.next().is_some()
}

/// Method and target of a request line, before variables are replaced.
///
/// # Errors
/// `unsupported` for requests that are not HTTP/1.1, `malformed` for what is none.
pub(super) fn request_line(line: &str) -> Result<(String, &str)> {
    let line = line.trim();
    let (word, rest) = line.split_once([' ', '\t']).unwrap_or(("", line));
    let rest = rest.trim();
    let upper = word.to_ascii_uppercase();
    if OTHERS.contains(&upper.as_str()) {
        let message = format!("{upper} is not an HTTP/1.1 request, and is not supported");
        return Err(Error::new(Failure::Unsupported, message)
            .help("remove it; what it sends can be captured with `hookprint listen --capture`"));
    }
    if METHODS.contains(&upper.as_str()) {
        return Ok((upper, without_version(rest)));
    }
    if is_request(line) && !word.is_empty() {
        return Ok((word.to_owned(), without_version(rest)));
    }
    let url = without_version(line);
    let is_url = !url.contains(char::is_whitespace)
        && (url.contains(['.', ':', '/']) || url == "*" || url == "localhost")
        || url.contains("://")
        || url.starts_with("{{");
    match is_url {
        true => Ok(("GET".to_owned(), url)),
        false => {
            let message = format!("expected a request line, found {:?}", excerpt(line));
            Err(Error::new(Failure::Malformed, message)
                .help("METHOD URL, or a URL alone; ### separates requests"))
        }
    }
}

/// A target whose version, which is not for a file to say, is left out.
fn without_version(text: &str) -> &str {
    let cut = text.to_ascii_uppercase().rfind(" HTTP/");
    let cut = cut.filter(|at| !text[at + 1..].contains(char::is_whitespace));
    text[..cut.unwrap_or(text.len())].trim()
}

/// Why a file with this line before a request cannot be read.
pub(super) fn refusal(line: &str) -> Option<Error> {
    let text = line.trim();
    let is_script = text.starts_with("< ") || text.starts_with("<{") || block(text).is_some();
    if is_script {
        return Some(script());
    }
    let word = text.split_whitespace().next().unwrap_or_default();
    let (what, help) = match word {
        "import" | "run" => (
            format!("the file says {:?}, which is not followed", excerpt(text)),
            "give the other file as a separate capture",
        ),
        "curl" => (
            "a curl command in an .http file is not supported".to_owned(),
            "put it in a file of its own",
        ),
        "gql" | "fragment" | "query" | "mutation" if text != word => (
            format!("GraphQL before the request is not supported: {:?}", excerpt(text)),
            "put it in the body of the request",
        ),
        _ => return None,
    };
    Some(Error::new(Failure::Unsupported, what).help(help))
}

/// `{{`, perhaps with the name of an event, where httpyac's JavaScript begins: whether it is only about
/// the answer.
pub(super) fn block(text: &str) -> Option<bool> {
    let event = text.strip_prefix("{{")?.trim().trim_start_matches("@js").trim_start();
    match event.trim_start_matches(['+', '@']) {
        "" | "request" => Some(false),
        "response" | "after" | "streaming" | "responseLogging" => Some(true),
        _ => None,
    }
}

/// A script that could change the request.
pub(super) fn script() -> Error {
    Error::new(
        Failure::Unsupported,
        "the file has a script that may change the request; none is ever run",
    )
    .help("remove it, and give what it sets with --var NAME=VALUE")
}
