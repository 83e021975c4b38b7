//! What to connect to: `host`, `host:port`, `https://host:port/path`, `192.0.2.1:8443`,
//! `[2001:db8::1]:443`.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use rustls::pki_types::ServerName;

use crate::error::Error;
use crate::http::credential::masked;

/// A host name or address, and perhaps a port. Written as given, in lower case, without brackets
/// and without a final dot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// Host name or IP address.
    pub host: String,
    /// Port, if one was given.
    pub port: Option<u16>,
}

/// A host and the port to dial.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// Host name or IP address, without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

impl Target {
    /// The endpoint, with this port when none was given.
    pub fn endpoint(&self, default_port: u16) -> Endpoint {
        Endpoint { host: self.host.clone(), port: self.port.unwrap_or(default_port) }
    }
}

impl Endpoint {
    /// An endpoint of these parts.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self { host: host.into(), port }
    }

    /// The address, when the host is one.
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// Whether it is this machine, told by the name alone.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.ip().is_some_and(is_this_machine)
    }
}

/// Whether it is a loopback address, IPv4 within IPv6 too.
pub fn is_this_machine(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

/// The name to ask for and to match: a host name or an address.
///
/// # Errors
/// `usage` when the text is neither.
pub fn server_name(host: &str) -> Result<ServerName<'static>, Error> {
    ServerName::try_from(host.to_owned())
        .map_err(|_| Error::usage(format!("{host:?} is neither a host name nor an IP address")))
}

impl FromStr for Target {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let rest = without_scheme(text)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            // Not repeated in the message: what stands before the @ may be a password.
            return Err(refused("a target has no user name or password"));
        }
        let (host, port) = split_port(authority).ok_or_else(|| {
            refused(format!("{:?} is not a host, host:port or URL", masked(text)))
        })?;
        let port = match port {
            Some(port) => Some(parse_port(port, text)?),
            None => None,
        };
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        if host.ends_with('.') {
            return Err(refused(format!("{:?} ends in more than one dot", masked(text))));
        }
        if !host.is_ascii() {
            return Err(refused(format!("{host:?} is not ASCII"))
                .help("write the name in its ASCII form, xn--..."));
        }
        server_name(&host)
            .map_err(|_| refused(format!("{host:?} is not a host name or address")))?;
        Ok(Self { host, port })
    }
}

fn refused(message: impl Into<String>) -> Error {
    Error::usage(message)
        .help("give host, host:port, https://host, 192.0.2.1:443 or [2001:db8::1]:443")
}

fn without_scheme(text: &str) -> Result<&str, Error> {
    match text.split_once("://") {
        None => Ok(text),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => Ok(rest),
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("http") => {
            Err(refused("http:// is not encrypted: there is no certificate to check"))
        }
        Some((scheme, _)) => Err(refused(format!("{scheme:?} is not a scheme to connect with"))),
    }
}

fn parse_port(port: &str, text: &str) -> Result<u16, Error> {
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    match port.parse() {
        Ok(port) if digits && port > 0 => Ok(port),
        _ => Err(refused(format!("{:?} has no port between 1 and 65535", masked(text)))),
    }
}

/// Host and port of `host`, `host:port`, `[v6]`, `[v6]:port` and a bare IPv6 address.
fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        host.parse::<Ipv6Addr>().ok()?;
        return match after.strip_prefix(':') {
            Some(port) => Some((host, Some(port))),
            None => after.is_empty().then_some((host, None)),
        };
    }
    if authority.parse::<Ipv6Addr>().is_ok() {
        return Some((authority, None));
    }
    match authority.split_once(':') {
        None => (!authority.is_empty()).then_some((authority, None)),
        Some((host, port)) => (!host.is_empty()).then_some((host, Some(port))),
    }
}

impl FromStr for Endpoint {
    type Err = Error;

    /// `HOST:PORT`; the port must be there.
    fn from_str(text: &str) -> Result<Self, Error> {
        let target: Target = text.parse()?;
        match target.port {
            Some(port) => Ok(Self { host: target.host, port }),
            None => Err(refused(format!("{:?} has no port", masked(text)))),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_spelling_of_a_target() {
        for (text, shown) in [
            ("Example.com", "example.com:443"),
            ("example.com.", "example.com:443"),
            ("example.com:8443", "example.com:8443"),
            ("https://example.com", "example.com:443"),
            ("HTTPS://example.com:8443/path?query#fragment", "example.com:8443"),
            ("https://example.com/a:b", "example.com:443"),
            ("192.0.2.1", "192.0.2.1:443"),
            ("192.0.2.1:25", "192.0.2.1:25"),
            ("2001:db8::1", "[2001:db8::1]:443"),
            ("[2001:db8::1]", "[2001:db8::1]:443"),
            ("[2001:db8::1]:993", "[2001:db8::1]:993"),
            ("https://[::1]:8443/", "[::1]:8443"),
            ("a_b.example", "a_b.example:443"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example:443"),
        ] {
            let target: Target = text.parse().unwrap();
            assert_eq!(target.endpoint(443).to_string(), shown, "{text}");
        }
    }

    #[test]
    fn what_is_no_target_is_refused() {
        for text in [
            "a.example..",
            "",
            ":443",
            "a:",
            "a:0",
            "a:65536",
            "a:+1",
            "a:b",
            "a b",
            "a:1:2",
            "[::1",
            "[a]:1",
            "[::1]x",
            "http://a",
            "ftp://a",
            "https://",
            "bücher.example",
            "-",
            "a..b",
            "a\n",
        ] {
            assert!(text.parse::<Target>().is_err(), "{text:?}");
        }
        for text in [
            "https://user:hunter2@a.example",
            "https://user:hunter2/@a.example",
            "https://a.example:x?token=hunter2",
            "a.example..?token=hunter2",
            "a b?token=hunter2",
        ] {
            let error = text.parse::<Target>().unwrap_err();
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(text in "\\PC{0,40}") {
            if let Ok(target) = text.parse::<Target>() {
                let endpoint = target.endpoint(443);
                prop_assert_eq!(endpoint.to_string().parse::<Endpoint>().unwrap(), endpoint);
            }
        }
    }
}
