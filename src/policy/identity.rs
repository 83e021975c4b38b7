//! Keys and the certificates they belong to: what a client or server would present from a store.

use std::collections::BTreeMap;

use crate::finding::{Code, Finding};
use crate::store::{Bundle, Content, Entry};

/// Formats that are made to hold the key as well; in others it is often a file of its own.
const HOLD_KEYS: [&str; 5] = ["pkcs12", "jks", "jceks", "bks", "uber"];
/// Formats in which a server sends certificates in the order of the file.
const ORDERED: [&str; 3] = ["pem", "jks", "jceks"];

/// `key-mismatch`, `self-signed`, `chain-out-of-order`: what is wrong with an entry, whatever it is
/// for. `subject` is what its certificate is called.
pub fn entry(entry: &Entry, format: &str, subject: &str) -> Vec<Finding> {
    let (Content::Key(_), Some(certificate)) = (&entry.content, entry.chain.first()) else {
        return Vec::new();
    };
    let name = certificate.short_name();
    let mut findings = Vec::new();
    if entry.key_matches() == Some(false) {
        let message = format!("the private key does not belong to {name}");
        findings.push(
            Finding::new(Code::KeyMismatch, subject, message)
                .help("find the key its request was created with, or have the new key certified"),
        );
    }
    if certificate.is_self_issued() && !certificate.is_ca() {
        let message = format!("{name} is self-signed");
        findings.push(
            Finding::new(Code::SelfSigned, subject, message)
                .help("anyone who should accept it must install or pin this very certificate"),
        );
    }
    if entry.out_of_order && ORDERED.contains(&format) {
        let message = format!("the issuers of {name} do not follow it in order");
        findings.push(
            Finding::new(Code::ChainOutOfOrder, subject, message)
                .help("put the certificate first, then its issuer, then that one's issuer"),
        );
    }
    findings
}

/// `key-unlisted`: an entry with a key, where no key belongs.
pub fn unlisted(entry: &Entry, subject: &str) -> Option<Finding> {
    let Content::Key(key) = &entry.content else { return None };
    let kind = key.open().map(|key| format!(" ({})", key.kind().short())).unwrap_or_default();
    let protected = if key.is_encrypted() { "under" } else { "without" };
    let message = format!("there is a private key{kind} {protected} a password");
    Some(Finding::new(Code::KeyUnlisted, subject, message).help(
        "have a new key certified, and remove this one; exclude keys meant for tests (--exclude, \
         or exclude: in pre-commit)",
    ))
}

/// `key-missing` or `key-weak`: whether an identity can be used at all. `None` for the entry means
/// that there are only certificates.
pub fn key(entry: Option<&Entry>, format: &str, subject: &str) -> Option<Finding> {
    let Some(entry) = entry else {
        let finding = Finding::new(Code::KeyMissing, subject, "it contains no private key");
        return Some(if HOLD_KEYS.contains(&format) {
            finding.help("export it again, with the key")
        } else {
            finding.help("give the key's file with --key, to see whether they belong together")
        });
    };
    let reason = entry.key()?.ok()?.usable_for_tls().err()?;
    Some(
        Finding::new(Code::KeyWeak, subject, reason).help("create a new key, RSA 2048 or EC P-256"),
    )
}

/// `alias-ambiguous`, when a store holds several keys: the entries in stored order, and which one a
/// Java client sends unless it is told.
pub fn alias(bundle: &Bundle, subject: &str) -> Option<Finding> {
    let keys: Vec<&Entry> =
        bundle.entries.iter().filter(|entry| matches!(entry.content, Content::Key(_))).collect();
    if keys.len() < 2 || !HOLD_KEYS.contains(&bundle.format) {
        return None;
    }
    let mut unnamed = 0;
    let aliases: Vec<String> = keys
        .iter()
        .map(|entry| match &entry.alias {
            Some(alias) => alias.to_lowercase(),
            // Java counts those without a name.
            None => {
                unnamed += 1;
                unnamed.to_string()
            }
        })
        .collect();
    let first = java_order(&aliases).first().and_then(|place| Some((*place, keys.get(*place)?)));
    let sent = first.map(|(place, entry)| {
        let name = entry.chain.first().map(|one| format!(" ({})", one.short_name()));
        format!("{}{}", aliases[place], name.unwrap_or_default())
    });
    let message = format!(
        "{} private keys: {}; a Java client with default settings sends {}",
        keys.len(),
        aliases.join(", "),
        sent.unwrap_or_default()
    );
    Some(
        Finding::new(Code::AliasAmbiguous, subject, message)
            .help("keep one key in the store, or set the alias in the client's settings"),
    )
}

/// Places of the aliases in the order in which Java's default key manager (SunX509) goes through
/// them: the order of a `HashMap<String, _>`, which is that of its table. Of several that fit the
/// server's request, the first is sent.
fn java_order(aliases: &[String]) -> Vec<usize> {
    // The table has 16 places at first and doubles when it is three quarters full.
    let mut size = 16_usize;
    while aliases.len() * 4 > size * 3 {
        size *= 2;
    }
    let mut table: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, alias) in aliases.iter().enumerate() {
        let hash = java_hash(alias);
        let bucket = (hash ^ (hash >> 16)) as usize & (size - 1);
        table.entry(bucket).or_default().push(place);
    }
    table.into_values().flatten().collect()
}

