//! `json`: one object around all items. `ndjson`: an item a line. Both write each item at once, so
//! neither needs memory for many. Long lists inside of an item (a file can hold 100,000 certificates)
//! are written by all processors.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;
use serde_json::to_writer;

use crate::cert::rfc3339;
use crate::fact::{Facts, Value};
use crate::outcome::Summary;
use crate::parallel;
use crate::report::{Closing, Header, Item, Renderer, Tally};

/// Version of the report's shape, raised when a key changes its meaning.
const SCHEMA: u32 = 1;
/// Values of a list that a processor writes at a time.
const SHARE: usize = 250;

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
        let Closing { tally, summary, facts, .. } = closing;
        write_value(&Whole { tally, summary, facts }, out)?;
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
    #[serde(flatten)]
    facts: &'a Facts,
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

/// The object of an item.
fn write_item(item: &Item, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(br#"{"subject":"#)?;
    write_value(&item.subject, out)?;
    write!(out, r#","status":"{}","facts":"#, item.status().name())?;
    match item.outcome.is_nothing() {
        true => write_facts(&item.facts, out)?,
        false => write_value(&item.outcome, out)?,
    }
    out.write_all(br#","findings":"#)?;
    write_list(&item.findings, out)?;
    out.write_all(br#","failure":"#)?;
    write_value(&item.failure, out)?;
    out.write_all(br#","elapsed_ms":"#)?;
    write_value(&((item.elapsed_ms * 1000.0).round() / 1000.0), out)?;
    out.write_all(b"}")
}

fn write_facts(facts: &Facts, out: &mut dyn Write) -> io::Result<()> {
    let mut before = "{";
    for (name, value) in facts.iter() {
        write!(out, r#"{before}"{name}":"#)?;
        match value {
            Value::List(values) => write_list(values, out)?,
            value => write_value(value, out)?,
        }
        before = ",";
    }
    out.write_all(if facts.is_empty() { b"{}" } else { b"}" })
}

fn write_list<T: Serialize + Sync>(values: &[T], out: &mut dyn Write) -> io::Result<()> {
    let mut before: &[u8] = b"[";
    let write_share = |share: &[T]| -> io::Result<Vec<u8>> {
        // Room for as many certificates.
        let mut text = Vec::with_capacity(share.len() << 10);
        for (place, value) in share.iter().enumerate() {
            if place > 0 {
                text.push(b',');
            }
            write_value(value, &mut text)?;
        }
        Ok(text)
    };
    parallel::each_in_order(values.chunks(SHARE), 1, write_share, |text| {
        out.write_all(std::mem::replace(&mut before, b","))?;
        out.write_all(&text?)
    })?;
    out.write_all(if values.is_empty() { b"[]" } else { b"]" })
}

fn write_value<T: Serialize>(value: &T, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    to_writer(out, value).map_err(io::Error::from)
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
        let closing = Closing {
            summary: Summary::default(),
            tally,
            facts: crate::fact::Facts::new(),
            exit_code: 3,
        };
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

    #[test]
    fn lists_of_any_length_are_the_same_list() {
        for length in [0, 1, SHARE, 3 * SHARE + 1] {
            let mut item = Item::new("x");
            item.facts.set("numbers", (0..length).collect::<Vec<usize>>());
            let report = render(&[item]);
            let numbers = report["items"][0]["facts"]["numbers"].as_array().unwrap();
            let numbers: Vec<usize> =
                numbers.iter().map(|it| it.as_u64().unwrap() as usize).collect();
            assert_eq!(numbers, (0..length).collect::<Vec<usize>>());
        }
    }
}
