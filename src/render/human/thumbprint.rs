//! How `thumbprint` looks: the verdict, the thumbprints in full, the certificate, how it was served.

use crate::fact::{Facts, Value};
use crate::finding::{Code, Finding, Severity};
use crate::render::human::inspect::short_key;
use crate::render::human::look::{INDENT, Look, Paint, width};
use crate::render::human::{Layout, Row};
use crate::report::{Closing, Item};

/// The layout of `thumbprint`.
pub const LAYOUT: Layout = Layout { command: "thumbprint", streams: false, full, rows, summary };

/// Where values begin: so that a SHA-256 in hex ends within 80 columns.
const COLUMN: usize = 15;
/// Cells of the bar that shows how much of the validity is over.
const BAR: usize = 16;
/// Alternative names shown without `-v`.
const NAMES: usize = 6;

fn full(item: &Item, look: &Look) -> Vec<String> {
    let subject = look.paint(&look.text(&item.subject), Paint::Strong);
    if let Some(failure) = &item.failure {
        let text = format!("{subject}: {}", look.text(&failure.message));
        let mut lines = look.verdict(item.status(), &text);
        lines.extend(look.verdicts(item));
        return lines;
    }
    let chain = item.facts.list("chain");
    let mut lines = look.verdict(item.status(), &format!("{subject} {}", headline(item, look)));
    if let Some(certificate) = chain.first().and_then(Value::as_map) {
        lines.extend(certificate_lines(certificate, look, item.detailed));
    }
    lines.extend(served(item, look));
    for note in item.facts.list("notes") {
        lines.extend(look.wrap(&format!("note: {}", look.value(note)), INDENT.len()));
    }
    if item.detailed || look.verbose {
        for (index, certificate) in chain.iter().enumerate().skip(1) {
            let Some(certificate) = certificate.as_map() else { continue };
            let subject = text(certificate, "subject", look);
            lines.extend(wrapped_fact(&format!("chain {index}"), &subject, look));
            lines.extend(thumbprints(certificate, look));
            lines.push(fact(look, "valid", &validity(certificate, look)));
        }
    }
    lines.extend(look.verdicts(item));
    lines
}

/// What keeps a chain from being trusted.
const TRUST: [Code; 4] =
    [Code::IssuerUnknown, Code::SelfSigned, Code::ChainIncomplete, Code::ChainInvalid];

/// What the verdict is about, in a few words: how it stands, and what makes the mark a bad one although
/// that is well.
fn headline(item: &Item, look: &Look) -> String {
    let (standing, is_good) = standing(item, look);
    let bad = item.findings.iter().filter(|finding| finding.severity > Severity::Info);
    match bad.max_by_key(|finding| finding.severity).filter(|_| is_good) {
        Some(worst) => format!("{standing}, but {}", worst.code.rule().title),
        None => standing,
    }
}

/// What it matches or who trusts it, and whether that is well.
fn standing(item: &Item, look: &Look) -> (String, bool) {
    if let Some(pin) = item.facts.map("matched_pin") {
        let of = match pin.text("of") {
            "intermediate" => format!("intermediate {}", pin.int("position").unwrap_or(0)),
            of => of.to_owned(),
        };
        let matches = match pin.get("label").and_then(Value::as_text) {
            Some(label) => format!("matches pin {} ({of})", look.text(label)),
            None => format!("matches the pin ({of})"),
        };
        let falls_short = |finding: &Finding| {
            TRUST.contains(&finding.code) && finding.severity == Severity::Critical
        };
        return match item.findings.iter().any(falls_short) {
            true => (format!("{matches} but is not trusted"), false),
            false => (matches, true),
        };
    }
    if item.findings.iter().any(|finding| finding.code == Code::PinMismatch) {
        return (look.paint("matches no pin", Paint::Bad), false);
    }
    match item.facts.bool("trusted") {
        Some(true) => ("is trusted".to_owned(), true),
        Some(false) => ("is not trusted".to_owned(), false),
        None => (String::new(), false),
    }
}

fn certificate_lines(certificate: &Facts, look: &Look, detailed: bool) -> Vec<String> {
    let mut lines = thumbprints(certificate, look);
    let subject = text(certificate, "subject", look);
    let issuer = text(certificate, "issuer", look);
    let both = format!("{subject}     {} {issuer}", look.paint("issuer", Paint::Dim));
    if COLUMN + width(&both) <= look.width {
        lines.push(fact(look, "subject", &both));
    } else {
        lines.extend(wrapped_fact("subject", &subject, look));
        lines.extend(wrapped_fact("issuer", &issuer, look));
    }
    let names: Vec<String> =
        certificate.list("alt_names").iter().map(|name| look.value(name)).collect();
    let shown = if detailed || look.verbose { names.len() } else { NAMES.min(names.len()) };
    if !names.is_empty() {
        let more = match names.len() - shown {
            0 => String::new(),
            hidden => format!(" and {hidden} more"),
        };
        let list = format!("{}{more}", names[..shown].join(", "));
        let mut wrapped = look.wrap(&list, COLUMN).into_iter();
        lines.extend(wrapped.next().map(|line| fact(look, "names", line.trim_start())));
        lines.extend(wrapped);
    }
    lines.push(fact(look, "key", &key(certificate)));
    lines.push(fact(look, "valid", &validity(certificate, look)));
    lines
}

