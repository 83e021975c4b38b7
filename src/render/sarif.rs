//! `sarif`: SARIF 2.1.0 (OASIS), for code scanning. Findings and failures are results: an alert that is not
//! in the next report counts as mended, which a thing that cannot be looked at is not. Results are written
//! one by one, so many need no memory. What GitHub asks for beyond the standard stands in its
//! documentation ("SARIF support for code scanning").

use std::collections::HashSet;
use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::cert::rfc3339;
use crate::digest::{hex, sha256};
use crate::explain::pages;
use crate::json;
use crate::outcome::explanation::Explanation;
use crate::render::escape::escape;
use crate::render::remark::{Remark, counts, level, place, remarks};
use crate::report::{Closing, Header, Item, Renderer, Status};

/// One run, written as it grows.
pub struct Sarif {
    command: &'static str,
    at: String,
    results: u64,
}

impl Sarif {
    /// Begins a report.
    pub fn new(header: &Header) -> Self {
        Self { command: header.command, at: rfc3339(header.at), results: 0 }
    }

    fn result(
        &mut self,
        item: &Item,
        remark: &Remark<'_>,
        nth: usize,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let separator = if self.results == 0 { self.head() } else { ",\n  ".to_owned() };
        self.results += 1;
        out.write_all(separator.as_bytes())?;
        json::write(out, &result(item, remark, nth))
    }

    /// Everything that stands before the first result.
    fn head(&self) -> String {
        let driver = json!({
            "name": "hookprint",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "informationUri": env!("CARGO_PKG_REPOSITORY"),
            "rules": rules(),
        });
        let schema = "https://json.schemastore.org/sarif-2.1.0.json";
        format!(
            "{{\"$schema\":\"{schema}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{driver}}},\n\"results\":[\n  "
        )
    }
}

impl Renderer for Sarif {
    fn item(&mut self, item: &Arc<Item>, out: &mut dyn Write) -> io::Result<()> {
        let remarks = remarks(item);
        for (index, remark) in remarks.iter().enumerate() {
            let is_alike =
                |other: &&Remark<'_>| other.code == remark.code && other.subject == remark.subject;
            let alike = remarks[..index].iter().filter(is_alike).count();
            self.result(item, remark, alike + 1, out)?;
        }
        Ok(())
    }

    fn finish(&mut self, closing: &Closing, out: &mut dyn Write) -> io::Result<()> {
        if self.results == 0 {
            out.write_all(self.head().as_bytes())?;
        }
        let mut invocation = json!({
            "executionSuccessful": closing.tally.failed == 0 && closing.tally.items > 0,
            "exitCode": closing.exit_code,
            "startTimeUtc": self.at,
        });
        if closing.tally.items == 0 {
            let nothing =
                json!({ "level": "error", "message": { "text": counts(&closing.tally) } });
            invocation["toolExecutionNotifications"] = json!([nothing]);
        }
        let invocation = json::text(&invocation)?;
        let category = json!({ "id": format!("hookprint/{}/", self.command) });
        writeln!(
            out,
            "],\n\"automationDetails\":{category},\n\"columnKind\":\"unicodeCodePoints\",\n\"invocations\":[{invocation}]}}]}}"
        )
    }
}

/// The rule of each code. Where a finding and a failure share one, it is the finding's.
fn rules() -> Vec<Value> {
    let mut pages = pages::all();
    let mut known = HashSet::new();
    pages.retain(|page| known.insert(page.id.clone()));
    pages.iter().map(rule).collect()
}

fn rule(page: &Explanation) -> Value {
    let severity = page.page.as_ref().and_then(|page| page.severity);
    let level = level(severity.map_or(Status::Failed, Status::Found));
    let raised_by = page.page.as_ref().map_or("", |page| &page.raised_by);
    let (id, title, meaning, next) = (&page.id, &page.title, &page.meaning, &page.next);
    json!({
        "id": id,
        "shortDescription": { "text": title },
        "fullDescription": { "text": meaning },
        "help": {
            "text": format!("{meaning}\n\nNext: {next}\nRaised by: {raised_by}"),
            "markdown": format!("{meaning}\n\n- **Next**: {next}\n- **Raised by**: {raised_by}"),
        },
        "helpUri": format!("{}/blob/main/docs/codes.md#{id}", env!("CARGO_PKG_REPOSITORY")),
        "defaultConfiguration": { "level": sarif_level(level) },
        "properties": {
            "precision": "very-high",
            "problem.severity": match level {
                "notice" => "recommendation",
                level => level,
            },
            "tags": [if severity.is_some() { "finding" } else { "failure" }],
        },
    })
}

/// A result, of those that are alike in their item the `nth`.
fn result(item: &Item, remark: &Remark<'_>, nth: usize) -> Value {
    let identity = match remark.key {
        Some(key) => key.to_owned(),
        None => {
            let identity = [item.subject.as_str(), remark.code, remark.subject].join("\n");
            hex(&sha256(identity.as_bytes()))
        }
    };
    json!({
        "ruleId": remark.code,
        "level": sarif_level(level(remark.status)),
        "message": message(item, remark),
        "locations": [location(item)],
        // The same finding in the next run is the same alert. GitHub knows it by the first of them, which
        // is elsewhere made of the text of a line: certificates have none.
        "partialFingerprints": {
            "primaryLocationLineHash": format!("{}:{nth}", &identity[..16]),
            "hookprint/v1": identity,
        },
    })
}

fn message(item: &Item, remark: &Remark<'_>) -> Value {
    let help = remark.help.map(|help| format!("\nnext: {}", escape(help))).unwrap_or_default();
    json!({ "text": format!("{}{help}", remark.sentence(item)) })
}

/// A file is a place in the repository, and so is a line of a list. A host is a place by name, and stands
/// for a file all the same: code scanning shows nothing without one.
fn location(item: &Item) -> Value {
    let place = place(item);
    let file = place.as_ref().map_or(item.subject.as_str(), |place| &place.file);
    let (line, columns) = place.as_ref().map_or((1, 1), |place| (place.line, place.columns));
    let mut location = json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(file) },
        "region": {
            "startLine": line,
            "startColumn": 1,
            "endLine": line,
            "endColumn": columns + 1,
        },
    } });
    if file != item.subject {
        let resource = json!({ "fullyQualifiedName": escape(&item.subject), "kind": "resource" });
        location["logicalLocations"] = json!([resource]);
    }
    location
}

/// A path as a relative reference (RFC 3986 section 4.2), or as a file URI.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'\\' => uri.push('/'),
            b'/' | b'.' | b'-' | b'_' | b'~' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// A level of CI systems in the words of SARIF.
fn sarif_level(level: &'static str) -> &'static str {
    match level {
        "notice" => "note",
        level => level,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("certs/a b:1.p12"), "certs/a%20b%3A1.p12");
        assert_eq!(uri("certs\\ä.p12"), "certs/%C3%A4.p12");
        assert_eq!(uri("./a.pem"), "a.pem");
        assert_eq!(uri("/etc/a.pem"), "file:///etc/a.pem");
        assert_eq!(uri("a.example:443"), "a.example%3A443");
    }
}
