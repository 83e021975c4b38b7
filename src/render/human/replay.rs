//! `replay`: a line for each request that went well, more for one that did not, and at the end the
//! latencies as numbers and as a picture.

use crate::fact::{Facts, Value};
use crate::render::human::look::INDENT;
use crate::render::human::{Layout, Look, Paint, Row};
use crate::report::{Closing, Item};

/// Requests one after the other: a capture may hold a million of them.
pub const LAYOUT: Layout = Layout { command: "replay", streams: true, full, rows, summary };

/// Columns of the longest bar of the histogram.
const BAR: usize = 32;

fn full(item: &Item, look: &Look) -> Vec<String> {
    let facts = &item.facts;
    let mark = look.mark(item.status());
    let subject = look.text(&item.subject);
    let mut parts = vec![format!("{mark}  {subject}")];
    let mut lines = match (&item.failure, facts.get("method"), facts.int("done_before")) {
        (Some(failure), ..) if look.folds => {
            look.verdict(item.status(), &format!("{subject}: {}", look.text(&failure.message)))
        }
        (Some(failure), ..) => vec![format!("{}: {}", parts[0], look.text(&failure.message))],
        (None, Some(_), _) => {
            parts.extend(answer(facts, look));
            look.fill(&parts)
        }
        (None, None, Some(count)) => {
            vec![format!("{}: nothing left to do, {count} were done before", parts[0])]
        }
        (None, None, None) => parts,
    };
    if item.failure.is_some() && facts.get("method").is_some() {
        lines.push(look.fact("request", &request(facts, look)));
    }
    lines.extend(look.verdicts(item));
    lines.extend(causes(facts, look));
    if look.verbose && facts.get("method").is_some() {
        let names = [
            "url",
            "attempts",
            "request_bytes",
            "response_bytes",
            "resumed",
            "client_certificate",
            "response_sha256",
        ];
        let known = names.iter().filter_map(|name| Some((*name, facts.get(name)?)));
        lines.extend(known.map(|(name, value)| look.fact(name, &look.value(value))));
    }
    lines
}

/// Method and URL.
fn request(facts: &Facts, look: &Look) -> String {
    format!("{} {}", look.text(facts.text("method")), look.text(facts.text("url")))
}

/// `POST https://a/hook`, `200`, `12.3 ms`, `TLSv1.3, client certificate accepted`
fn answer(facts: &Facts, look: &Look) -> Vec<String> {
    let status = facts.int("status").map_or("no answer".to_owned(), |status| status.to_string());
    let elapsed = facts.get("elapsed_ms").and_then(Value::as_float).unwrap_or_default();
    let mut parts = vec![request(facts, look), look.paint(&status, Paint::Strong), time(elapsed)];
    let attempts = facts.int("attempts").unwrap_or(1);
    if attempts > 1 {
        parts.push(format!("attempt {attempts}"));
    }
    if let Some(protocol) = facts.get("protocol").and_then(Value::as_text) {
        let word = match facts.text("client_certificate") {
            "accepted" => ", client certificate accepted",
            "refused" => ", client certificate refused",
            "requested-late" => ", client certificate asked for after the request",
            "not-offered" => ", no client certificate given though asked",
            _ => "",
        };
        parts.push(look.paint(&format!("{protocol}{word}"), Paint::Dim));
    }
    parts
}

/// The likely causes of a refusal beyond the first, which the finding has said already.
fn causes(facts: &Facts, look: &Look) -> Vec<String> {
    let Some(refusal) = facts.map("refusal").filter(|_| look.verbose) else { return Vec::new() };
    let causes = refusal.list("causes").iter().filter_map(Value::as_map).enumerate();
    causes
        .flat_map(|(index, cause)| {
            let text = format!(
                "cause {}: {}; {}",
                index + 1,
                look.text(cause.text("message")),
                look.text(cause.text("next"))
            );
            look.wrap(&text, INDENT.len())
        })
        .collect()
}

fn rows(_: &Item, _: &Look) -> Vec<Row> {
    Vec::new()
}

