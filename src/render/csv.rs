//! `csv`: a table for spreadsheets (RFC 4180). Each item is one row, followed by a row for each of
//! its certificates, findings and for its failure; the column `record` says which.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::cert::rfc3339;
use crate::json;
use crate::outcome::Outcome;
use crate::outcome::listed::Listed;
use crate::render::escape::escape;
use crate::render::remark::{Remark, remarks};
use crate::report::{Closing, Item, Renderer, Status};

macro_rules! columns {
    ($($name:ident)*) => {
        /// One row: a cell for each column, most of them empty.
        #[derive(Default)]
        struct Row<'a> {
            $($name: Cow<'a, str>,)*
        }

        const HEADER: &[&str] = &[$(stringify!($name)),*];

        impl Row<'_> {
            fn cells(&self) -> [&str; HEADER.len()] {
                [$(&self.$name),*]
            }
        }
    };
}

columns! {
    record item status code subject message help alias issuer not_before not_after remaining_days
    sha1 sha256 spki elapsed_ms facts
}

/// The table, written row by row.
#[derive(Default)]
pub struct Csv {
    begun: bool,
}

impl Csv {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if !std::mem::replace(&mut self.begun, true) {
            write(out, HEADER)?;
        }
        Ok(())
    }
}

impl Renderer for Csv {
    fn item(&mut self, item: &Arc<Item>, out: &mut dyn Write) -> io::Result<()> {
        self.begin(out)?;
        write(out, &of_item(item)?.cells())?;
        for (alias, described) in item.outcome.certificates() {
            write(out, &of_certificate(item, &alias, &described).cells())?;
        }
        for remark in remarks(item) {
            write(out, &of_remark(item, &remark).cells())?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Closing, out: &mut dyn Write) -> io::Result<()> {
        self.begin(out)
    }
}

fn of_item(item: &Item) -> io::Result<Row<'_>> {
    let mut facts = match &item.outcome {
        // Its lists can be long, and would be thrown away.
        Outcome::Inspection(inspection) => json!({ "format": inspection.format }),
        outcome => serde_json::to_value(outcome)?,
    };
    // Lists and groups do not fit into a cell; certificates have rows of their own.
    let is_cell = |value: &Value| !(value.is_array() || value.is_object() || value.is_null());
    let facts = match &mut facts {
        Value::Object(facts) => {
            facts.retain(|_, value| is_cell(value));
            if facts.is_empty() { String::new() } else { json::text(facts)? }
        }
        _ => String::new(),
    };
    Ok(Row {
        record: "item".into(),
        item: text(&item.subject),
        status: item.status().name().into(),
        elapsed_ms: item.took().map_or(String::new(), |took| format!("{took:.3}")).into(),
        facts: facts.into(),
        ..Row::default()
    })
}

fn of_certificate<'a>(item: &'a Item, alias: &'a str, it: &'a Listed<'a>) -> Row<'a> {
    Row {
        record: "certificate".into(),
        item: text(&item.subject),
        subject: text(it.subject()),
        alias: text(alias),
        issuer: text(it.issuer()),
        not_before: rfc3339(it.not_before()).into(),
        not_after: rfc3339(it.not_after()).into(),
        remaining_days: it.remaining_days().to_string().into(),
        sha1: it.sha1().into(),
        sha256: it.sha256().into(),
        // Base64 may begin with a plus sign, which spreadsheets take for a formula.
        spki: format!("sha256//{}", it.spki_sha256()).into(),
        ..Row::default()
    }
}

fn of_remark<'a>(item: &'a Item, remark: &Remark<'a>) -> Row<'a> {
    let record = if remark.status == Status::Failed { "failure" } else { "finding" };
    Row {
        record: record.into(),
        item: text(&item.subject),
        status: remark.status.name().into(),
        code: remark.code.into(),
        subject: text(remark.subject),
        message: text(remark.message),
        help: text(remark.help.unwrap_or_default()),
        facts: remark.key.map(|key| json!({ "key": key }).to_string()).unwrap_or_default().into(),
        ..Row::default()
    }
}

/// Untrusted text: escaped, and never a formula (OWASP, "CSV injection").
fn text(text: &str) -> Cow<'_, str> {
    let text = escape(text);
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') => format!("'{text}").into(),
        _ => text,
    }
}

fn write(out: &mut dyn Write, cells: &[&str]) -> io::Result<()> {
    for (number, cell) in cells.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        if cell.contains(['"', ',', ';', '\'', ' ']) {
            write!(out, "{comma}\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            write!(out, "{comma}{cell}")?;
        }
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text() {
        assert_eq!(text("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(text("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(text("CN=a\r\n=b"), "CN=a\\r\\n=b");
    }
}
