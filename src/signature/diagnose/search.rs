//! The search: what is tried in which order, and when to stop.
//!
//! A signature that comes out equal under a changed input is proof of that change: the chance of an
//! accident is 2^-160 for SHA-1 and 2^-256 for SHA-256, at some thousand attempts.

use std::ops::ControlFlow;
use std::time::Instant;

use super::Case;
use super::begun::Begun;
use super::bodies::{self, Body, Change};
use super::cause::{Advice, Cause};
use super::cut::Cut;
use super::location::{self, Location};
use super::text::Text;
use super::{notes, repair, secret, value};
use crate::digest;
use crate::secret::Secret;
use crate::signature::candidates::{Carrier, decoded};
use crate::signature::mac::{Key, State};
use crate::signature::message::Message;
use crate::signature::scheme::{Algorithm, Scheme};
use crate::signature::scheme_key::PublicKey;
use crate::signature::secret_form::key_bytes;

/// Most items of the signature header that are looked at.
const MOST_ITEMS: usize = 16;

/// Digests by length, the most frequent first.
const DIGESTS: &[(usize, Algorithm, &str)] = &[
    (32, Algorithm::HmacSha256, "HMAC-SHA-256"),
    (32, Algorithm::Sha256, "SHA-256 without a key"),
    (20, Algorithm::HmacSha1, "HMAC-SHA-1"),
    (64, Algorithm::HmacSha512, "HMAC-SHA-512"),
    (48, Algorithm::HmacSha384, "HMAC-SHA-384"),
];

/// One reading of a signature: what must come out, under which algorithm.
struct Target {
    bytes: Vec<u8>,
    algorithm: Algorithm,
    causes: Vec<Cause>,
}

/// One form of one secret.
struct KeyForm {
    advice: Option<&'static Advice>,
    /// For templates that sign the secret.
    text: Secret,
    with: With,
}

enum With {
    /// One computation for each algorithm of the targets.
    Macs(Vec<State>),
    Public(PublicKey),
    /// The secret itself travels.
    Token,
}

/// What is changed in one attempt.
#[derive(Clone, Copy)]
struct Attempt<'a> {
    key: usize,
    body: Option<Change>,
    /// A further change of a body that is changed already.
    end: Option<Change>,
    text: &'a Text,
    url: Option<&'a Location>,
}

pub(super) struct Search<'a> {
    case: &'a Case<'a>,
    carriers: Vec<Carrier<'a>>,
    targets: Vec<Target>,
    algorithms: Vec<Algorithm>,
    keys: Vec<KeyForm>,
    begun: Begun,
    pub(super) tried: usize,
    /// Why it ended early, if it did.
    pub(super) cut: Option<Cut>,
    /// The changes under which it matches, and the body then.
    pub(super) found: Option<(Vec<Cause>, Vec<u8>)>,
}

impl<'a> Search<'a> {
    pub(super) fn new(case: &'a Case<'a>) -> Self {
        let carriers = Carrier::unjudged(case.scheme, &case.message);
        let targets = targets(case.scheme, &carriers);
        let mut algorithms: Vec<Algorithm> = Vec::new();
        for target in &targets {
            if !algorithms.contains(&target.algorithm) {
                algorithms.push(target.algorithm);
            }
        }
        let keys = key_forms(case, &algorithms);
        let items =
            carriers.iter().map(|carrier| carrier.items(case.scheme).count()).sum::<usize>();
        let cut = (items > MOST_ITEMS).then_some(Cut::Items);
        let begun = Begun::default();
        Self { case, carriers, targets, algorithms, keys, begun, tried: 0, cut, found: None }
    }

    /// Tries everything, one change at a time and then pairs, until something matches.
    pub(super) fn run(&mut self) {
        let locations = location::all(&self.case.message);
        let texts = Text::all(self.case.scheme, &self.case.message, &self.carriers);
        let singles = self.singles(&texts, &locations);
        if singles.is_continue() && self.found.is_none() {
            let _ = self.pairs(&texts, &locations);
        }
    }

    /// Key forms that are the secrets as they are.
    fn plain_keys(&self) -> Vec<usize> {
        let is_plain = |index: &usize| self.keys[*index].advice.is_none();
        (0..self.keys.len()).filter(is_plain).collect()
    }