fn thumbprints(certificate: &Facts, look: &Look) -> Vec<String> {
    let strong = |name: &str| look.paint(certificate.text(name), Paint::Strong);
    vec![
        fact(look, "sha1", &strong("sha1")),
        fact(look, "sha256", &strong("sha256")),
        fact(look, "spki", &format!("sha256//{}", certificate.text("spki_sha256"))),
    ]
}

fn key(certificate: &Facts) -> String {
    let key = certificate.map("key").map_or("-".to_owned(), short_key);
    format!("{key}, signed with {}", certificate.text("signature_algorithm"))
}

/// Both dates, how much of the time is over, and what is left.
fn validity(certificate: &Facts, look: &Look) -> String {
    let day = |name: &str| certificate.text(name).get(..10).unwrap_or("-").to_owned();
    let days = certificate.int("remaining_days").unwrap_or(0);
    let total = match (days_of(&day("not_before")), days_of(&day("not_after"))) {
        (Some(start), Some(end)) if end > start => (end - start) as f64,
        _ => 1.0,
    };
    let bar = look.bar(1.0 - days as f64 / total, BAR);
    format!("{} to {}   {bar}  {}", day("not_before"), day("not_after"), left(days, look))
}

/// Days since 1970 of a date, as good as a bar needs it.
fn days_of(date: &str) -> Option<i64> {
    let mut parts = date.split('-').map(|part| part.parse::<i64>().ok());
    let [year, month, day] = [parts.next()??, parts.next()??, parts.next()??];
    Some((year - 1970) * 365 + (year - 1969) / 4 + (month - 1) * 30 + day)
}

fn left(days: i64, look: &Look) -> String {
    match days {
        1.. => format!("in {days} days"),
        0 => look.paint("ends today", Paint::Warn),
        _ => look.paint(&format!("over for {} days", -days), Paint::Bad),
    }
}

/// Where and how it was served, and what the server asks for.
fn served(item: &Item, look: &Look) -> Vec<String> {
    let facts = &item.facts;
    let Some(trusted) = facts.bool("trusted") else { return Vec::new() };
    let parts: Vec<String> = ["address", "protocol", "cipher_suite", "key_exchange"]
        .iter()
        .filter_map(|name| facts.get(name).filter(|value| value.as_text().is_some()))
        .map(|value| look.value(value))
        .collect();
    let trust = if trusted { "chain trusted" } else { "chain not trusted" };
    let proof = if facts.bool("proven") == Some(true) { "" } else { ", key not proven" };
    let mut lines = wrapped_fact("served", &format!("{}; {trust}{proof}", parts.join(", ")), look);
    let fate = match facts.text("client_certificate") {
        "requested" => Some(""),
        "accepted" => Some("; ours was accepted in the handshake"),
        "refused" => Some("; ours was refused"),
        "unknown" => Some("; what becomes of ours cannot be told"),
        _ => None,
    };
    if let Some(fate) = fate {
        let issuers: Vec<String> =
            facts.list("accepted_issuers").iter().map(|name| look.value(name)).collect();
        let shown = if look.verbose { issuers.len() } else { issuers.len().min(NAMES) };
        let accepts = match issuers.len() {
            0 => "requested (names no issuer)".to_owned(),
            count if count > shown => {
                format!(
                    "requested, from {} and {} more",
                    issuers[..shown].join("; "),
                    count - shown
                )
            }
            _ => format!("requested, from {}", issuers.join("; ")),
        };
        lines.extend(wrapped_fact("client", &format!("{accepts}{fate}"), look));
    }
    if let (Some(seen), Some(tries)) = (facts.int("seen"), facts.int("tries")) {
        lines.push(fact(look, "seen", &format!("{seen} of {tries} tries")));
    }
    lines
}

/// A line of evidence: what it is, dimmed, then its value.
fn fact(look: &Look, name: &str, value: &str) -> String {
    format!("      {} {value}", look.paint(&format!("{name:<8}"), Paint::Dim))
}

fn wrapped_fact(name: &str, value: &str, look: &Look) -> Vec<String> {
    let mut wrapped = look.wrap(value, COLUMN);
    wrapped[0] = fact(look, name, wrapped[0].trim_start());
    wrapped
}

fn text(facts: &Facts, name: &str, look: &Look) -> String {
    match facts.text(name) {
        "" => "(empty)".to_owned(),
        text => look.text(text).into_owned(),
    }
}

fn rows(item: &Item, look: &Look) -> Vec<Row> {
    let subject = look.text(&item.subject).into_owned();
    let certificate = item.facts.list("chain").first().and_then(Value::as_map);
    let (order, cells) = match (&item.failure, certificate) {
        (Some(failure), _) => {
            let what = format!("{}: {}", failure.code, look.text(&failure.message));
            (0, vec![subject, what])
        }
        (None, Some(certificate)) => {
            let days = certificate.int("remaining_days").unwrap_or(0);
            let print = certificate.text("sha1").to_owned();
            (days, vec![subject, print, format!("{days} d"), remark(item, look)])
        }
        (None, None) => (0, vec![subject]),
    };
    vec![Row { status: item.status(), order, cells }]
}

