//! What was sent, and what came of it: `replay`, `send`, and the columns of `probe`.

use crate::digest::{hex, sha256};
use crate::outcome::exchange::{Draft, Exchange, Replay, in_millis};
use crate::outcome::probe::{Column, Planned, Probe};
use crate::policy::probe::Row;
use crate::policy::situation::ClientCertificate;
use crate::render::html::markup::Markup;
use crate::render::html::{certificate, served};
use crate::render::human::{Look, replay};

/// Lines of a request that would be sent, at most.
const LINES: usize = 60;

/// A request, or our own certificate.
pub fn replay(out: &mut Markup, replay: &Replay, look: &Look) {
    match replay {
        Replay::Exchange(one) => exchange(out, one, look),
        Replay::Draft(one) => draft(out, one),
        Replay::NothingLeft { .. } => {}
        Replay::Identity { certificate } => {
            out.raw("<dl>");
            certificate::facts(out, certificate);
            out.raw("</dl>\n");
        }
    }
}

fn exchange(out: &mut Markup, exchange: &Exchange, look: &Look) {
    out.raw("<dl>");
    out.fact("request", &format!("{} {}", exchange.method, look.url(&exchange.url)));
    out.fact("bytes", &exchange.request_bytes.to_string());
    if exchange.attempts > 1 {
        out.fact("attempts", &exchange.attempts.to_string());
    }
    let Some(last) = &exchange.last else {
        out.raw("</dl>\n");
        return;
    };
    out.fact("took", &replay::time(in_millis(last.elapsed)));
    let resumed = if last.resumed == Some(true) { ", resumed" } else { "" };
    out.fact("over", &format!("{}{resumed}", last.protocol.unwrap_or("plain HTTP")));
    out.fact("our certificate", last.client_certificate.map_or("", ClientCertificate::word));
    out.fact("answer", &format!("{} bytes", last.response_bytes));
    out.code("its sha256", last.response_sha256.as_deref().unwrap_or_default());
    out.raw("</dl>\n");
    if let Some(refusal) = &last.refusal {
        served::causes(out, refusal);
    }
}

fn draft(out: &mut Markup, draft: &Draft) {
    let head = String::from_utf8_lossy(&draft.head);
    out.lines(head.lines().take(LINES)).raw("\n<dl>");
    out.fact("body", &format!("{} bytes", draft.body.len()));
    out.code("its sha256", &hex(&sha256(&draft.body))).raw("</dl>\n");
}

/// A column, or a cell that would be tried; what there is to say of all of them stands in the matrix.
pub fn probe(out: &mut Markup, probe: &Probe, look: &Look) {
    match probe {
        Probe::Column(one) => column(out, one),
        Probe::Planned(one) => planned(out, one, look),
        Probe::Comparison(comparison) if comparison.changes.is_empty() => {}
        Probe::Comparison(comparison) => {
            let changes: Vec<String> = comparison.changes.iter().map(|it| it.line()).collect();
            out.lines(changes.iter().map(String::as_str));
        }
    }
}

fn planned(out: &mut Markup, planned: &Planned, look: &Look) {
    out.raw("<dl>").fact("identity", &planned.identity).fact("expected", planned.expected.word());
    out.fact("request", &look.url(&planned.request)).raw("</dl>\n");
}

fn column(out: &mut Markup, column: &Column) {
    out.raw("<table class=rows><thead><tr><th scope=col>identity<th scope=col>expected<th scope=col>outcome");
    out.raw("<th scope=col>what was seen</thead>\n");
    for row in &column.rows {
        let class = if row.is_held() { "ok" } else { "critical" };
        out.raw("<tr class=").raw(class).raw("><th scope=row>").text(&row.identity);
        if let Some(door) = &row.door {
            out.raw(" (").text(door).raw(")");
        }
        out.raw("<td>").raw(row.expected.word()).raw("<td><b>");
        out.raw(row.outcome.word()).raw("</b><td class=wide>").text(&seen(row)).raw("\n");
    }
    out.raw("</table>\n<dl>");
    out.fact("asks", column.asked.map_or("", |asked| asked.word()));
    out.facts("accepts", &column.accepted_issuers).facts("schemes", &column.signature_schemes);
    out.fact("not trusted", column.trust_problem.as_deref().unwrap_or_default());
    if let Some(seconds) = column.clock_skew_seconds.filter(|seconds| *seconds != 0) {
        out.fact("its clock", &format!("{seconds} s off ours"));
    }
    out.raw("</dl>\n");
}

/// `by application, 403; the status differs`
fn seen(row: &Row) -> String {
    let by = row.by.map(|by| format!("by {}", by.word()));
    let status = row.status.map(|status| status.to_string());
    let alert = row.alert.as_ref().map(|alert| format!("alert {alert}"));
    let parts: Vec<String> = [by, status, alert].into_iter().flatten().collect();
    match (parts.is_empty(), row.sentence.is_empty()) {
        (_, true) => parts.join(", "),
        (true, false) => row.sentence.clone(),
        (false, false) => format!("{}; {}", parts.join(", "), row.sentence),
    }
}
