//! Names to addresses, as the operating system sees them; `--resolve`, `-4` and `-6`.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use super::fault::{Deadline, Phase};
use super::target::{Endpoint, Target};
use crate::error::{Error, Result};
use crate::failure::Failure;

/// Address families to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    /// Both, in the order the operating system prefers.
    #[default]
    Any,
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
}

impl Family {
    fn has(self, address: IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::V4 => address.is_ipv4(),
            Self::V6 => address.is_ipv6(),
        }
    }
}

/// `HOST:PORT:ADDR[,ADDR]`: this endpoint is at these addresses, whatever the name servers say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// What is asked for.
    pub endpoint: Endpoint,
    /// Where it is; the first that answers counts.
    pub addresses: Vec<IpAddr>,
}

impl FromStr for Override {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refused = || {
            Error::usage(format!("{text:?} is not HOST:PORT:ADDRESS"))
                .help("for example hooks.example:443:192.0.2.10, or several separated by commas")
        };
        // The address may hold colons itself, a bracketed host too: the port is the part between.
        let after_host =
            if text.starts_with('[') { text.find(']').ok_or_else(refused)? } else { 0 };
        let host_end = text[after_host..].find(':').ok_or_else(refused)? + after_host;
        let port_end = text[host_end + 1..].find(':').ok_or_else(refused)? + host_end + 1;
        let target: Target = text[..port_end].parse().map_err(|_| refused())?;
        let address = |text: &str| text.trim_start_matches('[').trim_end_matches(']').parse();
        let addresses: Result<Vec<IpAddr>, _> =
            text[port_end + 1..].split(',').map(address).collect();
        Ok(Self {
            endpoint: target.endpoint(target.port.ok_or_else(refused)?),
            addresses: addresses.map_err(|_| refused())?,
        })
    }
}

/// Every address of the endpoint, without repeats, in the order to try them.
///
/// # Errors
/// `dns` when there is none, `timeout`.
pub async fn addresses(
    endpoint: &Endpoint,
    overrides: &[Override],
    family: Family,
    deadline: Deadline,
) -> Result<Vec<SocketAddr>> {
    let fixed = overrides.iter().filter(|one| one.endpoint == *endpoint);
    let mut known: Vec<IpAddr> = fixed.flat_map(|one| one.addresses.iter().copied()).collect();
    if known.is_empty() {
        known = match endpoint.ip() {
            Some(ip) => vec![ip],
            None => look_up(endpoint, deadline).await?,
        };
    }
    let mut addresses: Vec<SocketAddr> = Vec::with_capacity(known.len());
    for ip in known.into_iter().filter(|ip| family.has(*ip)) {
        let address = SocketAddr::new(ip, endpoint.port);
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.is_empty() {
        let wanted = if family == Family::V4 { "IPv4" } else { "IPv6" };
        return Err(Error::new(Failure::Dns, format!("{} has no {wanted} address", endpoint.host)));
    }
    Ok(addresses)
}

async fn look_up(endpoint: &Endpoint, deadline: Deadline) -> Result<Vec<IpAddr>> {
    let failed = |reason: String| {
        Error::new(Failure::Dns, format!("the name {} was not found: {reason}", endpoint.host))
            .help("check its spelling, or give the address with --resolve HOST:PORT:ADDRESS")
    };
    let lookup = tokio::net::lookup_host((endpoint.host.as_str(), endpoint.port));
    let found = async { lookup.await.map_err(|error| failed(reason(&error))) };
    let found: Vec<IpAddr> =
        deadline.limit(Phase::Lookup, found).await?.map(|address| address.ip()).collect();
    if found.is_empty() { Err(failed("it has no address".into())) } else { Ok(found) }
}

/// The resolver's own words, without the prefix the standard library puts before them.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.strip_prefix("failed to lookup address information: ").unwrap_or(&text).to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn overrides_of_both_families() {
        for (text, endpoint, address) in [
            ("a.example:443:192.0.2.1", "a.example:443", "192.0.2.1"),
            ("a.example:443:2001:db8::1", "a.example:443", "2001:db8::1"),
            ("a.example:443:[2001:db8::1]", "a.example:443", "2001:db8::1"),
            ("[2001:db8::2]:443:192.0.2.1", "[2001:db8::2]:443", "192.0.2.1"),
            ("a:1:192.0.2.1,[2001:db8::1],2001:db8::2", "a:1", "192.0.2.1 2001:db8::1 2001:db8::2"),
        ] {
            let parsed: Override = text.parse().unwrap();
            assert_eq!(parsed.endpoint.to_string(), endpoint);
            let addresses: Vec<String> = parsed.addresses.iter().map(IpAddr::to_string).collect();
            assert_eq!(addresses.join(" "), address);
        }
        for text in [
            "",
            "a",
            "a:443",
            "a:443:b",
            "a::192.0.2.1",
            "[a:443:192.0.2.1",
            "a:x:::1",
            "a:1:192.0.2.1,",
            "a:1:,::1",
        ] {
            assert!(text.parse::<Override>().is_err(), "{text}");
        }
    }

    #[tokio::test]
    async fn families_are_kept_apart_and_overrides_win() {
        let deadline = Deadline::after(Duration::from_secs(5));
        let endpoint = Endpoint::new("a.example", 443);
        let overrides: Vec<Override> = ["192.0.2.1", "2001:db8::1,192.0.2.1"]
            .map(|address| format!("a.example:443:{address}").parse().unwrap())
            .to_vec();
        let found = async |family| addresses(&endpoint, &overrides, family, deadline).await;
        assert_eq!(found(Family::Any).await.unwrap().len(), 2);
        assert_eq!(found(Family::V6).await.unwrap()[0].to_string(), "[2001:db8::1]:443");
        let v4 = Endpoint::new("192.0.2.1", 1);
        let error = addresses(&v4, &[], Family::V6, deadline).await.unwrap_err();
        assert_eq!(
            (error.code, error.message.as_str()),
            (Failure::Dns, "192.0.2.1 has no IPv6 address")
        );
    }
}
