//! What the name of a file promises: one that is called a store and cannot be read is broken, in any
//! other file what looks like PEM may be a placeholder.

use std::path::Path;

/// What certificates, keys, requests, revocation lists and keystores end in.
const STORES: &[&str] = &[
    "pem",
    "crt",
    "cer",
    "cert",
    "der",
    "ca",
    "ca-bundle",
    "chain",
    "key",
    "p8",
    "pk8",
    "pkcs8",
    "p12",
    "pfx",
    "pkcs12",
    "p7b",
    "p7c",
    "p7m",
    "p7s",
    "spc",
    "pkipath",
    "jks",
    "jceks",
    "bks",
    "uber",
    "bcfks",
    "ks",
    "keystore",
    "truststore",
    "csr",
    "req",
    "p10",
    "crl",
];

/// Whether the name says that it is a store.
pub fn is_store(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    extension.is_some_and(|extension| STORES.contains(&extension.as_str()))
}

/// Whether it may be meant as one: its name says so, or ends in a number (`0a775a30.0`), or says nothing.
pub fn may_be_store(path: &Path) -> bool {
    let is_number = |extension: &std::ffi::OsStr| {
        let digits = extension.as_encoded_bytes();
        digits.strip_prefix(b"r").unwrap_or(digits).iter().all(u8::is_ascii_digit)
    };
    is_store(path) || path.extension().is_none_or(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stores_are_told_from_text_by_their_names() {
        for name in
            ["a.pem", "A.CRT", "b.tar.p12", "0a775a30.0", "0a775a30.r1", "cacerts", ".keystore"]
        {
            assert!(may_be_store(Path::new(name)), "{name}");
            let says_so = !["0a775a30.0", "0a775a30.r1", "cacerts", ".keystore"].contains(&name);
            assert_eq!(is_store(Path::new(name)), says_so, "{name}");
        }
        for name in ["a.rst", "a.json", "pem.c", "a.pem.md", ".a.yaml", "a.rs"] {
            assert!(!may_be_store(Path::new(name)), "{name}");
        }
    }
}
