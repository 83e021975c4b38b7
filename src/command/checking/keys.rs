//! Keys of an issuer, from a file or from where it publishes them.

use std::path::Path;
use std::time::Duration;

use crate::args::transport::Transport;
use crate::command::Context;
use crate::command::whom::{Trust, Whom};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::credential::masked;
use crate::http::{Headers, Request, Response, Url};
use crate::net::{Lane, Peer, Target, Timeouts, block_on};
use crate::signature::key_set::KeySet;
use crate::tls::{Client, Settings};

/// Longer key sets are refused.
pub const LONGEST: u64 = 1 << 20;
/// Time for everything about one address.
const TIME: Duration = Duration::from_secs(10);

/// How long published keys are good where their issuer does not say, and at most.
const LONGEST_LIFE: Duration = Duration::from_secs(3600);
/// How long they are good at least: nobody needs to be asked more often.
const SHORTEST_LIFE: Duration = Duration::from_secs(1);
/// How long they are good where the issuer wants nobody to keep them.
const UNKEPT_LIFE: Duration = Duration::from_secs(60);

/// What is fetched, as it is asked for and spoken of.
struct Wanted {
    accept: &'static str,
    what: &'static str,
    few: &'static str,
    /// What takes a file of it.
    option: &'static str,
}

const KEYS: Wanted =
    Wanted { accept: "application/json", what: "the key set", few: "keys", option: "--jwks" };
const CERTIFICATES: Wanted =
    Wanted { accept: "*/*", what: "the chain", few: "certificates", option: "--signing-cert" };

/// Keys, and how long they are good.
pub struct Fetched {
    /// The keys.
    pub keys: KeySet,
    /// From now; an hour for those of a file, which stay.
    pub life: Duration,
}

/// An address at which an issuer publishes its keys.
pub struct Published {
    address: String,
    /// Made once: the anchors of the system are read for the first fetch, before anybody waits.
    peer: Peer,
}

/// Reads a key set; where it was published, too, so that it can be fetched again.
pub fn load(place: &str, context: &Context) -> Result<(Fetched, Option<Published>)> {
    if place.starts_with("https://") || place.starts_with("http://") {
        let published = Published::at(place, context)?;
        let fetched = block_on(published.fetch())?;
        return Ok((fetched, Some(published)));
    }
    let bytes = context.input.read_at_most(Path::new(place), LONGEST)?;
    parse(place, &bytes).map(|keys| (Fetched { keys, life: LONGEST_LIFE }, None))
}

fn parse(place: &str, bytes: &[u8]) -> Result<KeySet> {
    KeySet::parse(bytes).map_err(|malformed| Error::from(malformed).about(place))
}

impl Published {
    fn at(address: &str, context: &Context) -> Result<Self> {
        context.allow_network(&masked(address))?;
        let is_tls = address.starts_with("https://");
        let url = Url::of(address);
        let endpoint = url.authority.parse::<Target>()?.endpoint(url.default_port());
        let (way, offline) = (Transport::default(), context.global.offline);
        let whom = match is_tls {
            true => Whom::by_tls(&endpoint, None, None, &way, offline)?,
            false => Whom::in_plain(&endpoint, false, &way, offline).map_err(|error| {
                error
                    .about("keys are not fetched over plain http")
                    .help("use an https:// URL: anyone who changes the keys can sign as the issuer")
            })?,
        };
        let Whom { endpoint, name, route } = whom;
        let tls = match is_tls {
            true => {
                let settings = Settings {
                    http: true,
                    gate: Trust::of_system()?.gate(),
                    ..Settings::default()
                };
                Some((Client::new(&settings)?, name))
            }
            false => None,
        };
        let timeouts = Timeouts { connect: TIME, handshake: TIME, first_byte: TIME, total: TIME };
        Ok(Self { address: address.to_owned(), peer: Peer { endpoint, route, tls, timeouts } })
    }

    /// The keys published there now, by a server that the anchors of the system vouch for.
    ///
    /// # Errors
    /// Those of the network, `http-status`, `too-large`, `malformed`, and `secret-published` for a set
    /// with a shared secret in it; never later than after 10 s.
    pub async fn fetch(&self) -> Result<Fetched> {
        let address = &masked(&self.address);
        let response = self.get(&KEYS).await?;
        let keys = parse(address, &response.body)?;
        if let Some(id) = keys.shared() {
            let message = format!("{address}: publishes a shared secret (oct key {id:?})");
            return Err(Error::new(Failure::SecretPublished, message)
                .help("anyone who reads it could sign: the issuer must withdraw it"));
        }
        Ok(Fetched { keys, life: life(&response.headers) })
    }

