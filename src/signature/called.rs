//! The URL that a request was sent to: the one that is configured, else the Host it names. What
//! proxies say about it counts only where they are trusted, and what contradicts itself never does.

use crate::http::{Headers, Url};

/// Longest name of a host with its port that is taken from a header, in bytes (RFC 1035: 253).
const LONGEST: usize = 260;

/// What the command line says about the URL.
#[derive(Clone, Debug, Default)]
pub struct Called {
    /// The URL itself, whatever a request says.
    pub url: Option<String>,
    /// Whether a request adds its query to that URL, where that has none: one URL for many requests.
    pub adds_query: bool,
    /// Whether `Forwarded` and `X-Forwarded-*` count: a proxy of ours sets them.
    pub trust_forwarded: bool,
}

impl Called {
    /// The URL that counts; `None` when it is not known. `seen` is the URL as a capture keeps it,
    /// `scheme` what it begins with otherwise. The request line never chooses the host: whoever
    /// connects writes there what he likes.
    pub fn of(
        &self,
        target: &str,
        headers: &Headers,
        seen: Option<&str>,
        scheme: &str,
    ) -> Option<String> {
        if let Some(url) = &self.url {
            let query = target.split_once('?').filter(|_| self.adds_query && !url.contains('?'));
            return Some(query.map_or_else(|| url.clone(), |(_, query)| format!("{url}?{query}")));
        }
        let seen = seen.map(Url::of);
        let host = match only(headers, "host") {
            Ok(host) => host,
            Err(Contradiction) => return None,
        };
        let authority = host.or(seen.map(|seen| seen.authority))?;
        let scheme = seen.and_then(|seen| seen.scheme).unwrap_or(scheme);
        let path = match target.starts_with('/') {
            true => target,
            false => Some(Url::of(target)).filter(|url| url.is_absolute())?.rest,
        };
        let forwarded = match self.trust_forwarded {
            true => Forwarded::read(headers).ok()?,
            false => Forwarded::default(),
        };
        if let (None, None, Some(seen)) = (forwarded.proto, forwarded.host, seen)
            && seen.authority.eq_ignore_ascii_case(authority)
            && (seen.rest == path || seen.rest.is_empty() && path == "/")
        {
            return Some(seen.text.to_owned());
        }
        let scheme = forwarded.proto.unwrap_or(scheme);
        let authority = forwarded.host.unwrap_or(authority);
        let path = if path.is_empty() { "/" } else { path };
        (is_authority(authority)).then(|| format!("{scheme}://{authority}{path}"))
    }
}

/// Two headers say different things, or one says what is no host.
struct Contradiction;

/// What the first proxy saw: `Forwarded` (RFC 7239), `X-Forwarded-Proto` and `X-Forwarded-Host`.
#[derive(Default)]
struct Forwarded<'a> {
    proto: Option<&'a str>,
    host: Option<&'a str>,
}

impl<'a> Forwarded<'a> {
    fn read(headers: &'a Headers) -> Result<Self, Contradiction> {
        let first = |name| {
            only(headers, name)
                .map(|value| value.map(|value| value.split(',').next().unwrap_or_default().trim()))
        };
        let element = first("forwarded")?;
        let parameter = |name: &str| {
            let pairs = element.unwrap_or_default().split(';');
            let mut values = pairs.filter_map(|pair| {
                let (key, value) = pair.split_once('=')?;
                key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
            });
            values.next()
        };
        let proto = agreed(parameter("proto"), first("x-forwarded-proto")?)?;
        let host = agreed(parameter("host"), first("x-forwarded-host")?)?;
        let is_proto = |proto: &str| matches!(proto, "http" | "https");
        if !proto.is_none_or(is_proto) || !host.is_none_or(is_authority) {
            return Err(Contradiction);
        }
        Ok(Self { proto, host })
    }
}

/// What both say, or the one that speaks.
fn agreed<'a>(
    one: Option<&'a str>,
    other: Option<&'a str>,
) -> Result<Option<&'a str>, Contradiction> {
    match (one, other) {
        (Some(one), Some(other)) if !one.eq_ignore_ascii_case(other) => Err(Contradiction),
        _ => Ok(one.or(other)),
    }
}

