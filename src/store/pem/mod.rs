//! PEM (RFC 7468) in every shape that people have: text around the blocks, any line length or
//! none, indented, CRLF, with a byte-order mark, with `\n` written out, with a lost END line.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::assemble::{Found, FoundKey, assemble};
use super::key::{Key, PrivateKey};
use super::work::{MAX_ENTRIES, MAX_KEYS, at_most};
use super::{Bundle, OpenedWith, Opening, pkcs7, pkcs12};
use crate::cert::{Certificate, Request, RevocationList};
use crate::der::{Reader, tag};
use crate::error::{Error, Malformed, Result};
use crate::failure::Failure;
use crate::parallel;

pub mod block;
pub mod form;
pub mod mend;
mod trusted;

use block::Block;
use form::Form;
pub use trusted::Marks;

/// More whole stores in one text are more work than one file may cause.
const MAX_STORES: usize = 16;

/// What to do with blocks of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    Certificate,
    Key,
    EncryptedKey,
    Pkcs7,
    Pkcs12,
    Request,
    Revocations,
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
    ("CERTIFICATE CHAIN", Reading::Certificate),
    ("PKCS12", Reading::Pkcs12),
    ("PRIVATE KEY", Reading::Key),
    ("RSA PRIVATE KEY", Reading::Key),
    ("EC PRIVATE KEY", Reading::Key),
    ("DSA PRIVATE KEY", Reading::Key),
    ("ENCRYPTED PRIVATE KEY", Reading::EncryptedKey),
    ("PKCS7", Reading::Pkcs7),
    ("PKCS #7 SIGNED DATA", Reading::Pkcs7),
    ("CMS", Reading::Pkcs7),
    ("X509 CRL", Reading::Revocations),
    ("CERTIFICATE REQUEST", Reading::Request),
    ("NEW CERTIFICATE REQUEST", Reading::Request),
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
    Request(Request),
    Revocations(RevocationList),
    /// A whole PKCS#12 file.
    Store(Box<Bundle>),
    Nothing,
}

/// A block that was read: what it is, and how it departs from what other programs read.
struct Read {
    piece: Piece,
    forms: Vec<Form>,
}

/// Reads every block.
pub(super) fn read(opening: &Opening<'_>) -> Result<Bundle> {
    let mut bundle = Bundle::new("pem");
    let blocks: Vec<Block<'_>> = block::blocks(opening.bytes).take(MAX_ENTRIES + 1).collect();
    at_most(MAX_ENTRIES, blocks.len(), "PEM blocks")?;
    let keys = blocks.iter().filter(|block| reading(block.label) == Some(Reading::Key)).count();
    at_most(MAX_KEYS, keys, "private keys")?;
    let stores = blocks.iter().filter(|block| reading(block.label) == Some(Reading::Pkcs12));
    at_most(MAX_STORES, stores.count(), "PKCS#12 blocks")?;
    let pieces = parallel::map(blocks.iter(), |block| read_block(block, opening));
    let mut found = Found::default();
    let mut stepped_over: BTreeMap<&str, usize> = BTreeMap::new();
    let mut text = None;
    for (block, read) in blocks.iter().zip(pieces) {
        let alias = block.friendly_name().map(str::to_owned);
        let Read { piece, forms } = match read {
            Ok(read) => read,
            Err(error) => {
                // What is commented out, or stands in a string, is text like what is around it.
                let is_text = !block.begins_line() && !block.is_joined;
                let place = if is_text || is_other(&error, block, opening) {
                    &mut text
                } else {
                    &mut bundle.failure
                };
                place.get_or_insert(error);
                continue;
            }
        };
        forms.into_iter().for_each(|form| bundle.irregular(form));
        match piece {
            Piece::Certificate(certificate, marks) => {
                bundle.marks.extend(marks);
                found.certificates.push((certificate, alias).into());
            }
            Piece::Certificates(certificates) => {
                found
                    .certificates
                    .extend(certificates.into_iter().map(|it| (it, alias.clone()).into()));
            }
            Piece::Key(key, encryption) => {
                if let Some((name, iterations)) = encryption {
                    bundle.protection.get_or_insert_default().add(name, iterations);
                }
                let position = found.certificates.len();
                found.keys.push(FoundKey { key, alias, local_id: None, position });
            }
            Piece::Request(request) => bundle.requests.push(request),
            Piece::Revocations(list) => bundle.revocations.push(list),
            Piece::Store(store) if blocks.len() == 1 => {
                let irregularities = bundle.irregularities;
                return Ok(Bundle { irregularities, ..*store });
            }
            Piece::Store(store) => bundle.join(*store, &mut found),
            Piece::Nothing => *stepped_over.entry(block.label).or_default() += 1,
        }
    }
    for (label, count) in stepped_over.iter().map(|(label, count)| (*label, *count)) {
        bundle.note(match reading(label) {
            Some(Reading::Other(what)) if count == 1 => format!("{} is skipped", one(what)),
            Some(Reading::Other(what)) => format!("{count} {what}s are skipped"),
            _ => format!("{count} of unknown type {label} skipped"),
        });
    }
    bundle.entries = assemble(found);
    if bundle.is_empty() && bundle.failure.is_none() {
        // Nothing but text, or nothing but what is stepped over.
        bundle.failure = match text {
            Some(error) if !opening.is_found => Some(error),
            Some(_) => Some(Error::new(Failure::Unrecognised, "what looks like PEM in it is not")),
            // Not even that: PKCS#7 without certificates.
            None => stepped_over.keys().next().map(|label| nothing(label)),
        };
    }
    bundle.or_failure()
}

