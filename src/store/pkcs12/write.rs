//! Writing PKCS#12: one key with its chain, in a profile that the reader's age asks for.

use aws_lc_rs::rand;
use zeroize::Zeroizing;

use super::super::password::Passwords;
use super::super::pbe::Scheme;
use super::super::pbe::cipher::Cipher;
use super::super::pbe::kdf::{self, Hash, Purpose};
use super::super::work::Work;
use super::bag::{CERTIFICATE, FRIENDLY_NAME, LOCAL_KEY_ID, SHROUDED_KEY, X509};
use super::safe::ENCRYPTED_DATA;
use super::{DATA, PrivateKey};
use crate::cert::Certificate;
use crate::der::{tag, write as der};
use crate::digest::sha1;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::secret::Secret;

/// Which readers a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// AES-256 and SHA-256: OpenSSL 1.1 and later, Java 8u301, 11.0.12 and later, macOS 15,
    /// Windows Server 2019 and later.
    Modern,
    /// RC2-40 for certificates, 3DES for the key, SHA-1: everything of the last twenty years;
    /// OpenSSL 3 only with `-legacy`.
    Legacy,
}

/// As Java counts since 2021. OpenSSL writes 2048.
const MODERN_ITERATIONS: u64 = 10_000;
const LEGACY_ITERATIONS: u64 = 2048;

impl Profile {
    fn iterations(self) -> u64 {
        match self {
            Self::Modern => MODERN_ITERATIONS,
            Self::Legacy => LEGACY_ITERATIONS,
        }
    }

    /// A scheme with a fresh salt; `legacy` is the cipher of the legacy profile.
    fn scheme(self, legacy: Cipher) -> Result<Scheme> {
        let salt: [u8; 16] = random()?;
        Ok(match self {
            Self::Modern => {
                Scheme::pbes2(Cipher::Aes(32), &salt, MODERN_ITERATIONS, &random::<16>()?)
            }
            Self::Legacy => Scheme::pkcs12(legacy, &salt[..8], LEGACY_ITERATIONS),
        })
    }

    fn mac(self) -> (Hash, &'static str) {
        match self {
            Self::Modern => (Hash::Sha256, "2.16.840.1.101.3.4.2.1"),
            Self::Legacy => (Hash::Sha1, "1.3.14.3.2.26"),
        }
    }
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes)
        .map_err(|_| Error::new(Failure::Write, "the system provides no random numbers"))?;
    Ok(bytes)
}

/// A PKCS#12 file with one key under `alias` and its chain, the end-entity certificate first.
pub fn write(
    chain: &[Certificate],
    key: &PrivateKey,
    alias: &str,
    password: &Secret,
    profile: Profile,
) -> Result<Vec<u8>> {
    let work = Work::new(1);
    let passwords = Passwords::new(vec![password.clone()]);
    let Some(password) = passwords.candidates().first().copied() else {
        return Err(Error::new(Failure::PasswordRequired, "a PKCS#12 file needs a password"));
    };
    // Key and end-entity certificate are tied together by the same localKeyID.
    let id = chain.first().map(|certificate| sha1(certificate.der()).to_vec());

    let scheme = profile.scheme(Cipher::TripleDes(24))?;
    let text = scheme.encrypt(password, key.pkcs8().expose(), &work)?;
    let shrouded = der::sequence(&[&scheme.encode(), &der::octets(&text)]);
    let key_bag = bag(SHROUDED_KEY, &shrouded, Some(alias), id.as_deref());

    let mut bags = Vec::new();
    for (position, certificate) in chain.iter().enumerate() {
        let octets = der::context(0, &der::octets(certificate.der()));
        let value = der::sequence(&[&der::oid(X509), &octets]);
        let (alias, id) = if position == 0 { (Some(alias), id.as_deref()) } else { (None, None) };
        bags.extend(bag(CERTIFICATE, &value, alias, id));
    }
    let scheme = profile.scheme(Cipher::Rc2(5, 40))?;
    let text = scheme.encrypt(password, &der::value(tag::SEQUENCE, &bags), &work)?;
    let encrypted = der::sequence(&[
        &der::unsigned(0),
        &der::sequence(&[&der::oid(DATA), &scheme.encode(), &der::value(0x80, &text)]),
    ]);
    let contents = der::sequence(&[
        &der::sequence(&[&der::oid(ENCRYPTED_DATA), &der::context(0, &encrypted)]),
        &data(&der::value(tag::SEQUENCE, &key_bag)),
    ]);

    let (hash, oid) = profile.mac();
    let salt: [u8; 8] = random()?;
    let (algorithm, wanted) = ((hash, profile.iterations()), [(Purpose::Mac, hash.len())]);
    let [mac_key] = kdf::pkcs12(algorithm, wanted, (&password.bmp(), &salt), &work)?;
    let mac = der::sequence(&[
        &der::sequence(&[
            &der::sequence(&[&der::oid(oid), &der::null()]),
            &der::octets(&hash.hmac(&mac_key, &contents)),
        ]),
        &der::octets(&salt),
        &der::unsigned(profile.iterations()),
    ]);
    Ok(der::sequence(&[&der::unsigned(3), &data(&contents), &mac]))
}

