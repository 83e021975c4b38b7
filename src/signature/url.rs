//! The parts of a URL that schemes sign, and the forms of it that providers' libraries accept.

use super::scheme::UrlForm;
use crate::http::Url;

/// The URL up to its `?`.
pub fn without_query(url: &str) -> &str {
    url.split_once('?').map_or(url, |(before, _)| before)
}

/// Path and query; `/` when there is none.
pub fn path_query(url: &str) -> &str {
    match Url::of(url).rest {
        "" => "/",
        path => path,
    }
}

/// The path; `/` when there is none.
pub fn path(url: &str) -> &str {
    without_query(path_query(url))
}

/// What stands behind its `?`.
pub fn query(url: &str) -> &str {
    url.split_once('?').map_or("", |(_, query)| query)
}

/// The value of a parameter of the query, percent-decoded.
pub fn parameter(url: &str, name: &str) -> Option<String> {
    super::form::pairs(query(url).as_bytes())
        .into_iter()
        .find(|(key, _)| key == name.as_bytes())
        .map(|(_, value)| String::from_utf8_lossy(&value).into_owned())
}

/// Forms of a URL that a provider's own library takes for the one it was given.
///
/// A row of `data/schemes.toml` names them; whatever else proxies do to a URL is for the diagnosis.
pub fn accepted(forms: &[UrlForm], url: &str) -> Vec<String> {
    let mut accepted = vec![url.to_owned()];
    let parts = Url::of(url);
    let (scheme, host, rest) = (parts.scheme.unwrap_or_default(), parts.host(), parts.rest);
    for form in forms {
        let other = match (form, parts.port()) {
            (UrlForm::WithoutPort, Some(_)) => format!("{scheme}://{host}{rest}"),
            (UrlForm::DefaultPort, None) => {
                format!("{scheme}://{host}:{}{rest}", parts.default_port())
            }
            _ => continue,
        };
        accepted.push(other);
    }
    accepted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let url = "https://a.example:8443/hook/x?b=%2F&c";
        assert_eq!(without_query(url), "https://a.example:8443/hook/x");
        assert_eq!((path(url), path_query(url)), ("/hook/x", "/hook/x?b=%2F&c"));
        assert_eq!(path_query("https://a.example"), "/");
        assert_eq!(path_query("https://a.example?x"), "?x");
        assert_eq!(parameter(url, "b").as_deref(), Some("/"));
    }

    #[test]
    fn only_the_forms_that_the_scheme_names_are_accepted() {
        let both = [UrlForm::WithoutPort, UrlForm::DefaultPort];
        assert_eq!(accepted(&[], "https://h.test:443/s"), ["https://h.test:443/s"]);
        for (url, other) in [
            ("https://h.test/s", "https://h.test:443/s"),
            ("http://h.test?a:1", "http://h.test:80?a:1"),
            ("https://h.test:8443/s", "https://h.test/s"),
            ("https://[::1]/s", "https://[::1]:443/s"),
            ("https://[::1]:443/s", "https://[::1]/s"),
        ] {
            assert_eq!(accepted(&both, url), [url, other]);
        }
    }
}
