//! Our own capture, `.har.ndjson`: one HAR 1.2 entry per line. Read line by line.

use std::io::{BufRead, Read};

use super::{Captured, Captures, MAX_RECORD, Options, Source, entry, too_large, unreadable};
use crate::error::Result;

/// A HAR entry at the very start, not inside a `log`.
pub(super) fn looks_like(start: &[u8]) -> bool {
    start.trim_ascii_start().starts_with(b"{") && entry::looks_like(start)
}

/// Yields a request per line. One that was torn, because its writer was killed, is said; whoever went
/// on writing began a new line.
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
    /// The next line that is not blank.
    fn line(&mut self) -> Result<Option<Vec<u8>>> {
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
            if !line.trim_ascii().is_empty() {
                return Ok(Some(line));
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
        let line = match self.line() {
            Ok(line) => line?,
            Err(error) => {
                self.over = true;
                return Some(Err(error));
            }
        };
        Some(entry::parse(&line, format!("line {}", self.number)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;
    use crate::failure::Failure;

    const LINE: &str = r#"{"startedDateTime":"2026-11-22T05:00:00Z","request":{"method":"POST","url":"https://a/b","headers":[]}}"#;

    #[test]
    fn a_torn_line_is_said_wherever_it_was_cut_and_hides_no_other() {
        for cut in 1..LINE.len() {
            for rest in [String::new(), format!("\n{LINE}\n")] {
                let text = format!("{LINE}\n\n{}{rest}", &LINE[..cut]);
                let mut read = load(text.as_bytes(), &Options::default()).unwrap();
                assert_eq!(read.next().unwrap().unwrap().name, "line 1");
                let error = read.next().unwrap().unwrap_err();
                assert_eq!(error.code, Failure::CaptureTorn, "{cut}: {error}");
                let said = format!("line 3: cut off after {cut} bytes: its sender got no answer");
                assert_eq!(error.message, said);
                assert!(read.all(|line| line.is_ok()));
            }
        }
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
