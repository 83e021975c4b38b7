//! What must come out: every reading of every signature of a request.

use super::cause::Cause;
use super::value;
use crate::digest;
use crate::signature::candidates::{Carrier, decoded};
use crate::signature::scheme::{Algorithm, Scheme};

/// Most items of the signature header that are looked at.
pub const MOST_ITEMS: usize = 16;

/// Digests by length, the most frequent first.
const DIGESTS: &[(usize, Algorithm, &str)] = &[
    (32, Algorithm::HmacSha256, "HMAC-SHA-256"),
    (32, Algorithm::Sha256, "SHA-256 without a key"),
    (20, Algorithm::HmacSha1, "HMAC-SHA-1"),
    (64, Algorithm::HmacSha512, "HMAC-SHA-512"),
    (48, Algorithm::HmacSha384, "HMAC-SHA-384"),
];

/// One reading of a signature: what must come out, under which algorithm.
pub struct Target {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What computes them.
    pub algorithm: Algorithm,
    /// What is read otherwise than the scheme reads it.
    pub causes: Vec<Cause>,
}

/// Every reading of every item, the scheme's own first.
pub fn all(scheme: &Scheme, carriers: &[Carrier<'_>]) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    let items = carriers.iter().flat_map(|carrier| carrier.items(scheme)).take(MOST_ITEMS);
    for (item, signature) in items {
        let own = signature.and_then(|text| decoded(scheme.encoding, text));
        own.into_iter().for_each(|bytes| add(&mut targets, scheme, bytes, None));
        // The signature alone, without what the scheme writes around it.
        let bare = signature.is_none().then(|| value::bare_cause(scheme));
        let whole = bare.as_ref().and_then(|_| decoded(scheme.encoding, item));
        whole.into_iter().for_each(|bytes| add(&mut targets, scheme, bytes, bare.clone()));
        for row in value::ROWS {
            if let Some(bytes) = (row.apply)(signature.unwrap_or(item)) {
                let is_bare = row.advice.name != "signature-prefix-removed";
                let bare = bare.clone().filter(|_| is_bare);
                add(&mut targets, scheme, bytes, bare.into_iter().chain([row.advice.cause(0, 0)]));
            }
        }
    }
    targets
}

fn add(
    targets: &mut Vec<Target>,
    scheme: &Scheme,
    bytes: Vec<u8>,
    reading: impl IntoIterator<Item = Cause>,
) {
    let own = scheme.algorithm;
    if targets.iter().any(|target| target.bytes == bytes) {
        return;
    }
    let reading: Vec<Cause> = reading.into_iter().collect();
    if own.is_asymmetric() || own == Algorithm::Token {
        targets.push(Target { bytes, algorithm: own, causes: reading });
        return;
    }
    // Hex is base64 as well, but base64 of no digest does with its digits alone.
    if digest::unhex(&digest::base64(&bytes)).is_some() {
        return;
    }
    for (length, algorithm, name) in DIGESTS {
        if *length == bytes.len() {
            let mut causes = reading.clone();
            causes.extend((*algorithm != own).then(|| digest_cause(*algorithm, name, own)));
            targets.push(Target { bytes: bytes.clone(), algorithm: *algorithm, causes });
        }
    }
}

fn digest_cause(algorithm: Algorithm, name: &str, own: Algorithm) -> Cause {
    Cause {
        change: format!("digest-{algorithm}"),
        message: format!("compute {name} instead of {own}"),
        why: "the sender uses a different digest from the scheme".to_owned(),
        help: format!("use {algorithm} in your receiver, or a scheme that uses it"),
        command: None,
        code: &[],
    }
}
