//! Safe bags: keys, certificates, and what is stepped over.
//!
//! ```text
//! SafeContents  SEQUENCE OF SafeBag
//! SafeBag       SEQUENCE { OID type, [0] value, SET OF SEQUENCE { OID, SET OF value } OPTIONAL }
//! CertBag       SEQUENCE { OID x509Certificate, [0] OCTET STRING certificate }
//! ```

use super::super::assemble::{Found, FoundCertificate, FoundKey};
use super::super::key::{Key, PrivateKey};
use super::super::pbe::Scheme;
use super::super::work::{MAX_ENTRIES, MAX_KEYS, at_most};
use super::super::{Bundle, Content, Entry, OpenedWith, Opening};
use super::FORMAT;
use crate::cert::Certificate;
use crate::der::{Reader, Value, tag};
use crate::error::{Error, Malformed, Result};
use crate::failure::Failure;

/// How deep SafeContents may stand in SafeContents. Nobody writes even one level.
const MAX_DEPTH: usize = 8;

const KEY: &str = "1.2.840.113549.1.12.10.1.1";
pub const SHROUDED_KEY: &str = "1.2.840.113549.1.12.10.1.2";
pub const CERTIFICATE: &str = "1.2.840.113549.1.12.10.1.3";
const CRL: &str = "1.2.840.113549.1.12.10.1.4";
const SECRET: &str = "1.2.840.113549.1.12.10.1.5";
const SAFE_CONTENTS: &str = "1.2.840.113549.1.12.10.1.6";
pub const X509: &str = "1.2.840.113549.1.9.22.1";

pub const FRIENDLY_NAME: &str = "1.2.840.113549.1.9.20";
pub const LOCAL_KEY_ID: &str = "1.2.840.113549.1.9.21";
/// Oracle's trusted key usage: Java takes a certificate with it as a trust anchor.
const ORACLE_TRUST: &str = "2.16.840.1.113894.746875.1.1";

/// szOID_PKCS_12_PROTECTED_PASSWORD_SECRET_BAG_TYPE_ID (wincrypt.h): the password of the file, sealed
/// for users and groups of a Windows domain (`PFXExportCertStoreEx`, PKCS12_PROTECT_TO_DOMAIN_SIDS).
const PROTECTED_PASSWORD: &str = "1.3.6.1.4.1.311.17.4";

/// Nobody knows the password: Windows made one, and sealed it for whom the blob names.
fn sid_protected(blob: &[u8]) -> Error {
    let is_sid = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'S' | b'-');
    let mut names: Vec<String> = memchr::memmem::find_iter(blob, b"S-1-")
        .map(|start| blob[start..].iter().take_while(|byte| is_sid(byte)).take(184))
        .map(|digits| digits.copied().map(char::from).collect())
        .collect();
    names.dedup();
    names.truncate(8);
    let whom = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
    let message = format!(
        "Windows protects this PFX for users or groups of a domain{whom}: it has no known password"
    );
    Error::new(Failure::Unsupported, message).help(
        "as one of them, import it on a machine of the domain, and export it again with a password \
         (Export-PfxCertificate -Password)",
    )
}

/// Reads bags into what was found.
pub struct Bags<'a, 'b> {
    pub found: &'a mut Found,
    pub bundle: &'a mut Bundle,
    pub opening: &'a Opening<'b>,
    /// The password that fits so far.
    pub first: OpenedWith,
}

/// Attributes of a bag.
#[derive(Default)]
struct Attributes {
    alias: Option<String>,
    local_id: Option<Vec<u8>>,
    trusted: bool,
}

impl Bags<'_, '_> {
    /// Reads SafeContents that stand at `offset`; says whether they held only encrypted keys.
    pub fn read(&mut self, contents: &[u8], offset: usize) -> Result<bool> {
        let mut open = vec![Reader::at(FORMAT, contents, offset).sequence("SafeContents")?];
        let mut only_shrouded = true;
        while let Some(mut contents) = open.pop() {
            if contents.is_empty() {
                continue;
            }
            let mut bag = contents.sequence("a safe bag")?;
            open.push(contents);
            let kind = bag.oid("the type of a safe bag")?;
            let value = bag.expect(tag::context(0), "the content of a safe bag")?;
            let attributes = Attributes::read(&mut bag)?;
            let Found { certificates, keys, others } = &self.found;
            at_most(MAX_KEYS, keys.len(), "private keys")?;
            at_most(MAX_ENTRIES, certificates.len() + others.len(), "safe bags")?;
            only_shrouded &= kind == SHROUDED_KEY || kind == SECRET && is_shrouded(&value);
            if kind == SAFE_CONTENTS {
                if open.len() >= MAX_DEPTH {
                    return Err(value.malformed("SafeContents nested less deeply").into());
                }
                open.push(value.reader().sequence("SafeContents")?);
                continue;
            }
            match self.add(&kind, &value, attributes) {
                Err(error) if error.code == Failure::Unsupported => {
                    self.bundle.failure.get_or_insert(error);
                }
                result => result?,
            }
        }
        Ok(only_shrouded)
    }

