//! A request as signatures see it: borrowed, its header lines in order.

use crate::http::Headers;

/// A request whose signature is made or checked. It borrows everything.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The method.
    pub method: &'a str,
    /// The absolute URL that the sender called, if it is known.
    pub url: Option<&'a str>,
    /// Header lines in order, repeats apart.
    pub headers: &'a [Line<'a>],
    /// The exact bytes of the body; empty while it is streamed.
    pub body: &'a [u8],
    /// Whether `headers` is all that came, so that a header which is not there is missing.
    pub complete: bool,
}

/// Name and value of a header line.
pub type Line<'a> = (&'a str, &'a [u8]);

/// The lines of `headers`, borrowed.
pub fn lines(headers: &Headers) -> Vec<Line<'_>> {
    headers.iter().map(|line| (line.name.as_str(), line.value.as_slice())).collect()
}