    /// What is published there now.
    async fn get(&self, wanted: &Wanted) -> Result<Response> {
        let address = &masked(&self.address);
        let mut request = Vec::new();
        get(&self.address, wanted.accept).write(&mut request)?;
        let mut lane = Lane::new(self.peer.clone()).keeping(LONGEST as usize);
        let answer = lane
            .exchange(&request, "GET")
            .await
            .map_err(|broken| helped(broken.error, wanted).about(address))?;
        if let Some(error) = answer.malformed {
            return Err(helped(error, wanted).about(address));
        }
        let response = answer.response;
        if response.status != 200 {
            let message = format!("{address}: answered {} {}", response.status, response.reason);
            return Err(Error::new(Failure::HttpStatus, message)
                .help("redirects are not followed: give the final URL"));
        }
        // The exchange keeps the first bytes only.
        if crate::digest::sha256(&response.body) != answer.sha256 {
            let message = format!(
                "{address}: {} has {} bytes, which is more than {} MiB",
                wanted.what,
                answer.response_bytes,
                LONGEST >> 20
            );
            return Err(Error::new(Failure::TooLarge, message).help(format!(
                "give a file with the {} needed: {} FILE",
                wanted.few, wanted.option
            )));
        }
        Ok(response)
    }
}

/// A certificate that a sender publishes, fetched under the rules of keys.
pub fn fetch_certificate(address: &str, context: &Context) -> Result<Vec<u8>> {
    let published = Published::at(address, context)?;
    block_on(published.get(&CERTIFICATES)).map(|response| response.body)
}

/// Keys are fetched without options of their own: advice that names one is for other commands.
fn helped(error: Error, wanted: &Wanted) -> Error {
    match error.help.as_ref().is_some_and(|help| help.contains("--")) {
        true => error.help(format!(
            "fetch the {} some other way, and give the file: {} FILE",
            wanted.few, wanted.option
        )),
        false => error,
    }
}

/// How long an answer may be kept (RFC 9111 section 4.2): as its issuer says, within our limits.
fn life(headers: &Headers) -> Duration {
    let lines: Vec<String> = headers
        .all("Cache-Control")
        .map(|line| String::from_utf8_lossy(line).to_ascii_lowercase())
        .collect();
    let directives = || lines.iter().flat_map(|line| line.split(',')).map(str::trim);
    if directives().any(|one| one == "no-store" || one.starts_with("no-cache")) {
        return UNKEPT_LIFE;
    }
    let seconds = |text: &str| text.trim().trim_matches('"').parse::<u64>().ok();
    let stated = directives().filter_map(|one| seconds(one.strip_prefix("max-age=")?)).min();
    let Some(stated) = stated else { return LONGEST_LIFE };
    let age = headers.text("Age").and_then(|text| seconds(&text)).unwrap_or_default();
    Duration::from_secs(stated.saturating_sub(age)).clamp(SHORTEST_LIFE, LONGEST_LIFE)
}

fn get(address: &str, accept: &str) -> Request {
    let mut headers = Headers::new();
    let url = Url::of(address);
    headers.push("Host", url.host_and_port());
    headers.push("Accept", accept);
    headers.push("User-Agent", concat!("hookprint/", env!("CARGO_PKG_VERSION")));
    headers.push("Connection", "close");
    Request { method: "GET".to_owned(), target: url.target(), headers, body: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_names_no_option_that_fetching_lacks() {
        let failed =
            |help: &str| helped(Error::new(Failure::Timeout, "timed out").help(help), &KEYS).help;
        let file = failed("allow more time with --timeout").unwrap();
        assert!(file.contains("--jwks FILE") && !file.contains("--timeout"), "{file}");
        assert_eq!(failed("start the server").as_deref(), Some("start the server"));
    }

    #[test]
    fn keys_are_good_for_as_long_as_their_issuer_says_and_an_hour_at_most() {
        let of = |lines: &[(&str, &str)]| {
            let mut headers = Headers::new();
            lines.iter().for_each(|(name, value)| headers.push(*name, *value));
            life(&headers).as_secs()
        };
        for (lines, seconds) in [
            (&[][..], 3600),
            (&[("Cache-Control", "public, max-age=120, must-revalidate")], 120),
            (&[("cache-control", "Max-Age=\"120\""), ("Age", "100")], 20),
            (&[("Cache-Control", "max-age=120"), ("Age", "200")], 1),
            (&[("Cache-Control", "max-age=0")], 1),
            (&[("Cache-Control", "max-age=9999999999999")], 3600),
            (&[("Cache-Control", "max-age=x, s-maxage=1")], 3600),
            (&[("Cache-Control", "max-age=900"), ("Cache-Control", "max-age=60")], 60),
            (&[("Cache-Control", "no-store, max-age=900")], 60),
            (&[("Cache-Control", "no-cache")], 60),
        ] {
            assert_eq!(of(lines), seconds, "{lines:?}");
        }
    }
}