/// The value of a header that stands once, or always with the same value.
fn only<'a>(headers: &'a Headers, name: &str) -> Result<Option<&'a str>, Contradiction> {
    let mut lines = headers.iter().filter(|line| line.name.eq_ignore_ascii_case(name));
    let Some(first) = lines.next() else { return Ok(None) };
    if lines.any(|line| line.value != first.value) {
        return Err(Contradiction);
    }
    std::str::from_utf8(&first.value).map(|text| Some(text.trim())).map_err(|_| Contradiction)
}

/// Whether this is a host, perhaps with a port, and nothing that would change the path.
fn is_authority(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~[]:%!$&'()*+,;=".contains(&byte);
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::new();
        lines.iter().for_each(|(name, value)| headers.push(*name, *value));
        headers
    }

    fn called(trust: bool, target: &str, lines: &[(&str, &str)]) -> Option<String> {
        let called = Called { trust_forwarded: trust, ..Called::default() };
        called.of(target, &headers(lines), None, "https")
    }

    #[test]
    fn the_configured_url_comes_first_then_host_and_never_the_request_line() {
        let lines = [("Host", "a.example")];
        let given = Called { url: Some("https://pub.example/x".into()), ..Called::default() };
        let url = given.of("http://evil.example/s?a", &headers(&lines), None, "http");
        assert_eq!(url.as_deref(), Some("https://pub.example/x"));
        let given = Called { adds_query: true, ..given };
        let url = given.of("http://evil.example/s?a", &headers(&lines), None, "http");
        assert_eq!(url.as_deref(), Some("https://pub.example/x?a"));
        for (target, url) in [
            ("/s?a=1", "https://a.example/s?a=1"),
            ("http://evil.example/s?a=1", "https://a.example/s?a=1"),
            ("http://evil.example", "https://a.example/"),
        ] {
            assert_eq!(called(false, target, &lines).as_deref(), Some(url), "{target}");
        }
        assert_eq!(called(false, "*", &lines), None);
        assert_eq!(called(false, "https://a.example/s", &[]), None);
        assert_eq!(called(false, "/s", &[("Host", "a.example"), ("host", "b.example")]), None);
        assert_eq!(called(false, "/s", &[("Host", "a.example/x?")]), None);
    }

    #[test]
    fn proxies_count_only_where_they_are_trusted_and_agree() {
        let proxied = [
            ("Host", "app:8080"),
            ("X-Forwarded-Host", "pub.example, inner"),
            ("X-Forwarded-Proto", "http"),
        ];
        assert_eq!(called(false, "/s", &proxied).as_deref(), Some("https://app:8080/s"));
        assert_eq!(called(true, "/s", &proxied).as_deref(), Some("http://pub.example/s"));
        let standard =
            [("Host", "app"), ("Forwarded", "for=1.2.3.4;Proto=http;host=\"pub.example:81\", x")];
        assert_eq!(called(true, "/s", &standard).as_deref(), Some("http://pub.example:81/s"));
        assert_eq!(called(true, "/s", &standard[..1]).as_deref(), Some("https://app/s"));
        for wrong in [
            ("X-Forwarded-Host", "pub.example/x"),
            ("X-Forwarded-Host", ""),
            ("X-Forwarded-Proto", "javascript"),
            ("Forwarded", "host=other.example"),
        ] {
            let lines = [("Host", "app"), ("X-Forwarded-Host", "pub.example"), wrong];
            assert_eq!(called(true, "/s", &lines), None, "{wrong:?}");
        }
    }

    #[test]
    fn what_a_capture_keeps_stays_as_it_is_written_unless_host_says_otherwise() {
        let called = |seen, target, lines: &[(&str, &str)]| {
            Called::default().of(target, &headers(lines), Some(seen), "https")
        };
        let own = [("Host", "H.example")];
        let url = called("http://h.example", "/", &own);
        assert_eq!(url.as_deref(), Some("http://h.example"));
        assert_eq!(called("http://h.example/a", "/a", &[]).as_deref(), Some("http://h.example/a"));
        let other = called("http://localhost:3000/a", "/a", &own);
        assert_eq!(other.as_deref(), Some("http://H.example/a"));
        assert_eq!(called("http://h.example/a", "/b", &own).as_deref(), Some("http://H.example/b"));
    }
}
