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
use crate::report::{Closing, Header, Item, Renderer, Tally};

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
        write_item(item, out)
    }

    fn finish(&mut self, closing: &Closing, out: &mut dyn Write) -> io::Result<()> {
        if self.items == 0 {
            self.separate(out)?;
        }
        write!(out, "],\n  \"summary\":")?;
        let Closing { tally, summary, .. } = closing;
        json::write(&mut *out, &Whole { tally, summary })?;
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

/// One item a line.
pub struct Ndjson;

impl Renderer for Ndjson {
    fn item(&mut self, item: &Arc<Item>, out: &mut dyn Write) -> io::Result<()> {
        write_item(item, out)?;
        out.write_all(b"\n")?;
        out.flush()
    }

    fn finish(&mut self, _: &Closing, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// An item as it is written.
#[derive(Serialize)]
struct Shown<'a> {
    subject: &'a str,
    status: &'static str,
    facts: &'a Outcome,
    #[serde(serialize_with = "parallel::serialize")]
    findings: &'a [Finding],
    failure: Option<&'a Error>,
    elapsed_ms: f64,
}

fn write_item(item: &Item, out: &mut dyn Write) -> io::Result<()> {
    let shown = Shown {
        subject: &item.subject,
        status: item.status().name(),
        facts: &item.outcome,
        findings: &item.findings,
        failure: item.failure.as_ref(),
        elapsed_ms: (item.elapsed_ms * 1000.0).round() / 1000.0,
    };
    json::write(out, &shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Tally;

    fn render(items: &[Item]) -> serde_json::Value {
        let at = time::macros::datetime!(2026-11-22 5:00 UTC);
        let header = Header { command: "inspect", at, fail_on: None };
        let mut json = Json::new(&header);
        let mut out = Vec::new();
        let mut tally = Tally::default();
        for item in items {
            tally.add(item.status());
            json.item(&Arc::new(item.clone()), &mut out).unwrap();
        }
        let closing = Closing { summary: Summary::default(), tally, exit_code: 3 };
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
