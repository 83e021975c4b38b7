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
use super::target::{self, Target};
use super::text::Text;
use super::{notes, repair, secret};
use crate::digest;
use crate::secret::Secret;
use crate::signature::candidates::Carrier;
use crate::signature::mac::{Key, State};
use crate::signature::message::Message;
use crate::signature::scheme::Algorithm;
use crate::signature::scheme_key::PublicKey;
use crate::signature::secret_form::key_bytes;

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

/// What came of attempts: of those with one body, or of all.
#[derive(Default)]
pub(super) struct Tally {
    /// How many there were.
    pub tried: usize,
    /// Why they ended early, if they did.
    pub cut: Option<Cut>,
    /// The changes under which it matches, and the body then.
    pub found: Option<(Vec<Cause>, Vec<u8>)>,
    /// Nothing more has to be tried.
    is_done: bool,
}

impl Tally {
    /// Adds what came next; breaks when that is enough.
    fn take(&mut self, next: Self) -> ControlFlow<()> {
        self.tried += next.tried;
        self.cut = next.cut.or(self.cut);
        self.is_done = next.is_done;
        let is_less = |found: &(Vec<Cause>, _)| {
            self.found.as_ref().is_none_or(|(known, _)| found.0.len() < known.len())
        };
        if let Some(found) = next.found.filter(is_less) {
            self.found = Some(found);
        }
        if self.is_done { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

pub(super) struct Search<'a> {
    case: &'a Case<'a>,
    carriers: Vec<Carrier<'a>>,
    targets: Vec<Target>,
    algorithms: Vec<Algorithm>,
    keys: Vec<KeyForm>,
}

impl<'a> Search<'a> {
    pub(super) fn new(case: &'a Case<'a>) -> Self {
        let carriers = Carrier::unjudged(case.scheme, &case.message);
        let targets = target::all(case.scheme, &carriers);
        let mut algorithms: Vec<Algorithm> = Vec::new();
        for target in &targets {
            if !algorithms.contains(&target.algorithm) {
                algorithms.push(target.algorithm);
            }
        }
        let keys = key_forms(case, &algorithms);
        Self { case, carriers, targets, algorithms, keys }
    }

    /// Tries everything, one change at a time and then pairs, until something matches.
    pub(super) fn run(&self) -> Tally {
        let items = self.carriers.iter().map(|carrier| carrier.items(self.case.scheme).count());
        let cut = (items.sum::<usize>() > target::MOST_ITEMS).then_some(Cut::Items);
        let mut all = Tally { cut, ..Tally::default() };
        let locations = location::all(&self.case.message);
        let texts = Text::all(self.case.scheme, &self.case.message, &self.carriers);
        let singles = self.singles(&mut all, &texts, &locations);
        if singles.is_continue() && all.found.is_none() {
            let _ = self.pairs(&mut all, &texts, &locations);
        }
        all
    }

    /// Key forms that are the secrets as they are.
    fn plain_keys(&self) -> Vec<usize> {
        let is_plain = |index: &usize| self.keys[*index].advice.is_none();
        (0..self.keys.len()).filter(is_plain).collect()
    }

    fn singles(&self, all: &mut Tally, texts: &[Text], locations: &[Location]) -> ControlFlow<()> {
        let text = &Text::Own;
        let message = &self.case.message;
        let (given, begun) = (&Body::new(message.body), &mut Begun::default());
        for key in 0..self.keys.len() {
            let attempt = Attempt { key, body: None, end: None, text, url: None };
            self.attempt(all, attempt, given, begun, 1)?;
        }
        let plain = self.plain_keys();
        let length = notes::content_length(message);
        let with_keys = |change: Change, body: &Body<'_>, begun: &mut Begun| {
            let mut tally = Tally::default();
            let _ = plain.iter().try_for_each(|&key| {
                let attempt = Attempt { key, body: Some(change), end: None, text, url: None };
                self.attempt(&mut tally, attempt, body, begun, 1)
            });
            tally
        };
        bodies::each(message.body, length, false, &with_keys, &mut |next| all.take(next))?;
        for key in plain {
            for text in texts.iter().skip(1) {
                let attempt = Attempt { key, body: None, end: None, text, url: None };
                self.attempt(all, attempt, given, begun, 1)?;
            }
            for url in locations.iter().filter(|_| text.has_url(self.case.scheme)) {
                let url = Some(url);
                let attempt = Attempt { key, body: None, end: None, text, url };
                self.attempt(all, attempt, given, begun, 1)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn pairs(&self, all: &mut Tally, texts: &[Text], locations: &[Location]) -> ControlFlow<()> {
        let plain = self.plain_keys();
        let others = texts.get(1..).unwrap_or_default();
        let changed: Vec<usize> = (0..self.keys.len()).filter(|key| !plain.contains(key)).collect();
        let message = self.case.message;
        let (given, begun) = (&Body::new(message.body), &mut Begun::default());
        // secret x text
        for &key in &changed {
            for text in others {
                let attempt = Attempt { key, body: None, end: None, text, url: None };
                self.attempt(all, attempt, given, begun, 2)?;
            }
        }
        // body x secret, body x text, body x its end
        let with_others = |change: Change, body: &Body<'_>, begun: &mut Begun| {
            let mut tally = Tally::default();
            let _ = self.with_others(&mut tally, [&plain, &changed], others, change, body, begun);
            tally
        };
        let length = notes::content_length(&message);
        bodies::each(message.body, length, true, &with_others, &mut |next| all.take(next))?;
        // url x text, url x secret
        for url in locations {
            for key in 0..self.keys.len() {
                for text in texts.iter().filter(|text| text.has_url(self.case.scheme)) {
                    if plain.contains(&key) || matches!(text, Text::Own) {
                        let url = Some(url);
                        let attempt = Attempt { key, body: None, end: None, text, url };
                        self.attempt(all, attempt, given, begun, 2)?;
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// A changed body with each secret, each text and each end.
    fn with_others(
        &self,
        tally: &mut Tally,
        [plain, changed]: [&[usize]; 2],
        others: &[Text],
        change: Change,
        body: &Body<'_>,
        begun: &mut Begun,
    ) -> ControlFlow<()> {
        let own = &Text::Own;
        let with_secrets = changed.iter().map(|key| (*key, own));
        let with_texts = plain.iter().flat_map(|key| others.iter().map(move |text| (*key, text)));
        for (key, text) in with_secrets.chain(with_texts) {
            let attempt = Attempt { key, body: Some(change), end: None, text, url: None };
            self.attempt(tally, attempt, body, begun, 2)?;
        }
        for (end, ended) in bodies::ends(body.bytes) {
            let ended = Body::new(&ended);
            for &key in plain {
                let (body, end) = (Some(change), Some(end));
                let attempt = Attempt { key, body, end, text: own, url: None };
                self.attempt(tally, attempt, &ended, begun, 2)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// One attempt; breaks when it matches with no more than `level` changes, or time is up. What the
    /// bodies before had in common with this one is in `begun`.
    fn attempt(
        &self,
        tally: &mut Tally,
        attempt: Attempt<'_>,
        body: &Body<'_>,
        begun: &mut Begun,
        level: usize,
    ) -> ControlFlow<()> {
        let mut next = Tally { tried: 1, ..Tally::default() };
        if Instant::now() >= self.case.deadline {
            (next.cut, next.is_done) = (Some(Cut::Time), true);
        } else if let Some(target) = self.matching(attempt, body, begun) {
            let causes = self.causes(attempt, &self.targets[target], body.bytes);
            // What matches as it is needs no explanation.
            next.is_done = causes.len() <= level;
            next.found = Some((causes, body.bytes.to_vec()));
        }
        tally.take(next)
    }

    /// The reading of the signature that comes out.
    fn matching(&self, attempt: Attempt<'_>, body: &Body<'_>, begun: &mut Begun) -> Option<usize> {
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
                let value = begun.go_on((attempt.key, *algorithm), state, &content, body);
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
