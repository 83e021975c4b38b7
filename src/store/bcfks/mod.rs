//! BCFKS, the keystore of Bouncy Castle's FIPS provider
//! (org.bouncycastle.jcajce.provider.keystore.bcfks.BcFKSKeyStoreSpi).
//!
//! ```text
//! store    SEQUENCE { SEQUENCE { algorithm, OCTET STRING encrypted }, integrity }
//! integrity  SEQUENCE { HMAC, key derivation, OCTET STRING mac } over the first of the two
//! inside   SEQUENCE { INTEGER 1, algorithm, time, time, SEQUENCE OF entry, comment }
//! entry    SEQUENCE { INTEGER kind, UTF8String alias, time, time, OCTET STRING data, comment }
//!   0 certificate  DER
//!   1, 3 key       SEQUENCE { SEQUENCE { algorithm, OCTET STRING encrypted }, SEQUENCE OF certificate }
//!   2, 4 secret
//! ```

use super::key::Key;
use super::work::{MAX_ENTRIES, at_most};
use super::{Bundle, Content, Entry, Opening};
use crate::cert::Certificate;
use crate::der::{Reader, tag};
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;

mod ccm;
mod scheme;

use scheme::{Derivation, Purpose, Scheme, read_hmac};

const FORMAT: &str = "BCFKS";

/// Whether it begins with three SEQUENCEs and the OID of PBES2.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    let oid = || {
        let mut outer = Reader::new(FORMAT, bytes).sequence("")?;
        outer.sequence("")?.sequence("")?.oid("")
    };
    bytes.first() == Some(&tag::SEQUENCE) && oid().is_ok_and(|oid| oid == scheme::PBES2)
}

/// Reads a BCFKS file: the MAC tells the password, then the whole is decrypted.
pub(super) fn read(opening: &Opening<'_>) -> Result<Bundle> {
    let mut bundle = Bundle::new("bcfks");
    let mut store = Reader::new(FORMAT, opening.bytes).sequence("a store")?;
    let sealed = store.expect(tag::SEQUENCE, "the encrypted entries")?;
    let mut inner = sealed.reader();
    let scheme = Scheme::read(&inner.expect(tag::SEQUENCE, "an encryption algorithm")?)?;
    let encrypted = inner.octets("the encrypted entries")?;
    let protection = bundle.protection.get_or_insert_default();
    protection.add(scheme.name(), scheme.iterations());
    if store.peek() != Some(tag::SEQUENCE) {
        let message = "BCFKS that is signed instead of carrying a MAC";
        return Err(Error::new(Failure::Unsupported, message).help(EXPORT));
    }
    let mut integrity = store.sequence("a MAC")?;
    let hmac = read_hmac(&integrity.expect(tag::SEQUENCE, "an HMAC")?)?;
    let derivation = Derivation::read(&integrity.expect(tag::SEQUENCE, "a key derivation")?)?;
    let expected = integrity.octets("a MAC")?;
    protection.mac = Some(format!("HMAC-{} (BCFKS)", hmac.name()));
    protection.mac_iterations = Some(derivation.iterations());
    let mut last = None;
    for password in opening.passwords.candidates() {
        // No password and an empty one are the same here.
        let secret = scheme::octets(password);
        if last.replace(secret.clone()) == Some(secret) {
            continue;
        }
        let key = derivation.key(password, Purpose::Integrity, hmac.len(), &opening.work)?;
        if !digest::equal(&hmac.hmac(&key, sealed.encoded), &expected) {
            continue;
        }
        bundle.opened_with = password.which;
        bundle.integrity_verified = true;
        let plain = scheme.decrypt(password, Purpose::Store, &encrypted, &opening.work)?;
        let Some(plain) = plain else {
            let message = "BCFKS whose MAC is right but whose entries do not decrypt";
            return Err(Error::new(Failure::Malformed, message));
        };
        read_entries(&plain, opening, &mut bundle)?;
        return bundle.or_failure();
    }
    Err(opening.passwords.refused("the BCFKS file"))
}

/// What to do with what is not read.
const EXPORT: &str = "keytool -importkeystore -srckeystore FILE -srcstoretype BCFKS -destkeystore out.p12 \
     -deststoretype PKCS12 -providerclass org.bouncycastle.jcajce.provider.BouncyCastleFipsProvider \
     -providerpath bc-fips.jar exports it";

