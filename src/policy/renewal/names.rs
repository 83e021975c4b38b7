//! Names and purposes of two certificates.

use crate::cert::{Certificate, names::common_name};
use crate::tls::path::Purpose;

/// Names that only NEW has, and that only OLD has.
pub fn differences(old: &Certificate, new: &Certificate) -> (Vec<String>, Vec<String>) {
    let (old, new) = (names(old), names(new));
    (only(&new, &old), only(&old, &new))
}

/// Its alternative names; the common name where it has none.
fn names(certificate: &Certificate) -> Vec<String> {
    let names = &certificate.extensions.alt_names;
    match names.is_empty() {
        true => common_name(certificate.subject())
            .map(|name| format!("CN={name}"))
            .into_iter()
            .collect(),
        false => names.clone(),
    }
}

fn only(these: &[String], those: &[String]) -> Vec<String> {
    let has = |one: &String| those.iter().any(|other| other.eq_ignore_ascii_case(one));
    these.iter().filter(|one| !has(one)).cloned().collect()
}

/// Those of `removed` that no wildcard of NEW stands for.
pub fn lost<'a>(removed: &'a [String], new: &Certificate) -> Vec<&'a str> {
    let removed = removed.iter().map(String::as_str);
    removed.filter(|name| !is_covered(name, new)).collect()
}

/// Whether `DNS:*.example` stands for `DNS:a.example` (RFC 6125 section 6.4.3: one label, the first).
fn is_covered(name: &str, new: &Certificate) -> bool {
    let Some((_, parent)) = name.strip_prefix("DNS:").and_then(|name| name.split_once('.')) else {
        return false;
    };
    let is_wildcard = |one: &String| {
        let rest = one.strip_prefix("DNS:*.");
        rest.is_some_and(|rest| rest.eq_ignore_ascii_case(parent))
    };
    new.extensions.alt_names.iter().any(is_wildcard)
}

/// Purposes that only NEW has, and that only OLD has. Without extended key usage every purpose is
/// allowed (RFC 5280 section 4.2.1.12): then those of TLS are compared.
pub fn purposes(old: &Certificate, new: &Certificate) -> (Vec<String>, Vec<String>) {
    let listed = |one: &Certificate| {
        let usage = one.extensions.extended_key_usage.as_deref();
        usage.map(|all| all.iter().map(|one| one.to_string()).collect::<Vec<_>>())
    };
    let (old_list, new_list) = (listed(old), listed(new));
    let any = || vec![Purpose::Server.name().to_owned(), Purpose::Client.name().to_owned()];
    let (mut added, mut removed) = match (&old_list, &new_list) {
        (Some(old), Some(new)) => (only(new, old), only(old, new)),
        (None, Some(new)) => (Vec::new(), only(&any(), new)),
        (Some(old), None) => (only(&any(), old), Vec::new()),
        (None, None) => (Vec::new(), Vec::new()),
    };
    let signs = |one: &Certificate| {
        let usage = one.extensions.key_usage.as_ref();
        usage.is_none_or(|all| all.contains(&SIGNS))
    };
    match (signs(old), signs(new)) {
        (true, false) => removed.push(SIGNS.to_owned()),
        (false, true) => added.push(SIGNS.to_owned()),
        _ => {}
    }
    (added, removed)
}

/// Without this key usage a key does not take part in TLS 1.3 (RFC 8446 section 4.4.2.2).
const SIGNS: &str = "digitalSignature";
