//! Certificates and keystores inside text: Kubernetes objects, dotenv files, JSON of secret stores,
//! SAML metadata, header values. One rule for all of them: base64 of PEM or DER, named by its key.
//!
//! ```text
//! text ─► JSON, YAML ─► values with names ─┐
//!      └► scan ────────► runs of base64 ───┴► value::decode ─► Part
//! ```

use std::sync::Arc;

use zeroize::Zeroizing;

use super::{Bundle, Irregularity, Passwords};
use crate::cert::Certificate;
use crate::error::Result;
use crate::secret::Secret;

mod json;
mod kubernetes;
mod scan;
mod value;
mod yaml;

/// Larger JSON and YAML is not made a tree of; it is scanned as text.
const MAX_TREE: usize = 32 << 20;

/// Parts of one text. Whoever has more gives a list of objects, which is read one by one.
const MAX_PARTS: usize = 20_000;

/// One certificate file or keystore inside a text.
pub struct Part {
    /// What it belongs to: `namespace/name` in Kubernetes, `users/name` in a kubeconfig.
    pub owner: Option<String>,
    /// The key it stands under.
    pub name: String,
    /// The file, as a program that takes the value out would have it.
    pub bytes: Zeroizing<Vec<u8>>,
    /// How the value departs from what such a program can read.
    pub irregularities: Vec<Irregularity>,
    siblings: Arc<Siblings>,
}

/// Short values that stand beside a part: one may be its password.
#[derive(Default)]
struct Siblings(Vec<(String, Secret)>);

/// Longer values are no passwords.
const LONGEST_PASSWORD: usize = 1 << 10;

impl Part {
    /// `namespace/name:key`
    pub fn subject(&self) -> String {
        match &self.owner {
            Some(owner) => format!("{owner}:{}", self.name),
            None => self.name.clone(),
        }
    }

    /// The value of another key of the same object, as a password.
    pub fn sibling(&self, name: &str) -> Option<&Secret> {
        self.siblings.0.iter().find(|(known, _)| known == name).map(|(_, secret)| secret)
    }
}

/// Values that belong together: of one object, or of one file.
#[derive(Default)]
struct Group {
    owner: Option<String>,
    parts: Vec<(String, value::Decoded)>,
    siblings: Siblings,
}

impl Group {
    fn of(owner: Option<String>) -> Self {
        Self { owner, ..Self::default() }
    }

    /// Takes a value that is a certificate file or keystore; of others only what may be a password.
    fn add(&mut self, name: &str, decoded: Option<value::Decoded>, plain: &[u8]) {
        match decoded {
            Some(decoded) if self.parts.len() < MAX_PARTS => {
                let count = self.parts.iter().filter(|(known, _)| base_name(known) == name).count();
                let name =
                    if count == 0 { name.to_owned() } else { format!("{name}[{}]", count + 1) };
                self.parts.push((name, decoded));
            }
            Some(_) => {}
            None if plain.len() <= LONGEST_PASSWORD => {
                self.siblings.0.push((name.to_owned(), Secret::new(plain.to_vec())));
            }
            None => {}
        }
    }

    /// The parts, each private key with the certificate it belongs to.
    fn finish(self) -> Vec<Part> {
        let Self { owner, parts, siblings } = self;
        let siblings = Arc::new(siblings);
        let (keys, mut others): (Vec<_>, Vec<_>) =
            parts.into_iter().partition(|(_, decoded)| is_key(&decoded.bytes));
        let mut lone = Vec::new();
        for (name, key) in keys {
            match others
                .iter_mut()
                .find(|(other, it)| belongs((&name, &key.bytes), (other, &it.bytes)))
            {
                Some((_, certificate)) => {
                    certificate.bytes.push(b'\n');
                    certificate.bytes.extend_from_slice(&key.bytes);
                }
                None => lone.push((name, key)),
            }
        }
        let part = |(name, decoded): (String, value::Decoded)| Part {
            owner: owner.clone(),
            name,
            bytes: decoded.bytes,
            irregularities: decoded.irregularities,
            siblings: Arc::clone(&siblings),
        };
        others.into_iter().chain(lone).map(part).collect()
    }
}

