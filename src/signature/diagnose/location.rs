//! Changes of the URL: what proxies, gateways and routers do to the address the sender called.

use super::cause::{Cause, quoted};
use crate::http::credential::{MASK, masked};
use crate::http::{Url, percent};
use crate::signature::message::Message;
use crate::signature::url;

/// Headers in which proxies say what they saw.
const FORWARDED: &[&str] = &["forwarded", "x-forwarded-host", "x-forwarded-proto"];

/// Most parameters of a query of which every order is tried.
const MOST_ORDERED: usize = 4;

/// One URL to try.
pub struct Location {
    /// Name of the change.
    pub name: &'static str,
    /// The URL.
    pub url: String,
    /// Whether headers of proxies say something about the URL.
    is_forwarded: bool,
}

/// All URLs that the sender may have called instead, none twice.
pub fn all(message: &Message<'_>) -> Vec<Location> {
    let Some(seen) = message.url else { return Vec::new() };
    let is_forwarded = FORWARDED.iter().any(|name| message.header(name).is_ok());
    let mut found: Vec<Location> = Vec::new();
    let mut add = |name: &'static str, url: String| {
        if url != seen && !found.iter().any(|known| known.url == url) {
            found.push(Location { name, url, is_forwarded });
        }
    };
    for form in forms(seen, message) {
        add(difference(seen, &form), form);
    }
    add("url-query-removed", url::without_query(seen).to_owned());
    let (origin, path) = (Url::of(seen).origin(), url::path_query(seen));
    let lower = Url::of(seen);
    if let Some(scheme) = lower.scheme {
        let authority = lower.authority.to_ascii_lowercase();
        add(
            "url-host-lower-case",
            format!("{}://{authority}{}", scheme.to_ascii_lowercase(), lower.rest),
        );
    }
    if let Some((bare, _)) = seen.split_once('#') {
        add("url-fragment-removed", bare.to_owned());
    }
    for (name, url) in queries(seen) {
        add(name, url);
    }
    let decoded = percent::decode(path.as_bytes(), false);
    if let Ok(decoded) = String::from_utf8(decoded) {
        add("url-percent-decoded", format!("{origin}{decoded}"));
    }
    add("url-percent-encoded", format!("{origin}{}", percent::encode(path.as_bytes(), KEPT)));
    // A router that mounts the hook below a prefix hides it, and a gateway adds a stage.
    let starts = path.match_indices('/').skip(1).take(8).map(|(at, _)| at);
    for at in starts.take_while(|at| path.find('?').is_none_or(|query| *at < query)) {
        add("url-path-prefix-removed", format!("{origin}{}", &path[at..]));
    }
    found
}

/// The URL with its query written otherwise: a framework parsed it and wrote it again.
fn queries(seen: &str) -> Vec<(&'static str, String)> {
    let Some((start, query)) = seen.split_once('?') else { return Vec::new() };
    let mut urls = vec![
        ("url-plus-is-percent-20", query.replace('+', "%20")),
        ("url-percent-20-is-plus", query.replace("%20", "+")),
    ];
    let mut parts: Vec<&str> = query.split('&').collect();
    parts.sort_by_key(|part| part.split('=').next());
    urls.push(("url-query-sorted", parts.join("&")));
    let parts: Vec<&str> = query.split('&').collect();
    if parts.len() <= MOST_ORDERED {
        urls.extend(orders(&parts).map(|order| ("url-query-order-changed", order.join("&"))));
    }
    urls.into_iter().map(|(name, query)| (name, format!("{start}?{query}"))).collect()
}

/// Every order of a few parts (Lehmer codes).
fn orders<'a>(parts: &[&'a str]) -> impl Iterator<Item = Vec<&'a str>> {
    let count: usize = (1..=parts.len()).product();
    (0..count).map(move |mut number| {
        let mut left = parts.to_vec();
        let mut order = Vec::with_capacity(left.len());
        while !left.is_empty() {
            let place = number % left.len();
            number /= left.len();
            order.push(left.remove(place));
        }
        order
    })
}

/// What the sender may have called when we see `seen`: itself first, then with what proxies change:
/// the scheme, the port, the forwarded host, the final slash. No form stands twice.
fn forms(seen: &str, message: &Message<'_>) -> Vec<String> {
    let Url { scheme, authority, rest, .. } = Url::of(seen);
    let text = |name: &str| {
        let value = message.header(name).ok()?;
        let first = value.split(|byte| *byte == b',').next().unwrap_or_default();
        std::str::from_utf8(first).ok().map(|text| text.trim().to_owned())
    };
    let mut schemes = vec![scheme.unwrap_or_default().to_owned()];
    schemes.extend(text("x-forwarded-proto"));
    schemes.extend(["https".to_owned(), "http".to_owned()]);
    let mut hosts = vec![authority.to_owned()];
    hosts.extend(text("x-forwarded-host"));
    hosts.extend(text("x-original-host"));
    hosts.extend(text("host"));
    let paths = [rest.to_owned(), toggled_slash(rest)];
    let mut forms = vec![seen.to_owned()];
    for path in &paths {
        for host in &hosts {
            for scheme in &schemes {
                let origin = format!("{scheme}://{host}");
                let url = Url::of(&origin);
                let without = url.host();
                let with_port = format!("{without}:{}", url.default_port());
                for host in [host.as_str(), without, &with_port] {
                    let form = format!("{scheme}://{host}{path}");
                    if !forms.contains(&form) {
                        forms.push(form);
                    }
                }
            }
        }
    }
    forms
}

