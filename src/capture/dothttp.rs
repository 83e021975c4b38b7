//! `.http` and `.rest` files of JetBrains' and VS Code's HTTP clients.
//!
//! ```text
//! @name = value            VS Code's variables
//! ### title                begins a request
//! # comment, // comment
//! POST https://host/path   or a bare URL; HTTP/1.1 may follow; indented lines go on with it
//! Name: value
//!
//! body, or `< ./file`      up to the next ###
//! ```
//!
//! Scripts are refused. Comment lines do not belong to a body, so a signed body that has lines
//! with `#` or `//` in front is exact only as `< ./file`.

use super::room::{Room, excerpt};
use super::variables::Variables;
use super::{Captured, Captures, Note, Options, Source, file, whole};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::{Headers, Request, Url, write};

/// The first line that says anything is a separator, a comment, a variable or a request line.
pub(super) fn looks_like(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start);
    let Some(line) = text.lines().map(str::trim).find(|line| !line.is_empty()) else {
        return false;
    };
    let is_variable = line.starts_with('@') && line.contains('=');
    line.starts_with("###")
        || is_variable
        || comment(line) && has_request(&text)
        || is_request(line)
}

fn has_request(text: &str) -> bool {
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !comment(line))
        .is_some_and(is_request)
}

fn comment(line: &str) -> bool {
    line.starts_with('#') || line.starts_with("//")
}

/// `METHOD target [HTTP/x]` or a bare URL.
fn is_request(line: &str) -> bool {
    let is_target =
        |word: &str| word.contains("://") || word.starts_with('/') || word.starts_with("{{");
    match line.split_once(' ') {
        Some((method, rest)) => {
            write::is_token(method.as_bytes())
                && method.bytes().all(|byte| byte.is_ascii_uppercase())
                && rest.split_whitespace().next().is_some_and(is_target)
        }
        None => line.starts_with("http://") || line.starts_with("https://"),
    }
}

/// Yields a request per section, each made when it is asked for.
pub(super) fn read<'a>(source: Source<'a>, options: &Options) -> Result<Captures<'a>> {
    let bytes = whole(source)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Error::new(Failure::Malformed, ".http file: expected UTF-8"))?;
    let variables = Variables::new(&options.variables, options.record);
    Ok(Box::new(File { text, at: 0, number: 0, variables, options: options.clone() }))
}

/// A file, read up to a section.
struct File {
    text: String,
    /// Where the next section begins.
    at: usize,
    number: usize,
    variables: Variables,
    options: Options,
}

impl Iterator for File {
    type Item = Result<Captured>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let section = section(&self.text[self.at..])?;
            self.at += section.len();
            self.number += 1;
            let parsed = parse(section, self.number, &mut self.variables, &self.options);
            if let Some(parsed) = parsed.transpose() {
                return Some(parsed);
            }
        }
    }
}

/// The piece of the file up to the next `###` line; it begins with its own.
fn section(rest: &str) -> Option<&str> {
    let end = rest.find("\n###").map_or(rest.len(), |at| at + 1);
    (!rest.is_empty()).then(|| &rest[..end])
}

fn parse(
    section: &str,
    number: usize,
    variables: &mut Variables,
    options: &Options,
) -> Result<Option<Captured>> {
    let title = section.strip_prefix("###").map(|rest| rest.lines().next().unwrap_or_default());
    let mut name = title.map(str::trim).unwrap_or_default().to_owned();
    let mut rest = section;
    // What stands before the request line.
    let start = loop {
        let Some((line, after)) = next_line(rest) else { return Ok(None) };
        rest = after;
        if let Some((variable, value)) =
            line.strip_prefix('@').and_then(|line| line.split_once('='))
        {
            variables.define(variable.trim(), value.trim())?;
        } else if comment(line) {
            let tag = line.trim_start_matches(['#', '/', ' ']);
            if let Some(given) = tag.strip_prefix("@name").filter(|_| !tag.starts_with("###")) {
                given.trim_start_matches(['=', ' ']).trim().clone_into(&mut name);
            }
        } else if line.starts_with("< {%") {
            return Err(script());
        } else if !line.trim().is_empty() {
            break line;
        }
    };
    if name.is_empty() {
        name = format!("request {number}");
    }
    let mut reading = Reading { variables, options, room: Room::new(options.record) };
    let read = reading.request(start, rest, name.clone());
    read.map(Some).map_err(|error| error.about(excerpt(&name)))
}

