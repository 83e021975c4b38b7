//! Proxies: which one, and which of their languages makes the tunnel.

mod http;
mod socks;

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::fault::Deadline;
use super::target::{Endpoint, Target};
use super::wire::Wire;
use crate::error::{Error, Result};
use crate::http::percent;
use crate::secret::Secret;

/// A proxy. Its credentials are never shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    kind: Kind,
    /// Where it listens.
    pub endpoint: Endpoint,
    credentials: Option<Credentials>,
}

/// What a proxy speaks. The names are those of curl.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// CONNECT; names are looked up by the proxy.
    Http,
    /// SOCKS version 5; names are looked up here.
    Socks5,
    /// SOCKS version 5; names are looked up by the proxy.
    Socks5h,
}

const KINDS: [(&str, Kind); 3] =
    [("http", Kind::Http), ("socks5", Kind::Socks5), ("socks5h", Kind::Socks5h)];

/// User and password.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Credentials {
    user: Secret,
    password: Secret,
}

impl Proxy {
    /// Whether names are looked up before the proxy is asked.
    pub fn takes_addresses(&self) -> bool {
        self.kind == Kind::Socks5
    }
}

impl FromStr for Proxy {
    type Err = Error;

    /// `http://[user:password@]host:port`, `socks5://`, `socks5h://`, or `host:port`. Errors never
    /// repeat the text.
    fn from_str(text: &str) -> Result<Self, Error> {
        let refused = |message: &str| {
            Error::usage(format!("the proxy {message}")).help(
                "give http://host:port, socks5://host:port or socks5h://host:port (the proxy \
                 resolves names), with user:password@ before the host if it needs that",
            )
        };
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let kind = KINDS.iter().find(|(name, _)| scheme.eq_ignore_ascii_case(name));
        let Some((_, kind)) = kind else {
            return Err(refused("is not http, socks5 or socks5h, the supported kinds"));
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (credentials, host) = match authority.rsplit_once('@') {
            Some((credentials, host)) => (Some(Credentials::parse(credentials)), host),
            None => (None, authority),
        };
        let target: Target = host.parse().map_err(|_| refused("has no host"))?;
        if credentials.as_ref().is_some_and(|one| *kind != Kind::Http && !one.fit_socks()) {
            return Err(refused("takes a user of 1 to 255 bytes, and a password of at most 255"));
        }
        // Without a port curl means 1080; so does everyone who has the variable set for curl.
        Ok(Self { kind: *kind, endpoint: target.endpoint(1080), credentials })
    }
}

impl Credentials {
    /// `user:password`, both percent-encoded.
    fn parse(text: &str) -> Self {
        let (user, password) = text.split_once(':').unwrap_or((text, ""));
        let decoded = |text: &str| Secret::new(percent::decode(text.as_bytes(), false));
        Self { user: decoded(user), password: decoded(password) }
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = KINDS.iter().find(|(_, kind)| *kind == self.kind).map_or("", |(name, _)| name);
        write!(f, "{name}://{}", self.endpoint)
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
    match proxy.kind {
        Kind::Http => http::tunnel(wire, proxy, endpoint, deadline).await,
        Kind::Socks5 | Kind::Socks5h => socks::tunnel(wire, proxy, endpoint, deadline).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_never_shown() {
        for (text, shown) in [
            ("http://me:p%40ss@proxy.example:3128/", "http://proxy.example:3128"),
            ("SOCKS5://me:p%40ss@proxy.example", "socks5://proxy.example:1080"),
            ("socks5h://me:p%40ss@[::1]:9050", "socks5h://[::1]:9050"),
            ("proxy.example:1", "http://proxy.example:1"),
        ] {
            let proxy: Proxy = text.parse().unwrap();
            assert_eq!(proxy.to_string(), shown);
            assert!(!format!("{proxy:?}").contains("ss@"), "{proxy:?}");
        }
        let long = format!("socks5://hunter2:{}@p", "x".repeat(256));
        for text in [
            "https://u:hunter2@p:1",
            "socks4://u:hunter2@p",
            "socks5://u:hunter2@",
            "socks5://:hunter2@p",
            "http://u:hunter2@",
            "http://",
            &long,
        ] {
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
            ("HTTPS_PROXY", "socks4://p.example"),
            ("https_proxy", "http://"),
        ] {
            let error = asked(name, value, true).unwrap_err();
            assert!(error.starts_with(name), "{name}={value}: {error}");
        }
        let socks = "socks5h://p.example:9050";
        assert_eq!(asked("HTTPS_PROXY", socks, true).unwrap(), socks);
        assert_eq!(asked("http_proxy", "q:1", false).unwrap(), "http://q:1");
        assert_eq!(asked("http_proxy", "q:1", true).unwrap(), "http://p.example:3128");
        assert_eq!(asked("HTTPS_PROXY", "q:1", false).unwrap(), "http://p.example:3128");
    }
}
