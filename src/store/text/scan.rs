//! Plain text: runs of base64 that are a certificate file or keystore, named by what stands before
//! them. Dotenv files, SAML metadata, configuration profiles, mail, header values.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem;

use super::super::pem::block::BEGIN;
use super::super::pem::mend::mend;
use super::{Group, Part, value};

/// What base64 of a certificate file or store begins with, once and twice encoded; and PEM with
/// percent signs.
const STARTS: [&[u8]; 12] = [
    b"MII", // DER with a length of two octets
    b"MIG", // DER with a length of one octet
    b"MIH",
    b"MIA",           // BER of indefinite length
    b"LS0tLS1CRUdJT", // -----BEGIN
    b"/u3+7Q",        // JKS
    b"_u3-7Q",
    b"zs7Ozg",            // JCEKS
    b"AAAAAg",            // BKS
    b"TUlJ",              // MII
    b"TFMwdExTMUNSVWRKV", // LS0tLS1CRUdJT
    b"-----BEGIN%20",
];

/// A run must be longer than that.
const SHORTEST: usize = 64;

/// A line of base64 that another follows is longer.
const SHORTEST_LINE: usize = 32;

/// So far back the name of a run is looked for.
const NAME_WINDOW: usize = 512;

/// More runs than this are not looked at.
const MAX_RUNS: usize = 200_000;

/// Looks for all of them at once.
static ANY_START: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::LeftmostFirst).build(STARTS).ok()
});

/// Whether there can be anything in it at all: quick, since every file of a folder is asked.
pub fn may_hold(text: &[u8]) -> bool {
    memmem::find(text, BEGIN).is_some() || starts(text).next().is_some()
}

/// Where a run begins that is long enough. No start lies within another one.
fn starts(text: &[u8]) -> impl Iterator<Item = usize> {
    let found =
        ANY_START.iter().flat_map(move |any| any.find_iter(text)).map(|found| found.start());
    found.filter(move |at| is_start(text, *at) && is_long(&text[*at..]))
}

fn is_long(run: &[u8]) -> bool {
    run.get(..SHORTEST).is_some_and(|head| {
        head.iter()
            .all(|byte| is_base64(*byte) || byte.is_ascii_whitespace() || b"\\=%.~".contains(byte))
    })
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte)
}

/// Whether a run can begin there: behind something that is not base64, or behind a written-out break.
fn is_start(text: &[u8], at: usize) -> bool {
    match text[..at] {
        [.., b'\\', b'n' | b'r' | b't'] => true,
        [.., last] => !last.is_ascii_alphanumeric() && !b"+_".contains(&last),
        [] => true,
    }
}

/// Every run that is something.
pub fn parts(text: &[u8]) -> Vec<Part> {
    let places: Vec<usize> = starts(text).take(MAX_RUNS).collect();
    let mut group = Group::default();
    // A file that is base64 from end to end is another matter, and so is PEM that was changed.
    let whole = without_padding(text.trim_ascii());
    let is_whole = whole.iter().all(|byte| is_base64(*byte) || byte.is_ascii_whitespace());
    if is_whole || places.is_empty() || mend(text).is_some() {
        return Vec::new();
    }
    assignments(text, &mut group);
    let mut end = 0;
    for at in places {
        if at < end {
            continue;
        }
        for length in lengths(&text[at..]) {
            if let Some(decoded) = value::decode(&without_entities(&text[at..at + length])) {
                end = at + length;
                group.add(&name(text, at), Some(decoded), &[]);
                break;
            }
        }
    }
    let mut parts = group.finish();
    // One that has no name needs none.
    if let [part] = &mut parts[..]
        && part.name.starts_with("line ")
    {
        part.name.clear();
    }
    parts
}

fn without_padding(text: &[u8]) -> &[u8] {
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    &text[..text.len() - padding]
}

/// Short values of `NAME=value` lines: one may be a password.
fn assignments(text: &[u8], group: &mut Group) {
    for line in text.split(|byte| *byte == b'\n').filter(|line| line.len() < 512).take(MAX_RUNS) {
        let line = line.trim_ascii();
        let line = line.strip_prefix(b"export ").unwrap_or(line);
        let Some(at) = memchr::memchr2(b'=', b':', line) else { continue };
        let (name, value) = (line[..at].trim_ascii(), line[at + 1..].trim_ascii());
        let is_name = !name.is_empty()
            && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte));
        if let (true, Ok(name)) = (is_name, std::str::from_utf8(name)) {
            let quoted = [b'"', b'\'']
                .iter()
                .find_map(|quote| value.strip_prefix(&[*quote])?.strip_suffix(&[*quote]));
            group.add(name, None, quoted.unwrap_or(value));
        }
    }
}

/// How many octets from here on may be a value, the likeliest first. The last of the lines that seem to
/// go on with it may be what follows (`key:`, `--boundary`) if it ended without padding; or all of them
/// but the first.
fn lengths(text: &[u8]) -> Vec<usize> {
    if text.starts_with(b"-") {
        return vec![percent_run(text)];
    }
    let (whole, but_last) = base64_run(text);
    let mut lengths = vec![whole, but_last, line_run(text)];
    lengths.dedup();
    lengths
}