/// What one request is made of.
struct Reading<'a> {
    variables: &'a Variables,
    options: &'a Options,
    room: Room,
}

impl Reading<'_> {
    fn request(&mut self, start: &str, mut rest: &str, name: String) -> Result<Captured> {
        let mut line = start.trim().to_owned();
        while let Some((more, after)) = next_line(rest)
            && more.starts_with([' ', '\t'])
            && !more.trim().is_empty()
        {
            line.push_str(more.trim());
            rest = after;
        }
        let line = self.filled(&line)?;
        let (method, target) = match line.split_once(' ') {
            Some((method, target)) if write::is_token(method.as_bytes()) => (method, target.trim()),
            _ => ("GET", line.as_str()),
        };
        let target = match target.rsplit_once(' ') {
            Some((target, version)) if version.starts_with("HTTP/") => target.trim(),
            _ => target,
        };
        let url = target.contains("://").then(|| target.to_owned());
        let mut headers = Headers::new();
        while let Some((line, after)) = next_line(rest) {
            rest = after;
            if line.trim().is_empty() {
                break;
            }
            if comment(line) {
                continue;
            }
            let line = self.filled(line)?;
            let (name, value) = line.split_once(':').ok_or_else(|| {
                let line = excerpt(&line);
                Error::new(Failure::Malformed, format!("expected a header line, found {line:?}"))
            })?;
            self.room.line("", b"")?;
            headers.push(name.trim(), value.trim());
        }
        if let Some(url) = &url
            && headers.get("Host").is_none()
        {
            headers.push("Host", Url::of(url).host_and_port());
        }
        let mut notes = Vec::new();
        let body = self.body(rest, &mut notes)?;
        let request =
            Request { method: method.to_owned(), target: Url::of(target).target(), headers, body };
        Ok(Captured { name, request, url, notes, ..Captured::default() })
    }

    /// The body without comment lines and without the blank lines in front of the next `###`.
    fn body(&mut self, text: &str, notes: &mut Vec<Note>) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        let mut comments = Comments::default();
        let mut rest = text;
        while let Some((line, after)) = next_line(rest) {
            let whole = &rest[..rest.len() - after.len()];
            rest = after;
            if line.starts_with("> ") || line.starts_with("< {%") {
                return Err(script());
            }
            if comment(line) {
                comments.count(line);
            } else if let Some(path) = line.strip_prefix("< ").or_else(|| line.strip_prefix("<@ "))
            {
                let path = self.options.folder.join(path.trim());
                let path = path.to_string_lossy();
                body.extend_from_slice(&file(path.as_bytes(), self.options, &mut self.room)?);
                // The newline after a file's name ends that line, not the body.
                if !after.trim().is_empty() {
                    body.push(b'\n');
                }
            } else if !line.starts_with("<> ") {
                body.extend_from_slice(self.filled(whole)?.as_bytes());
            }
        }
        notes.extend(comments.note());
        let is_file = text.trim_start().starts_with('<');
        if !is_file {
            body.truncate(body.trim_ascii_end().len());
        }
        Ok(body)
    }

    fn filled(&mut self, text: &str) -> Result<String> {
        self.variables.filled(text, &mut self.room)
    }
}

/// Lines of a body that were taken as comments.
#[derive(Default)]
struct Comments {
    count: usize,
    first: String,
}

impl Comments {
    fn count(&mut self, line: &str) {
        if self.count == 0 {
            self.first = excerpt(line);
        }
        self.count += 1;
    }

    fn note(self) -> Option<Note> {
        let Self { count, first } = self;
        let what = match count {
            0 => return None,
            1 => format!("a line of the body was taken as a comment: {first}"),
            _ => format!("{count} lines of the body were taken as comments, the first: {first}"),
        };
        Some(Note::body_rebuilt(format!("{what}; a `< ./file` would be exact")))
    }
}

fn next_line(text: &str) -> Option<(&str, &str)> {
    if text.is_empty() {
        return None;
    }
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    Some((line.strip_suffix('\r').unwrap_or(line), rest))
}