/// A name without the number that tells it from others of the same name.
fn base_name(name: &str) -> &str {
    name.split_once('[').map_or(name, |(base, rest)| {
        if rest.trim_end_matches(']').bytes().all(|byte| byte.is_ascii_digit()) {
            base
        } else {
            name
        }
    })
}

/// Whether it is PEM with private keys and nothing else.
fn is_key(bytes: &[u8]) -> bool {
    let has = |mark: &[u8]| memchr::memmem::find(bytes, mark).is_some();
    has(b"PRIVATE KEY-----") && !has(b"CERTIFICATE-----") && !has(b"PKCS7-----")
}

/// Whether a key goes with a certificate file: it is its key, or their names say so (`tls.key`,
/// `tls.crt`; `client-key-data`, `client-certificate-data`).
fn belongs(key: (&str, &[u8]), other: (&str, &[u8])) -> bool {
    let is_pem = |bytes: &[u8]| memchr::memmem::find(bytes, b"-----BEGIN ").is_some();
    if !is_pem(other.1) {
        return false;
    }
    let stem = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["certificate", "cert", "crt", "pem", "key"]
            .iter()
            .fold(name, |name, word| name.replace(word, ""))
    };
    // "key.pem" and "cert.pem" have nothing left, and are a pair all the same.
    if stem(key.0) == stem(other.0) {
        return true;
    }
    let Some(key) = super::lone_key(key.1) else { return false };
    let first = super::pem::block::blocks(other.1).find(|block| block.label == "CERTIFICATE");
    let certificate = first.and_then(|block| Certificate::parse(block.decode().ok()?).ok());
    certificate.is_some_and(|certificate| key.matches(&certificate) == Some(true))
}

/// Everything that stands in a text, in order; nothing if it is not that kind of text. PEM that stands
/// in plain text is not looked for: that is what the PEM reader does.
pub fn parts(bytes: &[u8]) -> Vec<Part> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if text.is_empty() || !scan::may_hold(text) {
        return Vec::new();
    }
    let start = text.trim_ascii_start();
    let is_json = matches!(start.first(), Some(b'{' | b'['));
    if is_json
        && text.len() <= MAX_TREE
        && let Ok(value) = serde_json::from_slice::<serde_json::Value>(text)
    {
        return json::parts(&value);
    }
    if text.len() <= MAX_TREE && kubernetes::looks_like_yaml(text) {
        let parts: Vec<Part> = yaml::documents(text)
            .iter()
            .flat_map(|value| kubernetes::parts(value).unwrap_or_default())
            .collect();
        if !parts.is_empty() {
            return parts;
        }
    }
    if memchr::memmem::find(text, super::pem::block::BEGIN).is_some() {
        return Vec::new();
    }
    scan::parts(text)
}

/// What stands in one object of a list, as JSON.
pub fn object_parts(json: &[u8]) -> Vec<Part> {
    if !scan::may_hold(json) {
        return Vec::new();
    }
    serde_json::from_slice(json).map(|value| json::parts(&value)).unwrap_or_default()
}

/// All parts of a text as one: for commands that take a single file. Each entry is called by the key
/// it stands under.
pub(super) fn open(parts: &[Part], passwords: &Passwords) -> Result<Bundle> {
    if let [part] = parts {
        return part.open(passwords);
    }
    let mut whole = Bundle::new("text");
    for part in parts {
        match part.open(passwords) {
            Ok(mut bundle) => {
                for entry in &mut bundle.entries {
                    entry.alias.get_or_insert_with(|| part.subject());
                }
                whole.entries.append(&mut bundle.entries);
                whole.irregularities.append(&mut bundle.irregularities);
                whole.failure = whole.failure.take().or(bundle.failure);
            }
            Err(error) => drop(whole.failure.get_or_insert(error.about(part.subject()))),
        }
    }
    whole.or_failure()
}