fn summary(closing: &Closing, _: &[Row], look: &Look) -> String {
    let facts = &closing.facts;
    let count = |name: &str| facts.int(name).unwrap_or_default();
    if facts.get("requests").is_none() {
        return String::new();
    }
    let seconds = facts.get("elapsed_ms").and_then(Value::as_float).unwrap_or_default() / 1000.0;
    let rate = facts.get("requests_per_second").and_then(Value::as_float).unwrap_or_default();
    let bad = closing.tally.critical + closing.tally.failed;
    // What was not sent is not as expected either.
    let verdict = match (bad, facts.bool("interrupted"), count("requests")) {
        (0, Some(true), _) => look.paint("interrupted before the end", Paint::Warn),
        (_, Some(true), _) => {
            look.paint(&format!("interrupted, {bad} not as expected"), Paint::Bad)
        }
        (0, _, 0) if count("done_before") > 0 => look.paint("nothing left to do", Paint::Good),
        (0, _, 0) => look.paint("nothing was sent", Paint::Warn),
        (0, ..) => look.paint("all as expected", Paint::Good),
        _ => look.paint(&format!("{bad} not as expected"), Paint::Bad),
    };
    let mut parts =
        vec![format!("{} requests in {seconds:.1} s ({rate:.0}/s): {verdict}", count("requests"))];
    for (name, text) in [
        ("done_before", "done before"),
        ("outcome_unknown", "with unknown outcome"),
        ("resumed", "sessions resumed"),
    ] {
        if count(name) > 0 {
            parts.push(format!("{} {text}", count(name)));
        }
    }
    let retries = count("attempts") - count("requests");
    if retries > 0 {
        parts.push(format!("{retries} retries"));
    }
    let line = parts.join(", ");
    let mut lines = if look.folds { look.wrap(&line, 0) } else { vec![line] };
    lines.extend(facts.map("latency_ms").into_iter().flat_map(|one| percentiles(one, look)));
    lines.extend(histogram(facts, look));
    lines.join("\n")
}

fn percentiles(latency: &Facts, look: &Look) -> Vec<String> {
    let values = ["min", "p50", "p90", "p99", "max"].iter().filter_map(|name| {
        let millis = latency.get(name)?.as_float()?;
        Some(format!("{} {}", look.paint(name, Paint::Dim), time(millis)))
    });
    let mut parts = vec![format!("{INDENT}latency")];
    parts.extend(values);
    look.fill(&parts)
}

fn histogram(facts: &Facts, look: &Look) -> Vec<String> {
    let rows: Vec<_> = facts.list("histogram").iter().filter_map(Value::as_map).collect();
    if rows.len() < 2 {
        return Vec::new();
    }
    let count = |row: &Facts| row.int("count").unwrap_or_default();
    let most = rows.iter().map(|row| count(row)).max().unwrap_or(1).max(1) as f64;
    rows.iter()
        .map(|row| {
            let limit = match row.get("up_to_ms").and_then(Value::as_float) {
                Some(limit) => format!("<= {}", time(limit)),
                None => "longer".to_owned(),
            };
            let count = count(row);
            format!("{INDENT}{limit:>12}  {}  {count}", look.bar(count as f64 / most, BAR))
        })
        .collect()
}

/// A time with as many digits as mean something.
fn time(millis: f64) -> String {
    match millis {
        _ if millis >= 10_000.0 => format!("{:.1} s", millis / 1000.0),
        _ if millis >= 100.0 => format!("{millis:.0} ms"),
        _ if millis >= 1.0 => format!("{millis:.1} ms"),
        _ => format!("{millis:.2} ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_are_numbers_and_a_picture() {
        let row = |limit: Option<f64>, count: u64| {
            Facts::new().with("up_to_ms", limit).with("count", count)
        };
        let latency = [0.4, 1.25, 99.94, 100.4, 12_345.0];
        let names = ["min", "p50", "p90", "p99", "max"];
        let latency = names.into_iter().zip(latency);
        let latency = latency.fold(Facts::new(), |facts, (name, value)| facts.with(name, value));
        let histogram =
            vec![row(Some(0.5), 1), row(Some(1.0), 0), row(Some(2.0), 64), row(None, 35)];
        let facts = Facts::new()
            .with("requests", 100_u64)
            .with("interrupted", true)
            .with("attempts", 103_u64)
            .with("done_before", 7_u64)
            .with("outcome_unknown", 2_u64)
            .with("resumed", 5_u64)
            .with("elapsed_ms", 12_345.678)
            .with("requests_per_second", 8.1)
            .with("latency_ms", latency)
            .with("histogram", histogram);
        let tally = crate::report::Tally { critical: 1, failed: 2, ..Default::default() };
        let closing =
            Closing { summary: crate::outcome::Summary::default(), tally, facts, exit_code: 130 };
        let look = Look {
            colour: false,
            unicode: false,
            width: 80,
            verbose: false,
            quiet: false,
            folds: true,
        };
        let lines = [
            "100 requests in 12.3 s (8/s): interrupted, 3 not as expected, 7 done before, 2",
            "  with unknown outcome, 5 sessions resumed, 3 retries",
            "      latency  min 0.40 ms  p50 1.2 ms  p90 99.9 ms  p99 100 ms  max 12.3 s",
            "        <= 0.50 ms  #-------------------------------  1",
            "         <= 1.0 ms  --------------------------------  0",
            "         <= 2.0 ms  ################################  64",
            "            longer  ##################--------------  35",
        ];
        assert_eq!(summary(&closing, &[], &look), lines.join("\n"));
    }
}
