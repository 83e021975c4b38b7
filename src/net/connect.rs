//! From an endpoint to a connection that is ready for TLS: look up, dial, tunnel, STARTTLS.

use std::net::SocketAddr;

use tokio::net::TcpStream;

use super::fault::{Deadline, Phase};
use super::proxy::{self, Proxy};
use super::resolve::{self, Family, Override};
use super::starttls::{self, Protocol};
use super::target::{Endpoint, is_this_machine};
use super::wire::Wire;
use crate::error::{Error, Result};
use crate::failure::Failure;

/// How far a way may lead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Not into the network at all (`--offline`).
    Nowhere,
    /// To addresses of this machine: without TLS everybody on the way reads along.
    ThisMachine,
    /// To any address.
    #[default]
    Anywhere,
}

/// Which way to an endpoint.
#[derive(Clone, Debug, Default)]
pub struct Route {
    /// Address families to use.
    pub family: Family,
    /// Addresses that are known better than by the name servers (`--resolve`).
    pub overrides: Vec<Override>,
    /// Dial this instead (`--connect`); names and certificates stay those of the endpoint.
    pub connect: Option<Endpoint>,
    /// Go through this proxy.
    pub proxy: Option<Proxy>,
    /// Speak this protocol before TLS.
    pub starttls: Option<&'static Protocol>,
    /// The name that is meant in it, where that is not the host (`--servername`).
    pub meant: Option<String>,
    /// How far it may lead.
    pub reach: Reach,
}

fn beyond(why: &str) -> Error {
    Error::new(Failure::Untrusted, format!("plain http is for this machine only: {why}"))
        .help("use https://, or check which address the name has")
}

/// A connection on which TLS can start.
#[derive(Debug)]
pub struct Connection {
    /// The stream.
    pub wire: Wire,
    /// The address dialled; `None` when the proxy looked the name up.
    pub address: Option<SocketAddr>,
}

impl Route {
    /// The host and port that are dialled for this endpoint.
    pub fn dialled<'a>(&'a self, endpoint: &'a Endpoint) -> &'a Endpoint {
        self.connect.as_ref().unwrap_or(endpoint)
    }

    /// Who on this way is another machine, as far as that is known before a name is looked up. What
    /// counts is what is dialled, not what the endpoint is called.
    pub fn elsewhere(&self, endpoint: &Endpoint) -> Option<String> {
        if let Some(proxy) = &self.proxy {
            return Some(format!("the proxy {proxy} forwards it"));
        }
        let dialled = self.dialled(endpoint);
        let known = self.overrides.iter().filter(|one| one.endpoint == *dialled);
        let mut known = known.flat_map(|one| &one.addresses).peekable();
        if known.peek().is_none() {
            return (!dialled.is_loopback()).then(|| format!("{dialled} is another machine"));
        }
        let other = known.find(|address| !is_this_machine(**address))?;
        Some(format!("{dialled} is at {other}, another machine"))
    }

    fn allowed(&self) -> Result<()> {
        match self.reach {
            Reach::Nowhere => {
                Err(Error::new(Failure::Offline, "the network may not be used (--offline)"))
            }
            Reach::ThisMachine if self.proxy.is_some() => {
                Err(beyond("a proxy forwards what it is sent"))
            }
            _ => Ok(()),
        }
    }

    /// Whether this address may be dialled, which a name server may have chosen.
    fn may_dial(&self, address: SocketAddr) -> Result<()> {
        match self.reach == Reach::ThisMachine && !is_this_machine(address.ip()) {
            true => Err(beyond(&format!("its address {} is another machine", address.ip()))),
            false => Ok(()),
        }
    }

    /// Whether the addresses are ours to choose, even when there is a proxy.
    pub fn resolves_here(&self, endpoint: &Endpoint) -> bool {
        self.proxy.as_ref().is_none_or(Proxy::takes_addresses)
            || self.family != Family::Any
            || self.overrides.iter().any(|one| one.endpoint == *endpoint)
    }
}

