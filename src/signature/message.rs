//! A request as signatures see it: borrowed, its header lines in order.

use crate::http::{Headers, Request};

/// A request whose signature is made or checked. It borrows everything.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The method.
    pub method: &'a str,
    /// The absolute URL that the sender called, if it is known.
    pub url: Option<&'a str>,
    /// The target on the request line, where that is known; it never says which host was called.
    pub target: &'a str,
    /// Header lines in order, repeats apart.
    pub headers: &'a [Line<'a>],
    /// The exact bytes of the body; empty while it is streamed.
    pub body: &'a [u8],
    /// Whether `headers` is all that came, so that a header which is not there is missing.
    pub complete: bool,
}

impl<'a> Message<'a> {
    /// A request with its header lines, see [`lines`], and the URL it was sent to.
    pub fn of(request: &'a Request, headers: &'a [Line<'a>], url: Option<&'a str>) -> Self {
        let (method, target) = (request.method.as_str(), request.target.as_str());
        Self { method, url, target, headers, body: &request.body, complete: true }
    }

    /// A POST of which only the header lines and the body are known.
    pub fn post(headers: &'a [Line<'a>], body: &'a [u8]) -> Self {
        Self { method: "POST", url: None, target: "", headers, body, complete: true }
    }

    /// Every value of the header of that name, in order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.headers.iter().filter(move |(one, _)| is_named(one, name)).map(|(_, value)| *value)
    }
}

/// Whether two names of headers are the same, whatever the case of their letters. Most are written as they are
/// looked for; those of one sender begin alike, so that others are told apart from their ends.
pub(super) fn is_named(one: &str, name: &str) -> bool {
    let mut letters = one.bytes().rev().zip(name.bytes().rev());
    one == name || one.len() == name.len() && letters.all(|(a, b)| a.eq_ignore_ascii_case(&b))
}

/// Name and value of a header line.
pub type Line<'a> = (&'a str, &'a [u8]);

/// The lines of `headers`, borrowed.
pub fn lines(headers: &Headers) -> Vec<Line<'_>> {
    headers.iter().map(|line| (line.name.as_str(), line.value.as_slice())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_headers_have_no_case() {
        for (one, name) in [("X-A", "X-A"), ("x-a", "X-A"), ("X-Ab", "x-aB"), ("", "")] {
            assert!(is_named(one, name), "{one} {name}");
        }
        for (one, name) in [("X-A", "X-B"), ("Y-A", "X-A"), ("X-A", "X-AA"), ("", "X"), ("{", "[")]
        {
            assert!(!is_named(one, name), "{one} {name}");
        }
    }
}
