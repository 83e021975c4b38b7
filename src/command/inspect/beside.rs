//! Keys in files of their own, beside the certificates that they belong to: `cert.pem`, `key.pem`.

use std::collections::HashMap;
use std::convert::Infallible;
use std::path::PathBuf;

use crate::cert::Certificate;
use crate::input::Input;
use crate::parallel;
use crate::store::{self, Candidate, Entry, PrivateKey};

use super::job::Job;

/// Most bytes of a file that can be a key. RSA keys of 16,384 bits take 13 KiB.
const LARGEST: u64 = 64 << 10;
/// Files that a worker looks at a time.
const SHARE: usize = 16;

/// The keys that lie beside something, by their public half.
#[derive(Default)]
pub struct Keys(HashMap<Vec<u8>, Vec<Lone>>);

/// A key in a file of its own.
struct Lone {
    folder: Option<PathBuf>,
    is_found: bool,
    key: PrivateKey,
}

impl Keys {
    /// The keys among several files. Only regular files are read for it: a pipe gives its bytes once.
    pub fn among(jobs: &[Job]) -> Self {
        let mut keys = Self::default();
        if jobs.len() < 2 {
            return keys;
        }
        let Ok(()) = parallel::each_in_order(jobs.iter(), SHARE, lone, |found| {
            if let Some((public, lone)) = found {
                keys.0.entry(public).or_default().push(lone);
            }
            Ok::<(), Infallible>(())
        });
        keys
    }

    /// The key of a certificate in the file of `job`, if it lies in the same folder, or if both files
    /// were named.
    pub fn of(&self, certificate: &Certificate, job: &Job) -> Option<&PrivateKey> {
        if self.0.is_empty() {
            return None;
        }
        let lones = self.0.get(store::key::public_key(certificate)?)?;
        let folder = job.folder();
        let is_beside = |lone: &&Lone| {
            (folder.is_some() && lone.folder == folder) || !(lone.is_found || job.is_found)
        };
        lones.iter().find(is_beside).map(|lone| &lone.key)
    }
}

/// The key of a certificate, if that lies beside in a file of its own.
pub type Beside<'a> = dyn Fn(&Certificate) -> Option<&'a PrivateKey> + Sync + 'a;

/// Why nobody can say whether the key belongs to the certificate; `None` where somebody can, or where
/// there is no key at all. `given` is the key of `--key`.
pub fn key_unknown(
    candidate: &Candidate<'_>,
    given: Option<&PrivateKey>,
    beside: &Beside<'_>,
) -> Option<String> {
    let certificate = candidate.end_entity()?;
    let own = candidate.entry.and_then(Entry::key);
    let matches = |key: &PrivateKey| key.matches(certificate);
    let proven = [given.and_then(matches), own.and_then(|key| matches(key.ok()?))];
    if proven.iter().any(Option::is_some) || beside(certificate).is_some() {
        return None;
    }
    match (given, own) {
        (_, Some(Err(sealed))) => Some(sealed.message.clone()),
        (Some(key), _) | (None, Some(Ok(key))) => {
            let kind = key.kind().short();
            Some(format!("the public key of this {kind} key cannot be told from the private one"))
        }
        (None, None) => None,
    }
}

fn lone(job: &Job) -> Option<(Vec<u8>, Lone)> {
    let input = Input::default();
    let path = job.unread_path()?;
    input.length(path).filter(|length| *length <= LARGEST)?;
    let key = store::lone_key(&input.read_at_most(path, LARGEST).ok()?)?;
    let public = key.public()?.to_vec();
    Some((public, Lone { folder: job.folder(), is_found: job.is_found, key }))
}
