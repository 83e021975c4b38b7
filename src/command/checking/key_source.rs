//! The keys of a run for tokens and HTTP Message Signatures: what came as secrets, and what an issuer
//! publishes, which may change while we run.
//!
//! Published keys age: one that was withdrawn stops working when they are fetched again, and keys that
//! cannot be fetched again when their time is over are not used. Callers cannot make us ask often: for
//! a key that is not known the issuer is asked once a minute, and one fetch serves all who wait.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::keys::{self, Fetched, Published};
use crate::command::Context;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::secret::Secret;
use crate::signature::key_set::KeySet;

/// The least time between two fetches of keys that are good, however many tokens name unknown ones.
const PAUSE: Duration = Duration::from_secs(60);
/// The least time between two fetches after one that failed, when no keys are left.
const RETRY: Duration = Duration::from_secs(10);

/// Keys to check with.
pub struct KeySource {
    state: RwLock<State>,
    /// Where keys may have changed meanwhile.
    published: Option<Renewal>,
}

/// The keys of now.
struct State {
    keys: Arc<KeySet>,
    /// Until when published ones are good.
    until: Option<Instant>,
    /// Whether that is over and they were not to be had again.
    is_stale: bool,
    /// Why the last fetch failed, if it did.
    failure: Option<Error>,
}

impl State {
    fn is_over(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// Whether they should be fetched again, for signatures of keys with these ids.
    fn is_wanting(&self, ids: &[String], now: Instant) -> bool {
        self.is_over(now) || ids.iter().any(|id| !self.keys.names(id))
    }

    /// Whether they may be, when the last time that they were was `ago`.
    fn is_due(&self, ago: Option<Duration>, now: Instant) -> bool {
        match (self.is_over(now), &self.failure) {
            (true, None) => true,
            (true, Some(_)) => ago.is_none_or(|ago| ago >= RETRY),
            (false, _) => ago.is_none_or(|ago| ago >= PAUSE),
        }
    }
}

/// Keys that can be fetched again.
struct Renewal {
    place: Published,
    /// The keys that came as secrets.
    own: KeySet,
    /// The last time that they were; who holds it fetches.
    last: Mutex<Option<Instant>>,
}

impl KeySource {
    /// The keys in these secrets, and those that are published at `jwks`.
    ///
    /// # Errors
    /// Those of reading or fetching them.
    pub fn load(
        secrets: &[(String, Secret)],
        jwks: Option<&str>,
        context: &Context,
    ) -> Result<Self> {
        let mut own = KeySet::default();
        for (label, secret) in secrets {
            let set = KeySet::of_secret(label, secret.clone());
            own = own.and(set.map_err(|error| error.about(label))?);
        }
        let Some(jwks) = jwks else { return Ok(Self::of(own, None, None)) };
        let (Fetched { keys, life }, place) = keys::load(jwks, context)?;
        let until = place.is_some().then(|| Instant::now() + life);
        let all = own.clone().and(keys);
        let published = place.map(|place| Renewal { place, own, last: Mutex::default() });
        Ok(Self::of(all, until, published))
    }

    fn of(keys: KeySet, until: Option<Instant>, published: Option<Renewal>) -> Self {
        let state = State { keys: Arc::new(keys), until, is_stale: false, failure: None };
        Self { state: RwLock::new(state), published }
    }

    /// The keys of now.
    ///
    /// # Errors
    /// Why there are none: they are too old, and could not be fetched again.
    pub fn keys(&self) -> Result<Arc<KeySet>> {
        self.with(|state| match (state.is_stale, &state.failure) {
            (false, _) => Ok(state.keys.clone()),
            (true, Some(failure)) => Err(failure.clone()),
            (true, None) => Err(Error::new(Failure::Timeout, "nothing was waiting for the answer")),
        })
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// Fetches published keys again when their time is over, or when one of these ids is not known:
    /// issuers change their keys. Who asks meanwhile waits for the answer.
    ///
    /// # Errors
    /// Why they could not be fetched; the keys known so far stay until their time is over.
    pub async fn renew(self: &Arc<Self>, ids: &[String]) -> Result<()> {
        let Some(renewal) = &self.published else { return Ok(()) };
        let is_wanting = || {
            let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
            state.is_wanting(ids, Instant::now())
        };
        if !is_wanting() {
            return Ok(());
        }
        let mut last = renewal.last.lock().await;
        if !is_wanting() {
            return Ok(());
        }
        let ago = last.map(|at| at.elapsed());
        if self.with(|state| state.is_due(ago, Instant::now())) {
            *last = Some(Instant::now());
            // A task of its own: a caller who hangs up does not stop what others need.
            let source = self.clone();
            let _ = tokio::spawn(async move { source.fetch().await }).await;
        }
        self.with(|state| {
            state.is_stale = state.is_over(Instant::now());
            state.failure.clone().map_or(Ok(()), Err)
        })
    }

    async fn fetch(&self) {
        let Some(renewal) = &self.published else { return };
        let fetched = renewal.place.fetch().await;
        self.with(|state| match fetched {
            Ok(Fetched { keys, life }) => {
                state.keys = Arc::new(renewal.own.clone().and(keys));
                state.until = Some(Instant::now() + life);
                (state.is_stale, state.failure) = (false, None);
            }
            Err(error) => state.failure = Some(error),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(until: Instant, failure: Option<Error>) -> State {
        let set = br#"{"kty":"OKP","crv":"Ed25519","kid":"k","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"}"#;
        let keys = Arc::new(KeySet::parse(set).unwrap());
        State { keys, until: Some(until), is_stale: false, failure }
    }

    #[test]
    fn keys_are_fetched_again_when_they_are_old_or_lack_one() {
        let now = Instant::now();
        let good = state(now + Duration::from_secs(9), None);
        assert!(!good.is_wanting(&["k".into()], now) && !good.is_wanting(&[], now));
        assert!(good.is_wanting(&["k".into(), "other".into()], now));
        assert!(good.is_wanting(&["k".into()], now + Duration::from_secs(9)));
    }

    #[test]
    fn an_issuer_is_not_asked_more_often_than_it_wants() {
        let now = Instant::now();
        let ago = |seconds| Some(Duration::from_secs(seconds));
        let good = state(now + Duration::from_secs(9), None);
        assert!(good.is_due(None, now) && good.is_due(ago(60), now) && !good.is_due(ago(59), now));
        let over = state(now, None);
        assert!(over.is_due(ago(1), now), "the issuer said so");
        let gone = state(now, Some(Error::new(Failure::Refused, "gone")));
        assert!(!gone.is_due(ago(9), now) && gone.is_due(ago(10), now));
    }
}