/// What is worst about it, or what it matches.
fn remark(item: &Item, look: &Look) -> String {
    let serious = item.findings.iter().filter(|finding| finding.severity > Severity::Info);
    let mut codes: Vec<_> = serious.map(|finding| (finding.severity, finding.code.id())).collect();
    codes.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
    codes.dedup();
    let codes: Vec<&str> = codes.into_iter().map(|(_, id)| id).collect();
    if codes.is_empty() || item.facts.map("matched_pin").is_some() {
        let (head, _) = standing(item, look);
        return [head.as_str()].into_iter().chain(codes).collect::<Vec<_>>().join(", ");
    }
    codes.join(", ")
}

fn summary(closing: &Closing, _: &[Row], _: &Look) -> String {
    let tally = closing.tally;
    let counts = [
        (tally.failed, "failed"),
        (tally.critical, "critical"),
        (tally.warning, if tally.warning == 1 { "warning" } else { "warnings" }),
        (tally.ok + tally.info, "ok"),
    ];
    let parts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let noun = if tally.items == 1 { "answer" } else { "answers" };
    format!("{}: {} {noun}", parts.join(", "), tally.items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;
    use crate::report::Status;

    const LOOK: Look = Look {
        colour: false,
        unicode: false,
        width: 80,
        verbose: false,
        quiet: false,
        folds: false,
    };

    fn item() -> Item {
        let certificate = Facts::new()
            .with("subject", "CN=hooks.example")
            .with("issuer", "CN=Example Issuing CA 3")
            .with("not_before", "2026-11-01T00:00:00Z")
            .with("not_after", "2027-05-20T00:00:00Z")
            .with("remaining_days", 179)
            .with("sha1", "ff6c0105042833b2f22da83379056fad6f3d3ba4")
            .with("sha256", "a".repeat(64))
            .with("spki_sha256", "x".repeat(44))
            .with("alt_names", vec!["DNS:hooks.example"])
            .with("key", Facts::new().with("algorithm", "EC").with("curve", "P-256"))
            .with("signature_algorithm", "ecdsa-with-SHA256");
        let mut item = Item::new("hooks.example:443");
        item.facts = Facts::new()
            .with("address", "192.0.2.10:443")
            .with("protocol", "TLSv1.3")
            .with("cipher_suite", "TLS_AES_128_GCM_SHA256")
            .with("key_exchange", "X25519MLKEM768")
            .with("client_certificate", "requested")
            .with("accepted_issuers", vec!["CN=Clients"])
            .with("trusted", true)
            .with("proven", true)
            .with("matched_pin", Facts::new().with("label", "new").with("of", "certificate"))
            .with("chain", Value::List(vec![Value::Map(certificate)]));
        item
    }

    #[test]
    fn one_thing_in_full_within_its_columns() {
        let lines = full(&item(), &LOOK);
        assert_eq!(lines[0], "ok    hooks.example:443 matches pin new (certificate)");
        let text = lines.join("\n");
        assert!(text.contains("sha1     ff6c0105042833b2f22da83379056fad6f3d3ba4"), "{text}");
        assert!(text.contains("2026-11-01 to 2027-05-20   #"), "{text}");
        assert!(text.contains("requested, from CN=Clients"), "{text}");
        for line in &lines {
            assert!(width(line) <= 80, "{line}");
        }
    }

    #[test]
    fn many_things_are_a_line_each() {
        let rows = rows(&item(), &LOOK);
        assert_eq!(rows[0].cells[1].len(), 40);
        assert_eq!(rows[0].cells[3], "matches pin new (certificate)");
        let failed = Item::failed("a.example:443", crate::error::Error::new(Failure::Dns, "no"));
        assert_eq!(super::rows(&failed, &LOOK)[0].cells[1], "dns: no");
        assert_eq!(failed.status(), Status::Failed);
    }

    #[test]
    fn the_headline_says_why_the_mark_is_a_bad_one() {
        let mut item = Item::new("a.example:443");
        item.facts = Facts::new().with("trusted", true);
        let first = |item: &Item| full(item, &LOOK).remove(0);
        assert_eq!(first(&item), "ok    a.example:443 is trusted");
        let finding = |code| Finding::new(code, "a", "m");
        item.findings.push(finding(Code::ChainSuperfluous));
        assert_eq!(first(&item), "ok    a.example:443 is trusted");
        item.findings.push(finding(Code::KeyWeak));
        assert_eq!(first(&item), "warn  a.example:443 is trusted, but key is weak");
        let soon = finding(Code::CertificateExpiresSoon).severity(Severity::Critical);
        item.findings.push(soon);
        let line = "FAIL  a.example:443 is trusted, but certificate expires soon";
        assert_eq!(first(&item), line);
    }
}
