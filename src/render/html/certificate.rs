//! A certificate: as facts, or as a row among many.

use crate::cert::Description;
use crate::cert::algorithms::signature_name;
use crate::outcome::listed::Listed;
use crate::render::html::markup::Markup;
use crate::render::html::words;
use crate::render::human::inspect::day;

/// The end-entity certificate of a chain, and a line for each of its issuers.
pub fn chain(out: &mut Markup, chain: &[Description]) {
    let Some((end_entity, issuers)) = chain.split_first() else { return };
    let is_shown = |one: &Description| one.certificate.name() == end_entity.certificate.issuer();
    described(out, end_entity, !issuers.first().is_some_and(is_shown));
    issuers.iter().for_each(|one| issuer(out, one));
}

/// An issuer in a line.
pub fn issuer(out: &mut Markup, one: &Description) {
    let it = &one.certificate;
    out.fact("issuer", &format!("{}, till {}", it.name(), day(it.not_after)));
}

/// Everything to know of one.
pub fn facts(out: &mut Markup, one: &Description) {
    described(out, one, true);
}

fn described(out: &mut Markup, described: &Description, names_issuer: bool) {
    let it = &described.certificate;
    out.fact("subject", it.name());
    if names_issuer {
        out.fact("issuer", it.issuer());
    }
    out.facts("names", &it.extensions.alt_names);
    out.facts("purpose", it.extensions.extended_key_usage.as_deref().unwrap_or_default());
    out.fact(
        "key",
        &format!("{}, signed with {}", it.key.short(), signature_name(&it.signature_oid)),
    );
    let end = words::ends(it.not_after, described.remaining_days);
    out.fact("valid", &format!("{} to {end}", day(it.not_before)));
    out.code("sha1", &described.sha1()).code("sha256", &described.sha256());
    out.code("spki", &format!("sha256//{}", described.spki_sha256()));
}

/// What an earlier run said of one.
pub fn listed(out: &mut Markup, one: &Listed<'_>) {
    out.raw("<dl>").fact("subject", one.subject()).fact("issuer", one.issuer());
    let end = words::ends(one.not_after(), one.remaining_days());
    out.fact("valid", &format!("{} to {end}", day(one.not_before())));
    out.code("sha1", &one.sha1()).code("sha256", &one.sha256());
    out.code("spki", &format!("sha256//{}", one.spki_sha256())).raw("</dl>\n");
}
