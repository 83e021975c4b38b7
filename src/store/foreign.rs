//! Keystores and keys that are known and not read: what they are, and the command that exports
//! what is in them.

use memchr::memmem;

use crate::error::Error;
use crate::failure::Failure;

/// How a file is told: the bytes it begins with, or holds near its start.
enum Mark {
    Start(&'static [u8]),
    Within(&'static [u8]),
}

use Mark::{Start, Within};

/// Mark, what it is, what to do.
const FOREIGN: [(Mark, &str, &str); 15] = [
    (
        Within(b"X509KEY"),
        KDB,
        "gsk8capicmd_64 -cert -export -db FILE -stashed -label LABEL -target out.p12 -target_type pkcs12",
    ),
    (
        Start(b"\xa1\xf8\x4e"),
        "an Oracle wallet (cwallet.sso)",
        "the ewallet.p12 next to it is PKCS#12 and can be used as it is; else: orapki wallet export -wallet FOLDER -dn DN -cert out.pem",
    ),
    (
        Start(b"kych"),
        "a macOS keychain",
        "security export -k FILE -t identities -f pkcs12 -o out.p12",
    ),
    (
        Start(b"SQLite format 3\0"),
        "an SQLite database, as NSS's cert9.db and macOS's .keychain-db are",
        "of cert9.db: pk12util -d FOLDER -n NICKNAME -o out.p12; of a keychain: security export -k FILE -t identities -f pkcs12 -o out.p12",
    ),
    (
        Start(b"\x1e\xf1\xb5\xb0"),
        "a Windows private key (.pvk)",
        "openssl rsa -inform PVK -in FILE -out key.pem",
    ),
    (
        Start(b"\x00\x00\x00\x00CERT"),
        "a serialized certificate store of Windows (.sst)",
        "certutil -split -dump FILE writes each certificate as a .crt file",
    ),
    (
        Start(b"PuTTY-User-Key-File"),
        "a PuTTY key (.ppk)",
        "puttygen FILE -O private-openssh -o key.pem",
    ),
    (Start(b"\x95"), OPENPGP, GPG),
    (Start(b"\x99"), OPENPGP, GPG),
    (Start(b"\xc5"), OPENPGP, GPG),
    (Start(b"\xc6"), OPENPGP, GPG),
    (Start(b"openssh-key-v1\0"), "an OpenSSH key", "ssh-keygen -p -m PKCS8 -f FILE"),
    (Within(b"Your keystore contains"), "keytool -list output, without the certificates", RFC),
    (
        Within(b"Certificate fingerprints:"),
        "keytool -list -v output, without the certificates",
        RFC,
    ),
    (
        Within(b"Signature Algorithm: "),
        "openssl x509 -text output, without the certificate itself",
        "openssl x509 -in CERTIFICATE, without -noout, prints it as PEM",
    ),
];

const RFC: &str = "keytool -list -rfc -keystore STORE prints them as PEM";
const KDB: &str = "an IBM key database (CMS .kdb)";
const OPENPGP: &str = "an OpenPGP key, which TLS does not use";
const GPG: &str = "gpgsm --export-secret-key-p12 ID, if an S/MIME key is wanted";

/// So far from the start marks are looked for.
const NEAR: usize = 4 << 10;

/// Foreign files that hold certificates of TLS peers for certain: one in a folder is not passed over.
const STORES: [&str; 3] = ["IBM", "Oracle", "Windows"];

/// That it is none of ours, but known; and whether it certainly is a store.
pub(super) fn name(bytes: &[u8]) -> Option<(Error, bool)> {
    let near = &bytes[..bytes.len().min(NEAR)];
    let (_, what, help) = FOREIGN.iter().find(|(mark, what, _)| match mark {
        Start(_) if *what == OPENPGP => is_openpgp(bytes),
        Start(mark) => bytes.starts_with(mark),
        // The name of its records stands right behind the version.
        Within(mark) if *what == KDB => memmem::find(&near[..near.len().min(16)], mark).is_some(),
        Within(mark) => memmem::find(near, mark).is_some(),
    })?;
    let is_store = STORES.iter().any(|store| what.contains(store));
    Some((Error::new(Failure::Unsupported, *what).help(*help), is_store))
}

/// A packet of a public or secret key (RFC 9580 section 4.2): its length, the version 4 to 6, a time.
fn is_openpgp(bytes: &[u8]) -> bool {
    let body = match bytes {
        [0x95 | 0x99, _, _, rest @ ..] => rest,
        [0xc5 | 0xc6, 192..=223, _, rest @ ..] => rest,
        [0xc5 | 0xc6, _, rest @ ..] => rest,
        _ => return false,
    };
    matches!(body, [3..=6, _, _, _, _, 1..=28, ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_named_with_the_way_out() {
        for (bytes, what, help) in [
            (&b"\x37\x48\x03\x02\0\0\0\0X509KEY\0"[..], "IBM", "gsk8capicmd"),
            (b"\xa1\xf8\x4e\x37\0\0\0\x06\0\0\0!", "Oracle", "ewallet.p12"),
            (b"kych\0\x01\0\0", "macOS", "security export"),
            (b"SQLite format 3\0", ".keychain-db", "pk12util"),
            (b"\x1e\xf1\xb5\xb0\0\0\0\0", ".pvk", "openssl rsa"),
            (b"\0\0\0\0CERT \0\0\0", ".sst", "certutil"),
            (b"PuTTY-User-Key-File-3: ssh-ed25519", "PuTTY", "puttygen"),
            (b"\x99\x01\x0d\x04\x5f\0\0\0\x01", "OpenPGP", "gpgsm"),
            (b"Keystore type: PKCS12\nYour keystore contains 1 entry", "keytool", "-rfc"),
            (b"Certificate:\n    Data:\n  Signature Algorithm: ecdsa", "x509 -text", "PEM"),
        ] {
            let (error, _) = name(bytes).unwrap();
            assert_eq!(error.code, Failure::Unsupported);
            assert!(error.message.contains(what), "{error}");
            assert!(error.help.unwrap().contains(help), "{what}");
        }
        assert!(name(b"nothing of that kind").is_none());
        assert!(name(b"\x99\x01").is_none());
    }
}
