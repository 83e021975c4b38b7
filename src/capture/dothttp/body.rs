//! The body of a request in an `.http` file: which lines are a part of it, and how they are joined.

use super::super::file;
use super::super::room::excerpt;
use super::differs;
use super::line::{Lines, begins_request, block, comment, definition, is_status_line, script};
use super::request::Reading;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::{Headers, percent};

/// A body before its lines are joined.
#[derive(Default)]
pub(super) struct Body {
    lines: Vec<Piece>,
    has_crlf: bool,
}

/// A line, or the file that it names.
enum Piece {
    Text(String),
    File(Vec<u8>),
}

impl Body {
    /// Reads what is left of a section.
    pub(super) fn read(
        reading: &mut Reading<'_>,
        mut lines: Lines<'_>,
        headers: &Headers,
    ) -> Result<Self> {
        let mut body = Self { has_crlf: lines.0.contains("\r\n"), ..Self::default() };
        let mut comments = Comments::default();
        let is_mixed = is_type(headers, "multipart/mixed");
        while let Some(line) = lines.next() {
            let text = line.trim();
            if body.lines.is_empty() && text.is_empty() {
            } else if comment(line) {
                if !lines.0.trim_start().is_empty() {
                    comments.count(line);
                }
            } else if is_over(line, &mut lines)? {
            } else if let Some((path, encoding)) = file_of(line) {
                reading.room.line("", b"")?;
                body.lines.push(Piece::File(file_bytes(reading, path, encoding)?));
            } else {
                if !is_mixed && begins_request(text) {
                    if text.contains("://") || text.contains("{{") {
                        return Err(differs(format!(
                            "a line of the body looks like the next request: {:?}",
                            excerpt(text)
                        ))
                        .help(
                            "put a line of ### before it; use `< ./file` to send such a body \
                                   exactly",
                        ));
                    }
                    reading.note("httpyac takes a line of the body for the next request");
                }
                if text.ends_with("===") {
                    reading.note("httpyac cuts the body at a line that ends in ===");
                }
                let filled = reading.filled(line)?;
                reading.room.line("", b"")?;
                body.lines.push(Piece::Text(filled));
            }
        }
        if let Some(note) = comments.note() {
            reading.note(note);
        }
        while matches!(body.lines.last(), Some(Piece::Text(line)) if line.trim().is_empty()) {
            body.lines.pop();
        }
        Ok(body)
    }

    /// Its text, if it names no file.
    pub(super) fn text(&self) -> Option<String> {
        let lines = self.lines.iter().map(|piece| match piece {
            Piece::Text(line) => Some(line.as_str()),
            Piece::File(_) => None,
        });
        lines.collect::<Option<Vec<_>>>().map(|lines| lines.join("\n"))
    }

    /// What is sent.
    pub(super) fn bytes(self, reading: &mut Reading<'_>, headers: &Headers) -> Vec<u8> {
        let is_text = self.lines.iter().all(|piece| matches!(piece, Piece::Text(_)));
        if is_text && is_type(headers, "application/x-www-form-urlencoded") {
            return self.form(reading);
        }
        let is_multipart = is_type(headers, "multipart/form-data");
        if self.has_crlf && self.lines.len() > 1 && !is_multipart {
            reading.note(
                "its line ends are sent as LF, as on Linux and macOS; on Windows they are CRLF",
            );
        }
        let end: &[u8] = if is_multipart { b"\r\n" } else { b"\n" };
        let mut bytes = Vec::new();
        for (index, piece) in self.lines.iter().enumerate() {
            if index > 0 {
                bytes.extend_from_slice(end);
            }
            match piece {
                Piece::Text(line) => bytes.extend_from_slice(line.as_bytes()),
                Piece::File(file) => bytes.extend_from_slice(file),
            }
        }
        if is_text && !bytes.is_empty() && is_type(headers, "application/x-ndjson") {
            bytes.push(b'\n');
        }
        bytes
    }

    /// A form over several lines: without line ends, and without blanks around `=` and `&`.
    fn form(self, reading: &mut Reading<'_>) -> Vec<u8> {
        let mut form = String::new();
        let mut is_same = true;
        for (index, piece) in self.lines.into_iter().enumerate() {
            let Piece::Text(line) = piece else { continue };
            let tight = |text: &str, mark: &str| {
                text.split(mark).map(str::trim).collect::<Vec<_>>().join(mark)
            };
            let trimmed = tight(&tight(&line, "="), "&");
            is_same &= trimmed == line && (index == 0 || line.starts_with('&'));
            form.push_str(&trimmed);
        }
        if !is_same {
            reading.note(
                "line ends and spaces in the form are left out, as JetBrains and httpyac do; the \
                 VS Code REST Client sends them encoded",
            );
        }
        match reading.tags.is_verbatim {
            true => form.into_bytes(),
            false => percent::mended(&percent::escape(&form, b"\"<>`{}")).into_bytes(),
        }
    }
}

