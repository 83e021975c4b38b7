//! HTTP proxies: which one, and the tunnel through it (CONNECT, RFC 9110 section 9.3.6).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::fault::{Deadline, Phase};
use super::target::{Endpoint, Target};
use super::wire::Wire;
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::percent;
use crate::secret::Secret;

/// What a proxy may say before the tunnel opens.
const MAX_ANSWER: usize = 16 * 1024;

/// An HTTP proxy. Its credentials are never shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Where it listens.
    pub endpoint: Endpoint,
    /// `user:password`, for Basic authentication (RFC 7617).
    credentials: Option<Secret>,
}

impl FromStr for Proxy {
    type Err = Error;

    /// `http://[user:password@]host:port`, or `host:port`. Errors never repeat the text.
    fn from_str(text: &str) -> Result<Self, Error> {
        let refused = |message: &str| {
            Error::usage(format!("the proxy {message}"))
                .help("give http://host:port or http://user:password@host:port")
        };
        let rest = match text.split_once("://") {
            None => text,
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => rest,
            Some(_) => return Err(refused("is no http:// proxy; others are not supported")),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (credentials, host) = match authority.rsplit_once('@') {
            Some((credentials, host)) => {
                (Some(Secret::new(percent::decode(credentials.as_bytes(), false))), host)
            }
            None => (None, authority),
        };
        let target: Target = host.parse().map_err(|_| refused("has no host"))?;
        // Without a port curl means 1080; so does everyone who has the variable set for curl.
        Ok(Self { endpoint: target.endpoint(1080), credentials })
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.endpoint)
    }
}

/// The proxy of the environment for this endpoint: `https_proxy`, `HTTPS_PROXY` (for plain HTTP
/// `http_proxy`, `HTTP_PROXY`), `all_proxy`, `ALL_PROXY`, unless `no_proxy` or `NO_PROXY` names it.
///
/// # Errors
/// `usage` when one of these is set to what cannot be read: then the way that was wanted is not known.
pub fn from_environment(
    endpoint: &Endpoint,
    is_tls: bool,
    variable: impl Fn(&str) -> Result<Option<String>>,
) -> Result<Option<Proxy>> {
    let first = |names: &[&'static str]| -> Result<Option<(&'static str, String)>> {
        for name in names {
            if let Some(value) = variable(name)?.filter(|value| !value.is_empty()) {
                return Ok(Some((*name, value)));
            }
        }
        Ok(None)
    };
    let names = match is_tls {
        true => ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
        false => ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"],
    };
    let Some((name, proxy)) = first(&names)? else { return Ok(None) };
    if let Some((name, list)) = first(&["no_proxy", "NO_PROXY"])?
        && is_exempt(endpoint, &list).map_err(|error| error.about(name))?
    {
        return Ok(None);
    }
    proxy.parse().map(Some).map_err(|error: Error| error.about(name))
}

/// A list of `*`, `host`, `.domain`, `host:port`, addresses and networks (`192.0.2.0/24`).
///
/// # Errors
/// `usage` when one of them is none of these.
fn is_exempt(endpoint: &Endpoint, list: &str) -> Result<bool> {
    let entries = list.split([',', ' ']).map(str::trim).filter(|entry| !entry.is_empty());
    entries.map(|entry| exempts(entry, endpoint)).try_fold(false, |any, one| Ok(any | one?))
}

fn exempts(entry: &str, endpoint: &Endpoint) -> Result<bool> {
    let refused = || {
        Error::usage(format!("{entry:?} is neither a host, host:port nor a network"))
            .help("for example localhost,.internal.example,10.0.0.0/8")
    };
    if entry == "*" {
        return Ok(true);
    }
    if let Some((network, bits)) = entry.split_once('/') {
        return in_network(endpoint.ip(), network, bits).ok_or_else(refused);
    }
    let target: Target =
        entry.trim_start_matches("*.").trim_start_matches('.').parse().map_err(|_| refused())?;
    let same = endpoint.host == target.host
        || endpoint.host.strip_suffix(&target.host).is_some_and(|front| front.ends_with('.'));
    Ok(same && target.port.is_none_or(|port| port == endpoint.port))
}

/// `None` when it is no network.
fn in_network(ip: Option<IpAddr>, network: &str, bits: &str) -> Option<bool> {
    let wide = |ip: IpAddr| match ip {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, 32),
        IpAddr::V6(v6) => (v6.to_bits(), 128),
    };
    let (network, network_width) = wide(network.parse().ok()?);
    let bits: u32 = bits.parse().ok().filter(|bits| *bits <= network_width)?;
    let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
    let is_in = |ip| {
        let (ip, width) = wide(ip);
        width == network_width && (ip ^ network) & mask == 0
    };
    Some(ip.is_some_and(is_in))
}

/// Asks the proxy for a tunnel to the endpoint (a name is then looked up by the proxy).
///
/// # Errors
/// `proxy` when it refuses or answers something else, `timeout`, `closed`, `reset`.
pub async fn tunnel(
    wire: &mut Wire,
    proxy: &Proxy,
    endpoint: &Endpoint,
    deadline: Deadline,
) -> Result<()> {
    let request = request(proxy, endpoint);
    deadline.limit_io(Phase::Proxy, wire.write_all(request.expose())).await?;
    let head = deadline.limit(Phase::Proxy, read_head(wire, proxy)).await?;
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut answer = httparse::Response::new(&mut headers);
    let parsed = answer.parse(&head);
    match (parsed, answer.code) {
        (Ok(_), Some(200..=299)) => Ok(()),
        (Ok(_), Some(code)) => Err(refusal(proxy, endpoint, code, answer.reason.unwrap_or(""))),
        _ => Err(Error::new(Failure::Proxy, format!("{proxy} does not answer as an HTTP proxy"))),
    }
}

