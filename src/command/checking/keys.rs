//! Keys of an issuer, from a file or from where it publishes them.

use std::path::Path;
use std::time::Duration;

use crate::args::transport::Transport;
use crate::command::Context;
use crate::command::whom::{Trust, Whom};
use crate::error::{Error, Result};
use crate::http::{Headers, Request};
use crate::net::{Lane, Peer, Target, Timeouts, block_on};
use crate::signature::token::KeySet;
use crate::signature::url;
use crate::tls::{Client, Settings};

/// Longer key sets are refused.
const LONGEST: u64 = 1 << 20;
/// Time for everything about one address.
const TIME: Duration = Duration::from_secs(10);

/// An address at which an issuer publishes its keys.
pub struct Published {
    address: String,
    is_tls: bool,
    whom: Whom,
    trust: Trust,
}

/// Reads a key set; where it was published, too, so that it can be fetched again.
pub fn load(place: &str, context: &Context) -> Result<(KeySet, Option<Published>)> {
    if place.starts_with("https://") || place.starts_with("http://") {
        let published = Published::at(place, context)?;
        let keys = block_on(published.fetch())?;
        return Ok((keys, Some(published)));
    }
    let bytes = context.input.read_at_most(Path::new(place), LONGEST)?;
    parse(place, &bytes).map(|keys| (keys, None))
}

fn parse(place: &str, bytes: &[u8]) -> Result<KeySet> {
    KeySet::parse(bytes).map_err(|malformed| Error::from(malformed).about(place))
}

impl Published {
    fn at(address: &str, context: &Context) -> Result<Self> {
        context.allow_network(address)?;
        let is_tls = address.starts_with("https://");
        let (_, rest) = address.split_once("://").unwrap_or_default();
        let endpoint = rest.parse::<Target>()?.endpoint(if is_tls { 443 } else { 80 });
        let (way, offline) = (Transport::default(), context.global.offline);
        let whom = match is_tls {
            true => Whom::by_tls(&endpoint, None, None, &way, offline)?,
            false => Whom::in_plain(&endpoint, false, &way, offline).map_err(|error| {
                error.about("keys are not taken from the open network").help(
                    "use the https:// address: whoever changes the keys can sign as the issuer",
                )
            })?,
        };
        Ok(Self { address: address.to_owned(), is_tls, whom, trust: Trust::of_system()? })
    }

    /// The keys published there now, by a server that the anchors of the system vouch for.
    ///
    /// # Errors
    /// Those of the network, `http-status`, `too-large`, `malformed`; never later than after 10 s.
    pub async fn fetch(&self) -> Result<KeySet> {
        let Self { address, is_tls, whom, trust } = self;
        let Whom { endpoint, name, route } = whom.clone();
        let tls = match is_tls {
            true => {
                let settings = Settings { http: true, gate: trust.gate(), ..Settings::default() };
                Some((Client::new(&settings)?, name))
            }
            false => None,
        };
        let timeouts = Timeouts { connect: TIME, handshake: TIME, first_byte: TIME, total: TIME };
        let mut request = Vec::new();
        get(address).write(&mut request)?;
        let mut lane = Lane::new(Peer { endpoint, route, tls, timeouts });
        let answer =
            lane.exchange(&request, "GET").await.map_err(|broken| broken.error.about(address))?;
        let response = answer.response;
        if response.status != 200 {
            let message = format!("{address}: answered {} {}", response.status, response.reason);
            return Err(Error::network("http-status", message)
                .help("a redirection is not followed: give the final address"));
        }
        // The exchange keeps the first bytes only; key sets are a few KiB.
        if crate::digest::sha256(&response.body) != answer.sha256 {
            let message = format!("{address}: the key set has {} bytes", answer.response_bytes);
            return Err(Error::input("too-large", message).help("fetch it, and give the file"));
        }
        parse(address, &response.body)
    }
}

fn get(address: &str) -> Request {
    let mut headers = Headers::new();
    headers.push("Host", url::authority(address));
    headers.push("Accept", "application/json");
    headers.push("User-Agent", concat!("hookprint/", env!("CARGO_PKG_VERSION")));
    headers.push("Connection", "close");
    let target = url::path_query(address).split('#').next().unwrap_or("/").to_owned();
    Request { method: "GET".to_owned(), target, headers, body: Vec::new() }
}
