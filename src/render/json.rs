//! `json`: one object around all items. `ndjson`: an item a line. Both write each item at once, so
//! neither needs memory for many.

use std::io::{self, Write};

use serde_json::to_writer;

use crate::report::{Closing, Header, Item, Renderer};

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
            header.at
        );
        Self { head, items: 0 }
    }

    fn separate(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let head = std::mem::take(&mut self.head);
        out.write_all(if head.is_empty() { b",\n  " } else { head.as_bytes() })
    }
}

impl Renderer for Json {
    fn item(&mut self, item: &Item, mut out: &mut dyn Write) -> io::Result<()> {
        self.separate(out)?;
        self.items += 1;
        to_writer(&mut out, item).map_err(io::Error::from)
    }

    fn finish(&mut self, closing: &Closing, mut out: &mut dyn Write) -> io::Result<()> {
        if self.items == 0 {
            self.separate(out)?;
        }
        let mut summary = closing.tally.facts();
        for (name, value) in closing.facts.iter() {
            summary.set(name, value.clone());
        }
        write!(out, "],\n  \"summary\":")?;
        to_writer(&mut out, &summary).map_err(io::Error::from)?;
        writeln!(out, ",\n  \"exit_code\":{}}}", closing.exit_code)
    }
}

/// One item a line.
pub struct Ndjson;

impl Renderer for Ndjson {
    fn item(&mut self, item: &Item, mut out: &mut dyn Write) -> io::Result<()> {
        to_writer(&mut out, item).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
        out.flush()
    }

    fn finish(&mut self, _: &Closing, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Tally;

    fn render(items: &[Item]) -> serde_json::Value {
        let at = "2026-11-22T05:00:00Z".to_owned();
        let header = Header { command: "inspect", at, fail_on: None };
        let mut json = Json::new(&header);
        let mut out = Vec::new();
        let mut tally = Tally::default();
        for item in items {
            tally.add(item.status());
            json.item(item, &mut out).unwrap();
        }
        let closing = Closing { tally, facts: crate::fact::Facts::new(), exit_code: 3 };
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
