//! URLs as they are written. A signed URL is never parsed and written again: that would change it.

/// A URL or request target, cut at its marks (RFC 3986 section 3). Each part borrows; nothing is decoded,
/// and together they are the whole text again.
///
/// ```text
/// https://user@a.example:8443/hook?x=1#f
/// scheme  authority           path query fragment
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Url<'a> {
    /// All of it.
    pub text: &'a str,
    /// What stands before `://`; without it, this is a target in origin form, which has no authority.
    pub scheme: Option<&'a str>,
    /// Host and port, and perhaps a user before them.
    pub authority: &'a str,
    /// From the authority's end on: path, query and fragment, with their marks. May be empty.
    pub rest: &'a str,
}

impl<'a> Url<'a> {
    /// Cuts a text. Whether it is a good URL is for others to say.
    pub fn of(text: &'a str) -> Self {
        let is_scheme = |word: &str| {
            let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
            !word.is_empty() && word.bytes().all(is_part)
        };
        // A path may have `://` in its query.
        match text.split_once("://").filter(|(scheme, _)| is_scheme(scheme)) {
            None => Self { text, scheme: None, authority: "", rest: text },
            Some((scheme, after)) => {
                let end = after.find(['/', '?', '#']).unwrap_or(after.len());
                let (authority, rest) = after.split_at(end);
                Self { text, scheme: Some(scheme), authority, rest }
            }
        }
    }

    /// Whether it names a scheme and an authority.
    pub fn is_absolute(self) -> bool {
        self.scheme.is_some()
    }

    /// Scheme and authority: all that stands before the rest.
    pub fn origin(self) -> &'a str {
        &self.text[..self.text.len() - self.rest.len()]
    }

    /// Host and port, as they stand in a Host header (RFC 9110 section 7.2).
    pub fn host_and_port(self) -> &'a str {
        self.authority.rsplit_once('@').map_or(self.authority, |(_, host)| host)
    }

    /// The host; the brackets of an IPv6 address belong to it.
    pub fn host(self) -> &'a str {
        split_port(self.host_and_port()).0
    }

    /// The port, if it is written.
    pub fn port(self) -> Option<&'a str> {
        split_port(self.host_and_port()).1
    }

    /// The port that it means when none is written.
    pub fn default_port(self) -> u16 {
        if self.scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("http")) { 80 } else { 443 }
    }

    /// Path and query, as they are sent: never with a fragment. May be empty.
    pub fn path_and_query(self) -> &'a str {
        self.rest.split_once('#').map_or(self.rest, |(before, _)| before)
    }

    /// The path. May be empty.
    pub fn path(self) -> &'a str {
        let sent = self.path_and_query();
        sent.split_once('?').map_or(sent, |(path, _)| path)
    }

    /// The query, without its question mark.
    pub fn query(self) -> Option<&'a str> {
        self.path_and_query().split_once('?').map(|(_, query)| query)
    }

    /// Path and query as they stand on a request line, where an empty path is `/` (RFC 9112 section 3.2.1).
    pub fn target(self) -> String {
        let sent = self.path_and_query();
        if sent.starts_with('/') || sent == "*" { sent.to_owned() } else { format!("/{sent}") }
    }

    /// A path without its `.` and `..` (RFC 3986 section 5.2.4). With `decoded`, `%2e` is a dot, too.
    pub fn without_dots(path: &str, decoded: bool) -> String {
        let dots = |segment: &str| match decoded {
            true => segment.replace("%2e", ".").replace("%2E", "."),
            false => segment.to_owned(),
        };
        let mut kept: Vec<&str> = Vec::new();
        let mut segments = path.split('/').peekable();
        while let Some(segment) = segments.next() {
            let is_last = segments.peek().is_none();
            match dots(segment).as_str() {
                "." | ".." if kept.is_empty() => kept.push(segment),
                "." => {}
                ".." => drop((kept.len() > 1).then(|| kept.pop())),
                _ => {
                    kept.push(segment);
                    continue;
                }
            }
            if is_last {
                // What ended in dots is a folder.
                kept.push("");
            }
        }
        kept.join("/")
    }
}

/// Host and port of an authority without a user.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match authority.rsplit_once(':') {
        Some((host, port)) if is_port(port) && (host.ends_with(']') || !host.contains(':')) => {
            (host, Some(port))
        }
        _ => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_urls() {
        let url = Url::of("https://u:p@a.example:8443/x/y?z=/#f");
        assert_eq!(url.scheme, Some("https"));
        assert_eq!(url.origin(), "https://u:p@a.example:8443");
        assert_eq!(url.host_and_port(), "a.example:8443");
        assert_eq!((url.host(), url.port()), ("a.example", Some("8443")));
        assert_eq!(url.path_and_query(), "/x/y?z=/");
        assert_eq!((url.path(), url.query()), ("/x/y", Some("z=/")));
        for (text, target, host) in [
            ("https://a.example", "/", "a.example"),
            ("https://a.example?x", "/?x", "a.example"),
            ("http://[::1]:80/", "/", "[::1]"),
            ("http://[::1]", "/", "[::1]"),
            ("/cb?u=http://b/", "/cb?u=http://b/", ""),
            ("*", "*", ""),
            ("x", "/x", ""),
            ("", "/", ""),
            ("://a", "/://a", ""),
        ] {
            let url = Url::of(text);
            assert_eq!((url.target().as_str(), url.host()), (target, host), "{text}");
            assert_eq!(format!("{}{}", url.origin(), url.rest), text);
        }
        for (path, without) in [
            ("/a/../b/./c", "/b/c"),
            ("/a/b/..", "/a/"),
            ("/a/.", "/a/"),
            ("/..", "/"),
            ("/../../a//b", "/a//b"),
            ("/a/%2e%2e/b", "/a/%2e%2e/b"),
            ("/.a/..b/...", "/.a/..b/..."),
            ("*", "*"),
        ] {
            assert_eq!(Url::without_dots(path, false), without, "{path}");
        }
        assert_eq!(Url::without_dots("/a/%2E%2e/b", true), "/b");
        assert_eq!(Url::of("HTTP://a").default_port(), 80);
        assert_eq!(Url::of("https://a").default_port(), 443);
    }

    proptest::proptest! {
        #[test]
        fn a_path_without_dots_has_none_and_stays(segments in proptest::collection::vec("(\\.|\\.\\.|a|%2e|)", 0..8)) {
            let without = Url::without_dots(&format!("/{}", segments.join("/")), true);
            proptest::prop_assert!(without.starts_with('/'), "{without}");
            proptest::prop_assert!(!without.split('/').any(|one| matches!(one, "." | ".." | "%2e")));
            proptest::prop_assert_eq!(Url::without_dots(&without, true), without.clone());
        }
    }
}
