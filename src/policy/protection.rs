//! How a store is protected: which programs open it, and whether that protects anything.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::finding::{Code, Finding};
use crate::store::{Bundle, Content, Protection};

/// Fewer iterations of key derivation than this cost an attacker nothing. (OpenSSL makes 2,048,
/// Java 10,000.)
const FEW_ITERATIONS: u64 = 1_000;

/// What the data file holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    includes: Vec<[String; 2]>,
    scheme: Vec<Scheme>,
}

/// What is known about a cipher or MAC.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scheme {
    /// How its name begins; the longest beginning counts.
    begins: String,
    opens: Vec<String>,
    weak: Option<String>,
    #[allow(dead_code, reason = "stands in the file for people; a test wants it there")]
    source: Vec<String>,
}

static TABLE: LazyLock<Option<Table>> =
    LazyLock::new(|| toml::from_str(include_str!("../data/protection.toml")).ok());

impl Table {
    fn scheme(&self, name: &str) -> Option<&Scheme> {
        let fitting = self.scheme.iter().filter(|row| name.starts_with(&row.begins));
        fitting.max_by_key(|row| row.begins.len())
    }
}

/// Programs that are known to open a store with this protection.
pub fn opens_with(protection: &Protection) -> Vec<String> {
    let Some(table) = TABLE.as_ref() else { return Vec::new() };
    let mut common: Option<Vec<String>> = None;
    for name in protection.encryption.iter().chain(&protection.mac) {
        let opens = table.scheme(name).map_or(&[][..], |row| &row.opens);
        common = Some(match common {
            None => opens.to_vec(),
            Some(common) => common.into_iter().filter(|one| opens.contains(one)).collect(),
        });
    }
    let mut common = common.unwrap_or_default();
    for [general, special] in &table.includes {
        if common.contains(general) {
            common.retain(|one| one != special);
        }
    }
    common
}

/// `protection-weak` and `integrity-unverified`.
pub fn protection(bundle: &Bundle, subject: &str) -> Vec<Finding> {
    let Some(protection) = &bundle.protection else { return Vec::new() };
    let mut findings = Vec::new();
    let weak = protection.encryption.iter().chain(&protection.mac).find_map(|name| {
        TABLE.as_ref().and_then(|table| table.scheme(name)).and_then(|row| row.weak.clone())
    });
    let holds_keys = bundle.entries.iter().any(|one| matches!(one.content, Content::Key(_)));
    let few = protection.iterations.filter(|count| holds_keys && *count < FEW_ITERATIONS);
    let few = few.map(|count| match count {
        1 => "its key derivation has a single iteration".to_owned(),
        _ => format!("its key derivation has only {count} iterations"),
    });
    if let Some(message) = weak.or(few) {
        findings
            .push(Finding::new(Code::ProtectionWeak, subject, message).help(
                "export it again with today's defaults: AES-256, SHA-256, 10,000 iterations",
            ));
    }
    if protection.mac.is_some() && !bundle.integrity_verified && bundle.failure.is_none() {
        let message = "read without the password, so its integrity was not checked";
        findings.push(
            Finding::new(Code::IntegrityUnverified, subject, message)
                .help("give the password with --password"),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opens(encryption: &[&str], mac: &str) -> String {
        let protection = Protection {
            encryption: encryption.iter().map(|&name| name.to_owned()).collect(),
            mac: (!mac.is_empty()).then(|| mac.to_owned()),
            ..Protection::default()
        };
        opens_with(&protection).join(", ")
    }

    #[test]
    fn every_row_has_a_source_and_no_row_hides_another() {
        let table = TABLE.as_ref().unwrap();
        for row in &table.scheme {
            assert!(!row.opens.is_empty() && !row.source.is_empty(), "{}", row.begins);
            assert_eq!(table.scheme(&row.begins).unwrap().begins, row.begins);
        }
    }

    #[test]
    fn a_store_is_opened_by_those_that_know_all_of_it() {
        let aes = "AES-256-CBC (PBES2, PBKDF2, HMAC-SHA-256)";
        let modern = opens(&[aes], "HMAC-SHA-256 (PKCS#12)");
        assert!(modern.contains("Java 8u301") && !modern.contains("macOS"), "{modern}");
        let legacy = ["RC2-40-CBC (PBES1, PKCS#12, SHA-1)", "3DES-CBC (PBES1, PKCS#12, SHA-1)"];
        let legacy = opens(&legacy, "HMAC-SHA-1 (PKCS#12)");
        assert!(legacy.starts_with("OpenSSL 3 -legacy, Java 8, Java 11,"), "{legacy}");
        assert_eq!(opens(&[aes], "HMAC-SHA-256 (PBMAC1)"), "");
        assert_eq!(opens(&["Camellia-256-CBC (PBES2)"], "HMAC-SHA-1 (PKCS#12)"), "");
    }
}
