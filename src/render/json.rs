//! `json`: one object around all items. `ndjson`: an item a line. Both write each item at once, so
//! neither needs memory for many. Long lists inside of an item (a file can hold 100,000 certificates)
//! are written by all processors.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;

use crate::cert::rfc3339;
use crate::error::Error;
use crate::finding::Finding;
use crate::json;
use crate::outcome::{Outcome, Summary};
use crate::parallel;
use crate::report::{Closing, Header, Item, Reach, Renderer, Tally};
use crate::shard::Shard;

/// Version of the report's shape, raised when a key changes its meaning.
const SCHEMA: u32 = 1;

/// One object, written as it grows.
pub struct Json {
    head: String,
    items: u64,
}

impl Json {
    /// Begins a report.
    pub fn new(header: &Header) -> Self {
        let head = format!(
            r#"{{"schema":{SCHEMA},"tool":{{"name":"hookprint","version":"{}"}},"command":"{}","at":"{}","items":["#,
            env!("CARGO_PKG_VERSION"),
            header.command,
            rfc3339(header.at)
        );
        Self { head, items: 0 }
    }

    fn separate(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let head = std::mem::take(&mut self.head);
        out.write_all(if head.is_empty() { b",\n  " } else { head.as_bytes() })
    }
}

impl Renderer for Json {
    fn item(&mut self, item: &Arc<Item>, out: &mut dyn Write) -> io::Result<()> {
        self.separate(out)?;
        self.items += 1;
        write_item(item, item.took().is_none(), out)
    }

    fn finish(&mut self, closing: &Closing, out: &mut dyn Write) -> io::Result<()> {
        if self.items == 0 {
            self.separate(out)?;
        }
        write!(out, "],\n  \"summary\":")?;
        json::write(&mut *out, &Whole::of(closing))?;
        writeln!(out, ",\n  \"exit_code\":{}}}", closing.exit_code)
    }
}

/// The summary: the counts, and what the command adds to them.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    tally: &'a Tally,
    #[serde(flatten)]
    summary: &'a Summary,
}

impl<'a> Whole<'a> {
    fn of(Closing { tally, summary, .. }: &'a Closing) -> Self {
        Self { tally, summary }
    }
}

/// One item a line. With numbers, an end mark is the last line: what has none was cut off. Numbered
/// rows say nothing of the time that they took: two runs over the same input write the same bytes.
pub struct Ndjson {
    /// Whether rows have numbers.
    pub is_numbered: bool,
}

impl Renderer for Ndjson {
    fn item(&mut self, item: &Arc<Item>, out: &mut dyn Write) -> io::Result<()> {
        write_item(item, self.is_numbered, out)?;
        out.write_all(b"\n")?;
        out.flush()
    }

    fn finish(&mut self, closing: &Closing, out: &mut dyn Write) -> io::Result<()> {
        if self.is_numbered {
            json::write(&mut *out, &Last { end: End::of(closing) })?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }
}

/// The last line of numbered rows.
#[derive(Serialize)]
struct Last<'a> {
    end: End<'a>,
}

/// How far the run came. An input that is not divided is its own only shard, `1/1`.
#[derive(Serialize)]
struct End<'a> {
    complete: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
    shard: Shard,
    input: u64,
    items: u64,
    summary: Whole<'a>,
    exit_code: u8,
    input_sha256: &'a str,
}

impl<'a> End<'a> {
    fn of(closing: &'a Closing) -> Self {
        let Reach { part, complete, next, records, verdict } = &closing.reach;
        Self {
            complete: *complete,
            next: (!complete).then_some(*next),
            shard: part.shard,
            input: *records,
            items: closing.tally.items,
            summary: Whole::of(closing),
            exit_code: *verdict,
            input_sha256: &part.input_sha256,
        }
    }
}

/// An item as it is written.
#[derive(Serialize)]
struct Shown<'a> {
    /// Null where rows have numbers and this one is about the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<Option<u64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    subject: &'a str,
    status: &'static str,
    facts: &'a Outcome,
    #[serde(serialize_with = "parallel::serialize")]
    findings: &'a [Finding],
    failure: Option<&'a Error>,
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed_ms: Option<f64>,
}

impl<'a> Shown<'a> {
    fn of(item: &'a Item, is_numbered: bool) -> Self {
        let elapsed_ms = item.took().filter(|_| !is_numbered);
        let position = item.position.filter(|_| is_numbered);
        Self {
            n: is_numbered.then(|| position.map(|position| position.n)),
            offset: position.and_then(|position| position.offset),
            subject: &item.subject,
            status: item.status().name(),
            facts: &item.outcome,
            findings: &item.findings,
            failure: item.failure.as_ref(),
            elapsed_ms: elapsed_ms.map(|elapsed| (elapsed * 1000.0).round() / 1000.0),
        }
    }
}

fn write_item(item: &Item, is_numbered: bool, out: &mut dyn Write) -> io::Result<()> {
    json::write(out, &Shown::of(item, is_numbered))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Tally;

    fn render(items: &[Item]) -> serde_json::Value {
        let at = time::macros::datetime!(2026-11-22 5:00 UTC);
        let header = Header { command: "inspect", at, fail_on: None, is_numbered: false };
        let mut json = Json::new(&header);
        let mut out = Vec::new();
        let mut tally = Tally::default();
        for item in items {
            tally.add(item.status());
            json.item(&Arc::new(item.clone()), &mut out).unwrap();
        }
        let (summary, reach) = Default::default();
        let closing = Closing { summary, tally, exit_code: 3, reach };
        json.finish(&closing, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn none_one_and_many_items_are_each_one_object() {
        for count in 0..3 {
            let report = render(&vec![Item::new("x"); count]);
            assert_eq!(report["items"].as_array().unwrap().len(), count);
            assert_eq!(report["summary"]["items"], count);
            assert_eq!(report["exit_code"], 3);
        }
    }
}
