//! PEM (RFC 7468) in every shape that people have: text around the blocks, any line length or
//! none, indented, CRLF, with a byte-order mark, with `\n` written out, with a lost END line.

use std::collections::BTreeMap;

use super::assemble::{Found, FoundKey, assemble};
use super::key::{Key, PrivateKey};
use super::work::{MAX_ENTRIES, MAX_KEYS, at_most};
use super::{Bundle, OpenedWith, Opening, pkcs7};
use crate::cert::Certificate;
use crate::der::Reader;
use crate::error::{Error, Malformed, Result};
use crate::parallel;

pub mod block;
mod trusted;

use block::Block;
pub use trusted::Marks;

/// What to do with blocks of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    Certificate,
    Key,
    EncryptedKey,
    Pkcs7,
    /// Recognised, but nothing that a keystore is asked for; stepped over.
    Other(&'static str),
    /// Recognised, and it is clear why it cannot be read.
    Foreign(&'static str, &'static str),
}

/// OpenSSL's label of a certificate with marks behind it.
const TRUSTED: &str = "TRUSTED CERTIFICATE";

/// Labels: RFC 7468, OpenSSL's `pem.h`, and what is met in the wild.
const LABELS: &[(&str, Reading)] = &[
    ("CERTIFICATE", Reading::Certificate),
    ("X509 CERTIFICATE", Reading::Certificate),
    (TRUSTED, Reading::Certificate),
    ("PRIVATE KEY", Reading::Key),
    ("RSA PRIVATE KEY", Reading::Key),
    ("EC PRIVATE KEY", Reading::Key),
    ("DSA PRIVATE KEY", Reading::Key),
    ("ENCRYPTED PRIVATE KEY", Reading::EncryptedKey),
    ("PKCS7", Reading::Pkcs7),
    ("PKCS #7 SIGNED DATA", Reading::Pkcs7),
    ("CMS", Reading::Pkcs7),
    ("X509 CRL", Reading::Other("revocation list")),
    ("CERTIFICATE REQUEST", Reading::Other("certificate request")),
    ("NEW CERTIFICATE REQUEST", Reading::Other("certificate request")),
    ("ATTRIBUTE CERTIFICATE", Reading::Other("attribute certificate")),
    ("PUBLIC KEY", Reading::Other("public key")),
    ("RSA PUBLIC KEY", Reading::Other("public key")),
    ("DH PARAMETERS", Reading::Other("DH parameters block")),
    ("X9.42 DH PARAMETERS", Reading::Other("DH parameters block")),
    ("DSA PARAMETERS", Reading::Other("DSA parameters block")),
    ("EC PARAMETERS", Reading::Other("EC parameters block")),
    (
        "OPENSSH PRIVATE KEY",
        Reading::Foreign(
            "OPENSSH PRIVATE KEY",
            "an OpenSSH key; `ssh-keygen -p -m PKCS8 -f FILE` converts it",
        ),
    ),
    (
        "PGP PRIVATE KEY BLOCK",
        Reading::Foreign("PGP PRIVATE KEY BLOCK", "an OpenPGP key, which TLS does not use"),
    ),
    (
        "PGP PUBLIC KEY BLOCK",
        Reading::Foreign("PGP PUBLIC KEY BLOCK", "an OpenPGP key, which TLS does not use"),
    ),
    ("PGP MESSAGE", Reading::Foreign("PGP MESSAGE", "an OpenPGP message; decrypt it first")),
    (
        "AGE ENCRYPTED FILE",
        Reading::Foreign("AGE ENCRYPTED FILE", "a file encrypted with age; decrypt it first"),
    ),
];

/// Whether there is a PEM block in it.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, block::BEGIN).is_some() && !bytes.starts_with(&[0x30])
}

/// What one block turned out to be.
enum Piece {
    Certificate(Certificate, Option<Marks>),
    /// Those of a PKCS#7 bundle.
    Certificates(Vec<Certificate>),
    /// A key, and the name and iterations of its encryption.
    Key(Key, Option<(String, u64)>),
    Nothing,
}

