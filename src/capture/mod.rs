//! Captures: stored requests, in the formats that tools and providers keep them in.
//!
//! [`load`] tells the format from the bytes and yields one request after the other, so a capture
//! of a million requests needs no memory. What a format cannot keep is said as a [`Note`].

pub mod bulk;
mod canonical;
mod client;
mod client_certificate;
mod csv;
mod curl;
mod delivery;
mod dothttp;
mod entry;
mod fields;
mod gateway;
mod har;
pub mod json;
mod message;
mod ndjson;
mod ngrok;
mod other;
mod posted;
pub mod record;
mod redact;
mod request_bin;
mod room;
mod shown;
mod sqs;
mod vegeta;
mod webhook_site;

use std::io::{self, BufRead, Cursor, Read};
use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use crate::error::{Error, Result, said};
use crate::failure::Failure;
use crate::finding::{Code, Finding};
use crate::http::Request;
use crate::input::Input;
use crate::input::unpack::{head, head_until};

use room::Room;

/// The largest stored request, and the largest capture in a format that is read as a whole, in
/// bytes. A body of 10 MB is 13.4 MB of base64, twice in our own format.
pub const MAX_RECORD: usize = 64 * 1024 * 1024;

/// How much of a capture is looked at to tell its format, in bytes.
const LOOK: usize = 64 * 1024;

/// A request from a capture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Captured {
    /// Where it stands in the capture: `line 3`, `entry 1`, or the name it has there.
    pub name: String,
    /// The request.
    pub request: Request,
    /// The absolute URL it was sent to, where the format says so.
    pub url: Option<String>,
    /// When it was received, or sent.
    pub received_at: Option<OffsetDateTime>,
    /// Address of the sender.
    pub peer: Option<String>,
    /// What it was answered with then.
    pub status: Option<u16>,
    /// The exact bytes of its head, where the format keeps them.
    pub head: Option<Vec<u8>>,
    /// What the format could not keep, or what does not fit together.
    pub notes: Vec<Note>,
}

impl Captured {
    /// Its notes as findings.
    pub fn findings(&self) -> Vec<Finding> {
        let finding =
            |note: &Note| Finding::new(note.code, self.name.as_str(), note.message.as_str());
        self.notes.iter().map(finding).collect()
    }
}

/// Something to know about a request from a capture: a finding's code and message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Which kind of finding it makes.
    pub code: Code,
    /// What it is about here.
    pub message: String,
}

impl Note {
    /// The body is not, or not surely, the bytes that were sent.
    pub(crate) fn body_rebuilt(message: impl Into<String>) -> Self {
        Self { code: Code::BodyRebuilt, message: message.into() }
    }

    /// The method, the path or a header line is not, or not surely, the one that was sent.
    pub(crate) fn head_rebuilt(message: impl Into<String>) -> Self {
        Self { code: Code::HeadRebuilt, message: message.into() }
    }

    /// That the body has another size than the one it had when it was sent, if it has.
    pub(crate) fn resized(request: &Request) -> Option<Self> {
        let sent: usize = request.headers.text("Content-Length")?.trim().parse().ok()?;
        let kept = request.body.len();
        (sent != kept).then(|| {
            Self::body_rebuilt(format!(
                "the sender sent {sent} bytes, the capture has {kept}: its text was derived differently"
            ))
        })
    }

    /// The body has another length than its header says.
    pub(crate) fn length_differs(message: impl Into<String>) -> Self {
        Self { code: Code::BodyLengthDiffers, message: message.into() }
    }
}

/// What a capture may make us do.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether files that a capture names (`@file`, `< file`) may be read.
    pub allow_files: bool,
    /// Values of `{{variables}}`.
    pub variables: Vec<(String, String)>,
    /// Environments that variables have their values from: a name, or a file.
    pub environments: Vec<String>,
    /// Whether it is called `.http` or `.rest`, or its variables were given: then it is no raw message.
    pub is_dothttp: bool,
    /// The moment for variables that tell it.
    pub now: OffsetDateTime,
    /// Where the capture lies, for names of files that are relative to it.
    pub folder: PathBuf,
    /// The most that one request may take, with all that its capture has expanded, in bytes.
    pub record: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            allow_files: false,
            variables: Vec::new(),
            environments: Vec::new(),
            is_dothttp: false,
            now: OffsetDateTime::UNIX_EPOCH,
            folder: PathBuf::new(),
            record: MAX_RECORD,
        }
    }
}

