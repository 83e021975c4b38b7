//! Other ways to the same application: without a certificate where one is demanded, without a signature
//! elsewhere.

use super::Way;
use crate::http::{Request, Url};

/// The port of plain HTTP.
const PLAIN: u16 = 80;

/// What is known of the place.
pub struct Place<'a> {
    /// Host, and port where it is not the usual one.
    pub authority: &'a str,
    /// The port that is dialled.
    pub port: u16,
    /// Whether it is reached by TLS.
    pub is_tls: bool,
    /// Whether the host is an address.
    pub is_address: bool,
    /// The address that the name has, once it is known.
    pub address: Option<String>,
    /// A further name of the same server.
    pub also: Option<&'a str>,
}

/// Changes a request to go by that door; why it cannot, if it cannot.
pub fn through(
    id: &str,
    place: &Place<'_>,
    request: &mut Request,
    way: &mut Way,
) -> Result<(), String> {
    let needs_tls = matches!(id, "http" | "no-sni" | "sni-host-differ");
    if needs_tls && !place.is_tls {
        return Err("the endpoint is plain http".to_owned());
    }
    match id {
        "http" => {
            way.plain = Some(PLAIN);
            way.silence_refuses = true;
        }
        "ip-literal" => match &place.address {
            _ if place.is_address => return Err("the host is already an address".to_owned()),
            Some(address) => request.headers.set_value("Host", address.as_str()),
            None => request.headers.set_value("Host", place.authority),
        },
        "no-sni" => way.no_server_name = true,
        "sni-host-differ" => match place.also {
            Some(name) => way.server_name = Some(name.to_owned()),
            None => {
                return Err("no other name of the server is known: give one with --also".to_owned());
            }
        },
        "other-path-case" => request.target = other_case(&request.target)?,
        "trailing-slash" => request.target = slashed(&request.target),
        _ => return Err("there is no such door".to_owned()),
    }
    Ok(())
}

/// Another port where plain HTTP may be spoken, besides the usual one.
pub fn tries(id: &str, place: &Place<'_>) -> usize {
    if id == "http" && place.port != PLAIN { 2 } else { 1 }
}

fn other_case(target: &str) -> Result<String, String> {
    let path = Url::of(target).path();
    let swapped: String = path
        .chars()
        .map(|char| match char.is_ascii_lowercase() {
            true => char.to_ascii_uppercase(),
            false => char.to_ascii_lowercase(),
        })
        .collect();
    match swapped == path {
        true => Err("there are no letters in the path".to_owned()),
        false => Ok(format!("{swapped}{}", &target[path.len()..])),
    }
}

fn slashed(target: &str) -> String {
    let path = Url::of(target).path();
    let rest = &target[path.len()..];
    match path.strip_suffix('/').filter(|bare| !bare.is_empty()) {
        Some(bare) => format!("{bare}{rest}"),
        None if path == "/" => format!("//{rest}"),
        None => format!("{path}/{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_otherwise() {
        assert_eq!(other_case("/Pay?x=Y").as_deref(), Ok("/pAY?x=Y"));
        assert!(other_case("/1?x").is_err());
        for (target, other) in
            [("/pay?x=1", "/pay/?x=1"), ("/pay/", "/pay"), ("/", "//"), ("/a", "/a/")]
        {
            assert_eq!(slashed(target), other);
        }
    }

    #[test]
    fn what_a_door_lacks_is_said() {
        let place = Place {
            authority: "a.example",
            port: 443,
            is_tls: true,
            is_address: false,
            address: Some("192.0.2.1".to_owned()),
            also: None,
        };
        let through = |id: &str, place: &Place<'_>| {
            let mut request = Request { target: "/pay".to_owned(), ..Request::default() };
            let mut way = Way::default();
            through(id, place, &mut request, &mut way).map(|()| (request, way))
        };
        let (request, _) = through("ip-literal", &place).unwrap();
        assert_eq!(request.headers.text("Host").as_deref(), Some("192.0.2.1"));
        assert_eq!(through("http", &place).unwrap().1.plain, Some(80));
        assert!(through("no-sni", &place).unwrap().1.no_server_name);
        assert!(through("sni-host-differ", &place).unwrap_err().contains("--also"));
        let plain = Place { is_tls: false, ..place };
        assert!(through("http", &plain).is_err() && through("no-sni", &plain).is_err());
        assert_eq!((tries("http", &plain), tries("no-sni", &plain)), (2, 1));
    }
}