/// Reads every block.
pub(super) fn read(opening: &Opening<'_>) -> Result<Bundle> {
    let mut bundle = Bundle::new("pem");
    if opening.bytes.starts_with(b"\xef\xbb\xbf") {
        bundle.note("starts with a byte-order mark; some tools do not find the first block then");
    }
    let blocks: Vec<Block<'_>> = block::blocks(opening.bytes).take(MAX_ENTRIES + 1).collect();
    at_most(MAX_ENTRIES, blocks.len(), "PEM blocks")?;
    let keys = blocks.iter().filter(|block| reading(block.label) == Some(Reading::Key)).count();
    at_most(MAX_KEYS, keys, "private keys")?;
    let pieces = parallel::map(blocks.iter(), |block| read_block(block, opening));
    let mut found = Found::default();
    let mut stepped_over: BTreeMap<&str, usize> = BTreeMap::new();
    for (block, piece) in blocks.iter().zip(pieces) {
        let alias = block.friendly_name().map(str::to_owned);
        match piece {
            Ok(Piece::Certificate(certificate, marks)) => {
                note_end(block, &mut bundle);
                bundle.marks.extend(marks);
                found.certificates.push((certificate, alias).into());
            }
            Ok(Piece::Certificates(certificates)) => {
                note_end(block, &mut bundle);
                found
                    .certificates
                    .extend(certificates.into_iter().map(|it| (it, alias.clone()).into()));
            }
            Ok(Piece::Key(key, encryption)) => {
                note_end(block, &mut bundle);
                if let Some((name, iterations)) = encryption {
                    bundle.protection.get_or_insert_default().add(name, iterations);
                }
                let position = found.certificates.len();
                found.keys.push(FoundKey { key, alias, local_id: None, position });
            }
            Ok(Piece::Nothing) => *stepped_over.entry(block.label).or_default() += 1,
            Err(error) => drop(bundle.failure.get_or_insert(error)),
        }
    }
    for (label, count) in stepped_over {
        bundle.note(match reading(label) {
            Some(Reading::Other(what)) if count == 1 => format!("a {what} is stepped over"),
            Some(Reading::Other(what)) => format!("{count} {what}s are stepped over"),
            _ => format!("{count} of the unknown kind {label} stepped over"),
        });
    }
    bundle.entries = assemble(found);
    bundle.or_failure()
}

fn reading(label: &str) -> Option<Reading> {
    LABELS.iter().find(|(known, _)| *known == label).map(|(_, reading)| *reading)
}

/// Says what is odd about the end of a block that could be read.
fn note_end(block: &Block<'_>, bundle: &mut Bundle) {
    let (label, offset) = (block.label, block.offset);
    match block.end_label {
        Some(end) if end == label.as_bytes() => {}
        Some(_) => bundle.note(format!("the {label} at byte {offset} ends under another name")),
        None => bundle.note(format!("the {label} at byte {offset} has no END line")),
    }
}

fn read_block(block: &Block<'_>, opening: &Opening<'_>) -> Result<Piece> {
    let within = |malformed: Malformed| {
        // Offsets inside the decoded bytes mean little in the file: say both.
        let expected = format!("{} at byte {} inside", malformed.expected, malformed.offset);
        let expected = format!("a block {} with {expected}", block.label);
        Error::from(Malformed::new("PEM", block.offset, expected))
    };
    match reading(block.label) {
        Some(Reading::Certificate) => {
            let mut der = block.decode()?;
            // What OpenSSL calls trusted has its trust settings behind the certificate.
            let first = Reader::new("certificate", &der).any("a certificate").map_err(within)?;
            let behind = der.split_off(first.encoded.len());
            let certificate = Certificate::parse(der).map_err(within)?;
            let marks = match block.label {
                TRUSTED => Marks::read(&certificate, &behind).map_err(within)?,
                _ => None,
            };
            Ok(Piece::Certificate(certificate, marks))
        }
        Some(Reading::Key) if block.header("DEK-Info").is_some() => {
            let dek_info = block.header("DEK-Info").unwrap_or_default();
            let means = opening.means(OpenedWith::Nothing);
            let (key, scheme) = Key::traditional(dek_info, block.decode()?, means)?;
            Ok(Piece::Key(key, Some((scheme, 0))))
        }
        Some(Reading::Key) => {
            let der = zeroize::Zeroizing::new(block.decode()?);
            Ok(Piece::Key(Key::clear(PrivateKey::parse(&der).map_err(within)?), None))
        }
        Some(Reading::EncryptedKey) => {
            let means = opening.means(OpenedWith::Nothing);
            let (key, scheme) = Key::encrypted(&block.decode()?, means)?;
            Ok(Piece::Key(key, Some((scheme.name(), scheme.iterations()))))
        }
        Some(Reading::Pkcs7) => {
            let der = block.decode()?;
            Ok(Piece::Certificates(pkcs7::certificates(&der)?.0))
        }
        Some(Reading::Foreign(label, why)) => {
            Err(Error::input("unsupported", format!("{label}: {why}")))
        }
        Some(Reading::Other(_)) | None => Ok(Piece::Nothing),
    }
}