fn script() -> Error {
    Error::new(Failure::Unsupported, "the file has a script; none is ever run")
        .help("remove the lines with {% %} and those that begin with >")
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;
    use crate::finding::Code;

    fn all(text: &str) -> Vec<Result<Captured>> {
        load(text.as_bytes(), &Options::default()).unwrap().collect()
    }

    const TWO: &str = "@host = h.example\n\n### First one\n# @name shirts\nPOST https://{{host}}/hook\n    ?a=1\n    &b=2 HTTP/1.1\n\
        Content-Type: application/json\n// no header\nX-A: {{host}}\n\n{\n  \"a\": 1\n}\n\n### second\nGET https://h.example/x\n\n###\n";

    #[test]
    fn requests_variables_comments_and_continuations() {
        let read = all(TWO);
        assert_eq!(read.len(), 2);
        let first = read[0].as_ref().unwrap();
        assert_eq!((&first.name[..], &first.request.target[..]), ("shirts", "/hook?a=1&b=2"));
        assert_eq!(first.request.body, b"{\n  \"a\": 1\n}");
        assert_eq!(first.request.headers.text("x-a").as_deref(), Some("h.example"));
        assert_eq!(first.request.headers.text("host").as_deref(), Some("h.example"));
        let second = read[1].as_ref().unwrap();
        assert_eq!((&second.request.method[..], &second.request.body[..]), ("GET", &b""[..]));
    }

    #[test]
    fn a_request_line_with_a_version_may_come_first() {
        let read = all("GET https://h/x HTTP/1.1\n\n### b\nGET https://h/y HTTP/1.1\n");
        assert_eq!(read.len(), 2);
    }

    #[test]
    fn a_bare_url_is_a_get() {
        assert_eq!(all("https://h.example/x")[0].as_ref().unwrap().request.method, "GET");
    }

    #[test]
    fn scripts_unknown_variables_and_files_are_refused() {
        for (text, code) in [
            ("POST https://h/x\n\n{}\n\n> {% client.log(1) %}\n", "unsupported"),
            ("### a\n< {% x %}\nPOST https://h/x\n", "unsupported"),
            ("POST https://h/x\nA: {{secret}}\n\n{}", "variable-unknown"),
            ("POST https://h/x\n\n< ./body.json\n", "files-not-allowed"),
            ("POST https://h/x\nnonsense\n", "malformed"),
        ] {
            assert_eq!(all(text)[0].as_ref().unwrap_err().code.id(), code, "{text}");
        }
    }

    #[test]
    fn a_comment_inside_the_body_is_noted() {
        let read = all("POST https://h/x\n\na\n# b\nc\n");
        let captured = read[0].as_ref().unwrap();
        assert_eq!(captured.request.body, b"a\nc");
        assert_eq!(captured.notes[0].code, Code::BodyRebuilt);
    }

    #[test]
    fn many_comments_make_one_note() {
        let read = all(&format!("POST https://h/x\n\n{}a\n", "# b\n".repeat(100_000)));
        let notes = &read[0].as_ref().unwrap().notes;
        assert_eq!(notes.len(), 1);
        assert!(notes[0].message.starts_with("100000 lines of the body"), "{notes:?}");
    }

    #[test]
    fn a_bomb_of_variables_is_refused_and_what_needs_it_has_no_value() {
        let doubled = |n: usize| format!("@v{n}={{{{v{0}}}}}{{{{v{0}}}}}\n", n - 1);
        let bomb: String = (1..60).map(doubled).collect();
        let text = format!(
            "@v0=xxxxxxxx\n{bomb}POST https://h/x\n\n{{{{v59}}}}\n### next\nGET https://h/y\n"
        );
        let read = all(&text);
        let error = read[0].as_ref().unwrap_err();
        assert_eq!(error.code, Failure::TooLarge);
        assert!(error.message.starts_with("@v22: ") && error.help.is_some(), "{error}");
        assert_eq!(read[1].as_ref().unwrap().name, "next");
    }

    #[test]
    fn requests_are_made_one_at_a_time_and_each_has_its_limit() {
        let options = Options { record: 10_000, ..Options::default() };
        let big = "{{v}}".repeat(20);
        let text = format!(
            "@v={}\n{}### last\nPOST https://h/x\n\n{big}{big}\n",
            "x".repeat(400),
            format!("### a\nPOST https://h/x\n\n{big}\n").repeat(50_000),
        );
        // All of them at once would take 400 MB.
        let read = super::read(Box::new(text.as_bytes()), &options).unwrap();
        let mut count = 0;
        let refused = read.map(|read| read.inspect(|_| count += 1)).find_map(Result::err);
        assert_eq!((count, refused.unwrap().code), (50_000, Failure::TooLarge));
    }
}
