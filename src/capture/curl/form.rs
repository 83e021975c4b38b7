//! Parts of a form that curl sends as `multipart/form-data` (`-F`, `--form-string`; RFC 7578).

use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;

use super::super::room::excerpt;

/// The parts so far.
#[derive(Debug, Default)]
pub(super) struct Form(Vec<(String, Vec<u8>)>);

/// Types that curl tells by the end of a file's name.
const TYPES: [(&str, &str); 10] = [
    (".gif", "image/gif"),
    (".jpg", "image/jpeg"),
    (".jpeg", "image/jpeg"),
    (".png", "image/png"),
    (".svg", "image/svg+xml"),
    (".txt", "text/plain"),
    (".htm", "text/html"),
    (".html", "text/html"),
    (".pdf", "application/pdf"),
    (".xml", "application/xml"),
];

impl Form {
    /// Adds `name=content`, which means itself.
    ///
    /// # Errors
    /// `malformed` without a name.
    pub(super) fn add_text(&mut self, value: &[u8]) -> Result<()> {
        let (name, content) = named(value)?;
        self.push(name, None, None, content.to_vec());
        Ok(())
    }

    /// Adds `name=content`, `name=@file` or `name=<file`, with `;type=` and `;filename=` behind it.
    ///
    /// # Errors
    /// `malformed` and `unsupported` for what is not read, and those of reading a file.
    pub(super) fn add(
        &mut self,
        value: &[u8],
        mut read: impl FnMut(&[u8]) -> Result<Vec<u8>>,
    ) -> Result<()> {
        let (name, rest) = named(value)?;
        let (mark, rest) = match rest {
            [mark @ (b'@' | b'<'), rest @ ..] => (Some(*mark), rest),
            rest => (None, rest),
        };
        let (content, parameters) = word(rest, mark == Some(b'@'));
        let parameters = Parameters::of(parameters, mark == Some(b'@'))?;
        let Some(mark) = mark else {
            self.push(name, None, parameters.kind, content);
            return Ok(());
        };
        let bytes = read(&content)?;
        let path = String::from_utf8_lossy(&content).into_owned();
        if mark == b'<' {
            self.push(name, None, parameters.kind, bytes);
            return Ok(());
        }
        let own = path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        let file = parameters.file.unwrap_or(own);
        let known = |name: &str| {
            let name = name.to_ascii_lowercase();
            TYPES.iter().find(|(end, _)| name.ends_with(end)).map(|(_, kind)| (*kind).to_owned())
        };
        let kind = parameters.kind.or_else(|| known(&file)).or_else(|| known(&path));
        let kind = kind.unwrap_or_else(|| "application/octet-stream".to_owned());
        self.push(name, Some(&file), Some(kind), bytes);
        Ok(())
    }

    fn push(&mut self, name: &[u8], file: Option<&str>, kind: Option<String>, content: Vec<u8>) {
        let escaped =
            |text: &str| text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let name = escaped(&String::from_utf8_lossy(name));
        let mut head = format!("Content-Disposition: form-data; name=\"{name}\"");
        if let Some(file) = file {
            head.push_str(&format!("; filename=\"{}\"", escaped(file)));
        }
        if let Some(kind) = kind {
            head.push_str(&format!("\r\nContent-Type: {kind}"));
        }
        self.0.push((head, content));
    }

    /// The body, and its boundary: of the length that curl's has, and the same for the same parts.
    pub(super) fn written(&self) -> (Vec<u8>, String) {
        let mut all = Vec::new();
        for (head, content) in &self.0 {
            all.extend_from_slice(&digest::sha256(head.as_bytes()));
            all.extend_from_slice(&digest::sha256(content));
        }
        let boundary = format!("{}{}", "-".repeat(24), &digest::hex(&digest::sha256(&all))[..16]);
        let mut body = Vec::new();
        for (head, content) in &self.0 {
            body.extend_from_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        (body, boundary)
    }
}

fn named(value: &[u8]) -> Result<(&[u8], &[u8])> {
    match value.iter().position(|&byte| byte == b'=') {
        Some(at) if at > 0 => Ok((&value[..at], &value[at + 1..])),
        _ => {
            let value = excerpt(&String::from_utf8_lossy(value));
            let message = format!("a part of the form has no name, which curl refuses: {value:?}");
            Err(Error::new(Failure::Malformed, message).help("it is written as -F NAME=CONTENT"))
        }
    }
}

/// What stands before the next `;` (or `,`, with `is_list`), perhaps in double quotes; and the rest.
fn word(text: &[u8], is_list: bool) -> (Vec<u8>, &[u8]) {
    let is_end = |byte: u8| byte == b';' || is_list && byte == b',';
    let text = text.trim_ascii_start();
    if let [b'"', quoted @ ..] = text {
        let (mut content, mut at) = (Vec::new(), 0);
        while let Some(&byte) = quoted.get(at) {
            match (byte, quoted.get(at + 1)) {
                (b'\\', Some(&next @ (b'\\' | b'"'))) => {
                    content.push(next);
                    at += 1;
                }
                (b'"', _) => {
                    // What follows the quotes is left out, with a warning.
                    let rest = &quoted[at + 1..];
                    let end = rest.iter().position(|&byte| is_end(byte)).unwrap_or(rest.len());
                    return (content, &rest[end..]);
                }
                _ => content.push(byte),
            }
            at += 1;
        }
    }
    let end = text.iter().position(|&byte| is_end(byte)).unwrap_or(text.len());
    (text[..end].trim_ascii_end().to_vec(), &text[end..])
}

/// What stands behind the content.
#[derive(Default)]
struct Parameters {
    kind: Option<String>,
    file: Option<String>,
}

impl Parameters {
    fn of(mut rest: &[u8], of_file: bool) -> Result<Self> {
        let mut parameters = Self::default();
        let mut is_in_kind = false;
        loop {
            let whole = match rest {
                [b';', rest @ ..] => rest,
                [] => return Ok(parameters),
                _ => return Err(unsupported("several files in one part")),
            };
            rest = whole.trim_ascii_start();
            let starts = |name: &str| {
                rest.get(..name.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
            };
            if starts("headers=") || starts("encoder=") {
                return Err(unsupported("headers= and encoder= of a part"));
            }
            let is_kind = starts("type=");
            let is_file = starts("filename=") && of_file;
            let skipped = if is_kind {
                5
            } else if is_file {
                9
            } else {
                0
            };
            if is_file {
                let (name, later) = word(&rest[skipped..], of_file);
                parameters.file = Some(String::from_utf8_lossy(&name).into_owned());
                (rest, is_in_kind) = (later, false);
                continue;
            }
            let text = if is_kind { &rest[skipped..] } else { whole };
            let end = text.iter().position(|&byte| byte == b';' || of_file && byte == b',');
            let (value, later) = text.split_at(end.unwrap_or(text.len()));
            let value = String::from_utf8_lossy(value.trim_ascii_end());
            match (&mut parameters.kind, is_kind) {
                (kind, true) => *kind = Some(value.into_owned()),
                // `;charset=utf-8` belongs to the type that stands before it.
                (Some(kind), false) if is_in_kind => *kind = format!("{kind};{value}"),
                // Others curl leaves out, with a warning.
                _ => {}
            }
            is_in_kind |= is_kind;
            rest = later;
        }
    }
}

fn unsupported(what: &str) -> Error {
    Error::new(Failure::Unsupported, format!("curl's --form: {what} are not supported"))
        .help("let curl send it once to `hookprint listen --capture FILE`, and replay that")
}
