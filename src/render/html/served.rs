//! What a host serves, or a file holds.

use crate::outcome::seen::{Seen, Served, Times, Wanted};
use crate::policy::refusal::Refusal;
use crate::policy::situation::ClientCertificate;
use crate::render::html::certificate;
use crate::render::html::markup::Markup;
use crate::render::human::Look;

/// The certificates, then how they were served.
pub fn seen(out: &mut Markup, seen: &Seen, look: &Look) {
    out.raw("<dl>");
    certificate::chain(out, &seen.chain);
    if let Some(served) = &seen.served {
        how(out, served);
    }
    if let Some(Times { seen, tries }) = seen.times {
        out.fact("seen", &format!("{seen} of {tries} tries"));
    }
    for note in &seen.notes {
        out.fact("note", note);
    }
    out.raw("</dl>\n");
    if seen.wanted == Wanted::Chain || look.verbose {
        for issuer in seen.chain.iter().skip(1) {
            out.raw("<dl>");
            certificate::facts(out, issuer);
            out.raw("</dl>\n");
        }
    }
    if let Some(refusal) = &seen.refusal {
        causes(out, refusal);
    }
}

fn how(out: &mut Markup, served: &Served) {
    let address = served.address.map(|address| address.to_string());
    let protocol = served.protocol.map(str::to_owned);
    let parts = [address, protocol, served.cipher_suite.clone(), served.key_exchange.clone()];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let trust = if served.trusted { "chain trusted" } else { "chain not trusted" };
    let proof = if served.proven { "" } else { ", key not proven" };
    out.fact("served", &format!("{}; {trust}{proof}", parts.join(", ")));
    out.fact("because", served.trust_problem.as_deref().unwrap_or_default());
    if served.client_certificate != ClientCertificate::NotRequested {
        out.fact("our certificate", served.client_certificate.word());
    }
    out.facts("accepts", &served.accepted_issuers);
}

/// Why a certificate of ours may have been refused, the likeliest first.
pub fn causes(out: &mut Markup, refusal: &Refusal) {
    if refusal.causes.is_empty() {
        return;
    }
    out.raw("<h4>").raw(if refusal.certain { "The cause" } else { "What may be behind it" });
    out.raw("</h4>\n<ol>");
    for cause in &refusal.causes {
        out.raw("<li>").text(&cause.message).raw("; ").text(&cause.next);
        out.raw(if cause.proven { " (proven by our certificate)" } else { "" });
    }
    out.raw("</ol>\n");
}
