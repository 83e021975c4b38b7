//! Credentials in what was captured for one host and goes to another. Only their names are told.

use crate::args::destination::Destination;
use crate::finding::{Code, Finding};
use crate::http::credential::{is_credential, is_token, name};
use crate::http::{Headers, Request, Url};
use crate::net::Target;

/// What a captured request carries for the host it was captured for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// That host; `None` where the capture does not say.
    host: Option<String>,
    /// Names of headers and query parameters.
    names: Vec<String>,
}

impl Carried {
    /// The finding about a request that takes them to another host.
    pub fn finding(&self, subject: &str, to: &Destination) -> Finding {
        let names = self.names.join(", ");
        let host = self.host.as_deref().unwrap_or("an unnamed host");
        let message = format!("{names}: captured for {host}, sent to {}", to.endpoint.host);
        Finding::new(Code::CredentialsCarried, subject, message)
            .help("--strip-credentials leaves them out; --header sets those for the other host")
    }
}

/// The credentials of a request that was captured for another host than this; `sent` says which
/// headers go as they were captured.
pub fn carried(
    request: &Request,
    url: Option<&str>,
    to: &Destination,
    sent: impl Fn(&str) -> bool,
) -> Option<Carried> {
    let host = host(request, url);
    if host.as_deref() == Some(to.endpoint.host.as_str()) {
        return None;
    }
    let mut names: Vec<String> = Vec::new();
    for line in request.headers.iter().filter(|line| is_credential(&line.name) && sent(&line.name))
    {
        if !names.iter().any(|known| known.eq_ignore_ascii_case(&line.name)) {
            names.push(line.name.clone());
        }
    }
    let target = to.target(&request.target);
    let kept = query(&target).filter(|_| to.keeps_target());
    let parameters = kept.into_iter().flat_map(|query| query.split('&'));
    names.extend(parameters.filter(|one| is_token(one)).map(|one| format!("?{}", name(one))));
    (!names.is_empty()).then_some(Carried { host, names })
}

/// Removes them from a captured request, but not those that are to be written anew: a token is renewed
/// from the old one.
pub fn strip(request: &mut Request, is_signed: impl Fn(&str) -> bool) {
    let stays = |name: &str| is_signed(name) || !is_credential(name);
    let headers = &mut request.headers;
    *headers = headers.iter().filter(|line| stays(&line.name)).cloned().collect::<Headers>();
    let Some(query) = query(&request.target) else { return };
    let kept: Vec<&str> = query.split('&').filter(|one| !is_token(one)).collect();
    if kept.len() == query.split('&').count() {
        return;
    }
    let path = request.target.split('?').next().unwrap_or_default();
    request.target = match kept.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{}", kept.join("&")),
    };
}

/// The host that it was captured for, in lower case and without its port.
fn host(request: &Request, url: Option<&str>) -> Option<String> {
    let of_url = |text: &str| -> Option<String> {
        let url = Url::of(text);
        url.is_absolute().then(|| url.host_and_port().to_owned())
    };
    let authority = url
        .and_then(of_url)
        .or_else(|| of_url(&request.target))
        .or_else(|| request.headers.text("Host"))?;
    Some(authority.parse::<Target>().ok()?.host)
}

fn query(target: &str) -> Option<&str> {
    target.split_once('?').map(|(_, query)| query)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(target: &str, headers: &[(&str, &str)]) -> Request {
        let mut request = Request { target: target.into(), ..Request::default() };
        headers.iter().for_each(|(name, value)| request.headers.push(*name, *value));
        request
    }

    fn names(request: &Request, to: &str) -> String {
        let carried = carried(request, None, &to.parse().unwrap(), |_| true);
        carried.map_or_else(String::new, |carried| carried.names.join(" "))
    }

    #[test]
    fn what_goes_to_another_host_is_named() {
        let headers =
            [("Host", "Old.example:8443"), ("cookie", "a"), ("Cookie", "b"), ("X-A", "1")];
        let request = request("/a?token=x&b=1", &headers);
        assert_eq!(names(&request, "https://new.example"), "cookie ?token");
        assert_eq!(names(&request, "https://new.example/own?token=x"), "cookie");
        assert_eq!(names(&request, "https://old.example"), "");
        let to: Destination = "https://new.example".parse().unwrap();
        let url = Some("https://user@new.example/a");
        assert_eq!(carried(&request, url, &to, |_| true), None);
        let unnamed = self::request("/", &[("Authorization", "x")]);
        let carried = carried(&unnamed, None, &to, |_| true).unwrap();
        assert_eq!(
            carried.finding("a", &to).message,
            "Authorization: captured for an unnamed host, sent to new.example"
        );
    }

    #[test]
    fn stripping_leaves_the_rest_as_it_was() {
        let headers = [("Host", "a"), ("Cookie", "c"), ("X-A", "1"), ("X-Api-Key", "k")];
        let mut full = request("/a?b=%20&token=x&c", &headers);
        strip(&mut full, |_| false);
        assert_eq!(full, request("/a?b=%20&c", &[("Host", "a"), ("X-A", "1")]));
        let mut only = request("/a?token=x", &[]);
        strip(&mut only, |_| false);
        assert_eq!(only.target, "/a");
        let mut none = request("/a?", &[]);
        strip(&mut none, |_| false);
        assert_eq!(none.target, "/a?");
    }
}
