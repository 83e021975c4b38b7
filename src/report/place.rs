//! Where in a file something stands: code scanning and annotations point there.

use std::sync::Arc;

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as the user named it.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u64,
    /// How many characters stand there, at least 1.
    pub columns: u64,
}

impl Place {
    /// A file as a whole: keystores have no lines, and what points at files asks for one.
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), line: 1, columns: 1 }
    }

    /// The file that is called so in a report: `FILE` or `FILE line 3`. Hosts are named with their port,
    /// URLs with their scheme.
    pub fn named(subject: &str) -> Option<Self> {
        let (file, line) = match subject.rsplit_once(" line ") {
            Some((file, line)) => (file, line.parse().ok()),
            None => (subject, None),
        };
        let file = if line.is_some() { file } else { subject };
        let is_host = file.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        // Nothing can point at standard input.
        let is_file = !is_host && !file.contains("://") && !matches!(file, "" | "-");
        is_file.then(|| Self { line: line.unwrap_or(1), ..Self::file(file) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_urls_are_no_files() {
        for (subject, place) in [
            ("certs/a.p12", Some(("certs/a.p12", 1))),
            ("C:\\a.p12", Some(("C:\\a.p12", 1))),
            ("a.har.ndjson line 12", Some(("a.har.ndjson", 12))),
            ("by line of business", Some(("by line of business", 1))),
            ("- line 3", None),
            ("example.com:443", None),
            ("[2001:db8::1]:443", None),
            ("https://example.com/", None),
            ("-", None),
        ] {
            let found = Place::named(subject);
            let found = found.as_ref().map(|place| (&*place.file, place.line));
            assert_eq!(found, place, "{subject}");
        }
    }
}
