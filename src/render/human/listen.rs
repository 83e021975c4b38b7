//! `listen`: each delivery as it comes: what was called and answered, then who called.

use crate::fact::{Facts, Value};
use crate::finding::{Code, Finding};
use crate::render::human::verify::diagnosis;
use crate::render::human::{Layout, Look, Row};
use crate::report::{Closing, Item};

/// Deliveries are shown at once: somebody is waiting for them.
pub const LAYOUT: Layout = Layout { command: "listen", streams: true, full, rows, summary };

fn full(item: &Item, look: &Look) -> Vec<String> {
    let facts = &item.facts;
    let mark = look.mark(item.status());
    let subject = look.text(&item.subject);
    let headline = match (&item.failure, facts.int("status")) {
        (Some(failure), _) => look.text(&failure.message).into_owned(),
        (None, Some(status)) => {
            let bytes = facts.int("request_bytes").unwrap_or(0);
            format!("{bytes} bytes, answered {status}")
        }
        (None, None) => {
            format!("{} bytes, not answered", facts.int("request_bytes").unwrap_or(0))
        }
    };
    let mut lines = vec![format!("{mark}  {subject}: {headline}")];
    lines.extend(caller(facts, look));
    lines.extend(client(facts, look));
    lines.extend(facts.list("claimed").iter().flat_map(|claim| claimed(claim, look)));
    if let Some(verify) = facts.map("verify").filter(|verify| verify.bool("ok") == Some(true)) {
        let secret = verify.text("matched_secret");
        let text = format!("{} signature matches, secret {secret}", verify.text("scheme"));
        lines.push(look.fact("verify", &look.text(&text)));
    }
    if look.verbose && item.failure.is_none() {
        lines.extend(details(facts, look));
    }
    let explained = facts.map("verify").filter(|verify| !verify.list("diagnosis").is_empty());
    let Some(verify) = explained else {
        lines.extend(look.verdicts(item));
        return lines;
    };
    let helps = item.failure.iter().filter_map(|failure| failure.help.as_deref());
    lines.extend(helps.flat_map(|help| look.next(help)));
    let codes = [Code::SignatureMismatch, Code::SignatureMalformed, Code::SignatureMissing];
    for finding in &item.findings {
        match codes.contains(&finding.code) {
            // As in `verify`: what is wrong, then the change that mends it.
            true => {
                lines.extend(look.finding(&Finding { help: None, ..finding.clone() }));
                lines.extend(diagnosis(verify, &item.findings, look));
            }
            false => lines.extend(look.finding(finding)),
        }
    }
    lines
}

/// From where, over what.
fn caller(facts: &Facts, look: &Look) -> Option<String> {
    let peer = facts.get("peer").and_then(Value::as_text)?;
    let names = ["protocol", "cipher_suite", "server_name"];
    let transport = names.iter().map(|name| facts.text(name)).filter(|text| !text.is_empty());
    let parts: Vec<&str> = std::iter::once(peer).chain(transport).collect();
    Some(look.fact("caller", &look.text(&parts.join(", "))))
}

/// The certificate of the caller, and how it was judged.
fn client(facts: &Facts, look: &Look) -> Vec<String> {
    let verdict = facts.text("client_verdict");
    let Some(end_entity) = facts.list("client").first().and_then(Value::as_map) else {
        return match verdict {
            "missing" => vec![look.fact("client", "no certificate")],
            _ => Vec::new(),
        };
    };
    let pin = facts.map("matched_pin").map(|pin| format!(", pin {}", pin.text("label")));
    let names = format!("{}   issuer {}", end_entity.text("subject"), end_entity.text("issuer"));
    let judged = match verdict {
        "unfit" => "unfit, and let in all the same: nothing is enforced".to_owned(),
        verdict => format!("{verdict}{}", pin.unwrap_or_default()),
    };
    let mut lines = vec![
        look.fact("client", &look.text(&names)),
        look.fact("", &look.text(&judged)),
        look.fact("sha1", end_entity.text("sha1")),
        look.fact("sha256", end_entity.text("sha256")),
    ];
    let validity = format!(
        "{} to {}, in {} days",
        day(end_entity.text("not_before")),
        day(end_entity.text("not_after")),
        end_entity.int("remaining_days").unwrap_or(0)
    );
    lines.push(look.fact("valid", &validity));
    for issuer in facts.list("client").iter().skip(1).filter_map(Value::as_map) {
        lines.push(look.fact("chain", &look.text(issuer.text("subject"))));
    }
    lines
}

