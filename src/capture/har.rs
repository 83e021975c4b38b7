//! HAR 1.2 and 1.3: one JSON object, its entries cut out one at a time, so size does not matter.

use super::json::{self, Elements};
use super::{Captures, Options, Source, entry};
use crate::error::Result;

/// An object with a `log`.
pub(super) fn looks_like(start: &[u8]) -> bool {
    let start = start.trim_ascii_start();
    start.starts_with(b"{") && (json::keys(start).iter().any(|key| key == "log") || is_open(start))
}

/// `log` is the first member and does not end within the bytes looked at.
fn is_open(start: &[u8]) -> bool {
    let name = start[1..].trim_ascii_start();
    name.starts_with(b"\"log\"")
}

/// Yields a request per entry.
pub(super) fn read<'a>(source: Source<'a>, _: &Options) -> Result<Captures<'a>> {
    let entries = Elements::under(source, &["log", "entries"])?;
    Ok(Box::new(entries.enumerate().map(|(index, element)| {
        let name = format!("entry {}", index + 1);
        element.map_err(|error| error.about(&name)).and_then(|json| entry::parse(&json, name))
    })))
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;

    #[test]
    fn entries_are_read_until_the_file_is_cut_off() {
        let entry = r#"{"startedDateTime":"2026-11-22T05:00:00Z","request":{"method":"GET","url":"https://a/b","headers":[]}}"#;
        let har = format!(
            "\u{feff}{{\"log\":{{\"version\":\"1.2\",\"entries\":[{entry},{entry}],\"x\":1}}}}"
        );
        assert_eq!(
            load(har.as_bytes(), &Options::default()).unwrap().filter(Result::is_ok).count(),
            2
        );
        let cut = &har.as_bytes()[..har.len() - 60];
        let read: Vec<_> = load(cut, &Options::default()).unwrap().collect();
        assert_eq!(read.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false]);
        assert!(read[1].as_ref().unwrap_err().message.starts_with("entry 2: damaged JSON"));
    }
}