/// Every address behind the endpoint, in the order to try them.
///
/// # Errors
/// `dns`, `timeout`, `offline`.
pub async fn addresses(
    endpoint: &Endpoint,
    route: &Route,
    deadline: Deadline,
) -> Result<Vec<SocketAddr>> {
    route.allowed()?;
    resolve::addresses(route.dialled(endpoint), &route.overrides, route.family, deadline).await
}

/// Connects to the first address that answers; each gets an equal share of the time left.
///
/// # Errors
/// The last failure: `dns`, `refused`, `unreachable`, `timeout`, `closed`, `reset`, `proxy`,
/// `starttls-refused`, `offline`.
pub async fn connect(endpoint: &Endpoint, route: &Route, deadline: Deadline) -> Result<Connection> {
    route.allowed()?;
    if !route.resolves_here(route.dialled(endpoint)) {
        return ready(endpoint, None, route, deadline).await;
    }
    let addresses = addresses(endpoint, route, deadline).await?;
    let mut failure = None;
    for (index, address) in addresses.iter().enumerate() {
        match connect_to(*address, endpoint, route, deadline.share(addresses.len() - index)).await {
            Ok(connection) => return Ok(connection),
            Err(error) => failure = Some(error),
        }
    }
    Err(failure.unwrap_or_else(|| Error::new(Failure::Dns, "there is no address to connect to")))
}

/// Connects to this address of the endpoint.
///
/// # Errors
/// As [`connect`], without `dns`.
pub async fn connect_to(
    address: SocketAddr,
    endpoint: &Endpoint,
    route: &Route,
    deadline: Deadline,
) -> Result<Connection> {
    route.allowed()?;
    ready(endpoint, Some(address), route, deadline).await
}

/// Dials the address, or the proxy and lets it find the way, and asks for TLS.
async fn ready(
    endpoint: &Endpoint,
    address: Option<SocketAddr>,
    route: &Route,
    deadline: Deadline,
) -> Result<Connection> {
    let mut wire = match (&route.proxy, address) {
        (Some(proxy), _) => {
            let far_end = address.map_or_else(
                || route.dialled(endpoint).clone(),
                |address| Endpoint::new(address.ip().to_string(), address.port()),
            );
            through(proxy, &far_end, deadline).await?
        }
        (None, Some(address)) => {
            route.may_dial(address)?;
            dial(address, deadline).await?
        }
        (None, None) => return Err(Error::new(Failure::Dns, "there is no address to connect to")),
    };
    if let Some(protocol) = route.starttls {
        let meant = route.meant.as_deref().unwrap_or(&endpoint.host);
        starttls::negotiate(&mut wire, protocol, meant, deadline).await?;
    }
    wire.remember();
    Ok(Connection { wire, address })
}

async fn dial(address: SocketAddr, deadline: Deadline) -> Result<Wire> {
    let stream = deadline.limit_io(Phase::Connect, TcpStream::connect(address)).await?;
    // A handshake is small messages to and fro: none may wait for another (RFC 896).
    stream.set_nodelay(true).map_err(|error| super::fault::from_io(Phase::Connect, &error))?;
    Ok(Wire::new(stream))
}

