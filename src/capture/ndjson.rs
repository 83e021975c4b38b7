//! Our own capture, `.har.ndjson`: one HAR 1.2 entry per line. Read line by line.

use std::io::{BufRead, Read};

use super::{Captured, Captures, MAX_RECORD, Options, Source, entry, too_large, unreadable};
use crate::error::{Error, Result};
use crate::failure::Failure;

/// A HAR entry at the very start, not inside a `log`.
pub(super) fn looks_like(start: &[u8]) -> bool {
    start.trim_ascii_start().starts_with(b"{") && entry::looks_like(start)
}

/// Yields a request per line. A last line that was torn, because its writer was killed, is said
/// and ends the capture: all before it was yielded.
#[allow(clippy::unnecessary_wraps)]
pub(super) fn read<'a>(source: Source<'a>, _: &Options) -> Result<Captures<'a>> {
    Ok(Box::new(Lines { source, number: 0, over: false }))
}

struct Lines<'a> {
    source: Source<'a>,
    number: usize,
    over: bool,
}

impl Lines<'_> {
    /// The next line that is not blank, and whether a newline ended it.
    fn line(&mut self) -> Result<Option<(Vec<u8>, bool)>> {
        loop {
            let mut line = Vec::new();
            let mut bounded = (&mut self.source).take(MAX_RECORD as u64 + 1);
            if bounded.read_until(b'\n', &mut line).map_err(unreadable)? == 0 {
                return Ok(None);
            }
            if line.len() > MAX_RECORD {
                return Err(too_large(MAX_RECORD));
            }
            self.number += 1;
            let ended = line.ends_with(b"\n");
            if !line.trim_ascii().is_empty() {
                return Ok(Some((line, ended)));
            }
        }
    }
}

impl Iterator for Lines<'_> {
    type Item = Result<Captured>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let (line, ended) = match self.line() {
            Ok(line) => line?,
            Err(error) => {
                self.over = true;
                return Some(Err(error));
            }
        };
        let parsed = entry::parse(&line, format!("line {}", self.number));
        Some(parsed.map_err(|error| match ended {
            true => error,
            false => torn(self.number, line.len()),
        }))
    }
}

pub(super) fn torn(number: usize, length: usize) -> Error {
    let message = format!("line {number}: torn after {length} bytes, its writer was stopped");
    let help = format!("the lines before it ({}) were read; remove the torn one", number - 1);
    Error::new(Failure::CaptureTorn, message).help(help)
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;

    const LINE: &str = r#"{"startedDateTime":"2026-11-22T05:00:00Z","request":{"method":"POST","url":"https://a/b","headers":[]}}"#;

    #[test]
    fn a_torn_last_line_is_said_after_the_others_were_read() {
        let text = format!("{LINE}\n\n{LINE}\n{}", &LINE[..60]);
        let read: Vec<_> = load(text.as_bytes(), &Options::default()).unwrap().collect();
        assert_eq!(read.len(), 3);
        assert_eq!(read[1].as_ref().unwrap().name, "line 3");
        let error = read[2].as_ref().unwrap_err();
        assert_eq!(error.code, Failure::CaptureTorn);
        assert_eq!(error.message, "line 4: torn after 60 bytes, its writer was stopped");
    }

    #[test]
    fn a_last_line_without_newline_may_be_whole() {
        let text = format!("{LINE}\n{LINE}");
        assert!(load(text.as_bytes(), &Options::default()).unwrap().all(|line| line.is_ok()));
    }

    #[test]
    fn a_bad_line_does_not_hide_the_next() {
        let text = format!("{LINE}\n{{\"request\":1}}\n{LINE}\n");
        let read: Vec<_> = load(text.as_bytes(), &Options::default()).unwrap().collect();
        assert_eq!(read.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
        assert!(read[1].as_ref().unwrap_err().message.starts_with("line 2: not a HAR entry"));
    }
}
