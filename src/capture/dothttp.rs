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

use super::{Captured, Captures, Note, Options, Source, file, host_of, target_of, whole};
use crate::error::{Error, Result};
use crate::http::{Headers, Request, write};

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

/// Yields a request per section.
pub(super) fn read<'a>(source: Source<'a>, options: &Options) -> Result<Captures<'a>> {
    let bytes = whole(source)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Error::input("malformed", ".http file: expected UTF-8"))?;
    let mut options = options.clone();
    let requests: Vec<_> = sections(&text)
        .enumerate()
        .filter_map(|(index, section)| parse(section, index + 1, &mut options).transpose())
        .collect();
    Ok(Box::new(requests.into_iter()))
}

/// Pieces of the file from one `###` line to the next, that line included.
fn sections(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.match_indices("\n###").next().map_or(rest.len(), |(at, _)| at + 1);
        let section;
        (section, rest) = rest.split_at(end);
        Some(section)
    })
}

fn parse(section: &str, number: usize, options: &mut Options) -> Result<Option<Captured>> {
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
            let value = filled(value.trim(), options)?;
            options.variables.push((variable.trim().to_owned(), value));
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
    request(start, rest, name.clone(), options).map(Some).map_err(|error| error.about(&name))
}

fn request(start: &str, mut rest: &str, name: String, options: &Options) -> Result<Captured> {
    let mut line = start.trim().to_owned();
    while let Some((more, after)) = next_line(rest)
        && more.starts_with([' ', '\t'])
        && !more.trim().is_empty()
    {
        line.push_str(more.trim());
        rest = after;
    }
    let line = filled(&line, options)?;
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
        let line = filled(line, options)?;
        let (name, value) = line.split_once(':').ok_or_else(|| {
            Error::input("malformed", format!("expected a header line, found {line:?}"))
        })?;
        headers.push(name.trim(), value.trim());
    }
    if let Some(host) = url.as_deref().and_then(host_of)
        && headers.get("Host").is_none()
    {
        headers.push("Host", host);
    }
    let mut notes = Vec::new();
    let body = body(rest, options, &mut notes)?;
    let request = Request { method: method.to_owned(), target: target_of(target), headers, body };
    Ok(Captured { name, request, url, notes, ..Captured::default() })
}

/// The body without comment lines and without the blank lines in front of the next `###`.
fn body(text: &str, options: &Options, notes: &mut Vec<Note>) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    let mut rest = text;
    while let Some((line, after)) = next_line(rest) {
        let whole = &rest[..rest.len() - after.len()];
        rest = after;
        if line.starts_with("> ") || line.starts_with("< {%") {
            return Err(script());
        }
        if comment(line) {
            notes.push(Note::body_rebuilt(format!(
                "a line of the body was taken as a comment: {line}; a `< ./file` would be exact"
            )));
        } else if let Some(path) = line.strip_prefix("< ").or_else(|| line.strip_prefix("<@ ")) {
            let path = options.folder.join(path.trim());
            body.extend_from_slice(&file(path.to_string_lossy().as_bytes(), options)?);
            // The newline after a file's name ends that line, not the body.
            if !after.trim().is_empty() {
                body.push(b'\n');
            }
        } else if !line.starts_with("<> ") {
            body.extend_from_slice(filled(whole, options)?.as_bytes());
        }
    }
    let is_file = text.trim_start().starts_with('<');
    if !is_file {
        body.truncate(body.trim_ascii_end().len());
    }
    Ok(body)
}

fn next_line(text: &str) -> Option<(&str, &str)> {
    if text.is_empty() {
        return None;
    }
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    Some((line.strip_suffix('\r').unwrap_or(line), rest))
}

/// `text` with every `{{variable}}` replaced.
fn filled(text: &str, options: &Options) -> Result<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, later)) = after.split_once("}}") else { break };
        let name = name.trim();
        let known = options.variables.iter().rev().find(|(known, _)| known == name);
        let (_, value) = known.ok_or_else(|| {
            Error::input("variable-unknown", format!("{{{{{name}}}}} has no value"))
                .help("give it with --var NAME=VALUE, or in the file as @name = value")
        })?;
        out.push_str(before);
        out.push_str(value);
        rest = later;
    }
    out.push_str(rest);
    Ok(out)
}

fn script() -> Error {
    Error::input("unsupported", "the file has a script; none is ever run")
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
            assert_eq!(all(text)[0].as_ref().unwrap_err().code, code, "{text}");
        }
    }

    #[test]
    fn a_comment_inside_the_body_is_noted() {
        let read = all("POST https://h/x\n\na\n# b\nc\n");
        let captured = read[0].as_ref().unwrap();
        assert_eq!(captured.request.body, b"a\nc");
        assert_eq!(captured.notes[0].code, Code::BodyRebuilt);
    }
}