fn read_entries(plain: &[u8], opening: &Opening<'_>, bundle: &mut Bundle) -> Result<()> {
    let mut data = Reader::new(FORMAT, plain).sequence("the entries")?;
    data.unsigned("a version")?;
    data.expect(tag::SEQUENCE, "an integrity algorithm")?;
    data.any("the time of creation")?;
    data.any("the time of the last change")?;
    let mut entries = data.sequence("the entries")?;
    while !entries.is_empty() {
        let mut entry = entries.sequence("an entry")?;
        let here = entry.malformed("the kind of an entry (0 to 4)");
        let kind = entry.unsigned("the kind of an entry")?;
        let alias = entry.expect(tag::UTF8_STRING, "an alias")?;
        let alias = Some(String::from_utf8_lossy(alias.content).into_owned());
        entry.any("the time of creation")?;
        entry.any("the time of the last change")?;
        let content = entry.octets("what the entry holds")?;
        let content = match kind {
            0 => Entry::trusted(alias, Certificate::parse(content.into_owned())?),
            1 | 3 => key_entry(alias, &content, opening, bundle)?,
            2 | 4 => Entry::new(alias, Vec::new(), Content::Secret),
            _ => return Err(here.into()),
        };
        bundle.entries.push(content);
        at_most(MAX_ENTRIES, bundle.entries.len(), "entries")?;
    }
    Ok(())
}

fn key_entry(
    alias: Option<String>,
    content: &[u8],
    opening: &Opening<'_>,
    bundle: &mut Bundle,
) -> Result<Entry> {
    let mut data = Reader::new(FORMAT, content).sequence("a key entry")?;
    let mut info = data.sequence("an encrypted key")?;
    let scheme = Scheme::read(&info.expect(tag::SEQUENCE, "an encryption algorithm")?)?;
    let encrypted = info.octets("an encrypted key")?.into_owned();
    let mut chain = Vec::new();
    if let Some(certificates) = data.optional(tag::SEQUENCE, "a chain")? {
        let mut certificates = certificates.reader();
        while let Some(value) = certificates.next("a certificate")? {
            chain.push(Certificate::parse(value.encoded)?);
        }
    }
    let protection = bundle.protection.get_or_insert_default();
    protection.add(scheme.name(), scheme.iterations());
    let means = opening.means(bundle.opened_with);
    let unseal = move || {
        means.open(|password| scheme.decrypt(password, Purpose::Key, &encrypted, &means.work))
    };
    Ok(Entry::new(alias, chain, Content::Key(Box::new(Key::sealed(unseal)))))
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Passwords, open};
    use crate::failure::Failure;
    use crate::secret::Secret;

    const STORE: &[u8] = include_bytes!("../../../tests/data/store.bcfks");
    const SCRYPT: &[u8] = include_bytes!("../../../tests/data/scrypt.bcfks");

    fn given(password: &str) -> Passwords {
        Passwords::new(vec![Secret::new(password.as_bytes().to_vec())])
    }

    #[test]
    fn keys_and_certificates_are_read() {
        for (bytes, encryption) in [
            (STORE, "AES-256-CCM (PBES2, PBKDF2, HMAC-SHA-512)"),
            (SCRYPT, "AES-256-CCM (PBES2, scrypt)"),
        ] {
            let bundle = open(bytes, &given("changeit")).unwrap();
            assert_eq!((bundle.format, bundle.integrity_verified), ("bcfks", true));
            let protection = bundle.protection.unwrap();
            assert_eq!(protection.encryption, [encryption]);
            assert_eq!(protection.mac.as_deref(), Some("HMAC-SHA-512 (BCFKS)"));
            let [hooks, root] = &bundle.entries[..] else { panic!("{:?}", bundle.entries) };
            assert_eq!((hooks.alias.as_deref(), hooks.chain.len()), (Some("hooks"), 2));
            assert_eq!((hooks.kind(), hooks.key_matches()), (Kind::Key, Some(true)));
            assert_eq!((root.alias.as_deref(), root.kind()), (Some("root"), Kind::Trusted));
        }
    }

    #[test]
    fn four_answers_for_four_states() {
        let code = |bytes: &[u8], passwords: &Passwords| open(bytes, passwords).unwrap_err().code;
        assert_eq!(code(STORE, &Passwords::none()), Failure::PasswordRequired);
        assert_eq!(code(STORE, &given("other")), Failure::PasswordWrong);
        assert_eq!(code(&STORE[..STORE.len() - 100], &given("changeit")), Failure::Malformed);
        let mut other = STORE.to_vec();
        let at = other.windows(2).position(|two| two == [0x01, 0x2f]).unwrap();
        other[at + 1] = 0x30;
        let error = open(&other, &given("changeit")).unwrap_err();
        assert_eq!(error.code, Failure::Unsupported);
        assert!(error.message.contains("AES-256 key wrap") && error.help.is_some(), "{error}");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn changed_bytes_never_panic(at in 0usize..400, to in 0u8..=255) {
            let mut bytes = SCRYPT.to_vec();
            bytes[at] = to;
            let _ = open(&bytes, &given("changeit"));
        }
    }
}