/// Whether a line is no part of the body but of what is done with the answer; it is left out then, whole.
fn is_over(line: &str, lines: &mut Lines<'_>) -> Result<bool> {
    let text = line.trim();
    if let Some(script) =
        text.strip_prefix('>').map(str::trim_start).filter(|rest| rest.starts_with("{%"))
    {
        if !script.contains("%}") {
            lines.skip_to(|line| line.trim_end().ends_with("%}"))?;
        }
        return Ok(true);
    }
    match block(text) {
        Some(true) => return lines.skip_to(|line| line.trim() == "}}").map(|()| true),
        Some(false) => return Err(script()),
        None => {}
    }
    let word_after = |mark: &str| {
        let rest = text.strip_prefix(mark).filter(|rest| rest.starts_with([' ', '\t']));
        rest.map(str::trim).filter(|rest| !rest.is_empty())
    };
    if text.starts_with("< {%") {
        return Err(script());
    }
    if [">>", ">>!", "<>", "??"].iter().any(|mark| word_after(mark).is_some()) {
        return Ok(true);
    }
    if let Some(path) = word_after(">").filter(|rest| !rest.contains(char::is_whitespace)) {
        if [".js", ".mjs", ".ts"].iter().any(|end| path.ends_with(end)) {
            return Ok(true);
        }
        return Err(differs(format!(
            "{:?} may be part of the body, or name a script",
            excerpt(text)
        )));
    }
    let doubt = [
        (text == "/*", "starts a comment in httpyac"),
        (definition(line).is_some(), "looks like a variable"),
        (is_status_line(line), "looks like a saved response"),
    ];
    match doubt.iter().find(|(is_so, _)| *is_so) {
        Some((_, what)) => Err(differs(format!("a line of the body {what}: {:?}", excerpt(text)))
            .help(
                "variables come before their request; use `< ./file` to send such a body exactly",
            )),
        None => Ok(false),
    }
}

/// `< path`, `<@ path` (variables are replaced), `<@latin1 path`: the path, and then the encoding.
fn file_of(line: &str) -> Option<(&str, Option<&str>)> {
    let rest = line.strip_prefix('<')?;
    let mark = rest.split([' ', '\t']).next()?;
    let path = rest[mark.len()..].trim();
    let is_mark = mark.is_empty()
        || mark
            .strip_prefix('@')
            .is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    (is_mark && !path.is_empty()).then(|| (path, mark.strip_prefix('@')))
}

fn file_bytes(reading: &mut Reading<'_>, path: &str, encoding: Option<&str>) -> Result<Vec<u8>> {
    let path = reading.filled(path)?;
    let path = reading.options.folder.join(path);
    let bytes = file(path.to_string_lossy().as_bytes(), reading.options, &mut reading.room)?;
    let encoding = encoding.or_else(|| reading.tags.fills_files.then_some(""));
    let text = match encoding {
        None => return Ok(bytes),
        Some("" | "utf8" | "utf") => String::from_utf8(bytes).map_err(|_| {
            let message = format!("{} has variables, and is not UTF-8", path.display());
            Error::new(Failure::Malformed, message).help("name its encoding: <@latin1 FILE")
        })?,
        Some("latin1" | "binary") => bytes.into_iter().map(char::from).collect(),
        Some(other) => {
            let message =
                format!("{}: the encoding {} is not known", path.display(), excerpt(other));
            return Err(Error::new(Failure::Unsupported, message).help("utf8 and latin1 are known"));
        }
    };
    reading.filled(&text).map(String::into_bytes)
}

/// Whether the body is of this type, whatever its parameters.
pub(super) fn is_type(headers: &Headers, wanted: &str) -> bool {
    let kind = headers.text("Content-Type").unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(wanted)
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
            self.first = excerpt(line.trim());
        }
        self.count += 1;
    }

    fn note(self) -> Option<String> {
        let Self { count, first } = self;
        let what = match count {
            0 => return None,
            1 => format!("a line of the body was treated as a comment: {first}"),
            _ => format!("{count} lines of the body were treated as comments, the first: {first}"),
        };
        Some(format!("{what}; use `< ./file` to send it exactly"))
    }
}
