//! What else commands find out: a difference, an explanation, a step, and every fact under its name.

use serde_json::Value;

use crate::cert::Description;
use crate::outcome::Outcome;
use crate::outcome::difference::Difference;
use crate::outcome::explanation::Explanation;
use crate::policy::renewal::Change;
use crate::render::html::certificate;
use crate::render::html::markup::Markup;
use crate::render::human::{Look, generic};

/// Values of a list that are shown, and lines of what a command printed.
const MOST: usize = 200;
/// Certificates of a row of an earlier run.
const CERTIFICATES: usize = 12;

/// What has no page of its own.
pub fn other(out: &mut Markup, found: &Outcome, look: &Look) {
    if let Some(text) = found.verbatim() {
        out.lines(text.lines().take(MOST)).raw("\n");
    }
    match found {
        Outcome::Difference(difference) => differs(out, difference),
        Outcome::Explanation(one) => explains(out, one),
        Outcome::Minted(minted) => {
            out.raw("<dl>");
            certificate::facts(out, &minted.certificate);
            out.raw("</dl>\n");
        }
        // What each was is in the report of its run.
        Outcome::Merged(_) => {
            for (_, one) in found.certificates().iter().take(CERTIFICATES) {
                certificate::listed(out, one);
            }
        }
        Outcome::Step(step) => {
            out.raw("<p><code>$ ").text(&step.command).raw("</code>\n");
            out.lines(step.output.lines().take(MOST)).raw("\n");
        }
        _ => generic(out, found, look),
    }
}

/// Every fact under its name; what is empty is left out.
fn generic(out: &mut Markup, found: &Outcome, look: &Look) {
    let facts = generic::facts(found);
    if facts.is_empty() {
        return;
    }
    out.raw("<dl>");
    for (name, value) in facts {
        let list = match &value {
            Value::Null => continue,
            Value::Array(values) => values.iter().take(MOST).collect(),
            value => vec![value],
        };
        if list.is_empty() {
            continue;
        }
        out.raw("<dt>").text(&name);
        for value in list {
            out.raw("<dd>").text(&generic::value_text(value, look));
        }
    }
    out.raw("</dl>\n");
}

fn explains(out: &mut Markup, one: &Explanation) {
    out.raw("<dl>").fact("means", &one.meaning);
    if let Some(page) = &one.page {
        out.fact("raised by", &page.raised_by);
        out.fact("severity", page.severity_changes.as_deref().unwrap_or_default());
    }
    for cause in &one.causes {
        let sure = if cause.proven { "the cause" } else { "perhaps" };
        out.fact(sure, &format!("{}; {}", cause.text, cause.fix));
    }
    out.fact("what to do", &one.next);
    for also in &one.also {
        out.fact("also", also);
    }
    out.facts("related", &one.related).fact("source", &one.source).raw("</dl>\n");
    if let Some(page) = &one.page {
        out.lines(page.example.lines()).raw("\n");
    }
}

fn differs(out: &mut Markup, difference: &Difference) {
    for (name, side) in [("Old", &difference.old), ("New", &difference.new)] {
        side.iter().for_each(|described| one_side(out, name, described));
    }
    if let Some(it) = &difference.change {
        change(out, it);
    }
    out.raw("<dl>");
    for note in &difference.notes {
        out.fact("note", note);
    }
    out.raw("</dl>\n");
}

fn one_side(out: &mut Markup, name: &'static str, described: &Description) {
    out.raw("<h4>").raw(name).raw("</h4>\n<dl>");
    certificate::facts(out, described);
    out.raw("</dl>\n");
}

fn change(out: &mut Markup, change: &Change) {
    out.raw("<h4>What changes</h4>\n<dl>");
    out.fact(
        "overlap",
        &match change.overlap_days {
            days @ 0.. => format!("{days} days in which both are valid"),
            days => format!("none: {} days without a valid one", -days),
        },
    );
    out.facts("names added", &change.names_added).facts("names removed", &change.names_removed);
    out.facts("purposes added", &change.purposes_added);
    out.facts("purposes lost", &change.purposes_removed);
    out.facts("chain added", &change.chain_added).facts("chain removed", &change.chain_removed);
    out.facts("not opened by", &change.opens_with_lost).raw("</dl>\n");
    out.raw("<table><thead><tr><th scope=col>a peer that checks<th scope=col>accepts it");
    out.raw("<th scope=col>before the switch</thead>\n");
    for peer in &change.peers {
        let (class, word) = match peer.accepts {
            Some(true) => ("ok", "yes"),
            Some(false) => ("critical", "no"),
            None => ("warning", "not known"),
        };
        out.raw("<tr class=").raw(class).raw("><th scope=row>").text(peer.checks);
        out.raw("<td><b>").raw(word).raw("</b><td>");
        out.text(peer.must_do.as_deref().unwrap_or("nothing")).raw("\n");
    }
    out.raw("</table>\n");
}
