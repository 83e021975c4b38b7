//! Changes of the URL: what proxies, gateways and routers do to the address the sender called.

use super::cause::Cause;
use crate::http::percent;
use crate::signature::message::Message;
use crate::signature::url;

/// One URL to try.
pub struct Location {
    /// Name of the change.
    pub name: &'static str,
    /// The URL.
    pub url: String,
}

/// All URLs that the sender may have called instead, none twice.
pub fn all(message: &Message<'_>) -> Vec<Location> {
    let Some(seen) = message.url else { return Vec::new() };
    let mut found: Vec<Location> = Vec::new();
    let mut add = |name: &'static str, url: String| {
        if url != seen && !found.iter().any(|known| known.url == url) {
            found.push(Location { name, url });
        }
    };
    for form in url::forms(seen, message) {
        add(difference(seen, &form), form);
    }
    add("url-query-removed", url::without_query(seen).to_owned());
    let (origin, path) = seen.split_at(seen.len() - url::path_query(seen).len().min(seen.len()));
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

/// What stays as it is in a path with its query (RFC 3986 section 3.3 and 3.4).
const KEPT: &[u8] = b"-._~!$&'()*+,;=:@/?%";

fn difference(seen: &str, form: &str) -> &'static str {
    let scheme = |url: &str| url.split("://").next().map(str::to_owned);
    let host = |url: &str| {
        url::authority(url)
            .rsplit_once(':')
            .map_or_else(|| url::authority(url).to_owned(), |(host, _)| host.to_owned())
    };
    if host(seen) != host(form) {
        "url-host-changed"
    } else if url::path_query(seen) != url::path_query(form) {
        "url-final-slash-changed"
    } else if scheme(seen) != scheme(form) {
        "url-scheme-changed"
    } else {
        "url-port-changed"
    }
}

impl Location {
    /// Its words.
    pub fn cause(&self) -> Cause {
        Cause {
            change: self.name.to_owned(),
            message: format!("take {} for the URL that was called", self.url),
            why: "a proxy, gateway or router in front of the receiver changed what it sees"
                .to_owned(),
            help: "build the URL from configuration, not from the request, in your receiver"
                .to_owned(),
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
    fn each_change_is_named() {
        let headers: [(&str, &[u8]); 1] = [("X-Forwarded-Host", b"pub.example")];
        let url = Some("http://app:8080/v1/hook%20a?q=1");
        let message = Message { method: "POST", url, headers: &headers, body: b"", complete: true };
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
