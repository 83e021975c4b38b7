//! What the flags of a curl command come to, and the requests that curl sends for them.

use super::super::room::{Room, excerpt};
use super::super::{Options, file};
use super::address::Pattern;
use super::flags::{Data, Flag, long, short};
use super::form::Form;
use super::shell::Stdin;
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::percent;

/// What was collected from the flags up to `--next`: one request for each of its URLs.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) room: Room,
    pub(super) urls: Vec<String>,
    pub(super) method: Option<String>,
    /// Lines given with `-H`; `None` is a header that is to be left out.
    pub(super) lines: Vec<(String, Option<Vec<u8>>)>,
    pub(super) authorization: Option<String>,
    pub(super) cookies: Vec<Vec<u8>>,
    pub(super) agent: Option<Vec<u8>>,
    pub(super) referer: Option<Vec<u8>>,
    pub(super) range: Option<Vec<u8>>,
    pub(super) target: Option<String>,
    pub(super) query: Vec<u8>,
    pub(super) data: Option<Vec<u8>>,
    pub(super) form: Form,
    pub(super) upload: Option<(String, Vec<u8>)>,
    pub(super) has_form: bool,
    pub(super) is_json: bool,
    pub(super) is_head: bool,
    pub(super) to_query: bool,
    pub(super) is_plain: bool,
    pub(super) keeps_dots: bool,
    /// The URL that is sent to, of which so many were.
    pub(super) current: usize,
    pub(super) pattern: Option<(Pattern, usize)>,
    pub(super) sent: usize,
    pub(super) is_one: bool,
}

/// Where the values of flags come from.
struct Sources<'a> {
    options: &'a Options,
    stdin: &'a Stdin,
}

/// The operations of a command, without its first word.
///
/// # Errors
/// Where curl refuses it, or what it does is not read here.
pub(super) fn operations(
    words: &[Vec<u8>],
    stdin: &Stdin,
    options: &Options,
) -> Result<Vec<Operation>> {
    let sources = Sources { options, stdin };
    let mut done = Vec::new();
    let mut operation = Operation::new(Room::new(options.record));
    let mut words = words.iter();
    let mut is_over = false;
    while let Some(word) = words.next() {
        if word == b"--" && !is_over {
            is_over = true;
            continue;
        }
        let mut apply = |flag: Flag, value: Option<&[u8]>| -> Result<()> {
            if flag != Flag::Next {
                return operation.apply(flag, value, word, &sources);
            }
            let room = operation.room;
            let before = std::mem::replace(&mut operation, Operation::new(room));
            done.push(before.checked()?);
            Ok(())
        };
        if is_over || !word.starts_with(b"-") || word.len() == 1 {
            apply(Flag::Url, Some(word))?;
        } else if let Some(name) = word.strip_prefix(b"--") {
            let flag = long(name)?;
            let value = if flag.takes_value() { words.next() } else { None };
            apply(flag, value.map(Vec::as_slice))?;
        } else {
            // `-sSXPOST`: letters up to the first that takes a value, which may follow at once.
            let mut letters = &word[1..];
            while let [letter, rest @ ..] = letters {
                let flag = short(*letter)?;
                let (value, left) = match (flag.takes_value(), rest) {
                    (false, _) => (None, rest),
                    (true, []) => (words.next().map(Vec::as_slice), rest),
                    (true, _) => (Some(rest), &rest[..0]),
                };
                apply(flag, value)?;
                letters = left;
            }
        }
    }
    done.push(operation.checked()?);
    let is_one = done.len() == 1;
    done.iter_mut().for_each(|operation| operation.is_one &= is_one);
    Ok(done)
}

impl Sources<'_> {
    /// A file, or standard input for `-`.
    fn read(&self, path: &[u8], room: &mut Room) -> Result<Vec<u8>> {
        match (path, self.stdin) {
            (b"-", Stdin::Text(text)) => {
                room.take(text.len())?;
                Ok(text.clone())
            }
            (b"-", Stdin::File(path)) => file(path, self.options, room),
            (b"-", Stdin::Unknown) => Err(Error::new(
                Failure::Unsupported,
                "what curl would read from standard input is not available",
            )
            .help("write it into the command: --data-binary '...', or a here document")),
            (path, _) => file(path, self.options, room),
        }
    }
}

