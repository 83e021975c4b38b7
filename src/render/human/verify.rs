//! `verify`: one line when all is well; else what is wrong, the change that explains it, what to do.

use crate::cert::rfc3339;
use crate::finding::{Code, Finding, Severity};
use crate::outcome::Outcome;
use crate::outcome::verification::{SignedBody, Standard, Verification};
use crate::render::human::look::INDENT;
use crate::render::human::{Layout, Look, Paint, Row};
use crate::render::remark::counts;
use crate::report::{Closing, Item, Status};
use crate::signature::diagnose::{Diagnosis, Hint};

/// Requests one after the other: a capture may hold a million of them.
pub const LAYOUT: Layout = Layout { command: "verify", streams: true, full, rows, summary };

fn full(item: &Item, look: &Look) -> Vec<String> {
    let verification = match &item.outcome {
        Outcome::Verification(verification) => Some(&**verification),
        _ => None,
    };
    let is_critical = item.status() == Status::Found(Severity::Critical);
    let worst = item.findings.iter().max_by_key(|finding| finding.severity);
    let headline = match (&item.failure, worst, verification) {
        (Some(failure), ..) => look.text(&failure.message).into_owned(),
        (None, Some(finding), _) if is_critical => look.text(&finding.message).into_owned(),
        (None, _, Some(verification)) => matches(verification, look),
        (None, _, None) => String::new(),
    };
    let text = format!("{}: {headline}", look.text(&item.subject));
    let mut lines = match item.status() {
        // One line each, however long: they are counted and searched.
        Status::Ok => vec![format!("{}  {text}", look.mark(Status::Ok))],
        status => look.verdict(status, &text),
    };
    let diagnosis = verification.and_then(|verification| verification.diagnosis.as_ref());
    let causes = diagnosis.map(|diagnosis| diagnosis.causes.as_slice()).unwrap_or_default();
    // What to do about a header that is missing is said besides what stands in its place, unless that
    // is the signature alone.
    let is_explained = !causes.is_empty()
        && (worst.is_none_or(|worst| worst.code != Code::SignatureMissing)
            || causes.iter().any(|cause| cause.change == "signature-prefix-missing"));
    if let Some(diagnosis) = diagnosis {
        lines.extend(explained(diagnosis, &item.findings, look));
    }
    for finding in &item.findings {
        let is_headline = is_critical && worst.is_some_and(|worst| std::ptr::eq(worst, finding));
        match is_headline {
            true => lines.extend(
                finding.help.iter().filter(|_| !is_explained).flat_map(|help| look.step(help)),
            ),
            false => lines.extend(look.finding(finding)),
        }
    }
    if let Some(failure) = &item.failure {
        lines.extend(failure.help.iter().flat_map(|help| look.step(help)));
    }
    if let Some(verification) = verification {
        lines.extend(evidence(verification, look));
    }
    lines
}

/// The signature is right: under which scheme and secret, for which URL, made when.
pub fn matches(verification: &Verification, look: &Look) -> String {
    let scheme = verification.scheme.as_deref().unwrap_or_default();
    let mut parts = vec![look.text(scheme).into_owned()];
    if let Some(secret) = &verification.matched_secret {
        parts.push(format!("secret {}", look.text(secret)));
    }
    if let Some(bytes) = verification.payload_bytes {
        parts.push(format!("{bytes} bytes"));
    }
    if let Some(age) = verification.age_seconds {
        parts.push(format!("signed {}", ago(age)));
    }
    let mut text = format!("signature matches ({})", parts.join(", "));
    if let Some(url) = &verification.matched_url {
        text.push_str(&format!(" for {}", look.url(url)));
    }
    text
}

/// How long ago that is, in words.
pub fn ago(seconds: i64) -> String {
    let size = |seconds: u64| match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    };
    match seconds {
        0.. => format!("{} ago", size(seconds.unsigned_abs())),
        _ => format!("{} from now", size(seconds.unsigned_abs())),
    }
}

