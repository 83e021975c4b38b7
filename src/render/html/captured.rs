//! What was received, and whether it bears the signature that it should: `listen` and `verify`.

use crate::cert::{Description, rfc3339};
use crate::http::Headers;
use crate::outcome::delivery::{Caller, Delivery};
use crate::outcome::verification::{SignedBody, Standard, Verification};
use crate::render::html::certificate;
use crate::render::html::markup::Markup;
use crate::render::human::Look;
use crate::render::human::verify::ago;
use crate::signature::diagnose::Diagnosis;

/// Header lines that are shown of a delivery.
const HEADERS: usize = 60;

/// A request that arrived.
pub fn delivery(out: &mut Markup, delivery: &Delivery, look: &Look) {
    out.raw("<dl>").fact("at", &delivery.at);
    let mut caller = vec![delivery.peer.to_string()];
    if let Some(transport) = &delivery.transport {
        caller.extend(transport.protocol.map(str::to_owned));
        caller.extend(transport.cipher_suite.iter().chain(&transport.server_name).cloned());
    }
    out.fact("caller", &caller.join(", "));
    out.fact("certificate", delivery.client_verdict.name());
    if let Some(pin) = &delivery.matched_pin {
        out.fact("pin", &pin.name);
    }
    certificate::chain(out, delivery.client.as_deref().unwrap_or_default());
    for claim in &delivery.claimed {
        let end_entity = claim.client.as_deref().and_then(<[Description]>::first);
        let who = end_entity.map(|one| one.certificate.subject());
        let said = claim.fields.iter().chain(&claim.problems).map(String::as_str);
        let parts: Vec<&str> = who.into_iter().chain(said).collect();
        out.fact("claimed", &format!("{}: {}", claim.dialect, parts.join(", ")));
    }
    out.fact("challenge", delivery.challenge.unwrap_or_default());
    out.code("body sha256", &delivery.body_sha256).raw("</dl>\n");
    if let Some(headers) = delivery.headers.as_ref().filter(|_| look.verbose) {
        lines(out, headers);
    }
    if let Some(verify) = &delivery.verify {
        verification(out, verify, look);
    }
}

fn lines(out: &mut Markup, headers: &Headers) {
    let text = headers
        .iter()
        .take(HEADERS)
        .map(|line| format!("{}: {}", line.name, String::from_utf8_lossy(&line.value)));
    let text: Vec<String> = text.collect();
    out.lines(text.iter().map(String::as_str));
}

/// A caller from whom no request came.
pub fn caller(out: &mut Markup, caller: &Caller) {
    out.raw("<dl>").fact("at", &caller.at).fact("caller", &caller.peer.to_string());
    out.fact("certificate", caller.client_verdict.map_or("", |verdict| verdict.name()));
    certificate::chain(out, caller.client.as_deref().unwrap_or_default());
    out.raw("</dl>\n");
}

/// The check of a signature.
pub fn verification(out: &mut Markup, verification: &Verification, look: &Look) {
    if let Some(diagnosis) = &verification.diagnosis {
        explained(out, diagnosis);
    }
    let join = |values: &[String]| values.join(", ");
    out.raw("<dl>");
    out.fact("scheme", verification.scheme.as_deref().unwrap_or_default());
    if let Some(choice) = &verification.choice {
        out.fact("chosen", &choice.scheme_flags).facts("also fits", &choice.also_fits);
    }
    out.fact("secret", verification.matched_secret.as_deref().unwrap_or_default());
    let signed = verification.signed_at.map(|at| match verification.age_seconds {
        Some(age) => format!("{}, {}", rfc3339(at), ago(age)),
        None => rfc3339(at),
    });
    out.fact("signed", &signed.unwrap_or_default());
    let bytes = verification.payload_bytes.map(|bytes| bytes.to_string());
    out.fact("bytes", &bytes.unwrap_or_default());
    out.code("sha256", verification.payload_sha256.as_deref().unwrap_or_default());
    let url = verification.matched_url.as_deref().map(|url| look.url(url));
    out.fact("for", &url.unwrap_or_default());
    match &verification.standard {
        Some(Standard::Token(token)) => {
            out.fact("issuer", token.issuer.as_deref().unwrap_or_default());
            out.fact("audience", &token.audience.as_deref().map(join).unwrap_or_default());
            out.fact("email", token.email.as_deref().unwrap_or_default());
            out.fact("expires", &token.expires_at.map(rfc3339).unwrap_or_default());
        }
        Some(Standard::Message(message)) => {
            out.facts("covers", message.covered.as_deref().unwrap_or_default());
        }
        None => {}
    }
    out.facts("expected", verification.expected.as_deref().unwrap_or_default());
    let written = verification.signed_body.as_ref().and_then(SignedBody::text);
    out.fact("written", &written.unwrap_or_default()).raw("</dl>\n");
}

/// The changes under which it does match; or, where none does, what stands out.
fn explained(out: &mut Markup, diagnosis: &Diagnosis) {
    if diagnosis.causes.is_empty() {
        out.raw("<ul>");
        for note in diagnosis.notes.iter().rev() {
            out.raw("<li>").text(note);
        }
        out.raw("<li>").number(diagnosis.tried as u64).raw(" changes tried");
        if let Some((bytes, sha256)) = diagnosis.signed_bytes.zip(diagnosis.signed_sha256.as_ref())
        {
            out.raw("; signed are ").number(bytes as u64).raw(" bytes, SHA-256 <code>");
            out.text(sha256).raw("</code>");
        }
        out.raw("</ul>\n");
        return;
    }
    out.raw("<h4>It matches after ");
    out.raw(if diagnosis.causes.len() == 1 { "this change" } else { "these changes" });
    out.raw("</h4>\n<ol>");
    for cause in &diagnosis.causes {
        out.raw("<li><strong>").text(&cause.message).raw("</strong><p>").text(&cause.why);
        out.raw("<p>next: <code>").text(&cause.help).raw("</code>");
        if !cause.code.is_empty() {
            out.raw("<dl>");
            for (language, line) in cause.code {
                out.code(language, line);
            }
            out.raw("</dl>");
        }
    }
    out.raw("</ol>\n");
}
