//! Options of every command that connects to a server: which way, and for how long.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};

use crate::args::duration;
use crate::error::Result;
use crate::net::{Endpoint, Family, Override, PROTOCOLS, Protocol, Proxy, Reach, Route, proxy};
use crate::tls::Versions;

/// Which way to a server, and for how long.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Connection")]
pub struct Transport {
    /// Connect to this instead of the host; names and certificates remain those of the host
    #[arg(long, value_name = "HOST:PORT")]
    pub connect: Option<Endpoint>,
    /// Address of this host and port, or several separated by commas (can be repeated)
    #[arg(long, value_name = "HOST:PORT:ADDR")]
    pub resolve: Vec<Override>,
    /// IPv4 only
    #[arg(long, short = '4', conflicts_with = "ipv6")]
    pub ipv4: bool,
    /// IPv6 only
    #[arg(long, short = '6')]
    pub ipv6: bool,
    /// Go through this proxy: http://, socks5:// or socks5h:// [default: HTTPS_PROXY, ALL_PROXY, NO_PROXY; HTTP_PROXY for http://]
    #[arg(long, value_name = "URL")]
    pub proxy: Option<Proxy>,
    /// Time limit for everything about one target
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    pub timeout: Duration,
    /// Try again this many times when a connection fails
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub retries: u32,
}

/// Which servers are trusted.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Trust")]
pub struct Anchoring {
    /// Trust anchors, instead of the system's
    #[arg(long, value_name = "FILE", visible_aliases = ["cafile", "cacert"], alias = "roots")]
    pub ca: Option<PathBuf>,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TlsVersion {
    /// TLS 1.2.
    #[value(name = "1.2")]
    V12,
    /// TLS 1.3.
    #[value(name = "1.3")]
    V13,
}

impl TlsVersion {
    /// As reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::V12 => "TLSv1.2",
            Self::V13 => "TLSv1.3",
        }
    }
}

impl From<TlsVersion> for Versions {
    fn from(version: TlsVersion) -> Self {
        match version {
            TlsVersion::V12 => Self::Tls12,
            TlsVersion::V13 => Self::Tls13,
        }
    }
}

/// The values of `--starttls`.
pub fn protocols() -> PossibleValuesParser {
    PossibleValuesParser::new(PROTOCOLS.iter().map(|protocol| protocol.name))
}

impl Transport {
    /// The way to this endpoint. Without `--proxy` the environment names the proxy; this machine
    /// needs none.
    ///
    /// # Errors
    /// `usage` when the environment names something that is no proxy.
    pub fn route(
        &self,
        endpoint: &Endpoint,
        is_tls: bool,
        starttls: Option<&'static Protocol>,
        reach: Reach,
        environment: impl Fn(&str) -> Result<Option<String>>,
    ) -> Result<Route> {
        let family = match (self.ipv4, self.ipv6) {
            (true, _) => Family::V4,
            (_, true) => Family::V6,
            _ => Family::Any,
        };
        let (overrides, connect) = (self.resolve.clone(), self.connect.clone());
        let direct = Route { family, overrides, connect, starttls, reach, ..Route::default() };
        let proxy = match &self.proxy {
            Some(proxy) => Some(proxy.clone()),
            None if direct.elsewhere(endpoint).is_none() => None,
            None => proxy::from_environment(direct.dialled(endpoint), is_tls, environment)?,
        };
        Ok(Route { proxy, ..direct })
    }

    /// Whether this override is about what is dialled for the endpoint.
    pub fn has_use_for(&self, one: &Override, endpoint: &Endpoint) -> bool {
        one.endpoint == *self.connect.as_ref().unwrap_or(endpoint)
    }
}
