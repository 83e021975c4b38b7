//! The request that is signed, and the URL it was sent to.

use crate::http::Request;

/// A request together with the URL it was sent to, where that is known better than from the request.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The request as received.
    pub request: &'a Request,
    /// The URL as the sender saw it; from the Host header and https when `None`.
    pub url: Option<&'a str>,
}

impl<'a> Message<'a> {
    fn absolute(&self) -> Option<&'a str> {
        let target = self.request.target.as_str();
        self.url.or_else(|| target.contains("://").then_some(target))
    }

    /// The scheme of the target URI: https unless it is known.
    pub(super) fn scheme(&self) -> &'a str {
        self.absolute().and_then(|url| url.split_once("://")).map_or("https", |(scheme, _)| scheme)
    }

    /// Host and port, in lower case, without a port that is the scheme's own.
    pub(super) fn authority(&self) -> Option<String> {
        let authority = match self.absolute().and_then(|url| url.split_once("://")) {
            Some((_, rest)) => {
                let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
                let (_, host) = rest[..end].rsplit_once('@').unwrap_or(("", &rest[..end]));
                host.to_ascii_lowercase()
            }
            None => self.request.headers.text("host")?.trim().to_ascii_lowercase(),
        };
        let usual = match self.scheme().to_ascii_lowercase().as_str() {
            "https" => ":443",
            _ => ":80",
        };
        Some(authority.strip_suffix(usual).map_or(authority.clone(), str::to_owned))
    }

    /// Path (may be empty) and query (without its question mark).
    pub(super) fn path_and_query(&self) -> (&'a str, Option<&'a str>) {
        let target = self.absolute().unwrap_or(&self.request.target);
        let origin = match target.split_once("://") {
            Some((_, rest)) => rest.find(['/', '?', '#']).map_or("", |start| &rest[start..]),
            None => target,
        };
        let origin = origin.split_once('#').map_or(origin, |(before, _)| before);
        match origin.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (origin, None),
        }
    }

    pub(super) fn target_uri(&self) -> String {
        if let Some(url) = self.absolute() {
            return url.to_owned();
        }
        let authority = self.authority().unwrap_or_default();
        format!("{}://{authority}{}", self.scheme(), self.request.target)
    }
}