fn toggled_slash(path_query: &str) -> String {
    let (path, query) = match path_query.find('?') {
        Some(at) => path_query.split_at(at),
        None => (path_query, ""),
    };
    match path.strip_suffix('/') {
        Some(path) => format!("{path}{query}"),
        None => format!("{path}/{query}"),
    }
}

/// What stays as it is in a path with its query (RFC 3986 section 3.3 and 3.4).
const KEPT: &[u8] = b"-._~!$&'()*+,;=:@/?%";

fn difference(seen: &str, form: &str) -> &'static str {
    let (was, is) = (Url::of(seen), Url::of(form));
    if was.host() != is.host() {
        "url-host-changed"
    } else if url::path_query(seen) != url::path_query(form) {
        "url-final-slash-changed"
    } else if was.scheme != is.scheme {
        "url-scheme-changed"
    } else {
        "url-port-changed"
    }
}

impl Location {
    /// What to do here, and in a receiver.
    fn help(&self) -> String {
        let trust = match self.is_forwarded {
            true => ", or with --trust-forwarded if only your own proxy can set those headers",
            false => "",
        };
        let shown = masked(&self.url);
        let hidden = match shown == self.url {
            true => String::new(),
            false => format!(" with its own value in place of {MASK}"),
        };
        format!(
            "check it with --url {}{hidden}{trust}; in your receiver, build the URL from \
             configuration, not from the request",
            quoted(&shown)
        )
    }

    /// Its words.
    pub fn cause(&self) -> Cause {
        Cause {
            change: self.name.to_owned(),
            message: format!("use {} as the URL that was called", masked(&self.url)),
            why: "a proxy, gateway or router in front of the receiver changed what it sees"
                .to_owned(),
            help: self.help(),
            command: None,
            code: &[
                (
                    "Express",
                    "app.set('trust proxy', true)  // or the public URL from configuration",
                ),
                ("Rails", "config.assume_ssl = true"),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_start_with_the_url_itself_and_know_the_forwarded_host() {
        let headers: [(&str, &[u8]); 2] =
            [("X-Forwarded-Host", b"pub.example"), ("X-Forwarded-Proto", b"https")];
        let message = Message::post(&headers, b"");
        let forms = forms("http://app:8080/hook", &message);
        assert_eq!(forms[0], "http://app:8080/hook");
        for form in ["https://pub.example/hook", "https://app:443/hook", "http://app/hook/"] {
            assert!(forms.iter().any(|other| other == form), "{form}: {forms:#?}");
        }
        assert!(forms.len() <= 60, "{}", forms.len());
    }

    #[test]
    fn credentials_of_the_url_are_not_shown() {
        let url = Some("http://app:8080/hook?token=hunter2");
        for location in all(&Message { url, ..Message::post(&[], b"") }) {
            let Cause { message, help, .. } = location.cause();
            assert!(!format!("{message} {help}").contains("hunter2"), "{message}; {help}");
            assert_eq!(location.url.contains("hunter2"), help.contains("in place of ***"));
        }
    }

    #[test]
    fn each_change_is_named() {
        let headers: [(&str, &[u8]); 1] = [("X-Forwarded-Host", b"pub.example")];
        let url = Some("http://app:8080/v1/hook%20a?q=1");
        let message = Message { url, ..Message::post(&headers, b"") };
        let all = all(&message);
        for (name, url) in [
            ("url-scheme-changed", "https://app:8080/v1/hook%20a?q=1"),
            ("url-port-changed", "http://app/v1/hook%20a?q=1"),
            ("url-host-changed", "http://pub.example/v1/hook%20a?q=1"),
            ("url-final-slash-changed", "http://app:8080/v1/hook%20a/?q=1"),
            ("url-query-removed", "http://app:8080/v1/hook%20a"),
            ("url-percent-decoded", "http://app:8080/v1/hook a?q=1"),
            ("url-path-prefix-removed", "http://app:8080/hook%20a?q=1"),
        ] {
            let found = all.iter().find(|location| location.url == url);
            assert_eq!(found.map(|location| location.name), Some(name), "{url}");
        }
        let none = Message { url: Some("x"), ..message };
        assert!(super::all(&none).len() < 100);
    }
}
