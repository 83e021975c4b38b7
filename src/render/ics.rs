//! `ics`: a calendar (RFC 5545) with an event for the end of each certificate. The event's identity
//! is the certificate's SHA-256, so importing again updates and never doubles.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use time::OffsetDateTime;

use crate::cert::rfc3339;
use crate::render::escape::escape;
use crate::report::{Closing, Header, Item, Renderer};

/// How long before the end to remind, as RFC 5545 durations.
const ALARMS: [&str; 3] = ["-P30D", "-P7D", "-P1D"];

/// The longest content line, in bytes without its end (section 3.1).
const LINE: usize = 75;

/// One event.
struct Event {
    summary: String,
    lines: Vec<String>,
}

/// The calendar, written at the end: a certificate is one event wherever it was found.
pub struct Calendar {
    stamp: String,
    /// By the moment of the end and the SHA-256 of the certificate.
    events: BTreeMap<(OffsetDateTime, String), Event>,
}

impl Calendar {
    /// Begins a report.
    pub fn new(header: &Header) -> Self {
        Self { stamp: basic(header.at), events: BTreeMap::new() }
    }
}

impl Renderer for Calendar {
    fn item(&mut self, item: &Arc<Item>, _: &mut dyn Write) -> io::Result<()> {
        for (alias, certificate) in item.outcome.certificates() {
            let sha256 = certificate.sha256();
            let key = (certificate.not_after(), sha256.clone());
            let event = self.events.entry(key).or_insert_with(|| Event {
                summary: format!("Certificate ends: {}", certificate.subject()),
                lines: vec![
                    format!("issuer {}", certificate.issuer()),
                    format!("sha1 {}", certificate.sha1()),
                    format!("sha256 {sha256}"),
                ],
            });
            let place = match &*alias {
                "" => format!("found in {}", item.subject),
                alias => format!("found in {} under {alias}", item.subject),
            };
            if !event.lines.contains(&place) {
                event.lines.push(place);
            }
        }
        Ok(())
    }

    fn finish(&mut self, _: &Closing, out: &mut dyn Write) -> io::Result<()> {
        line(out, "BEGIN:VCALENDAR")?;
        line(out, "VERSION:2.0")?;
        line(out, concat!("PRODID:-//hookprint//hookprint ", env!("CARGO_PKG_VERSION"), "//EN"))?;
        for ((ends, sha256), Event { summary, lines }) in &self.events {
            let described: Vec<_> = lines.iter().map(|line| text(line)).collect();
            line(out, "BEGIN:VEVENT")?;
            line(out, &format!("UID:{}", text(sha256)))?;
            line(out, &format!("DTSTAMP:{}", self.stamp))?;
            line(out, &format!("DTSTART:{}", basic(*ends)))?;
            line(out, &format!("SUMMARY:{}", text(summary)))?;
            line(out, &format!("DESCRIPTION:{}", described.join("\\n")))?;
            line(out, "TRANSP:TRANSPARENT")?;
            for alarm in ALARMS {
                line(out, "BEGIN:VALARM")?;
                line(out, "ACTION:DISPLAY")?;
                line(out, &format!("TRIGGER:{alarm}"))?;
                line(out, &format!("DESCRIPTION:{}", text(summary)))?;
                line(out, "END:VALARM")?;
            }
            line(out, "END:VEVENT")?;
        }
        line(out, "END:VCALENDAR")
    }
}

/// A moment as RFC 5545 writes it: `20261204T000000Z`.
fn basic(moment: OffsetDateTime) -> String {
    rfc3339(moment).chars().filter(|char| !matches!(char, '-' | ':')).collect()
}

/// Untrusted text as a value (section 3.3.11). Our own escaping leaves no line feed.
fn text(text: &str) -> String {
    escape(text).replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,")
}

/// A content line, folded: a line feed and a space between characters, never inside one.
fn line(out: &mut dyn Write, text: &str) -> io::Result<()> {
    let mut room = LINE;
    for char in text.chars() {
        if char.len_utf8() > room {
            out.write_all(b"\r\n ")?;
            room = LINE - 1;
        }
        room -= char.len_utf8();
        write!(out, "{char}")?;
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut out = Vec::new();
        line(&mut out, &"ä".repeat(80)).unwrap();
        let folded = String::from_utf8(out).unwrap();
        assert!(folded.split("\r\n").all(|piece| piece.len() <= LINE));
        assert_eq!(folded.replace("\r\n ", "").trim_end().chars().count(), 80);
    }

    #[test]
    fn values_are_escaped() {
        assert_eq!(text("O=a\\, b; c\nEND:VEVENT"), "O=a\\\\\\, b\\; c\\\\nEND:VEVENT");
        assert_eq!(basic(datetime!(2026-12-04 0:00 UTC)), "20261204T000000Z");
    }
}
