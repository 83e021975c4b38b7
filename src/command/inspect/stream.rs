//! What comes one by one and is never held whole: lists of Kubernetes objects, and our own captures,
//! of which the callers' certificates are shown, once each.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;

use crate::args::unpack::UnpackArgs;
use crate::capture::MAX_RECORD;
use crate::capture::json::{Elements, keys};
use crate::cert::Certificate;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::unpack::{head, is_packed, unpack};
use crate::input::{Input, cannot_read};
use crate::outcome::Outcome;
use crate::outcome::inspection::Sightings;
use crate::parallel;
use crate::report::Item;
use crate::store::pem::block;
use crate::store::{self, Bundle, Content, Entry, Passwords};

use super::beside::Keys;
use super::file;
use super::job::Job;
use super::judge::Rules;

/// So much is looked at to tell what comes.
const HEAD: u64 = 64 << 10;

/// Objects that are held at a time.
const BATCH: usize = 256;

/// More different callers are no callers any more.
const MAX_CALLERS: usize = 100_000;

/// What comes one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A list of Kubernetes objects in JSON.
    Objects,
    /// `.har.ndjson`: a delivery a line.
    Lines,
    /// The same as HAR.
    Har,
}

impl Kind {
    /// Told from the keys that it begins with.
    pub fn of(head: &[u8]) -> Option<Self> {
        let head = &head[..head.len().min(HEAD as usize)];
        let is_object = head.trim_ascii_start().starts_with(b"{");
        let keys = if is_object { keys(head) } else { Vec::new() };
        let has = |name: &str| keys.iter().any(|key| key == name);
        if has("apiVersion") && has("items") {
            return Some(Self::Objects);
        }
        let mark = |name: &[u8]| memchr::memmem::find(head, name).is_some();
        if !mark(b"\"_clientCertificate\"") {
            return None;
        }
        match (has("startedDateTime"), has("log")) {
            (true, _) => Some(Self::Lines),
            (_, true) => Some(Self::Har),
            _ => None,
        }
    }
}

/// A file or standard input of such a kind.
pub struct Stream {
    kind: Kind,
    reader: Box<dyn BufRead + Send>,
}

/// What a file or standard input turned out to be.
pub enum Begun {
    Stream(Stream),
    /// Something else, from its first byte.
    Rest(Box<dyn Read + Send>),
    /// Something else that was compressed.
    Unpacked(Box<dyn Read + Send>),
}

impl Stream {
    /// Opens it and looks at its first bytes; what is compressed is unpacked.
    pub fn begin(path: &Path, unpacking: UnpackArgs, input: &Input) -> Result<Begun> {
        let mut reader = input.stream(path)?;
        let unreadable = |error| cannot_read(path, &error);
        let mut start = head(&mut reader, HEAD).map_err(unreadable)?;
        let is_packed = is_packed(&start);
        if is_packed {
            let packed = Cursor::new(start).chain(reader);
            reader = Box::new(unpack(packed, unpacking.max_ratio));
            start = head(&mut reader, HEAD).map_err(unreadable)?;
        }
        let kind = Kind::of(&start);
        let whole = Cursor::new(start).chain(reader);
        Ok(match kind {
            Some(kind) => Begun::Stream(Self { kind, reader: Box::new(BufReader::new(whole)) }),
            None if is_packed => Begun::Unpacked(Box::new(whole)),
            None => Begun::Rest(Box::new(whole)),
        })
    }
}

/// Looks at everything that comes, and reports each in order.
pub fn each(
    stream: &Mutex<Stream>,
    job: &Job,
    rules: &Rules,
    keys: &Keys,
    passwords: &Passwords,
    mut report: impl FnMut(Item) -> Result<()>,
) -> Result<()> {
    let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
    let Stream { kind, reader } = &mut *stream;
    if *kind != Kind::Objects {
        return report(calls(*kind, reader, job, rules, keys));
    }
    let failed = |failure| file::done(job, Err(failure), &job.shown, rules, keys);
    let mut elements = match Elements::under(reader, &["items"]) {
        Ok(elements) => elements,
        Err(failure) => return report(failed(failure)),
    };
    let mut failure = None;
    loop {
        let mut batch = Vec::with_capacity(BATCH);
        for element in elements.by_ref().take(BATCH) {
            match element {
                Ok(element) => batch.push(element),
                Err(error) => failure = Some(error),
            }
        }
        let is_last = batch.len() < BATCH;
        let look = |object: Vec<u8>| -> Vec<Item> {
            let parts = store::object_parts(&object);
            parts.iter().map(|it| file::look_at_part(job, it, rules, keys, passwords)).collect()
        };
        parallel::each_in_order(batch.into_iter(), BATCH / 16, look, |items| {
            items.into_iter().try_for_each(&mut report)
        })?;
        if let Some(failure) = failure.take() {
            return report(failed(failure));
        }
        if is_last {
            return Ok(());
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
struct Callers {
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

    fn read(kind: Kind, mut reader: impl BufRead) -> Result<Self> {
        let mut callers = Self::default();
        if kind == Kind::Har {
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

    /// The chains as entries, and what is said of each.
    fn bundle(self) -> (Bundle, Vec<Sightings>) {
        let mut bundle = Bundle::new(FORMAT);
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
        (bundle, seen)
    }
}

/// The name of a capture in reports.
const FORMAT: &str = "har.ndjson";

fn certificate(pem: &str) -> Option<Certificate> {
    let block = block::blocks(pem.as_bytes()).next()?;
    Certificate::parse(block.decode().ok()?).ok()
}

/// The certificates that callers showed, once each, with first and last call and their count.
pub fn calls(kind: Kind, reader: impl BufRead, job: &Job, rules: &Rules, keys: &Keys) -> Item {
    let (bundle, seen) = match Callers::read(kind, reader) {
        Ok(callers) => callers.bundle(),
        Err(failure) => return file::done(job, Err(failure), &job.shown, rules, keys),
    };
    if bundle.entries.is_empty() {
        let failure = Error::new(Failure::NotFound, "no caller showed a client certificate")
            .help("listen --client-cert request asks for one");
        return file::done(job, Err(failure), &job.shown, rules, keys);
    }
    let mut item = file::done(job, Ok(bundle), &job.shown, rules, keys);
    if let Outcome::Inspection(inspection) = &mut item.outcome {
        for (entry, seen) in inspection.entries.iter_mut().zip(seen) {
            entry.seen = Some(seen);
        }
    }
    item
}