/// ContentInfo with data in clear.
fn data(content: &[u8]) -> Vec<u8> {
    der::sequence(&[&der::oid(DATA), &der::context(0, &der::octets(content))])
}

/// SafeBag with friendlyName and localKeyID.
fn bag(kind: &str, value: &[u8], alias: Option<&str>, id: Option<&[u8]>) -> Vec<u8> {
    let attribute = |oid, value| der::sequence(&[&der::oid(oid), &der::set(vec![value])]);
    let alias = alias.map(|alias| attribute(FRIENDLY_NAME, der::bmp_string(alias)));
    let id = id.map(|id| attribute(LOCAL_KEY_ID, der::octets(id)));
    let attributes: Vec<_> = alias.into_iter().chain(id).collect();
    let value = Zeroizing::new(der::context(0, value));
    let mut parts = vec![der::oid(kind), value.to_vec()];
    if !attributes.is_empty() {
        parts.push(der::set(attributes));
    }
    der::value(tag::SEQUENCE, &parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{self, KeyEntry, OpenedWith};

    #[test]
    fn what_is_written_is_read() {
        let pair = rcgen::generate_simple_self_signed(vec!["a.example".to_owned()]).unwrap();
        let chain = [Certificate::parse(pair.cert.der().to_vec()).unwrap()];
        let key = PrivateKey::parse(&pair.signing_key.serialize_der()).unwrap();
        for (profile, password) in [(Profile::Modern, "pässwörd 🔑"), (Profile::Legacy, "")] {
            let password = Secret::new(password.as_bytes().to_vec());
            let file = write(&chain, &key, "näme", &password, profile).unwrap();
            let bundle = store::open(&file, &Passwords::new(vec![password])).unwrap();
            assert_eq!(bundle.opened_with, OpenedWith::Given(0));
            assert!(bundle.integrity_verified);
            let identity = KeyEntry::pick(&bundle, Some("NÄME")).unwrap();
            assert_eq!(identity.chain, chain);
            assert_eq!(identity.key.pkcs8().expose(), key.pkcs8().expose());
            let wrong = Passwords::new(vec![Secret::new(b"wrong".to_vec())]);
            match (store::open(&file, &wrong), profile) {
                (Err(error), Profile::Modern) => assert_eq!(error.code, Failure::PasswordWrong),
                // It has none, so whatever is given opens it.
                (Ok(bundle), Profile::Legacy) => assert_eq!(bundle.opened_with, OpenedWith::Empty),
                (outcome, _) => panic!("{outcome:?}"),
            }
        }
    }
}