impl Operation {
    fn new(room: Room) -> Self {
        Self {
            room,
            urls: Vec::new(),
            method: None,
            lines: Vec::new(),
            authorization: None,
            cookies: Vec::new(),
            agent: None,
            referer: None,
            range: None,
            target: None,
            query: Vec::new(),
            data: None,
            form: Form::default(),
            upload: None,
            has_form: false,
            is_json: false,
            is_head: false,
            to_query: false,
            is_plain: false,
            keeps_dots: false,
            current: 0,
            pattern: None,
            sent: 0,
            is_one: true,
        }
    }

    /// Does what `flag` says with its value; `word` is how it was written.
    fn apply(
        &mut self,
        flag: Flag,
        value: Option<&[u8]>,
        word: &[u8],
        sources: &Sources<'_>,
    ) -> Result<()> {
        let name = excerpt(&String::from_utf8_lossy(word));
        if let Flag::Refused(why, help) = flag {
            let message = format!("curl's {name} is not supported: {why}");
            return Err(Error::new(Failure::Unsupported, message).help(help));
        }
        if flag.takes_value() && value.is_none() {
            return Err(Error::new(Failure::Malformed, format!("curl's {name} needs a value")));
        }
        let value = value.unwrap_or_default();
        let text = || String::from_utf8_lossy(value).into_owned();
        let some = || Some(value.to_vec()).filter(|value| !value.is_empty());
        match flag {
            Flag::Url => {
                self.room.line("", value)?;
                self.urls.push(text());
            }
            Flag::Method => self.method = Some(text()),
            Flag::Header => self.header(value, sources)?,
            Flag::Data(kind) => self.data(kind, value, sources)?,
            Flag::Form | Flag::FormText => {
                self.room.take(200 + value.len())?;
                self.has_form = true;
                let room = &mut self.room;
                match flag {
                    Flag::FormText => self.form.add_text(value)?,
                    _ => self.form.add(value, |path| sources.read(path, room))?,
                }
            }
            Flag::User if !value.contains(&b':') => {
                return Err(Error::new(
                    Failure::Unsupported,
                    "curl asks for the password of that --user",
                )
                .help("write it as USER:PASSWORD"));
            }
            Flag::User => self.authorization = Some(format!("Basic {}", digest::base64(value))),
            Flag::Bearer => self.authorization = Some(format!("Bearer {}", text())),
            Flag::Cookie if value.contains(&b'=') => {
                self.room.line("", value)?;
                self.cookies.push(value.to_vec());
            }
            Flag::Cookie if value.is_empty() => {}
            Flag::Cookie => {
                let message =
                    format!("curl's --cookie {}: cookie files are not supported", excerpt(&text()));
                return Err(Error::new(Failure::Unsupported, message)
                    .help("write the cookies out: --cookie 'NAME=VALUE'"));
            }
            Flag::Agent => self.agent = some(),
            Flag::Referer => {
                // `;auto` is about redirects.
                let referer = value.strip_suffix(b";auto").unwrap_or(value);
                self.referer = Some(referer.to_vec()).filter(|referer| !referer.is_empty());
            }
            Flag::Range => self.range = Some([b"bytes=", value].concat()),
            Flag::Target => self.target = Some(text()),
            Flag::Query => {
                let more = match value {
                    [b'+', raw @ ..] => raw.to_vec(),
                    _ => url_encoded(value, sources, &mut self.room)?,
                };
                self.room.take(more.len() + 1)?;
                join(&mut self.query, &more);
            }
            Flag::Upload => {
                let bytes = match value {
                    b"." => {
                        return Err(Error::new(
                            Failure::Unsupported,
                            "curl's --upload-file . is not supported",
                        ));
                    }
                    path => sources.read(path, &mut self.room)?,
                };
                if self.upload.replace((text(), bytes)).is_some() {
                    return Err(Error::new(
                        Failure::Unsupported,
                        "several --upload-file are not supported",
                    )
                    .help("write one command for each"));
                }
            }
            Flag::Head => self.is_head = true,
            Flag::DataToQuery => self.to_query = true,
            Flag::PlainUrls => self.is_plain = true,
            Flag::KeepDots => self.keeps_dots = true,
            Flag::Next | Flag::Ignored | Flag::IgnoredValue | Flag::Refused(..) => {}
        }
        Ok(())
    }

