//! What comes one by one and is never held whole: lists of Kubernetes objects, and our own captures,
//! of which the callers' certificates are shown, once each.

use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::args::unpack::UnpackArgs;
use crate::capture::json::{Elements, keys};
use crate::command::callers::{Callers, Form, HEAD};
use crate::error::Result;
use crate::input::unpack::{head, is_packed, unpack};
use crate::input::{Input, cannot_read};
use crate::outcome::Outcome;
use crate::parallel;
use crate::report::Item;
use crate::store::{self, Passwords};

use super::beside::Keys;
use super::file;
use super::job::Job;
use super::judge::Rules;

/// Objects that are held at a time.
const BATCH: usize = 256;

/// What comes one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A list of Kubernetes objects in JSON.
    Objects,
    /// A capture of ours.
    Calls(Form),
}

impl Kind {
    /// Told from the keys that it begins with.
    pub fn of(head: &[u8]) -> Option<Self> {
        let head = &head[..head.len().min(HEAD as usize)];
        let is_object = head.trim_ascii_start().starts_with(b"{");
        let keys = if is_object { keys(head) } else { Vec::new() };
        let has = |name: &str| keys.iter().any(|key| key == name);
        match has("apiVersion") && has("items") {
            true => Some(Self::Objects),
            false => Form::of(head).map(Self::Calls),
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
    if let Kind::Calls(form) = kind {
        return report(calls(*form, reader, job, rules, keys));
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

/// The certificates that callers showed, once each, with first and last call and their count.
pub fn calls(form: Form, reader: impl BufRead, job: &Job, rules: &Rules, keys: &Keys) -> Item {
    let (bundle, seen) = match Callers::read(form, reader).and_then(Callers::bundle) {
        Ok(found) => found,
        Err(failure) => return file::done(job, Err(failure), &job.shown, rules, keys),
    };
    let mut item = file::done(job, Ok(bundle), &job.shown, rules, keys);
    if let Outcome::Inspection(inspection) = &mut item.outcome {
        for (entry, seen) in inspection.entries.iter_mut().zip(seen) {
            entry.seen = Some(seen);
        }
    }
    item
}
