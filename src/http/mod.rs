//! HTTP/1.1 messages as they travel: names, case, order and repeats of headers are kept, and bodies
//! are bytes. What was signed must arrive unchanged.
//!
//! `codec` reads both directions without sockets (on `head`, `framing`, `chunked`), `write` writes
//! them, `forwarded` decodes client certificates that a proxy put into headers.

mod chunked;
pub mod codec;
pub mod credential;
pub mod date;
pub mod forwarded;
pub mod framing;
pub mod head;
pub mod percent;
mod refusal;
pub mod salvage;
mod url;
pub mod write;

use serde::ser::{Serialize, SerializeStruct, Serializer};

pub use refusal::Refusal;
pub use url::Url;

/// One header line, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The name in the case it came in.
    pub name: String,
    /// The value without surrounding blanks; any byte but CR, LF and NUL.
    pub value: Vec<u8>,
}

/// Name and value; bytes that are no UTF-8 are replaced.
impl Serialize for Header {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_struct("Header", 2)?;
        line.serialize_field("name", &self.name)?;
        line.serialize_field("value", &String::from_utf8_lossy(&self.value))?;
        line.end()
    }
}

/// Header lines in their order, repeats kept apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Headers(Vec<Header>);

impl Headers {
    /// No header lines.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a line at the end.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) {
        self.0.push(Header { name: name.into(), value: value.into() });
    }

    /// Replaces all lines of that name by one, in the place of the first; adds it when there is none.
    pub fn set(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        let line = Header { name: name.to_owned(), value: value.into() };
        match self.0.iter().position(|header| header.name.eq_ignore_ascii_case(name)) {
            Some(first) => {
                self.remove_after(name, first + 1);
                self.0[first] = line;
            }
            None => self.0.push(line),
        }
    }

    /// Like [`Headers::set`], but keeps the name as it is written in the first line.
    pub fn set_value(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        let known = self.0.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        let name = known.map_or_else(|| name.to_owned(), |header| header.name.clone());
        self.set(&name, value);
    }

    /// Removes all lines of that name.
    pub fn remove(&mut self, name: &str) {
        self.remove_after(name, 0);
    }

    fn remove_after(&mut self, name: &str, start: usize) {
        let mut index = 0;
        self.0.retain(|header| {
            index += 1;
            index <= start || !header.name.eq_ignore_ascii_case(name)
        });
    }

    /// The first value of that name, whatever its case.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value.as_slice())
    }

    /// Every value of that name, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.0
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value.as_slice())
    }

    /// The first value of that name as text; bytes that are no UTF-8 are replaced.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(|value| String::from_utf8_lossy(value).into_owned())
    }

    /// All lines in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Header> {
        self.0.iter()
    }

    /// Number of lines.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Header> for Headers {
    fn from_iter<T: IntoIterator<Item = Header>>(lines: T) -> Self {
        Self(lines.into_iter().collect())
    }
}

/// A request: what a sender sent, byte for byte where it matters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Method in the case it came in.
    pub method: String,
    /// Request target as on the request line: origin form (`/path?query`) or absolute form.
    pub target: String,
    /// Header lines.
    pub headers: Headers,
    /// Body with transfer coding removed.
    pub body: Vec<u8>,
}

impl From<head::RequestHead> for Request {
    fn from(head: head::RequestHead) -> Self {
        Self { method: head.method, target: head.target, headers: head.headers, body: Vec::new() }
    }
}

/// A response to a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Reason phrase, may be empty.
    pub reason: String,
    /// Header lines.
    pub headers: Headers,
    /// Body with transfer coding removed.
    pub body: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_and_case_are_kept_and_set_replaces_in_place() {
        let mut headers = Headers::new();
        headers.push("X-a", "1");
        headers.push("b", "2");
        headers.push("x-A", "3");
        assert_eq!(headers.all("X-A").collect::<Vec<_>>(), [b"1", b"3"]);
        headers.set("x-a", "4");
        let lines: Vec<_> = headers.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(lines, ["x-a", "b"]);
    }
}