async fn through(proxy: &Proxy, far_end: &Endpoint, deadline: Deadline) -> Result<Wire> {
    let unreachable = |error: Error| {
        let message = format!("the proxy {proxy} cannot be used: {}", error.message);
        Error { message, code: Failure::Proxy, ..error }
    };
    let found = resolve::addresses(&proxy.endpoint, &[], Family::Any, deadline).await;
    let addresses = found.map_err(unreachable)?;
    let mut failure = None;
    for (index, address) in addresses.iter().enumerate() {
        match dial(*address, deadline.share(addresses.len() - index)).await {
            Ok(mut wire) => {
                proxy::tunnel(&mut wire, proxy, far_end, deadline).await?;
                return Ok(wire);
            }
            Err(error) => failure = Some(error),
        }
    }
    Err(unreachable(failure.unwrap_or_else(|| Error::new(Failure::Proxy, "it has no address"))))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    fn soon() -> Deadline {
        Deadline::after(Duration::from_secs(5))
    }

    #[tokio::test]
    async fn a_refused_port_and_no_network() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Endpoint::new("127.0.0.1", listener.local_addr().unwrap().port());
        drop(listener);
        let error = connect(&endpoint, &Route::default(), soon()).await.unwrap_err();
        assert_eq!(error.code, Failure::Refused);
        let offline = Route { reach: Reach::Nowhere, ..Route::default() };
        assert_eq!(connect(&endpoint, &offline, soon()).await.unwrap_err().code, Failure::Offline);
        assert_eq!(
            addresses(&endpoint, &offline, soon()).await.unwrap_err().code,
            Failure::Offline
        );
    }

    #[tokio::test]
    async fn what_is_dialled_counts_and_not_what_it_is_called() {
        let local = |route: Route| Route { reach: Reach::ThisMachine, ..route };
        let named = Endpoint::new("localhost", 80);
        let far = "192.0.2.1:80".parse().unwrap();
        let elsewhere = vec!["localhost:80:192.0.2.1".parse().unwrap()];
        let here = vec!["a.example:80:127.0.0.2".parse().unwrap()];
        let known = |route: &Route, endpoint: &Endpoint| route.elsewhere(endpoint).is_some();
        for (route, endpoint, is_known) in [
            (Route::default(), Endpoint::new("a.example", 80), true),
            (Route { connect: Some(far), ..Route::default() }, named.clone(), true),
            (Route { overrides: elsewhere, ..Route::default() }, named.clone(), true),
            (
                Route { proxy: Some("127.0.0.1:1".parse().unwrap()), ..Route::default() },
                named.clone(),
                true,
            ),
            (Route { overrides: here, ..Route::default() }, Endpoint::new("a.example", 80), false),
            (Route::default(), named, false),
            (Route::default(), Endpoint::new("::ffff:127.0.0.1", 80), false),
        ] {
            assert_eq!(known(&route, &endpoint), is_known, "{route:?}");
            if is_known && (route.proxy.is_some() || !endpoint.is_loopback()) {
                continue;
            }
            // Even where nobody asked before, it is not dialled.
            let outcome = connect(&endpoint, &local(route), soon()).await;
            assert_eq!(outcome.is_err_and(|error| error.code == Failure::Untrusted), is_known);
        }
        // A name server that calls another machine localhost.
        let route = local(Route::default());
        let address = "192.0.2.1:80".parse().unwrap();
        let named = Endpoint::new("localhost", 80);
        let error = connect_to(address, &named, &route, soon()).await.unwrap_err();
        assert_eq!(error.code, Failure::Untrusted);
    }

    /// A proxy that answers the first request with this; gives what it was asked.
    async fn proxied(
        answer: &'static [u8],
        overrides: Vec<Override>,
    ) -> (Result<Connection>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut heard = vec![0; 1024];
            let length = stream.read(&mut heard).await.unwrap();
            stream.write_all(answer).await.unwrap();
            String::from_utf8_lossy(&heard[..length]).into_owned()
        };
        let route = Route { proxy: Some(proxy), overrides, ..Route::default() };
        let endpoint = Endpoint::new("a.example", 443);
        let (heard, result) = tokio::join!(server, connect(&endpoint, &route, soon()));
        (result, heard)
    }

    #[tokio::test]
    async fn a_proxy_looks_names_up_unless_we_do() {
        let (result, heard) = proxied(b"HTTP/1.1 200 OK\r\nX: y\r\n\r\n", vec![]).await;
        assert_eq!(result.unwrap().address, None);
        assert!(heard.starts_with("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n"));
        let known = vec!["a.example:443:2001:db8::1".parse().unwrap()];
        let (_, heard) = proxied(b"HTTP/1.1 200 OK\r\n\r\n", known).await;
        assert!(heard.starts_with("CONNECT [2001:db8::1]:443 HTTP/1.1\r\n"), "{heard}");
        for answer in [b"HTTP/1.1 407 no\r\n\r\n".as_slice(), b"SSH-2.0-x\r\n\r\n"] {
            let (result, _) = proxied(answer, vec![]).await;
            assert_eq!(result.unwrap_err().code, Failure::Proxy);
        }
    }
}