/// What a proxy says about the caller; anybody can write such a header.
fn claimed(claim: &Value, look: &Look) -> Vec<String> {
    let Some(claim) = claim.as_map() else { return Vec::new() };
    let end_entity = claim.list("client").first().and_then(Value::as_map);
    let who = end_entity.map(|one| one.text("subject").to_owned());
    let fields = claim.list("fields").iter().filter_map(Value::as_text).map(str::to_owned);
    let problems = claim.list("problems").iter().filter_map(Value::as_text).map(str::to_owned);
    let parts: Vec<String> = who.into_iter().chain(fields).chain(problems).collect();
    let text = format!("{}: {}", claim.text("dialect"), parts.join(", "));
    let mut lines = vec![look.fact("claimed", &look.text(&text))];
    lines.extend(end_entity.map(|one| look.fact("", one.text("sha256"))));
    lines
}

fn details(facts: &Facts, look: &Look) -> Vec<String> {
    let headers = facts.list("headers").iter().filter_map(Value::as_map);
    let mut lines: Vec<String> = headers
        .map(|line| {
            let text = format!("{}: {}", line.text("name"), line.text("value"));
            look.fact("header", &look.text(&text))
        })
        .collect();
    lines.push(look.fact("body", &format!("sha256 {}", facts.text("body_sha256"))));
    lines
}

fn day(moment: &str) -> &str {
    moment.get(..10).unwrap_or(moment)
}

fn rows(_: &Item, _: &Look) -> Vec<Row> {
    Vec::new()
}

fn summary(closing: &Closing, _: &[Row], _: &Look) -> String {
    let count = |name| closing.facts.int(name).unwrap_or(0);
    let seconds = closing.facts.get("seconds").and_then(Value::as_float).unwrap_or(0.0);
    format!(
        "{} deliveries, {} refused, {} bytes, over {} connections in {seconds:.1} s",
        count("deliveries"),
        count("refused"),
        count("request_bytes"),
        count("connections"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_shows_call_answer_and_caller() {
        let certificate = Facts::new()
            .with("subject", "CN=caller\u{202e}")
            .with("issuer", "CN=ca")
            .with("sha1", "11")
            .with("sha256", "22")
            .with("not_before", "2026-01-01T00:00:00Z")
            .with("not_after", "2026-12-31T00:00:00Z")
            .with("remaining_days", 39);
        let mut item = Item::new("POST /hook");
        item.facts = Facts::new()
            .with("peer", "127.0.0.1:9")
            .with("request_bytes", 17)
            .with("client", vec![certificate])
            .with("client_verdict", "accepted")
            .with("matched_pin", Facts::new().with("label", "new"))
            .with("status", 200)
            .with("protocol", "TLSv1.3");
        let look = Look {
            colour: false,
            unicode: true,
            width: 100,
            verbose: false,
            quiet: false,
            folds: false,
        };
        let text = full(&item, &look).join("\n");
        assert!(text.starts_with("ok    POST /hook: 17 bytes, answered 200\n"), "{text}");
        assert!(text.contains("127.0.0.1:9, TLSv1.3") && text.contains("accepted, pin new"));
        assert!(text.contains("2026-01-01 to 2026-12-31, in 39 days"));
        assert!(!text.contains('\u{202e}'));
    }
}