/// Octets of base64 from here on: the rest of the line, and the lines that go on with it; and the same
/// without the last of them.
fn base64_run(text: &[u8]) -> (usize, usize) {
    let mut at = line_run(text);
    let (mut last, mut before) = (at, at);
    loop {
        // An `=` ends it, so does a line that is not full.
        if text[..at].ends_with(b"=") || last < SHORTEST_LINE {
            return (at, before);
        }
        let rest = &text[at..];
        let broken = skip_break(rest);
        if broken == 0 {
            return (at, before);
        }
        let blank = rest[broken..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let next = at + broken + blank;
        let length = line_run(&text[next..]);
        let is_line = ends_line(&text[next + length..]);
        if length == 0 || !is_line {
            return (at, before);
        }
        last = length;
        before = at;
        at = next + length;
    }
}

/// Octets of a line break, also written out, or as an entity of XML.
fn skip_break(text: &[u8]) -> usize {
    let blank = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let rest = &text[blank..];
    let breaks: [&[u8]; 9] = [
        b"\r\n",
        b"\n",
        b"\r",
        b"\\r\\n",
        b"\\n",
        b"&#13;\n",
        b"&#13;\r\n",
        b"&#xD;\n",
        b"&#xd;\n",
    ];
    match breaks.iter().find(|one| rest.starts_with(one)) {
        Some(one) => blank + one.len(),
        None => 0,
    }
}

/// Whether nothing follows in this line but what ends a value.
fn ends_line(text: &[u8]) -> bool {
    let rest = text
        .iter()
        .position(|byte| !matches!(byte, b' ' | b'\t'))
        .map_or(&[][..], |at| &text[at..]);
    rest.first().is_none_or(|byte| b"\r\n\"'<\\&,;:`)".contains(byte))
}

/// Octets of base64 in this line, with its padding.
fn line_run(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            byte if is_base64(*byte) => at += 1,
            b'\\' if text.get(at + 1) == Some(&b'/') => at += 2,
            b'%' if text.get(at + 1..at + 3).is_some_and(|hex| {
                [&b"2B"[..], b"2F", b"2b", b"2f", b"3D", b"3d"].contains(&hex)
            }) =>
            {
                at += 3
            }
            _ => break,
        }
    }
    at + text[at..].iter().take(2).take_while(|byte| **byte == b'=').count()
}

/// Octets of PEM with percent signs: to the first character that such text does not have.
fn percent_run(text: &[u8]) -> usize {
    let is_in = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~%+/=".contains(byte);
    text.iter().take_while(|byte| is_in(byte)).count()
}

fn without_entities(run: &[u8]) -> zeroize::Zeroizing<Vec<u8>> {
    let mut plain = zeroize::Zeroizing::new(Vec::with_capacity(run.len()));
    let mut rest = run;
    while let Some(at) = memchr::memchr(b'&', rest) {
        plain.extend_from_slice(&rest[..at]);
        let end = memchr::memchr(b';', &rest[at..]).map_or(rest.len(), |end| at + end + 1);
        rest = &rest[end..];
    }
    plain.extend_from_slice(rest);
    plain
}

/// What a run is called: the key, element, or header before it; else the line it stands in.
fn name(text: &[u8], at: usize) -> String {
    let window = &text[at.saturating_sub(NAME_WINDOW)..at];
    let before = String::from_utf8_lossy(window);
    let before = before.trim_end();
    let before = before
        .rfind("data:")
        .filter(|data| before[*data..].ends_with(";base64,"))
        .map_or(before, |data| &before[..data]);
    let named = element(before).or_else(|| attachment(before)).or_else(|| identifier(before));
    named.unwrap_or_else(|| {
        let line = text[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("line {line}")
    })
}

/// The element of XML that ends there; in a property list the key before it.
fn element(before: &str) -> Option<String> {
    let inner = before.strip_suffix('>')?;
    let tag = &inner[inner.rfind('<')? + 1..];
    let local = tag.split([' ', '\n', '\t']).next()?.rsplit(':').next()?;
    if local == "data"
        && let Some(key) = inner.rfind("</key>")
        && let Some(start) = inner[..key].rfind("<key>")
    {
        return clean(&inner[start + 5..key]);
    }
    clean(local)
}

/// `name="smime.p7s"` of the head of a mail part.
fn attachment(before: &str) -> Option<String> {
    let head = &before[before.rfind("\n\n").or_else(|| before.rfind("\n--")).unwrap_or(0)..];
    let at = head.rfind("name=")?;
    // Only where the head is the last thing before the run.
    let value = head[at + 5..].trim_start_matches('"');
    let value = value.split(['"', ';', '\n', '\r']).next()?;
    head.to_ascii_lowercase().contains("content-type:").then(|| clean(value))?
}

/// The last word before `=`, `:` or a quote.
fn identifier(before: &str) -> Option<String> {
    let ends = |char: char| char.is_whitespace() || "\"'`=:|>-(+\\{[".contains(char);
    let key = before.trim_end_matches(ends);
    if key.len() == before.len() {
        return None;
    }
    let is_part = |char: char| char.is_alphanumeric() || "_.-/".contains(char);
    let start = key
        .rfind(|char| !is_part(char))
        .map_or(0, |at| at + key[at..].chars().next().map_or(1, char::len_utf8));
    clean(&key[start..])
}

fn clean(name: &str) -> Option<String> {
    let name: String = name.trim().chars().filter(|char| !char.is_control()).take(80).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