    fn singles(&mut self, texts: &[Text], locations: &[Location]) -> ControlFlow<()> {
        let text = &Text::Own;
        let body = &Body::new(self.case.message.body, Body::GIVEN);
        for key in 0..self.keys.len() {
            self.attempt(Attempt { key, body: None, end: None, text, url: None }, body, 1)?;
        }
        let plain = self.plain_keys();
        let length = notes::content_length(&self.case.message);
        bodies::each(body.bytes, length, false, &mut |change, body| {
            plain.iter().try_for_each(|&key| {
                let attempt = Attempt { key, body: Some(change), end: None, text, url: None };
                self.attempt(attempt, body, 1)
            })
        })?;
        for key in plain {
            for text in texts.iter().skip(1) {
                self.attempt(Attempt { key, body: None, end: None, text, url: None }, body, 1)?;
            }
            for url in locations.iter().filter(|_| text.has_url(self.case.scheme)) {
                let url = Some(url);
                self.attempt(Attempt { key, body: None, end: None, text, url }, body, 1)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn pairs(&mut self, texts: &[Text], locations: &[Location]) -> ControlFlow<()> {
        let plain = self.plain_keys();
        let (own, others) = (&Text::Own, texts.get(1..).unwrap_or_default());
        let changed: Vec<usize> = (0..self.keys.len()).filter(|key| !plain.contains(key)).collect();
        let message = self.case.message;
        let given = &Body::new(message.body, Body::GIVEN);
        // secret x text
        for &key in &changed {
            for text in others {
                let attempt = Attempt { key, body: None, end: None, text, url: None };
                self.attempt(attempt, given, 2)?;
            }
        }
        // body x secret, body x text, body x its end; the same numbers are other kin than before
        self.begun = Begun::default();
        let length = notes::content_length(&message);
        bodies::each(message.body, length, true, &mut |change, body| {
            let with_secrets = changed.iter().map(|key| (*key, own));
            let with_texts =
                plain.iter().flat_map(|key| others.iter().map(move |text| (*key, text)));
            for (key, text) in with_secrets.chain(with_texts) {
                let attempt = Attempt { key, body: Some(change), end: None, text, url: None };
                self.attempt(attempt, body, 2)?;
            }
            for (end, ended) in bodies::ends(body.bytes) {
                let ended = Body::new(&ended, body.kin);
                for &key in &plain {
                    let (body, end) = (Some(change), Some(end));
                    self.attempt(Attempt { key, body, end, text: own, url: None }, &ended, 2)?;
                }
            }
            ControlFlow::Continue(())
        })?;
        // url x text, url x secret
        for url in locations {
            for key in 0..self.keys.len() {
                for text in texts.iter().filter(|text| text.has_url(self.case.scheme)) {
                    if plain.contains(&key) || matches!(text, Text::Own) {
                        let url = Some(url);
                        let attempt = Attempt { key, body: None, end: None, text, url };
                        self.attempt(attempt, given, 2)?;
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// One attempt; breaks when it matches with no more than `level` changes, or time is up.
    fn attempt(&mut self, attempt: Attempt<'_>, body: &Body<'_>, level: usize) -> ControlFlow<()> {
        self.tried += 1;
        if Instant::now() >= self.case.deadline {
            self.cut = Some(Cut::Time);
            return ControlFlow::Break(());
        }
        let Some(target) = self.matching(attempt, body) else { return ControlFlow::Continue(()) };
        let causes = self.causes(attempt, &self.targets[target], body.bytes);
        // What matches as it is needs no explanation.
        let count = causes.len();
        if self.found.as_ref().is_none_or(|(found, _)| count < found.len()) {
            self.found = Some((causes, body.bytes.to_vec()));
        }
        if count <= level { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// The reading of the signature that comes out.
    fn matching(&mut self, attempt: Attempt<'_>, body: &Body<'_>) -> Option<usize> {
        let key = self.keys.get(attempt.key)?;
        let scheme = self.case.scheme;
        let url = attempt.url.map(|location| location.url.as_str()).or(self.case.message.url);
        let message = Message { url, ..self.case.message };
        let has_secret = attempt.text.has_secret(scheme);
        for carrier in &self.carriers {
            let secret = key.text.expose();
            let Some(content) = attempt.text.content(scheme, &message, body, secret, carrier)
            else {
                continue;
            };
            let is_right = |target: &Target| match &key.with {
                With::Public(key) => key.verifies(&content.bytes(body.bytes), &target.bytes),
                With::Token => digest::equal(&target.bytes, key.text.expose()),
                With::Macs(_) => false,
            };
            let With::Macs(states) = &key.with else {
                match self.targets.iter().position(is_right) {
                    Some(found) => return Some(found),
                    None => continue,
                }
            };
            for (algorithm, state) in self.algorithms.iter().zip(states) {
                // Without a key in it, a bare digest proves nothing about the sender.
                if *algorithm == Algorithm::Sha256 && !has_secret {
                    continue;
                }
                let value = self.begun.go_on((attempt.key, *algorithm), state, &content, body);
                let fits = |target: &Target| {
                    target.algorithm == *algorithm && digest::equal(&target.bytes, &value)
                };
                if let Some(found) = self.targets.iter().position(fits) {
                    return Some(found);
                }
            }
        }
        None
    }

    fn causes(&self, attempt: Attempt<'_>, target: &Target, signed: &[u8]) -> Vec<Cause> {
        let given = self.case.message.body;
        let (before, after) = (given.len(), signed.len());
        let mut causes = target.causes.clone();
        let advice = self.keys.get(attempt.key).and_then(|key| key.advice);
        causes.extend(advice.map(|advice| advice.cause(before, after)));
        let changes: Vec<Change> = [attempt.body, attempt.end].into_iter().flatten().collect();
        causes.extend(changes.iter().map(|change| change.cause(before, after)));
        // One command makes all changes of the file: it stands with the last of them.
        if changes.last().is_some_and(|change| !change.is_senders())
            && let Some(command) = repair::command(self.case, signed)
            && let Some(last) = causes.pop()
        {
            causes.push(last.repaired_by(command));
        }
        if !matches!(attempt.text, Text::Own) {
            causes.push(attempt.text.cause(self.case.scheme));
        }
        causes.extend(attempt.url.map(Location::cause));
        causes
    }
}

/// Every reading of every item, the scheme's own first.
fn targets(scheme: &Scheme, carriers: &[Carrier<'_>]) -> Vec<Target> {
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

/// The secrets as they are, then every form of each.
fn key_forms(case: &Case<'_>, algorithms: &[Algorithm]) -> Vec<KeyForm> {
    let mut forms: Vec<KeyForm> = Vec::new();
    if case.scheme.algorithm.is_asymmetric() {
        for secret in case.secrets {
            let key = Key::new(case.scheme, secret).ok();
            if let Some(key) = key.as_ref().and_then(Key::public) {
                let (advice, text) = (None, secret.clone());
                forms.push(KeyForm { advice, text, with: With::Public(key.clone()) });
            }
        }
        return forms;
    }
    let mut seen: Vec<Secret> = Vec::new();
    let mut add = |advice: Option<&'static Advice>, text: &Secret, key: Secret| {
        if seen.iter().any(|known| digest::equal(known.expose(), key.expose())) {
            return;
        }
        let with = if case.scheme.algorithm == Algorithm::Token {
            With::Token
        } else {
            let states = algorithms.iter().map(|algorithm| State::new(*algorithm, key.expose()));
            With::Macs(states.flatten().collect())
        };
        forms.push(KeyForm { advice, text: text.clone(), with });
        seen.push(key);
    };
    for secret in case.secrets {
        if let Ok(key) = key_bytes(case.scheme, secret) {
            add(None, secret, key);
        }
    }
    for secret in case.secrets {
        for row in secret::ROWS {
            let Some(text) = (row.apply)(secret.expose()).map(Secret::new) else { continue };
            let key =
                if row.is_key { Some(text.clone()) } else { key_bytes(case.scheme, &text).ok() };
            if let Some(key) = key {
                add(Some(&row.advice), &text, key);
            }
        }
    }
    forms
}
