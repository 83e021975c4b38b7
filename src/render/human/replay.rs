//! `replay`: a line for each request that went well, more for one that did not, and at the end the
//! latencies as numbers and as a picture.

use crate::digest::{hex, sha256};
use crate::outcome::exchange::{
    Attempt, Distribution, Draft, Exchange, Percentiles, Replay, in_millis,
};
use crate::outcome::{Outcome, Summary};
use crate::policy::refusal::{Likely, Refusal};
use crate::policy::situation::ClientCertificate;
use crate::render::human::look::INDENT;
use crate::render::human::{Layout, Look, Paint, Row};
use crate::report::{Closing, Item};

/// Requests one after the other: a capture may hold a million of them.
pub const LAYOUT: Layout = Layout { command: "replay", streams: true, full, rows, summary };

/// Columns of the longest bar of the histogram.
const BAR: usize = 32;

fn full(item: &Item, look: &Look) -> Vec<String> {
    let subject = look.text(&item.subject);
    let headline = format!("{}  {subject}", look.mark(item.status()));
    let mut lines = match (&item.outcome, &item.failure) {
        // The bytes alone: what is to be said about them is said on stderr.
        (Outcome::Replay(Replay::Draft(draft)), _) => return vec![draft_in_full(draft)],
        (_, Some(failure)) => match (look.folds, look.text(&failure.message)) {
            (true, message) => look.verdict(item.status(), &format!("{subject}: {message}")),
            (false, message) => vec![format!("{headline}: {message}")],
        },
        (Outcome::Replay(Replay::Exchange(exchange)), None) => {
            let mut parts = vec![headline];
            parts.extend(answer(exchange, look));
            look.fill(&parts)
        }
        (Outcome::Replay(Replay::NothingLeft { done_before }), None) => {
            vec![format!("{headline}: nothing left to do, {done_before} were done before")]
        }
        (_, None) => vec![headline],
    };
    let exchange = match &item.outcome {
        Outcome::Replay(Replay::Exchange(exchange)) => Some(exchange),
        _ => None,
    };
    if let Some(exchange) = exchange.filter(|_| item.failure.is_some()) {
        lines.push(look.fact("request", &request(exchange, look)));
    }
    lines.extend(look.verdicts(item));
    if let Some(exchange) = exchange.filter(|_| look.verbose) {
        lines.extend(details(exchange, look));
    }
    lines
}

/// Exactly what would be sent; what a terminal could take for a command, or is no text, is described
/// instead.
fn draft_in_full(draft: &Draft) -> String {
    let harmless = |char: char| !char.is_control() || matches!(char, '\r' | '\n' | '\t');
    let text = |bytes: &[u8]| match str::from_utf8(bytes) {
        Ok(text) if text.chars().all(harmless) => text.to_owned(),
        _ => format!("({} bytes that are not text, sha256 {})", bytes.len(), hex(&sha256(bytes))),
    };
    text(&draft.head) + &text(&draft.body)
}

/// Method and URL.
fn request(exchange: &Exchange, look: &Look) -> String {
    format!("{} {}", look.text(&exchange.method), look.url(&exchange.url))
}

/// `POST https://a/hook`, `200`, `12.3 ms`, `TLSv1.3, client certificate accepted`
fn answer(exchange: &Exchange, look: &Look) -> Vec<String> {
    let status = exchange.status.map_or("no answer".to_owned(), |status| status.to_string());
    let last = exchange.last.as_ref();
    let elapsed = last.map_or(0.0, |last| in_millis(last.elapsed));
    let mut parts =
        vec![request(exchange, look), look.paint(&status, Paint::Strong), time(elapsed)];
    if exchange.attempts > 1 {
        parts.push(format!("attempt {}", exchange.attempts));
    }
    if let Some(Attempt { protocol: Some(protocol), client_certificate, .. }) = last {
        let word = match client_certificate {
            Some(ClientCertificate::Accepted) => ", client certificate accepted",
            Some(ClientCertificate::Refused) => ", client certificate refused",
            Some(ClientCertificate::RequestedLate) => {
                ", client certificate requested after the request"
            }
            Some(ClientCertificate::NotOffered) => {
                ", no client certificate given although requested"
            }
            Some(
                ClientCertificate::NotRequested
                | ClientCertificate::Requested
                | ClientCertificate::Unknown,
            )
            | None => "",
        };
        parts.push(look.paint(&format!("{protocol}{word}"), Paint::Dim));
    }
    parts
}

/// Everything else that is known of an exchange.
fn details(exchange: &Exchange, look: &Look) -> Vec<String> {
    let last = exchange.last.as_ref();
    let mut lines = last
        .and_then(|last| last.refusal.as_ref())
        .map_or_else(Vec::new, |refusal| causes(refusal, look));
    let mut add = |name: &str, value: &str| lines.push(look.fact(name, value));
    add("url", &look.url(&exchange.url));
    add("attempts", &exchange.attempts.to_string());
    add("request_bytes", &exchange.request_bytes.to_string());
    let Some(last) = last else { return lines };
    add("response_bytes", &last.response_bytes.to_string());
    add("resumed", last.resumed.map_or("-", |resumed| if resumed { "yes" } else { "no" }));
    add("client_certificate", last.client_certificate.map_or("-", ClientCertificate::word));
    add("response_sha256", last.response_sha256.as_deref().unwrap_or("-"));
    lines
}

