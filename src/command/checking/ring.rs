//! The keys of a run for tokens and HTTP Message Signatures: what came as secrets, and what an issuer
//! publishes, which may change while we run.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::keys::{self, Published};
use crate::command::Context;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::signature::token::KeySet;

/// The least time between two fetches of the same keys, however many tokens name unknown ones.
const PAUSE: Duration = Duration::from_secs(60);

/// Keys to check with.
pub struct Ring {
    keys: RwLock<KeySet>,
    /// Names of the keys that came as secrets, in order.
    labels: Vec<String>,
    /// Where keys may have changed meanwhile.
    published: Option<Renewal>,
}

/// Keys that can be fetched again.
struct Renewal {
    place: Published,
    /// The keys that came as secrets.
    own: KeySet,
    last: Mutex<Last>,
}

/// The last time that they were.
#[derive(Default)]
struct Last {
    at: Option<Instant>,
    failure: Option<Error>,
}

impl Ring {
    /// The keys in these secrets, and those that are published at `jwks`.
    ///
    /// # Errors
    /// Those of reading or fetching them.
    pub fn load(
        secrets: &[(String, Secret)],
        jwks: Option<&str>,
        context: &Context,
    ) -> Result<Self> {
        let mut labels = Vec::new();
        let mut keys = KeySet::default();
        for (label, secret) in secrets {
            let set = KeySet::of_secret(secret.clone());
            labels.extend(std::iter::repeat_n(label.clone(), set.len()));
            keys = keys.and(set);
        }
        let mut published = None;
        if let Some(jwks) = jwks {
            let (theirs, place) = keys::load(jwks, context)?;
            let own = keys.clone();
            published = place.map(|place| Renewal { place, own, last: Mutex::default() });
            keys = keys.and(theirs);
        }
        Ok(Self { keys: RwLock::new(keys), labels, published })
    }

    /// The keys of now.
    pub fn keys(&self) -> RwLockReadGuard<'_, KeySet> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fetches published keys again when the one of that id is not known: issuers change their keys.
    /// At most once a minute; who asks meanwhile waits for the answer.
    ///
    /// # Errors
    /// Why they could not be fetched; the keys known so far stay.
    pub async fn renew(&self, id: &str) -> Result<()> {
        let Some(renewal) = self.published.as_ref().filter(|_| !self.keys().names(id)) else {
            return Ok(());
        };
        let mut last = renewal.last.lock().await;
        if self.keys().names(id) {
            return Ok(());
        }
        if last.at.is_none_or(|at| at.elapsed() >= PAUSE) {
            last.at = Some(Instant::now());
            last.failure = match renewal.place.fetch().await {
                Ok(theirs) => {
                    let keys = renewal.own.clone().and(theirs);
                    *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
                    None
                }
                Err(error) => Some(error),
            };
        }
        last.failure.clone().map_or(Ok(()), Err)
    }

    /// Name of the key of that number: as a secret was called, or as its issuer calls it.
    pub fn label(&self, key: usize) -> Option<String> {
        let own = self.labels.get(key).cloned();
        own.or_else(|| self.keys().iter().nth(key).and_then(|key| key.id.clone()))
    }
}
