//! URLs as text: the parts that schemes sign, and the forms that proxies make of one.
//!
//! A signed URL is never parsed and written again: that would already change it.

use super::message::Message;

/// `(scheme, authority, path and query)` of an absolute URL.
fn split(url: &str) -> (&str, &str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    (scheme, &rest[..end], &rest[end..])
}

/// Host and port.
pub fn authority(url: &str) -> &str {
    split(url).1
}

/// The URL up to its `?`.
pub fn without_query(url: &str) -> &str {
    url.split_once('?').map_or(url, |(before, _)| before)
}

/// Path and query; `/` when there is none.
pub fn path_query(url: &str) -> &str {
    match split(url).2 {
        "" => "/",
        path => path,
    }
}

/// The path; `/` when there is none.
pub fn path(url: &str) -> &str {
    without_query(path_query(url))
}

/// The value of a parameter of the query, percent-decoded.
pub fn parameter(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    super::form::pairs(query.as_bytes())
        .into_iter()
        .find(|(key, _)| key == name.as_bytes())
        .map(|(_, value)| String::from_utf8_lossy(&value).into_owned())
}

/// What the sender may have called when we see `url`: itself first, then with what proxies change:
/// the scheme, the port, the forwarded host, the final slash. No form stands twice.
pub fn forms(url: &str, message: &Message<'_>) -> Vec<String> {
    let (scheme, authority, rest) = split(url);
    let text = |name: &str| {
        let value = message.header(name).ok()?;
        let first = value.split(|byte| *byte == b',').next().unwrap_or_default();
        std::str::from_utf8(first).ok().map(|text| text.trim().to_owned())
    };
    let mut schemes = vec![scheme.to_owned()];
    schemes.extend(text("x-forwarded-proto"));
    schemes.extend(["https".to_owned(), "http".to_owned()]);
    let mut hosts = vec![authority.to_owned()];
    hosts.extend(text("x-forwarded-host"));
    hosts.extend(text("x-original-host"));
    hosts.extend(text("host"));
    let paths = [rest.to_owned(), toggled_slash(rest)];
    let mut forms = vec![url.to_owned()];
    for path in &paths {
        for host in &hosts {
            let bare = host.rsplit_once(':').filter(|(_, port)| is_port(port));
            for scheme in &schemes {
                let default = if scheme == "https" { "443" } else { "80" };
                let with_port =
                    format!("{}:{default}", bare.map_or(host.as_str(), |(name, _)| name));
                let without = bare.map_or(host.as_str(), |(name, _)| name);
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

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn message<'a>(headers: &'a [(&'a str, &'a [u8])]) -> Message<'a> {
        Message { method: "POST", url: None, headers, body: b"", complete: true }
    }

    #[test]
    fn parts() {
        let url = "https://a.example:8443/hook/x?b=%2F&c";
        assert_eq!(authority(url), "a.example:8443");
        assert_eq!(without_query(url), "https://a.example:8443/hook/x");
        assert_eq!((path(url), path_query(url)), ("/hook/x", "/hook/x?b=%2F&c"));
        assert_eq!(path_query("https://a.example"), "/");
        assert_eq!(path_query("https://a.example?x"), "?x");
        assert_eq!(parameter(url, "b").as_deref(), Some("/"));
    }

    #[test]
    fn forms_start_with_the_url_itself_and_know_the_forwarded_host() {
        let headers: [(&str, &[u8]); 2] =
            [("X-Forwarded-Host", b"pub.example"), ("X-Forwarded-Proto", b"https")];
        let forms = forms("http://app:8080/hook", &message(&headers));
        assert_eq!(forms[0], "http://app:8080/hook");
        for form in ["https://pub.example/hook", "https://app:443/hook", "http://app/hook/"] {
            assert!(forms.iter().any(|other| other == form), "{form}: {forms:#?}");
        }
        assert!(forms.len() <= 60, "{}", forms.len());
    }
}