fn request(proxy: &Proxy, endpoint: &Endpoint) -> Secret {
    let mut request = format!("CONNECT {endpoint} HTTP/1.1\r\nHost: {endpoint}\r\n");
    if let Some(credentials) = &proxy.credentials {
        let basic = digest::base64(credentials.expose());
        request.push_str(&format!("Proxy-Authorization: Basic {basic}\r\n"));
    }
    request.push_str("\r\n");
    Secret::new(request.into_bytes())
}

/// Reads byte by byte up to the empty line: what follows belongs to the tunnel.
async fn read_head(wire: &mut Wire, proxy: &Proxy) -> Result<Vec<u8>> {
    let mut head = Vec::with_capacity(256);
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == MAX_ANSWER {
            let message = format!("{proxy} answers with more than 16 KiB of header");
            return Err(Error::new(Failure::Proxy, message));
        }
        match wire.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(error) => return Err(super::fault::from_io(Phase::Proxy, &error)),
        }
    }
    Ok(head)
}

fn refusal(proxy: &Proxy, endpoint: &Endpoint, code: u16, reason: &str) -> Error {
    let message = format!("{proxy} refused a tunnel to {endpoint}: {code} {reason}");
    let error = Error::new(Failure::Proxy, message.trim_end());
    match code {
        407 => error.help("it wants a name and a password: --proxy http://user:password@host:port"),
        403 => error.help("its rules forbid this host or port; NO_PROXY goes around it"),
        502..=504 => error.help("the proxy itself could not reach the host"),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_taken_and_never_shown() {
        let proxy: Proxy = "http://me:p%40ss@proxy.example:3128/".parse().unwrap();
        assert_eq!(proxy.to_string(), "http://proxy.example:3128");
        assert!(!format!("{proxy:?}").contains("ss"), "{proxy:?}");
        let request = request(&proxy, &Endpoint::new("a.example", 443));
        let text = String::from_utf8(request.expose().to_vec()).unwrap();
        assert!(text.contains(&format!("Basic {}\r\n", digest::base64(b"me:p@ss"))), "{text}");
        for text in
            ["https://u:hunter2@p:1", "socks5://u:hunter2@p", "http://u:hunter2@", "http://"]
        {
            let error = text.parse::<Proxy>().unwrap_err();
            assert!(!format!("{error:?}").contains("hunter2"), "{text}");
        }
    }

    #[test]
    fn the_environment_and_its_exceptions() {
        let asked = |host: &str, no_proxy: &str| {
            let environment = |name: &str| match name {
                "HTTPS_PROXY" => Ok(Some("p.example:3128".to_owned())),
                "NO_PROXY" => Ok(Some(no_proxy.to_owned())),
                _ => Ok(None),
            };
            from_environment(&Endpoint::new(host, 443), true, environment).unwrap().is_some()
        };
        assert!(asked("a.example", ""));
        for (host, no_proxy) in [
            ("a.example", "*"),
            ("a.example", "b.test, example"),
            ("a.example", ".example"),
            ("a.example", "*.example"),
            ("a.example", "a.example:443"),
            ("192.0.2.7", "192.0.2.0/24"),
            ("2001:db8::7", "2001:db8::/32"),
            ("192.0.2.7", "192.0.2.7"),
        ] {
            assert!(!asked(host, no_proxy), "{host} {no_proxy}");
        }
        for (host, no_proxy) in
            [("a.example", "ample"), ("a.example", "a.example:80"), ("192.0.3.7", "192.0.2.0/24")]
        {
            assert!(asked(host, no_proxy), "{host} {no_proxy}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_ignored() {
        let asked = |name: &'static str, value: &'static str, is_tls: bool| {
            let environment = move |asked: &str| match asked {
                _ if asked == name => Ok(Some(value.to_owned())),
                "ALL_PROXY" => Ok(Some("p.example:3128".to_owned())),
                _ => Ok(None),
            };
            let proxy = from_environment(&Endpoint::new("a.example", 443), is_tls, environment);
            proxy.map(|proxy| proxy.unwrap().to_string()).map_err(|error| error.message)
        };
        for (name, value) in [
            ("NO_PROXY", "10.0.0.0/33"),
            ("NO_PROXY", "ten/8"),
            ("no_proxy", "b.example,a:0"),
            ("no_proxy", "http://a.example"),
            ("HTTPS_PROXY", "socks5://p.example"),
            ("https_proxy", "http://"),
        ] {
            let error = asked(name, value, true).unwrap_err();
            assert!(error.starts_with(name), "{name}={value}: {error}");
        }
        assert_eq!(asked("http_proxy", "q:1", false).unwrap(), "http://q:1");
        assert_eq!(asked("http_proxy", "q:1", true).unwrap(), "http://p.example:3128");
        assert_eq!(asked("HTTPS_PROXY", "q:1", false).unwrap(), "http://p.example:3128");
    }
}