    /// `Name: value`, `Name;` (empty value), `Name:` (leave it out), or `@file` with such lines.
    fn header(&mut self, line: &[u8], sources: &Sources<'_>) -> Result<()> {
        if let [b'@', path @ ..] = line {
            let text = sources.read(path, &mut self.room)?;
            let lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end);
            return lines
                .filter(|line| !line.is_empty())
                .try_for_each(|line| self.header_line(line));
        }
        self.header_line(line)
    }

    fn header_line(&mut self, line: &[u8]) -> Result<()> {
        let (name, value) = match (line.iter().position(|&byte| byte == b':'), line) {
            (Some(at), _) => {
                let value = line[at + 1..].trim_ascii();
                (&line[..at], Some(value.to_vec()).filter(|value| !value.is_empty()))
            }
            (None, [name @ .., b';']) => (name, Some(Vec::new())),
            (None, _) => {
                let line = excerpt(&String::from_utf8_lossy(line));
                return Err(Error::new(
                    Failure::Malformed,
                    format!("curl's -H {line}: a header needs a colon"),
                )
                .help("curl would ignore it: remove it, or write NAME: VALUE"));
            }
        };
        let name = String::from_utf8_lossy(name).trim().to_owned();
        self.room.line(&name, value.as_deref().unwrap_or_default())?;
        self.lines.push((name, value));
        Ok(())
    }

    fn data(&mut self, kind: Data, value: &[u8], sources: &Sources<'_>) -> Result<()> {
        let room = &mut self.room;
        let piece = match (kind, value) {
            (Data::Text, [b'@', path @ ..]) => {
                let mut bytes = sources.read(path, room)?;
                bytes.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
                bytes
            }
            (Data::Binary | Data::Json, [b'@', path @ ..]) => sources.read(path, room)?,
            (Data::UrlEncoded, _) => url_encoded(value, sources, room)?,
            _ => value.to_vec(),
        };
        self.is_json |= kind == Data::Json;
        match &mut self.data {
            None => self.data = Some(piece),
            Some(data) if kind == Data::Json => data.extend_from_slice(&piece),
            Some(data) => {
                data.push(b'&');
                data.extend_from_slice(&piece);
            }
        }
        Ok(())
    }

    /// Whether curl sends it: it has a URL, and one body at most.
    fn checked(mut self) -> Result<Self> {
        if self.urls.is_empty() {
            return Err(Error::new(Failure::Malformed, "no URL"));
        }
        let has_data = self.data.is_some() && !self.to_query;
        let bodies = [has_data, self.has_form, self.upload.is_some(), self.is_head];
        if bodies.iter().filter(|has| **has).count() > 1 {
            let what = "curl sends one body at most: of --data, --form, --upload-file and --head";
            return Err(Error::new(Failure::Malformed, what).help("keep one of them"));
        }
        self.is_one = self.urls.len() == 1;
        Ok(self)
    }
}

fn join(query: &mut Vec<u8>, more: &[u8]) {
    if !query.is_empty() {
        query.push(b'&');
    }
    query.extend_from_slice(more);
}

/// `content`, `=content`, `name=content`, `@file`, `name@file`.
fn url_encoded(value: &[u8], sources: &Sources<'_>, room: &mut Room) -> Result<Vec<u8>> {
    let encoded =
        |content: &[u8]| percent::encode(content, b"-._~ ").replace(' ', "+").into_bytes();
    let Some(at) = value.iter().position(|byte| matches!(byte, b'=' | b'@')) else {
        return Ok(encoded(value));
    };
    let (name, rest) = (&value[..at], &value[at + 1..]);
    let content = if value[at] == b'@' { sources.read(rest, room)? } else { rest.to_vec() };
    let encoded = encoded(&content);
    Ok(if name.is_empty() { encoded } else { [name, b"=", &encoded].concat() })
}