/// `String.hashCode()` of Java: over UTF-16, 31 times what was before plus the next unit.
fn java_hash(text: &str) -> u32 {
    text.encode_utf16()
        .fold(0, |hash: u32, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn java_hashes() {
        // As printed by jshell: "old".hashCode(), "new".hashCode(), "".hashCode().
        assert_eq!(java_hash("old"), 110_119);
        assert_eq!(java_hash("new"), 108_960);
        assert_eq!(java_hash(""), 0);
    }

    #[test]
    fn the_order_is_that_of_the_table() {
        let order = |aliases: &[&str]| {
            let aliases: Vec<String> = aliases.iter().map(|&alias| alias.to_owned()).collect();
            java_order(&aliases).iter().map(|place| aliases[*place].clone()).collect::<Vec<_>>()
        };
        // As Java 17 prints the keySet() of such a HashMap.
        assert_eq!(order(&["old", "new"]), ["new", "old"]);
        assert_eq!(order(&["2024", "2025", "2026"]), ["2026", "2025", "2024"]);
        let many = ["client", "server", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
        assert_eq!(order(&many)[0], "server");
        assert_eq!(order(&many)[13], "client");
    }

    #[test]
    fn the_table_grows_when_it_is_three_quarters_full() {
        let names = [
            "client", "server", "old", "new", "prod", "test", "stage", "web", "api", "hooks",
            "one", "two", "six",
        ];
        let order = |count: usize| {
            let aliases: Vec<String> = names[..count].iter().map(|&name| name.to_owned()).collect();
            java_order(&aliases).iter().map(|place| names[*place]).collect::<Vec<_>>().join(" ")
        };
        // As Java 17 prints the keySet() of such a HashMap.
        assert_eq!(order(12), "server new prod test stage web old one client api hooks two");
        assert_eq!(order(13), "server new prod six test old one two stage web client api hooks");
    }

    fn codes(bundle: &Bundle, format: &str) -> Vec<&'static str> {
        let findings = entry(&bundle.entries[0], format, "x");
        findings.iter().map(|one| one.code.id()).collect()
    }

    #[test]
    fn what_is_wrong_with_an_entry_is_said_whatever_it_is_for() {
        let right = crate::policy::stored("modern.p12", "changeit");
        assert_eq!(codes(&right, "pkcs12"), [""; 0]);
        let wrong = crate::policy::stored("key-p384-wrong.pem", "");
        assert!(codes(&wrong, "pem").contains(&"key-mismatch"));
        let only_trusted = crate::policy::stored("trust.jks", "changeit");
        assert_eq!(codes(&only_trusted, "jks"), [""; 0]);
        let mut disordered = right;
        disordered.entries[0].out_of_order = true;
        for (format, is_said) in [("pem", true), ("jks", true), ("jceks", true), ("pkcs12", false)]
        {
            let codes = codes(&disordered, format);
            assert_eq!(codes.contains(&"chain-out-of-order"), is_said, "{format}");
        }
    }

    #[test]
    fn a_self_signed_certificate_is_said_unless_it_is_an_authority() {
        let signed = |is_ca: rcgen::IsCa| {
            let key = rcgen::KeyPair::generate().unwrap();
            let mut params = rcgen::CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
            params.is_ca = is_ca;
            let pem = params.self_signed(&key).unwrap().pem() + &key.serialize_pem();
            crate::store::open(pem.as_bytes(), &crate::store::Passwords::none()).unwrap()
        };
        assert_eq!(codes(&signed(rcgen::IsCa::ExplicitNoCa), "pem"), ["self-signed"]);
        let authority = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        assert_eq!(codes(&signed(authority), "pem"), [""; 0]);
    }

    #[test]
    fn an_identity_needs_a_key_that_tls_takes() {
        let help = |format: &str| key(None, format, "x").unwrap().help.unwrap();
        for format in HOLD_KEYS {
            assert!(help(format).contains("export it again"), "{format}");
        }
        assert!(help("pem").contains("--key") && help("der").contains("--key"));
        let code = |name: &str, password: &str| {
            let bundle = crate::policy::stored(name, password);
            key(bundle.entries.first(), bundle.format, "x").map(|one| one.code)
        };
        assert_eq!(code("modern.p12", "changeit"), None);
        assert_eq!(code("key-ed448.pem", ""), Some(Code::KeyWeak));
    }

    #[test]
    fn of_several_keys_the_one_that_java_sends_is_named() {
        let mut bundle = crate::policy::stored("modern.p12", "changeit");
        assert_eq!(alias(&bundle, "x"), None);
        let mut more = |name: &str| {
            bundle
                .entries
                .extend(crate::policy::stored(name, "changeit").entries.into_iter().take(1));
            alias(&bundle, "x").unwrap().message
        };
        let said = more("nameless.p12");
        assert!(said.starts_with("2 private keys: client, 1; "), "{said}");
        assert!(said.contains("default settings sends 1 ("), "{said}");
        let said = more("nameless.p12");
        assert!(said.starts_with("3 private keys: client, 1, 2; "), "{said}");
        bundle.format = "pem";
        assert_eq!(alias(&bundle, "x"), None);
    }
}