/// Bytes of a capture.
pub type Source<'a> = Box<dyn BufRead + 'a>;

/// The requests of a capture, in order. An error is about one request, or ends the capture.
pub type Captures<'a> = Box<dyn Iterator<Item = Result<Captured>> + 'a>;

/// A capture format.
pub struct Format {
    /// Its name in messages.
    pub name: &'static str,
    /// Whether a capture that starts with these bytes is one.
    pub looks_like: fn(&[u8]) -> bool,
    /// Reads it.
    pub read: for<'a> fn(Source<'a>, &Options) -> Result<Captures<'a>>,
}

/// Every capture format, the most certain first.
pub const FORMATS: &[Format] = &[
    Format { name: ".har.ndjson", looks_like: ndjson::looks_like, read: ndjson::read },
    Format { name: "HAR", looks_like: har::looks_like, read: har::read },
    Format {
        name: "delivery export of GitHub, GitLab or Hookdeck",
        looks_like: delivery::looks_like,
        read: delivery::read,
    },
    Format { name: "ngrok requests", looks_like: ngrok::looks_like, read: ngrok::read },
    Format {
        name: "webhook.site export",
        looks_like: webhook_site::looks_like,
        read: webhook_site::read,
    },
    Format {
        name: "RequestBin requests",
        looks_like: request_bin::looks_like,
        read: request_bin::read,
    },
    Format { name: "API Gateway event", looks_like: gateway::looks_like, read: gateway::read },
    Format { name: "SQS messages", looks_like: sqs::looks_like, read: sqs::read },
    Format {
        name: "Postman collection",
        looks_like: client::postman::looks_like,
        read: client::postman::read,
    },
    Format {
        name: "Insomnia export",
        looks_like: client::insomnia::looks_like,
        read: client::insomnia::read,
    },
    Format {
        name: "Insomnia export in YAML",
        looks_like: client::insomnia_5::looks_like,
        read: client::insomnia_5::read,
    },
    Format {
        name: "Bruno collection",
        looks_like: client::bruno_export::looks_like,
        read: client::bruno_export::read,
    },
    Format {
        name: "Bruno request",
        looks_like: client::bruno::looks_like,
        read: client::bruno::read,
    },
    Format { name: VEGETA, looks_like: vegeta::looks_like, read: vegeta::read },
    Format { name: MESSAGE, looks_like: message::looks_like, read: message::read },
    Format { name: "curl command line", looks_like: curl::looks_like, read: curl::read },
    DOTHTTP,
];

const VEGETA: &str = "Vegeta targets";
const MESSAGE: &str = "HTTP/1.1 message";
const DOTHTTP: Format =
    Format { name: ".http file", looks_like: dothttp::looks_like, read: dothttp::read };

/// Whether what begins with these bytes is a capture.
pub fn is_capture(start: &[u8]) -> bool {
    told(unmarked(start)).is_some()
}

/// Whether these first bytes tell that it is a capture of ours, which may still be written: each line can be read
/// as soon as it is there.
pub fn is_of_lines(start: &[u8]) -> bool {
    memchr::memchr(b'\n', start).is_some() && ndjson::looks_like(unmarked(start))
}

/// These bytes without the mark that a Windows editor puts before UTF-8.
fn unmarked(start: &[u8]) -> &[u8] {
    start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start)
}

/// The format of what begins with these bytes.
fn told(start: &[u8]) -> Option<&'static Format> {
    FORMATS.iter().find(|format| (format.looks_like)(start))
}

/// Whether what looks like this format may as well be an `.http` file.
fn is_rather_dothttp(format: &Format, start: &[u8]) -> bool {
    match format.name {
        VEGETA => !start.trim_ascii_start().starts_with(b"{"),
        MESSAGE => !message::has_length(start),
        _ => false,
    }
}