/// Whether a block that could not be read is hardly one: in a folder, what is not base64 of DER (in a file
/// that is called a store, does not even begin so) and what has nothing to do with certificates.
fn is_other(error: &Error, block: &Block<'_>, opening: &Opening<'_>) -> bool {
    let is_der = |bytes: Vec<u8>| Reader::new("PEM", &bytes).expect(tag::SEQUENCE, "").is_ok();
    let is_foreign = matches!(reading(block.label), Some(Reading::Foreign(..)));
    let is_encrypted = block.header("DEK-Info").is_some();
    let is_meant = is_encrypted || opening.is_called_store && block.begins_like_der();
    let is_text = error.code == Failure::Malformed && !is_meant;
    opening.is_found && (is_foreign || is_text && !block.decode().is_ok_and(is_der))
}

/// That there is no certificate and no key, but something else that is known by its label.
fn nothing(label: &str) -> Error {
    let error = |what: &str, help: &str| {
        Error::new(Failure::Unrecognised, format!("{what}, not a certificate")).help(help)
    };
    match reading(label) {
        Some(Reading::Other("public key")) => {
            error("a public key", "ask for the certificate that was issued for it")
        }
        Some(Reading::Other(what)) => error(&one(what), "it is not what a TLS peer presents"),
        _ => Error::new(Failure::Unrecognised, format!("PEM of type {label:?}, not a certificate")),
    }
}

/// With its article.
fn one(what: &str) -> String {
    let article = if what.starts_with(['a', 'E']) { "an" } else { "a" };
    format!("{article} {what}")
}

fn reading(label: &str) -> Option<Reading> {
    LABELS.iter().find(|(known, _)| *known == label).map(|(_, reading)| *reading)
}

fn read_block(block: &Block<'_>, opening: &Opening<'_>) -> Result<Read> {
    let within = |malformed: Malformed| {
        // Offsets inside the decoded bytes mean little in the file: say both.
        let expected = format!("{} at byte {} inside", malformed.expected, malformed.offset);
        let expected = format!("a block {} with {expected}", block.label);
        Error::from(Malformed::new("PEM", block.offset, expected))
    };
    let reading = reading(block.label);
    match reading {
        Some(Reading::Foreign(label, why)) => {
            return Err(Error::new(Failure::Unsupported, format!("{label}: {why}")));
        }
        Some(Reading::Other(_)) | None => {
            return Ok(Read { piece: Piece::Nothing, forms: Vec::new() });
        }
        Some(_) => {}
    }
    let mut der = Zeroizing::new(block.decode()?);
    let mut forms = form::forms(block, der.len());
    let means = || opening.means(OpenedWith::Nothing);
    let piece = match reading {
        Some(Reading::Certificate) if pkcs7::looks_like(&der) => {
            forms.push(Form::Pkcs7);
            Piece::Certificates(pkcs7::certificates(&der)?.0)
        }
        Some(Reading::Certificate) => {
            if block.label == "CERTIFICATE CHAIN" {
                forms.push(Form::Label);
            }
            // What OpenSSL calls trusted has its trust settings behind the certificate.
            let first = Reader::new("certificate", &der).any("a certificate").map_err(within)?;
            let length = first.encoded.len();
            let behind = der.split_off(length);
            let certificate = Certificate::parse(std::mem::take(&mut *der)).map_err(within)?;
            let marks = match block.label {
                TRUSTED => Marks::read(&certificate, &behind).map_err(within)?,
                _ => None,
            };
            Piece::Certificate(certificate, marks)
        }
        Some(Reading::Key) => match block.header("DEK-Info") {
            Some(dek_info) => {
                let (key, scheme) = Key::traditional(dek_info, std::mem::take(&mut *der), means())?;
                Piece::Key(key, Some((scheme, 0)))
            }
            None => Piece::Key(Key::clear(PrivateKey::parse(&der).map_err(within)?), None),
        },
        Some(Reading::EncryptedKey) => {
            let (key, scheme) = Key::encrypted(&der, means())?;
            Piece::Key(key, Some((scheme.name(), scheme.iterations())))
        }
        Some(Reading::Pkcs7) => Piece::Certificates(pkcs7::certificates(&der)?.0),
        Some(Reading::Pkcs12) => {
            forms.push(Form::Pkcs12);
            Piece::Store(Box::new(pkcs12::read(&Opening { bytes: &der, ..opening.clone() })?))
        }
        Some(Reading::Request) => Piece::Request(Request::parse(&der).map_err(within)?),
        Some(Reading::Revocations) => {
            Piece::Revocations(RevocationList::parse(&der).map_err(within)?)
        }
        Some(Reading::Foreign(..) | Reading::Other(_)) | None => Piece::Nothing,
    };
    Ok(Read { piece, forms })
}

impl Bundle {
    /// Takes what a store holds that stands in PEM beside other blocks.
    fn join(&mut self, store: Bundle, found: &mut Found) {
        let position = found.certificates.len();
        found.others.extend(store.entries.into_iter().map(|entry| (position, entry)));
        self.protection = self.protection.take().or(store.protection);
        self.opened_with = store.opened_with;
        self.failure = self.failure.take().or(store.failure);
        store.notes.into_iter().for_each(|note| self.note(note));
    }
}
