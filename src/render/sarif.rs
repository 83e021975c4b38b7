//! `sarif`: SARIF 2.1.0 (OASIS), for code scanning. Findings are results; what could not be looked at
//! is a notification of the invocation. Results are written one by one, so many need no memory.

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::cert::rfc3339;
use crate::digest::{hex, sha256};
use crate::finding::{RULES, Rule};
use crate::json;
use crate::render::escape::escape;
use crate::render::remark::{Remark, file, level, remarks};
use crate::report::{Closing, Header, Item, Renderer, Status};

/// One run, written as it grows.
pub struct Sarif {
    command: &'static str,
    at: String,
    results: u64,
    notifications: Vec<Value>,
}

impl Sarif {
    /// Begins a report.
    pub fn new(header: &Header) -> Self {
        Self {
            command: header.command,
            at: rfc3339(header.at),
            results: 0,
            notifications: Vec::new(),
        }
    }

    fn result(&mut self, item: &Item, remark: &Remark<'_>, out: &mut dyn Write) -> io::Result<()> {
        let separator = if self.results == 0 { self.head() } else { ",\n  ".to_owned() };
        self.results += 1;
        out.write_all(separator.as_bytes())?;
        json::write(out, &result(item, remark))
    }

    /// Everything that stands before the first result.
    fn head(&self) -> String {
        let driver = json!({
            "name": "hookprint",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "informationUri": env!("CARGO_PKG_REPOSITORY"),
            "rules": RULES.iter().map(rule).collect::<Vec<_>>(),
        });
        let schema = "https://json.schemastore.org/sarif-2.1.0.json";
        format!(
            "{{\"$schema\":\"{schema}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{driver}}},\n\"results\":[\n  "
        )
    }
}

impl Renderer for Sarif {
    fn item(&mut self, item: &Arc<Item>, out: &mut dyn Write) -> io::Result<()> {
        for remark in remarks(item) {
            match remark.status {
                Status::Failed => self.notifications.push(json!({
                    "level": "error",
                    "descriptor": { "id": remark.code },
                    "message": message(item, &remark),
                    "locations": [location(item)],
                })),
                _ => self.result(item, &remark, out)?,
            }
        }
        Ok(())
    }

    fn finish(&mut self, closing: &Closing, out: &mut dyn Write) -> io::Result<()> {
        if self.results == 0 {
            out.write_all(self.head().as_bytes())?;
        }
        let invocation = json!({
            "executionSuccessful": closing.tally.failed == 0 && closing.tally.items > 0,
            "exitCode": closing.exit_code,
            "startTimeUtc": self.at,
            "toolExecutionNotifications": self.notifications,
        });
        let invocation = json::text(&invocation)?;
        let category = json!({ "id": format!("hookprint/{}/", self.command) });
        writeln!(
            out,
            "],\n\"automationDetails\":{category},\n\"columnKind\":\"unicodeCodePoints\",\n\"invocations\":[{invocation}]}}]}}"
        )
    }
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.explanation },
        "defaultConfiguration": { "level": sarif_level(Status::Found(rule.severity)) },
    })
}

fn result(item: &Item, remark: &Remark<'_>) -> Value {
    let identity = [item.subject.as_str(), remark.code, remark.subject].join("\n");
    json!({
        "ruleId": remark.code,
        "level": sarif_level(remark.status),
        "message": message(item, remark),
        "locations": [location(item)],
        // The same finding in the next run is the same alert.
        "partialFingerprints": { "hookprint/v1": hex(&sha256(identity.as_bytes())) },
    })
}

fn message(item: &Item, remark: &Remark<'_>) -> Value {
    let help = remark.help.map(|help| format!("\nnext: {}", escape(help))).unwrap_or_default();
    json!({ "text": format!("{}{help}", remark.sentence(item)) })
}

/// A file is a place in the repository; a host is a place by name.
fn location(item: &Item) -> Value {
    match file(item) {
        Some(path) => json!({ "physicalLocation": {
            "artifactLocation": { "uri": uri(path) },
            // Certificates have no lines; code scanning asks for one.
            "region": { "startLine": 1 },
        } }),
        None => {
            json!({ "logicalLocations": [{ "fullyQualifiedName": item.subject, "kind": "resource" }] })
        }
    }
}

/// A path as a relative reference (RFC 3986 section 4.2), or as a file URI.
fn uri(path: &str) -> String {
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

fn sarif_level(status: Status) -> &'static str {
    match level(status) {
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
        assert_eq!(uri("/etc/a.pem"), "file:///etc/a.pem");
    }
}
