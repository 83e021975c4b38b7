//! A URL that requests go to, and what of their own address they keep.

use std::str::FromStr;

use crate::error::{Error, Result};
use crate::http::Url;
use crate::net::{Endpoint, Target};

/// A destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The URL as it was given.
    pub text: String,
    /// Whether it is `https://`.
    pub is_tls: bool,
    /// Host and port to connect to.
    pub endpoint: Endpoint,
    /// Host, and port where it is not the usual one: the `Host` header.
    pub authority: String,
    /// Path and query, when the URL has them: they replace those of the capture.
    own_target: Option<String>,
}

impl Destination {
    /// The request target for a request that was captured with this one.
    pub fn target(&self, captured: &str) -> String {
        let url = Url::of(captured);
        match &self.own_target {
            Some(own) => own.clone(),
            // A whole URL, as requests to a proxy have it.
            None if url.is_absolute() => url.target(),
            None => captured.to_owned(),
        }
    }

    /// Whether requests keep the path and query that they were captured with.
    pub fn keeps_target(&self) -> bool {
        self.own_target.is_none()
    }

    /// The absolute URL of a request target.
    pub fn url(&self, target: &str) -> String {
        let scheme = if self.is_tls { "https" } else { "http" };
        format!("{scheme}://{}{target}", self.authority)
    }
}

impl FromStr for Destination {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("https", text));
        let is_tls = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(Error::usage("a destination is an https:// or http:// URL")),
        };
        let usual = if is_tls { 443 } else { 80 };
        let endpoint = rest.parse::<Target>()?.endpoint(usual);
        let shown = endpoint.to_string();
        let authority = shown.strip_suffix(&format!(":{usual}")).unwrap_or(&shown).to_owned();
        let after = rest.find(['/', '?', '#']).map_or("", |start| &rest[start..]);
        let target = after.split('#').next().unwrap_or_default();
        if target.bytes().any(|byte| byte <= b' ' || byte >= 0x7f) {
            return Err(Error::usage("the path and query of a URL must be ASCII without spaces")
                .help("percent-encode other characters"));
        }
        let own_target = match target {
            "" | "/" => None,
            query if query.starts_with('?') => Some(format!("/{query}")),
            path => Some(path.to_owned()),
        };
        Ok(Self { text: text.to_owned(), is_tls, endpoint, authority, own_target })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_and_what_is_kept_of_the_capture() {
        for (url, url_of_a) in [
            ("https://Hooks.Example", "https://hooks.example/a?x=1"),
            ("https://hooks.example:443/", "https://hooks.example/a?x=1"),
            ("hooks.example:8443", "https://hooks.example:8443/a?x=1"),
            ("https://[::1]:8443/b", "https://[::1]:8443/b"),
            ("http://127.0.0.1:8080?c=d#e", "http://127.0.0.1:8080/?c=d"),
            ("http://127.0.0.1:80", "http://127.0.0.1/a?x=1"),
        ] {
            let destination: Destination = url.parse().unwrap();
            assert_eq!(destination.url(&destination.target("/a?x=1")), url_of_a, "{url}");
        }
        let destination: Destination = "https://b".parse().unwrap();
        for (captured, kept) in [
            ("https://a.example/x?y=z://", "/x?y=z://"),
            ("https://a.example", "/"),
            ("https://a.example?x=/b", "/?x=/b"),
            ("/x?y=https://a/b", "/x?y=https://a/b"),
            ("*", "*"),
        ] {
            assert_eq!(destination.target(captured), kept);
        }
    }

    #[test]
    fn what_is_no_destination_is_refused() {
        for url in ["", "ftp://a", "https://", "https://a/b c", "https://a/é", "https://u:p@a"] {
            assert!(url.parse::<Destination>().is_err(), "{url}");
        }
    }
}