/// The likely causes of a refusal, of which the finding has said the first already.
fn causes(refusal: &Refusal, look: &Look) -> Vec<String> {
    let causes = refusal.causes.iter().enumerate();
    causes
        .flat_map(|(index, Likely { message, next, .. })| {
            let (message, next) = (look.text(message), look.text(next));
            look.wrap(&format!("cause {}: {message}; {next}", index + 1), INDENT.len())
        })
        .collect()
}

fn rows(_: &Item, _: &Look) -> Vec<Row> {
    Vec::new()
}

fn summary(closing: &Closing, _: &[Row], look: &Look) -> String {
    let Summary::Replay(totals) = &closing.summary else { return String::new() };
    // Our own certificate is no request: an expired one may have been accepted.
    let own = u64::from(totals.own_is_wrong);
    let bad = (closing.tally.critical + closing.tally.failed).saturating_sub(own);
    // What was not sent is not as expected either.
    let verdict = match (bad, totals.interrupted, totals.requests) {
        (0, true, _) => look.paint("interrupted before the end", Paint::Warn),
        (_, true, _) => look.paint(&format!("interrupted, {bad} not as expected"), Paint::Bad),
        (0, _, 0) if totals.done_before > 0 => look.paint("nothing left to do", Paint::Good),
        (0, _, 0) => look.paint("nothing was sent", Paint::Warn),
        (0, ..) if totals.own_is_wrong => {
            look.paint("all as expected, except our own certificate", Paint::Warn)
        }
        (0, ..) => look.paint("all as expected", Paint::Good),
        _ => look.paint(&format!("{bad} not as expected"), Paint::Bad),
    };
    let seconds = in_millis(totals.elapsed) / 1000.0;
    let rate = totals.requests_per_second;
    let mut parts =
        vec![format!("{} requests in {seconds:.1} s ({rate:.0}/s): {verdict}", totals.requests)];
    for (count, text) in [
        (totals.done_before, "done before"),
        (totals.outcome_unknown, "with unknown outcome"),
        (totals.resumed, "sessions resumed"),
        // A request that cannot be signed counts, and has no attempt.
        (totals.attempts.saturating_sub(totals.requests), "retries"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {text}"));
        }
    }
    let line = parts.join(", ");
    let mut lines = if look.folds { look.wrap(&line, 0) } else { vec![line] };
    lines.extend(totals.latencies.iter().flat_map(|latencies| picture(latencies, look)));
    lines.join("\n")
}

/// Latencies as numbers, and where there are several rows as bars.
fn picture(Distribution { latency_ms, histogram }: &Distribution, look: &Look) -> Vec<String> {
    let Percentiles { min, p50, p90, p99, max, .. } = *latency_ms;
    let values = [("min", min), ("p50", p50), ("p90", p90), ("p99", p99), ("max", max)];
    let values =
        values.map(|(name, millis)| format!("{} {}", look.paint(name, Paint::Dim), time(millis)));
    let mut parts = vec![format!("{INDENT}latency")];
    parts.extend(values);
    let mut lines = look.fill(&parts);
    if histogram.len() < 2 {
        return lines;
    }
    let most = histogram.iter().map(|row| row.count).max().unwrap_or(1) as f64;
    lines.extend(histogram.iter().map(|row| {
        let limit = row.up_to_ms.map_or("longer".to_owned(), |limit| format!("<= {}", time(limit)));
        let bar = look.bar(row.count as f64 / most, BAR);
        format!("{INDENT}{limit:>12}  {bar}  {}", row.count)
    }));
    lines
}

/// A time with as many digits as mean something.
pub fn time(millis: f64) -> String {
    match millis {
        _ if millis >= 10_000.0 => format!("{:.1} s", millis / 1000.0),
        _ if millis >= 100.0 => format!("{millis:.0} ms"),
        _ if millis >= 1.0 => format!("{millis:.1} ms"),
        _ => format!("{millis:.2} ms"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::outcome::exchange::{self, Totals};

    #[test]
    fn latencies_are_numbers_and_a_picture() {
        let rows = [(Some(0.5), 1), (Some(1.0), 0), (Some(2.0), 64), (None, 35)];
        let latency_ms = Percentiles {
            min: 0.4,
            mean: 3.0,
            p50: 1.25,
            p90: 99.94,
            p95: 100.0,
            p99: 100.4,
            max: 12_345.0,
        };
        let histogram = rows.map(|(up_to_ms, count)| exchange::Row { up_to_ms, count }).to_vec();
        let totals = Totals {
            requests: 100,
            interrupted: true,
            attempts: 103,
            done_before: 7,
            outcome_unknown: 2,
            resumed: 5,
            elapsed: Duration::from_micros(12_345_678),
            requests_per_second: 8.1,
            latencies: Some(Distribution { latency_ms, histogram }),
            ..Totals::default()
        };
        let tally = crate::report::Tally { critical: 1, failed: 2, ..Default::default() };
        let closing = Closing {
            tally,
            summary: Summary::Replay(totals),
            exit_code: 130,
            reach: Default::default(),
        };
        let look = Look { folds: true, ..Look::plain(80) };
        let lines = [
            "100 requests in 12.3 s (8/s): interrupted, 3 not as expected, 7 done before, 2",
            "  with unknown outcome, 5 sessions resumed, 3 retries",
            "      latency  min 0.40 ms  p50 1.2 ms  p90 99.9 ms  p99 100 ms  max 12.3 s",
            "        <= 0.50 ms  #-------------------------------  1",
            "         <= 1.0 ms  --------------------------------  0",
            "         <= 2.0 ms  ################################  64",
            "            longer  ##################--------------  35",
        ];
        assert_eq!(super::summary(&closing, &[], &look), lines.join("\n"));
    }
}
