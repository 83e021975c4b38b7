//! How `thumbprint` looks: the verdict, the thumbprints in full, the certificate, how it was served.

use crate::cert::algorithms::signature_name;
use crate::cert::pin::Pinned;
use crate::cert::{Certificate, Description};
use crate::finding::{Code, Finding, Severity};
use crate::outcome::Outcome;
use crate::outcome::seen::{Seen, Served, Times, Wanted};
use crate::policy::situation::ClientCertificate;
use crate::render::human::inspect::{day, remaining, used};
use crate::render::human::look::{INDENT, Look, Paint, width};
use crate::render::human::{Layout, Row, generic};
use crate::render::remark;
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
    let Outcome::Seen(seen) = &item.outcome else { return generic::full(item, look) };
    let is_detailed = seen.wanted == Wanted::Chain || look.verbose;
    let headline = headline(seen, &item.findings, look);
    let mut lines = look.verdict(item.status(), &format!("{subject} {headline}"));
    if let Some(end_entity) = seen.chain.first() {
        lines.extend(certificate_lines(end_entity, look, is_detailed));
    }
    if let Some(served) = &seen.served {
        lines.extend(served_lines(served, look));
    }
    if let Some(Times { seen, tries }) = seen.times {
        lines.push(fact(look, "seen", &format!("{seen} of {tries} tries")));
    }
    for note in &seen.notes {
        lines.extend(look.wrap(&format!("note: {}", look.text(note)), INDENT.len()));
    }
    if is_detailed {
        for (index, issuer) in seen.chain.iter().enumerate().skip(1) {
            let subject = name(issuer.certificate.subject(), look);
            lines.extend(wrapped_fact(&format!("chain {index}"), &subject, look));
            lines.extend(thumbprints(issuer, look));
            lines.push(fact(look, "valid", &validity(issuer, look)));
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
pub fn headline(seen: &Seen, findings: &[Finding], look: &Look) -> String {
    let (standing, is_good) = standing(seen, findings, look);
    let bad = findings.iter().filter(|finding| finding.severity > Severity::Info);
    match bad.max_by_key(|finding| finding.severity).filter(|_| is_good) {
        Some(worst) => format!("{standing}, but {}", worst.code.rule().title),
        None => standing,
    }
}

/// What it matches or who trusts it, and whether that is well.
fn standing(seen: &Seen, findings: &[Finding], look: &Look) -> (String, bool) {
    if let Some(pin) = &seen.matched_pin {
        let of = match pin.of {
            Pinned::Intermediate => format!("intermediate {}", pin.position),
            of => of.name().to_owned(),
        };
        let matches = format!("matches pin {} ({of})", look.text(&pin.name));
        let falls_short = |finding: &Finding| {
            TRUST.contains(&finding.code) && finding.severity == Severity::Critical
        };
        return match findings.iter().any(falls_short) {
            true => (format!("{matches} but is not trusted"), false),
            false => (matches, true),
        };
    }
    if findings.iter().any(|finding| finding.code == Code::PinMismatch) {
        return (look.paint("matches no pin", Paint::Bad), false);
    }
    match seen.served.as_ref().map(|served| served.trusted) {
        Some(true) => ("is trusted".to_owned(), true),
        Some(false) => ("is not trusted".to_owned(), false),
        None => (String::new(), false),
    }
}

fn certificate_lines(described: &Description, look: &Look, is_detailed: bool) -> Vec<String> {
    let certificate = &described.certificate;
    let mut lines = thumbprints(described, look);
    let subject = name(certificate.subject(), look);
    let issuer = name(certificate.issuer(), look);
    let both = format!("{subject}     {} {issuer}", look.paint("issuer", Paint::Dim));
    if COLUMN + width(&both) <= look.width {
        lines.push(fact(look, "subject", &both));
    } else {
        lines.extend(wrapped_fact("subject", &subject, look));
        lines.extend(wrapped_fact("issuer", &issuer, look));
    }
    let names = &certificate.extensions.alt_names;
    if !names.is_empty() {
        let list = some(names, ", ", is_detailed, look);
        let mut wrapped = look.wrap(&list, COLUMN).into_iter();
        lines.extend(wrapped.next().map(|line| fact(look, "names", line.trim_start())));
        lines.extend(wrapped);
    }
    lines.push(fact(look, "key", &key(certificate)));
    lines.push(fact(look, "valid", &validity(described, look)));
    lines
}

/// The first of many texts, and how many more there are.
fn some(texts: &[String], between: &str, are_all_shown: bool, look: &Look) -> String {
    let shown = if are_all_shown { texts.len() } else { texts.len().min(NAMES) };
    let list: Vec<_> = texts[..shown].iter().map(|text| look.text(text)).collect();
    let list = list.join(between);
    match texts.len() - shown {
        0 => list,
        hidden => format!("{list} and {hidden} more"),
    }
}

fn thumbprints(described: &Description, look: &Look) -> Vec<String> {
    vec![
        fact(look, "sha1", &look.paint(&described.sha1(), Paint::Strong)),
        fact(look, "sha256", &look.paint(&described.sha256(), Paint::Strong)),
        fact(look, "spki", &format!("sha256//{}", described.spki_sha256())),
    ]
}

fn key(certificate: &Certificate) -> String {
    let signed_with = signature_name(&certificate.signature_oid);
    format!("{}, signed with {signed_with}", certificate.key.short())
}

/// Both dates, how much of the time is over, and what is left.
fn validity(described: &Description, look: &Look) -> String {
    let (start, end) = (described.certificate.not_before, described.certificate.not_after);
    let bar = look.bar(used(described), BAR);
    format!("{} to {}   {bar}  {}", day(start), day(end), left(described, look))
}

fn left(described: &Description, look: &Look) -> String {
    match described.remaining_days {
        1.. => remaining(described),
        0 => look.paint("ends today", Paint::Warn),
        _ => look.paint(&format!("expired {}", remaining(described)), Paint::Bad),
    }
}

/// Where and how it was served, and what the server asks for.
fn served_lines(served: &Served, look: &Look) -> Vec<String> {
    let address = served.address.map(|address| address.to_string());
    let protocol = served.protocol.map(str::to_owned);
    let parts = [address, protocol, served.cipher_suite.clone(), served.key_exchange.clone()];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let trust = if served.trusted { "chain trusted" } else { "chain not trusted" };
    let proof = if served.proven { "" } else { ", key not proven" };
    let how = format!("{}; {trust}{proof}", look.text(&parts.join(", ")));
    let mut lines = wrapped_fact("served", &how, look);
    let fate = match served.client_certificate {
        ClientCertificate::Requested => "",
        ClientCertificate::Accepted => "; ours was accepted in the handshake",
        ClientCertificate::Refused => "; ours was refused",
        ClientCertificate::Unknown => "; whether ours was accepted is not known",
        _ => return lines,
    };
    let accepts = match served.accepted_issuers.as_slice() {
        [] => "requested (names no issuer)".to_owned(),
        issuers => format!("requested, from {}", some(issuers, "; ", look.verbose, look)),
    };
    lines.extend(wrapped_fact("client", &format!("{accepts}{fate}"), look));
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

/// A distinguished name, which may be empty.
fn name(text: &str, look: &Look) -> String {
    match text {
        "" => "(empty)".to_owned(),
        text => look.text(text).into_owned(),
    }
}

fn rows(item: &Item, look: &Look) -> Vec<Row> {
    let subject = look.text(&item.subject).into_owned();
    let (order, cells) = match (&item.failure, &item.outcome) {
        (Some(failure), _) => {
            let what = format!("{}: {}", failure.code, look.text(&failure.message));
            (0, vec![subject, what])
        }
        (None, Outcome::Seen(seen)) => match seen.chain.first() {
            Some(end_entity) => {
                let days = end_entity.remaining_days;
                let remark = remark(seen, &item.findings, look);
                (days, vec![subject, end_entity.sha1(), format!("{days} d"), remark])
            }
            None => (0, vec![subject]),
        },
        (None, _) => (0, vec![subject]),
    };
    vec![Row { status: item.status(), order, cells }]
}

/// What is worst about it, or what it matches.
fn remark(seen: &Seen, findings: &[Finding], look: &Look) -> String {
    let serious = findings.iter().filter(|finding| finding.severity > Severity::Info);
    let mut codes: Vec<_> = serious.map(|finding| (finding.severity, finding.code.id())).collect();
    codes.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
    codes.dedup();
    let codes: Vec<&str> = codes.into_iter().map(|(_, id)| id).collect();
    if codes.is_empty() || seen.matched_pin.is_some() {
        let (head, _) = standing(seen, findings, look);
        return [head.as_str()].into_iter().chain(codes).collect::<Vec<_>>().join(", ");
    }
    codes.join(", ")
}

fn summary(closing: &Closing, _: &[Row], _: &Look) -> String {
    let tally = closing.tally;
    if tally.items == 0 {
        return remark::counts(&tally);
    }
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
    use time::macros::datetime;

    use super::*;
    use crate::cert::pin::MatchedPin;
    use crate::cert::tests::sample;
    use crate::failure::Failure;
    use crate::report::Status;

    const LOOK: Look = Look::plain(80);

    /// As a host serves its certificate, judged on 24 November 2026.
    fn item() -> Item {
        let served = Served {
            address: Some(([192, 0, 2, 10], 443).into()),
            server_name: Some("hooks.example".to_owned()),
            protocol: Some("TLSv1.3"),
            cipher_suite: Some("TLS_AES_128_GCM_SHA256".to_owned()),
            key_exchange: Some("X25519MLKEM768".to_owned()),
            alpn: None,
            client_certificate: ClientCertificate::Requested,
            accepted_issuers: vec!["CN=Clients".to_owned()],
            trusted: true,
            trust_problem: None,
            proven: true,
        };
        let label = Some("new".to_owned());
        let seen = Seen {
            served: Some(served),
            matched_pin: Some(MatchedPin {
                label,
                name: "new".to_owned(),
                of: Pinned::Certificate,
                position: 0,
            }),
            chain: vec![sample().describe(datetime!(2026-11-24 0:00 UTC))],
            times: None,
            refusal: None,
            notes: Vec::new(),
            wanted: Wanted::EndEntity,
        };
        Item { outcome: Outcome::Seen(Box::new(seen)), ..Item::new("hooks.example:443") }
    }

    #[test]
    fn one_thing_in_full_within_its_columns() {
        let item = item();
        let Outcome::Seen(seen) = &item.outcome else { panic!() };
        let lines = full(&item, &LOOK);
        assert_eq!(lines[0], "ok    hooks.example:443 matches pin new (certificate)");
        let text = lines.join("\n");
        assert!(text.contains(&format!("sha1     {}\n", seen.chain[0].sha1())), "{text}");
        let valid = "valid    2026-01-01 to 2026-12-31   ##############--  in 37 days\n";
        assert!(text.contains(valid), "{text}");
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
        let mut item = Item { subject: "a.example:443".to_owned(), ..item() };
        let Outcome::Seen(seen) = &mut item.outcome else { panic!() };
        seen.matched_pin = None;
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