/// Reads a capture of any format, told from its first bytes, or from all of them where these do not tell.
///
/// # Errors
/// `unrecognised` when it is none, `malformed` and others when it cannot be read at all.
pub fn load<'a>(mut reader: impl Read + 'a, options: &Options) -> Result<Captures<'a>> {
    let mut start = head_until(&mut reader, LOOK as u64, is_of_lines).map_err(unreadable)?;
    let bom = start.len() - unmarked(&start).len();
    let mut format = told(&start[bom..]);
    let is_json = matches!(start[bom..].trim_ascii_start().first(), Some(b'{' | b'['));
    if format.is_none() && is_json && start.len() == LOOK {
        // A large member may stand before those that tell.
        start.extend(head(&mut reader, (MAX_RECORD - LOOK) as u64).map_err(unreadable)?);
        format = told(&start[bom..]);
        if format.is_none() {
            // Where it was cut off, it says so now.
            reader.read(&mut [0]).map_err(unreadable)?;
        }
    }
    let format = match format {
        // They begin alike.
        Some(format) if options.is_dothttp && is_rather_dothttp(format, &start[bom..]) => &DOTHTTP,
        None if options.is_dothttp
            && !start.is_empty()
            && other::refusal(&start[bom..]).is_none() =>
        {
            &DOTHTTP
        }
        format => format.ok_or_else(|| unrecognised(&start[bom..]))?,
    };
    let mut start = Cursor::new(start);
    start.set_position(bom as u64);
    let source = Box::new(io::BufReader::with_capacity(LOOK, start.chain(reader)));
    let captures = (format.read)(source, options)?;
    Ok(Box::new(captures.map(|captured| captured.and_then(sendable))))
}

/// Refuses a request in which a name or value would end its line: it could be read as another one.
fn sendable(captured: Captured) -> Result<Captured> {
    match captured.request.check() {
        Ok(()) => Ok(captured),
        Err(error) => Err(error.about(&captured.name)),
    }
}

/// Everything that is left, for formats that are read as a whole.
fn whole(source: Source<'_>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(MAX_RECORD as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > MAX_RECORD {
        return Err(too_large(MAX_RECORD));
    }
    Ok(bytes)
}

/// A file that a capture names, if there is room for it. Only read when that was allowed, as it is.
fn file(path: &[u8], options: &Options, room: &mut Room) -> Result<Vec<u8>> {
    let path = String::from_utf8_lossy(path);
    if !options.allow_files {
        let message = format!("the capture wants the file {path}");
        return Err(Error::new(Failure::FilesNotAllowed, message)
            .help("review the capture, then allow it with --allow-files"));
    }
    let bytes = Input::default().read_at_most(Path::new(&*path), room.left() as u64)?;
    room.take(bytes.len())?;
    Ok(bytes)
}

fn too_large(limit: usize) -> Error {
    Error::new(Failure::TooLarge, format!("a stored request is larger than {limit} bytes"))
        .help("its variables, files and encodings count at their expanded size")
}

/// A capture that tells the same thing in two places, and not the same thing: whoever looks at one
/// of them would not see what is sent.
fn contradicts(what: impl std::fmt::Display) -> Error {
    Error::new(Failure::CaptureContradicts, format!("the capture contradicts itself: {what}"))
        .help("none of it is sent or checked: find out where it comes from, and fix what is wrong")
}

fn unreadable(error: io::Error) -> Error {
    if let Some(error) = said(&error) {
        return error.clone();
    }
    Error::new(Failure::Unreadable, format!("the capture cannot be read: {error}"))
}

fn unrecognised(start: &[u8]) -> Error {
    if let Some(refusal) = other::refusal(start) {
        return refusal;
    }
    let what = if start.is_empty() {
        "the capture is empty"
    } else {
        "this is not a capture in a known format"
    };
    let names: Vec<_> = FORMATS.iter().map(|format| format.name).collect();
    Error::new(Failure::Unrecognised, what)
        .help(format!("supported are: {}; a bare payload file needs --payload", names.join(", ")))
}

#[cfg(test)]
mod growth_tests;

#[cfg(test)]
#[path = "sample_tests.rs"]
mod tests;
