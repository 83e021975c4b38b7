//! `listen`: each delivery as it comes: what was called and answered, then who called.

use time::OffsetDateTime;

use crate::cert::pin::MatchedPin;
use crate::cert::{Description, rfc3339};
use crate::finding::{Code, Finding};
use crate::http::{Header, Headers};
use crate::outcome::delivery::{Claimed, Delivery, Received, Transport, Used};
use crate::outcome::{Outcome, Summary};
use crate::policy::caller::Verdict;
use crate::render::human::inspect::remaining;
use crate::render::human::verify::{ago, explained};
use crate::render::human::{Layout, Look, Row};
use crate::report::{Closing, Item};

/// Deliveries are shown at once: somebody is waiting for them.
pub const LAYOUT: Layout = Layout { command: "listen", streams: true, full, rows, summary };

fn full(item: &Item, look: &Look) -> Vec<String> {
    let headline = match (&item.failure, &item.outcome) {
        (Some(failure), _) => look.text(&failure.message).into_owned(),
        (None, Outcome::Delivery(delivery)) => {
            let answer = match delivery.status {
                Some(status) => format!("answered {status}"),
                None => "not answered".to_owned(),
            };
            format!("{} bytes, {answer}", delivery.request_bytes)
        }
        (None, _) => String::new(),
    };
    let mut lines =
        vec![format!("{}  {}: {headline}", look.mark(item.status()), look.text(&item.subject))];
    match &item.outcome {
        Outcome::Delivery(delivery) => lines.extend(delivered(delivery, item, look)),
        Outcome::Caller(caller) => {
            lines.push(look.fact("at", &caller.at));
            if let Some(verdict) = caller.client_verdict {
                lines.push(look.fact("caller", &caller.peer.to_string()));
                lines.extend(client(caller.client.as_deref(), verdict, None, look));
            }
            lines.extend(look.verdicts(item));
        }
        _ => lines.extend(look.verdicts(item)),
    }
    lines
}

fn delivered(delivery: &Delivery, item: &Item, look: &Look) -> Vec<String> {
    let Delivery { client: chain, client_verdict: verdict, matched_pin: pin, .. } = delivery;
    let mut lines = vec![look.fact("at", &delivery.at), caller(delivery, look)];
    lines.extend(client(chain.as_deref(), *verdict, pin.as_ref(), look));
    lines.extend(delivery.claimed.iter().flat_map(|claim| claimed(claim, look)));
    if let Some(provider) = delivery.challenge {
        let outcome = if item.findings.is_empty() { "answered" } else { "not answered" };
        lines.push(look.fact("challenge", &format!("{provider} checks the address: {outcome}")));
    }
    if let Some(verify) = delivery.verify.as_ref().filter(|verify| verify.is_admitted()) {
        let scheme = verify.scheme.as_deref().unwrap_or_default();
        let secret = verify.matched_secret.as_deref().unwrap_or_default();
        let text = format!("{scheme} signature matches, secret {secret}");
        lines.push(look.fact("verify", &look.text(&text)));
    }
    if look.verbose && item.failure.is_none() {
        lines.extend(details(delivery, look));
    }
    let diagnosis = delivery.verify.as_ref().and_then(|verify| verify.diagnosis.as_ref());
    let Some(diagnosis) = diagnosis.filter(|diagnosis| !diagnosis.causes.is_empty()) else {
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
                lines.extend(explained(diagnosis, &item.findings, look));
            }
            false => lines.extend(look.finding(finding)),
        }
    }
    lines
}

/// From where, over what.
fn caller(delivery: &Delivery, look: &Look) -> String {
    let mut parts = vec![delivery.peer.to_string()];
    if let Some(Transport { protocol, cipher_suite, server_name, .. }) = &delivery.transport {
        parts.extend(protocol.map(str::to_owned));
        parts.extend(cipher_suite.iter().chain(server_name).cloned());
    }
    look.fact("caller", &look.text(&parts.join(", ")))
}

/// The certificate of the caller, and how it was judged.
fn client(
    chain: Option<&[Description]>,
    verdict: Verdict,
    pin: Option<&MatchedPin>,
    look: &Look,
) -> Vec<String> {
    let Some((end_entity, issuers)) = chain.and_then(<[Description]>::split_first) else {
        return match verdict {
            Verdict::Missing => vec![look.fact("client", "no certificate")],
            _ => Vec::new(),
        };
    };
    let it = &end_entity.certificate;
    let judged = match (verdict, pin) {
        (Verdict::Unfit, _) => "unfit, but let in: nothing is enforced".to_owned(),
        (verdict, None) => verdict.name().to_owned(),
        (verdict, Some(pin)) => {
            format!("{}, pin {}", verdict.name(), pin.label.as_deref().unwrap_or_default())
        }
    };
    let (from, to) = (it.not_before.date(), it.not_after.date());
    let mut lines = vec![
        look.fact("client", &look.text(&format!("{}   issuer {}", it.subject(), it.issuer()))),
        look.fact("", &look.text(&judged)),
        look.fact("sha1", &end_entity.sha1()),
        look.fact("sha256", &end_entity.sha256()),
        look.fact("valid", &format!("{from} to {to}, {}", remaining(end_entity))),
    ];
    let issuer = |one: &Description| look.fact("chain", &look.text(one.certificate.subject()));
    lines.extend(issuers.iter().map(issuer));
    lines
}

/// What a proxy says about the caller; anybody can write such a header.
fn claimed(claim: &Claimed, look: &Look) -> Vec<String> {
    let end_entity = claim.client.as_deref().and_then(<[Description]>::first);
    let who = end_entity.map(|one| one.certificate.subject());
    let said = claim.fields.iter().chain(&claim.problems).map(String::as_str);
    let parts: Vec<&str> = who.into_iter().chain(said).collect();
    let text = format!("{}: {}", claim.dialect, parts.join(", "));
    let mut lines = vec![look.fact("claimed", &look.text(&text))];
    lines.extend(end_entity.map(|one| look.fact("", &one.sha256())));
    lines
}