    fn add(&mut self, kind: &str, value: &Value<'_>, attributes: Attributes) -> Result<()> {
        let mut inner = value.reader();
        let Attributes { alias, local_id, trusted } = attributes;
        let position = self.found.certificates.len();
        match kind {
            KEY => {
                let key = inner.expect(tag::SEQUENCE, "a private key")?;
                let parsed = PrivateKey::parse(key.encoded).map_err(|malformed| Malformed {
                    offset: malformed.offset + key.offset,
                    ..malformed
                })?;
                let key = Key::clear(parsed);
                self.found.keys.push(FoundKey { key, alias, local_id, position });
            }
            SHROUDED_KEY => {
                let key = inner.expect(tag::SEQUENCE, "an encrypted private key")?;
                let read = Key::encrypted(key.encoded, self.opening.means(self.first));
                let protection = self.bundle.protection.get_or_insert_default();
                let (key, scheme) = read.inspect_err(|_| {
                    let algorithm = key.reader().expect(tag::SEQUENCE, "an encryption algorithm");
                    protection.encryption.extend(algorithm.map(|it| Scheme::unread(&it)));
                })?;
                protection.add(scheme.name(), scheme.iterations());
                self.found.keys.push(FoundKey { key, alias, local_id, position });
            }
            CERTIFICATE => {
                let mut bag = inner.sequence("a certificate bag")?;
                if bag.oid("the type of a certificate")? != X509 {
                    self.bundle.note("a certificate that is not X.509 is skipped");
                    return Ok(());
                }
                let value = bag.expect(tag::context(0), "a certificate")?;
                let der = value.reader().octets("an OCTET STRING with a certificate")?;
                match Certificate::parse(der) {
                    Ok(certificate) => self.found.certificates.push(FoundCertificate {
                        certificate,
                        alias,
                        local_id,
                        trusted,
                        java_lists: trusted,
                    }),
                    Err(malformed) => {
                        let offset = malformed.offset + value.content_offset;
                        let error = Error::from(Malformed { offset, ..malformed });
                        self.bundle.failure.get_or_insert(error);
                    }
                }
            }
            CRL | SECRET => {
                let mut bag = inner.sequence("a bag with a type")?;
                let what = bag.oid("a type")?;
                let value = bag.expect(tag::context(0), "a value")?;
                if kind == SECRET && what == PROTECTED_PASSWORD {
                    if !self.bundle.integrity_verified {
                        self.bundle.failure = Some(sid_protected(value.content));
                    }
                } else if kind == CRL {
                    self.bundle.note("a revocation list is skipped");
                } else {
                    if let Some(scheme) = scheme_of(&value).filter(|_| what == SHROUDED_KEY) {
                        let protection = self.bundle.protection.get_or_insert_default();
                        protection.add(scheme.name(), scheme.iterations());
                    }
                    let entry = Entry::new(alias, Vec::new(), Content::Secret);
                    self.found.others.push((position, entry));
                }
            }
            other => {
                let error = format!("a safe bag of type {other} is not supported");
                return Err(Error::new(Failure::Unsupported, error));
            }
        }
        Ok(())
    }
}

impl Attributes {
    fn read(bag: &mut Reader<'_>) -> Result<Self, Malformed> {
        let mut found = Self::default();
        let Some(set) = bag.optional(tag::SET, "attributes")? else { return Ok(found) };
        let mut attributes = set.reader();
        while !attributes.is_empty() {
            let mut attribute = attributes.sequence("an attribute")?;
            let kind = attribute.oid("the type of an attribute")?;
            let mut values = attribute.expect(tag::SET, "the values of an attribute")?.reader();
            match (kind.as_str(), values.next("a value")?) {
                (FRIENDLY_NAME, Some(value)) => found.alias = Some(text(&value)),
                (LOCAL_KEY_ID, Some(value)) => {
                    found.local_id = Some(value.octets()?.into_owned());
                }
                (ORACLE_TRUST, _) => found.trusted = true,
                _ => {}
            }
        }
        Ok(found)
    }
}

/// Whether a secret is an encrypted key, as keytool writes one.
fn is_shrouded(secret: &Value<'_>) -> bool {
    let kind = secret.reader().sequence("a bag with a type").and_then(|mut it| it.oid("a type"));
    kind.is_ok_and(|kind| kind == SHROUDED_KEY)
}

/// What an encrypted key in an OCTET STRING is encrypted with, if that is known here.
fn scheme_of(secret: &Value<'_>) -> Option<Scheme> {
    let sealed = secret.reader().octets("an encrypted key").ok()?;
    let mut key = Reader::at(FORMAT, &sealed, 0).sequence("an encrypted key").ok()?;
    Scheme::read(&key.expect(tag::SEQUENCE, "an encryption algorithm").ok()?).ok()
}

/// Text of a BMPString; other strings are taken as UTF-8.
fn text(value: &Value<'_>) -> String {
    if value.tag != tag::BMP_STRING {
        return String::from_utf8_lossy(value.content).into_owned();
    }
    let (units, _) = value.content.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
    // Some writers end it with a zero, as C does.
    String::from_utf16_lossy(&units).trim_end_matches('\0').to_owned()
}
