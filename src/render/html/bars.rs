//! What there is to say of everything together: how much was looked at, how long answers took, what was used.

use crate::cert::rfc3339;
use crate::outcome::Summary;
use crate::outcome::delivery::{Received, Used};
use crate::outcome::exchange::{Distribution, Percentiles, Totals, in_millis};
use crate::render::html::markup::Markup;
use crate::render::human::replay::time;

/// How much was looked at, in a sentence below the verdict.
pub fn looked_at(summary: &Summary) -> Markup {
    let (text, counts) = match summary {
        Summary::Replay(it) => replayed(it),
        Summary::Received(it) => (
            format!("{} deliveries in {:.1} s", it.deliveries, it.seconds),
            vec![
                (it.refused, "refused"),
                (it.connections, "connections"),
                (it.request_bytes, "bytes"),
                (it.unreported, "not shown: the report was not read fast enough"),
            ],
        ),
        Summary::Inspections(it) => (
            format!("{} certificates in {} files", it.certificates, it.files),
            vec![(it.skipped, "other files skipped")],
        ),
        _ => return Markup::default(),
    };
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts = counts.map(|(count, name)| format!(", {count} {name}"));
    let mut out = Markup::default();
    out.raw("<p class=dim>").text(&(text + &counts.collect::<String>())).raw("\n");
    out
}

fn replayed(totals: &Totals) -> (String, Vec<(u64, &'static str)>) {
    let (seconds, rate) = (in_millis(totals.elapsed) / 1000.0, totals.requests_per_second);
    let text = format!("{} requests in {seconds:.1} s ({rate:.0}/s)", totals.requests);
    let counts = vec![
        (totals.done_before, "done before"),
        (totals.outcome_unknown, "with unknown outcome"),
        (totals.connections, "connections"),
        (totals.resumed, "sessions resumed"),
        (totals.attempts.saturating_sub(totals.requests), "retries"),
    ];
    (text, counts)
}

/// How long answers took: as numbers, and where there are several rows as bars.
pub fn latencies(summary: &Summary) -> Markup {
    let mut out = Markup::default();
    let Summary::Replay(Totals { latencies: Some(latencies), .. }) = summary else { return out };
    let Distribution { latency_ms, histogram } = latencies;
    let Percentiles { min, mean, p50, p90, p95, p99, max } = *latency_ms;
    out.raw("<h2>How long answers took</h2>\n<table><thead><tr>");
    for name in ["min", "mean", "p50", "p90", "p95", "p99", "max"] {
        out.raw("<th scope=col>").raw(name);
    }
    out.raw("</thead>\n<tr>");
    for millis in [min, mean, p50, p90, p95, p99, max] {
        out.raw("<td>").text(&time(millis));
    }
    out.raw("</table>\n");
    if histogram.len() < 2 {
        return out;
    }
    let most = histogram.iter().map(|row| row.count).max().unwrap_or(1).max(1) as f64;
    out.raw("<table class=bars><thead><tr><th scope=col>up to<th scope=col class=bar>");
    out.raw("<th scope=col class=number>answers</thead>\n");
    for row in histogram {
        let limit = row.up_to_ms.map_or("longer".to_owned(), time);
        out.raw("<tr class=info><th scope=row class=date>").text(&limit).raw("<td class=bar>");
        out.raw("<svg aria-hidden=true><rect y=4 height=10 width=")
            .percent(row.count as f64 / most);
        out.raw(" /></svg><td class=number>").number(row.count).raw("\n");
    }
    out.raw("</table>\n");
    out
}

/// When each pin and secret was used by deliveries that were let in.
pub fn used(summary: &Summary) -> Markup {
    let mut out = Markup::default();
    let Summary::Received(Received { pins, secrets, .. }) = summary else { return out };
    let kinds = [("pin", pins), ("secret", secrets)];
    let used = kinds.into_iter().flat_map(|(kind, used)| used.iter().map(move |one| (kind, one)));
    let used: Vec<(&'static str, &Used)> = used.collect();
    if used.is_empty() {
        return out;
    }
    out.raw("<h2>What was used</h2>\n<table><thead><tr><th scope=col>by<th scope=col>kind");
    out.raw("<th scope=col>times<th scope=col>first<th scope=col>last</thead>\n");
    for (kind, one) in used {
        let moment = |moment: Option<_>| moment.map_or_else(|| "not seen".to_owned(), rfc3339);
        out.raw("<tr><th scope=row>").text(&one.label).raw("<td>").raw(kind).raw("<td>");
        out.number(one.count).raw("<td>").text(&moment(one.first_seen));
        out.raw("<td>").text(&moment(one.last_seen)).raw("\n");
    }
    out.raw("</table>\n");
    out
}