fn details(delivery: &Delivery, look: &Look) -> Vec<String> {
    let line = |line: &Header| {
        let text = format!("{}: {}", line.name, String::from_utf8_lossy(&line.value));
        look.fact("header", &look.text(&text))
    };
    let mut lines: Vec<String> =
        delivery.headers.iter().flat_map(Headers::iter).map(line).collect();
    lines.push(look.fact("body", &format!("sha256 {}", delivery.body_sha256)));
    lines
}

fn rows(_: &Item, _: &Look) -> Vec<Row> {
    Vec::new()
}

fn summary(closing: &Closing, _: &[Row], look: &Look) -> String {
    let Summary::Received(received) = &closing.summary else { return String::new() };
    let Received { deliveries, request_bytes, refused, connections, unreported, seconds, .. } =
        received;
    let shown = match unreported {
        0 => String::new(),
        _ => format!("; {unreported} of them not shown: the report was not read fast enough"),
    };
    let total = format!(
        "{deliveries} deliveries, {refused} refused, {request_bytes} bytes, over {connections} \
         connections in {seconds:.1} s{shown}"
    );
    let pins = used("pin", &received.pins, received.ended_at, look);
    let secrets = used("secret", &received.secrets, received.ended_at, look);
    [vec![total], pins, secrets].concat().join("\n")
}

/// So long must something not have been used, while another was, before it is said that it can go.
const UNUSED: i64 = 86_400;

/// When each was used: what was used last long ago, while another one is in use, can go.
fn used(kind: &str, all: &[Used], ended_at: OffsetDateTime, look: &Look) -> Vec<String> {
    let latest = all.iter().filter_map(|one| one.last_seen).max();
    let line = |one: &Used| {
        let name = look.text(&one.label).into_owned();
        let (Some(first), Some(last)) = (one.first_seen, one.last_seen) else {
            return look.fact(kind, &format!("{name}: not seen"));
        };
        let age = (ended_at - last).whole_seconds();
        let verdict = match age >= UNUSED && latest > Some(last) {
            true => ": it can be removed",
            false => "",
        };
        let (count, since, ago) = (one.count, rfc3339(first), ago(age));
        look.fact(kind, &format!("{name}: {count} since {since}, last {ago}{verdict}"))
    };
    all.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::cert::pin::Pinned;

    const LOOK: Look = Look { unicode: true, ..Look::plain(100) };

    #[test]
    fn a_delivery_shows_call_answer_and_caller() {
        let now = datetime!(2026-11-22 0:00 UTC);
        let mut certificate = crate::cert::tests::sample();
        certificate.not_after = datetime!(2026-12-31 0:00 UTC);
        let delivery = Delivery {
            at: "2026-11-22T05:00:00Z".to_owned(),
            method: "POST".to_owned(),
            path: "/hook".to_owned(),
            peer: ([127, 0, 0, 1], 9).into(),
            request_bytes: 17,
            body_sha256: String::new(),
            client: Some([certificate.describe(now)].into()),
            claimed: vec![Claimed {
                dialect: "Envoy",
                client: None,
                fields: vec!["subject=CN=caller\u{202e}".to_owned()],
                problems: Vec::new(),
            }],
            transport: Some(Transport {
                protocol: Some("TLSv1.3"),
                cipher_suite: None,
                server_name: None,
                resumed: false,
            }),
            client_verdict: Verdict::Accepted,
            matched_pin: Some(MatchedPin {
                label: Some("new".to_owned()),
                name: "new".to_owned(),
                of: Pinned::Certificate,
                position: 0,
            }),
            verify: None,
            challenge: None,
            status: Some(200),
            headers: None,
        };
        let outcome = Outcome::Delivery(Box::new(delivery));
        let item = Item { outcome, ..Item::new("POST /hook") };
        let text = full(&item, &LOOK).join("\n");
        assert!(text.starts_with("ok    POST /hook: 17 bytes, answered 200\n"), "{text}");
        assert!(text.contains("127.0.0.1:9, TLSv1.3") && text.contains("accepted, pin new"));
        assert!(text.contains(" to 2026-12-31, in 39 days"), "{text}");
        assert!(!text.contains('\u{202e}'));
    }
    #[test]
    fn what_was_used_last_long_ago_can_go_and_nothing_else() {
        let now = datetime!(2026-11-26 12:00 UTC);
        let used_at = |label: &str, hours: Option<i64>| Used {
            label: label.to_owned(),
            count: u64::from(hours.is_some()),
            first_seen: hours.map(|_| datetime!(2026-11-20 0:00 UTC)),
            last_seen: hours.map(|hours| now - time::Duration::hours(hours)),
        };
        let lines = |all: &[Used]| {
            let lines = used("pin", all, now, &LOOK);
            lines.iter().map(|line| line.trim_start().to_owned()).collect::<Vec<_>>()
        };
        let (old, new) = (used_at("old", Some(72)), used_at("new", Some(0)));
        assert_eq!(
            lines(&[old.clone(), new, used_at("next", None)]),
            [
                "pin        old: 1 since 2026-11-20T00:00:00Z, last 3 days ago: it can be removed",
                "pin        new: 1 since 2026-11-20T00:00:00Z, last 0 s ago",
                "pin        next: not seen",
            ]
        );
        assert!(!lines(std::slice::from_ref(&old))[0].contains("can go"), "nothing else is in use");
        assert!(!lines(&[used_at("a", Some(23)), used_at("b", Some(1))])[0].contains("can go"));
    }
}
