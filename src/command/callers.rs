//! Who called: the client certificates in our own captures, once each, with first and last call.

use std::collections::HashMap;
use std::io::{BufRead, Read};
use std::path::Path;

use serde::Deserialize;

use crate::capture::MAX_RECORD;
use crate::capture::json::{Elements, keys};
use crate::cert::Certificate;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::cannot_read;
use crate::outcome::inspection::Sightings;
use crate::store::pem::block;
use crate::store::{Bundle, Content, Entry};

/// So much is looked at to tell what comes.
pub const HEAD: u64 = 64 << 10;

/// More different callers are no callers any more.
const MAX_CALLERS: usize = 100_000;

/// How a capture that has callers is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `.har.ndjson`: a delivery a line.
    Lines,
    /// The same as HAR.
    Har,
}

impl Form {
    /// The name of either in reports.
    pub const FORMAT: &str = "har.ndjson";

    /// Told from what it begins with.
    pub fn of(head: &[u8]) -> Option<Self> {
        let head = &head[..head.len().min(HEAD as usize)];
        let is_object = head.trim_ascii_start().starts_with(b"{");
        if !is_object || memchr::memmem::find(head, b"\"_clientCertificate\"").is_none() {
            return None;
        }
        let keys = keys(head);
        let has = |name: &str| keys.iter().any(|key| key == name);
        match (has("startedDateTime"), has("log")) {
            (true, _) => Some(Self::Lines),
            (_, true) => Some(Self::Har),
            _ => None,
        }
    }
}

/// What is read of a delivery.
#[derive(Deserialize)]
struct Call {
    #[serde(rename = "startedDateTime", default)]
    at: String,
    #[serde(rename = "_clientCertificate", default)]
    client: Option<Client>,
}

#[derive(Deserialize)]
struct Client {
    #[serde(rename = "chainPem", default)]
    chain: Vec<String>,
}

/// All callers of a capture, in the order of their first calls.
#[derive(Default)]
pub struct Callers {
    places: HashMap<Vec<String>, usize>,
    chains: Vec<Vec<String>>,
    seen: Vec<Sightings>,
    calls: u64,
    without: u64,
    unread: u64,
}

impl Callers {
    fn add(&mut self, json: &[u8]) -> Result<()> {
        let Ok(Call { at, client }) = serde_json::from_slice::<Call>(json) else {
            self.unread += 1;
            return Ok(());
        };
        self.calls += 1;
        let Some(Client { chain }) = client.filter(|client| !client.chain.is_empty()) else {
            self.without += 1;
            return Ok(());
        };
        if let Some(place) = self.places.get(&chain) {
            let seen = &mut self.seen[*place];
            seen.count += 1;
            // RFC 3339 in UTC sorts as text; lines need not be in order.
            if at > seen.last {
                seen.last = at;
            } else if at < seen.first {
                seen.first = at;
            }
            return Ok(());
        }
        if self.seen.len() == MAX_CALLERS {
            return Err(Error::new(
                Failure::TooLarge,
                format!("more than {MAX_CALLERS} different callers"),
            ));
        }
        self.places.insert(chain.clone(), self.seen.len());
        self.chains.push(chain);
        self.seen.push(Sightings { first: at.clone(), last: at, count: 1 });
        Ok(())
    }

    /// Reads a whole capture.
    ///
    /// # Errors
    /// `malformed` for what is no JSON, `too-large` for a line or for too many callers.
    pub fn read(form: Form, mut reader: impl BufRead) -> Result<Self> {
        let mut callers = Self::default();
        if form == Form::Har {
            for element in Elements::under(reader, &["log", "entries"])? {
                callers.add(&element?)?;
            }
            return Ok(callers);
        }
        let mut line = Vec::new();
        loop {
            line.clear();
            let mut bounded = (&mut reader).take(MAX_RECORD as u64 + 1);
            let count = bounded.read_until(b'\n', &mut line);
            match count.map_err(|error| cannot_read(Path::new("-"), &error))? {
                0 => return Ok(callers),
                _ if line.len() > MAX_RECORD => {
                    return Err(Error::new(Failure::TooLarge, "a line of more than 64 MiB"));
                }
                _ if line.trim_ascii().is_empty() => {}
                _ => callers.add(&line)?,
            }
        }
    }

    /// The chains as entries of a file, and when each was seen.
    ///
    /// # Errors
    /// `not-found` when nobody showed a certificate.
    pub fn bundle(self) -> Result<(Bundle, Vec<Sightings>)> {
        let mut bundle = Bundle::new(Form::FORMAT);
        let mut seen = Vec::new();
        for (pems, times) in self.chains.iter().zip(self.seen) {
            let chain: Vec<Certificate> = pems.iter().filter_map(|pem| certificate(pem)).collect();
            if !chain.is_empty() {
                bundle.entries.push(Entry::new(None, chain, Content::Trusted));
                seen.push(times);
            }
        }
        let deliveries = |count: u64| match count {
            1 => "1 delivery".to_owned(),
            count => format!("{count} deliveries"),
        };
        bundle.notes.push(match self.without {
            0 => format!("{} with a client certificate", deliveries(self.calls)),
            count => {
                format!("{}, {count} of them without a client certificate", deliveries(self.calls))
            }
        });
        if self.unread > 0 {
            let lines = if self.unread == 1 { "line" } else { "lines" };
            bundle.notes.push(format!("{} {lines} could not be read as JSON", self.unread));
        }
        if bundle.entries.is_empty() {
            return Err(Error::new(Failure::NotFound, "no caller showed a client certificate")
                .help("listen --client-cert request asks for one"));
        }
        Ok((bundle, seen))
    }
}

fn certificate(pem: &str) -> Option<Certificate> {
    let block = block::blocks(pem.as_bytes()).next()?;
    Certificate::parse(block.decode().ok()?).ok()
}