/// The changes under which it does match; or, where none does, what stands out.
pub fn explained(diagnosis: &Diagnosis, findings: &[Finding], look: &Look) -> Vec<String> {
    let is_mismatch = findings.iter().any(|finding| finding.code == Code::SignatureMismatch);
    let but = if is_mismatch { "but it does" } else { "it matches" };
    let mut lines = Vec::new();
    let mut say = |text: &str| lines.extend(look.wrap(text, INDENT.len()));
    let strong = |text: &str| look.paint(&look.text(text), Paint::Strong);
    match diagnosis.causes.as_slice() {
        [] => {
            diagnosis.notes.iter().rev().for_each(|note| say(&look.text(note)));
            let signed = diagnosis.signed_bytes.zip(diagnosis.signed_sha256.as_ref());
            let signed = signed.map_or(String::new(), |(bytes, sha256)| {
                format!("; the signed text has {bytes} bytes, SHA-256 {sha256}")
            });
            say(&format!("{} changes tried{signed}", diagnosis.tried));
        }
        [cause] => {
            say(&format!("{but} after one change: {}", strong(&cause.message)));
            say(&look.text(&cause.why));
        }
        several => {
            say(&format!("{but} after {} changes:", several.len()));
            for (number, cause) in several.iter().enumerate() {
                say(&format!("{}. {}", number + 1, strong(&cause.message)));
                say(&look.text(&cause.why));
            }
        }
    }
    // What a longer step says too is not said twice.
    let steps: Vec<&str> = diagnosis.causes.iter().map(|cause| cause.help.as_str()).collect();
    let is_said = |place: usize, step: &str| {
        steps.iter().enumerate().any(|(other, longer)| {
            longer.ends_with(step) && (longer.len() > step.len() || other < place)
        })
    };
    let once = steps.iter().enumerate().filter(|(place, step)| !is_said(*place, step));
    lines.extend(once.flat_map(|(_, step)| look.step(step)));
    if look.verbose {
        let label = |name: &str| look.paint(&format!("{name:<COLUMN$}"), Paint::Dim);
        let code = diagnosis.causes.iter().flat_map(|cause| cause.code);
        let line = |(name, line): &Hint| format!("{INDENT}{} {}", label(name), look.text(line));
        lines.extend(code.map(line));
    }
    lines
}

/// Width of the names of facts: a SHA-256 in hex ends in column 80.
const COLUMN: usize = 9;

/// What else there is to see; `-v` shows the rows behind the first ones.
fn evidence(verification: &Verification, look: &Look) -> Vec<String> {
    let Verification { choice, expected, signed_body, standard, diagnosis, .. } = verification;
    let list = |values: &[String]| values.join(", ");
    let (token, covered) = match standard {
        Some(Standard::Token(token)) => (Some(token), None),
        Some(Standard::Message(message)) => (None, message.covered.as_deref()),
        None => (None, None),
    };
    let shown = [
        ("expected", expected.as_deref().map(list)),
        ("written", signed_body.as_ref().and_then(SignedBody::text)),
        ("chosen", choice.as_ref().map(|choice| choice.scheme_flags.clone())),
        ("also fits", choice.as_ref().map(|choice| list(&choice.also_fits))),
        ("issuer", token.and_then(|token| token.issuer.clone())),
        ("audience", token.and_then(|token| token.audience.as_deref()).map(list)),
        ("email", token.and_then(|token| token.email.clone())),
        ("expires", token.and_then(|token| token.expires_at).map(rfc3339)),
        ("covers", covered.map(list)),
    ];
    let details = [
        ("candidate", Some(verification.candidates.to_string())),
        ("signed", verification.signed_at.map(rfc3339)),
        ("bytes", verification.payload_bytes.map(|bytes| bytes.to_string())),
        ("sha256", verification.payload_sha256.clone()),
        ("tried", diagnosis.as_ref().map(|diagnosis| diagnosis.tried.to_string())),
    ];
    let rows = shown.into_iter().chain(details.into_iter().filter(|_| look.verbose));
    let rows =
        rows.filter_map(|(name, value)| Some((name, value.filter(|text| !text.is_empty())?)));
    rows.flat_map(|(name, value)| look.facts(name, &look.text(&value), COLUMN)).collect()
}

fn rows(_: &Item, _: &Look) -> Vec<Row> {
    Vec::new()
}

fn summary(closing: &Closing, _: &[Row], look: &Look) -> String {
    let tally = &closing.tally;
    if tally.items == 0 {
        return counts(tally);
    }
    let count = |number: u64, word: &str, paint: Paint| {
        (number > 0).then(|| look.paint(&format!("{number} {word}"), paint))
    };
    let parts: Vec<_> = [
        count(tally.critical, "critical", Paint::Bad),
        count(tally.failed, "not read", Paint::Bad),
        count(tally.warning, "warning", Paint::Warn),
        count(tally.ok + tally.info, "ok", Paint::Good),
    ]
    .into_iter()
    .flatten()
    .collect();
    format!("{}: {} requests", parts.join(", "), tally.items)
}
