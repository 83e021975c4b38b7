//! What an entry of ours shows beside its exact bytes must be the same request: people, filters and
//! other tools look at the one, and the other is sent.

use std::borrow::Cow;

use super::contradicts;
use super::entry::Sent;
use super::record::{parameters, shown};
use super::room::{Room, excerpt};
use crate::error::Result;
use crate::http::Request;

/// Compares what is shown with the request that the exact bytes are.
///
/// # Errors
/// `capture-contradicts`, which says where they differ; values are not repeated, they may be secret.
pub(super) fn compare(sent: &Sent, request: &Request, room: &mut Room) -> Result<()> {
    let refuse = |what: &str| Err(contradicts(format!("{what} in request and in _raw differ")));
    if sent.method != request.method {
        let (shown, raw) = (excerpt(&sent.method), excerpt(&request.method));
        return Err(contradicts(format!("the method is {shown} in request, {raw} in _raw")));
    }
    if !is_url_of(&sent.url, &request.target) {
        return refuse("the URL");
    }
    let query = sent.query(room)?;
    let parameters = parameters(&request.target);
    let is_pair = |(line, pair): (&crate::http::Header, &super::record::Pair)| {
        line.name == pair.name && line.value == pair.value.as_bytes()
    };
    if !query.is_empty()
        && (query.len() != parameters.len() || !query.iter().zip(&parameters).all(is_pair))
    {
        return refuse("queryString");
    }
    let headers = sent.headers(room)?;
    if headers.len() != request.headers.len() {
        let (shown, raw) = (headers.len(), request.headers.len());
        return Err(contradicts(format!("request has {shown} header lines, _raw has {raw}")));
    }
    for (line, raw) in headers.iter().zip(request.headers.iter()) {
        if line.name != raw.name || line.value != shown(&raw.value).as_bytes() {
            return refuse(&format!("the header line {}", excerpt(&raw.name)));
        }
    }
    let is_size = |size: f64| size < 0.0 || size == request.body.len() as f64;
    if !sent.body_size().is_none_or(is_size) {
        return refuse("the size of the body");
    }
    let body = match &sent.post_data {
        Some(data) if data.has_fields() => {
            return Err(contradicts("postData has form fields in addition to the bytes in _raw"));
        }
        Some(data) => data.bytes()?.unwrap_or_default(),
        None => Cow::default(),
    };
    if *body != *request.body {
        return refuse("the body");
    }
    Ok(())
}

/// Whether `url` is the one of this target: the same, or with a scheme and an authority before it.
pub(super) fn is_url_of(url: &str, target: &str) -> bool {
    let Some(origin) = url.strip_suffix(target) else {
        // A URL may leave out the only path there is.
        return target == "/" && is_origin(url);
    };
    // Before what is no path there is our own address, with its port, which is no part of a name.
    let has_port = || origin.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with(':');
    origin.is_empty() || is_origin(origin) && (target.starts_with(['/', '*']) || has_port())
}

fn is_origin(text: &str) -> bool {
    let in_scheme = |byte| matches!(byte, b'+' | b'-' | b'.');
    let in_authority =
        |byte| matches!(byte, b'-' | b'.' | b'_' | b'~' | b':' | b'[' | b']' | b'%' | b'@');
    text.split_once(':').is_some_and(|(scheme, rest)| {
        let is_authority = |text: &str| is_word(text, in_authority);
        is_word(scheme, in_scheme) && rest.strip_prefix("//").is_some_and(is_authority)
    })
}

/// Whether it is letters, digits and what else may stand in it.
fn is_word(text: &str, more: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_targets() {
        for (url, target) in [
            ("https://127.0.0.1:8443/a?b=%20", "/a?b=%20"),
            ("https://[::1]:9/", "/"),
            ("https://a", "/"),
            ("https://a*", "*"),
            ("https://a.example:8443b.example:443", "b.example:443"),
            ("http://a.example/x", "http://a.example/x"),
            ("https://a/cb?u=http://b/", "/cb?u=http://b/"),
            ("/x?u=http://b", "/x?u=http://b"),
        ] {
            assert!(is_url_of(url, target), "{url} {target}");
        }
        for (url, target) in [
            ("https://a/safe", "/admin"),
            ("https://a/safe/admin", "/admin"),
            ("https://a/safe?/admin", "/admin"),
            ("https://a#/admin", "/admin"),
            ("https://a\\/admin", "/admin"),
            ("/safe/admin", "/admin"),
            ("://a/admin", "/admin"),
            ("https://a/", "http://a/"),
            ("https://a/x", "/"),
            ("https://bad.example", "ad.example"),
        ] {
            assert!(!is_url_of(url, target), "{url} {target}");
        }
    }
}
