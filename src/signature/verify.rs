//! Checks signatures: every candidate, under every secret, in constant time, then the clock.

use time::{Duration, OffsetDateTime};

use super::candidates::{Carrier, encoded};
use super::content::Gap;
use super::mac::{Key, State};
use super::message::Message;
use super::problem::Problem;
use super::scheme::{Algorithm, Lookup, Place, Scheme};
use super::spelling::{self, Spellings};
use super::template::{Content, LONGEST_CONTENT, Word};
use super::{checks, url};
use crate::digest;
use crate::error::Result;
use crate::finding::Code;
use crate::secret::{HIDDEN, Secret};

/// Most different signed contents that one request may ask for.
const MOST_CONTENTS: usize = 16;
/// The only form of a URL that is not signed.
const NO_URL: &[Option<String>] = &[None];

/// Everything about a scheme and its secrets that can be computed before the first request.
#[derive(Clone)]
pub struct Verifier {
    scheme: Scheme,
    keys: Vec<(String, Key)>,
    tolerance: Option<Duration>,
    /// Most that the time of signing may lie ahead, if that is less.
    ahead: Option<Duration>,
    /// Whether the tolerance was asked for, so that it must be judged.
    is_time_wanted: bool,
    covers_body: bool,
    varies: Varies,
}

/// What the signed content depends on besides the request itself.
#[derive(Clone, Copy)]
struct Varies {
    by_carrier: bool,
    by_key: bool,
    by_url: bool,
    /// Whether it depends on the body in such a way that the body must be held.
    by_whole_body: bool,
}

/// What came out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The signature that is right, if one is.
    pub matched: Option<Match>,
    /// Number of signatures that were there.
    pub candidates: usize,
    /// The time of signing, if the scheme has one and it can be read.
    pub signed_at: Option<OffsetDateTime>,
    /// Its distance from now in seconds; negative when it lies in the future.
    pub age_seconds: Option<i64>,
    /// What is wrong; nothing when the request is as it should be.
    pub problems: Vec<Problem>,
}

/// A signature that is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Index of the secret.
    pub secret: usize,
    /// The URL it is right for, when the scheme signs one.
    pub url: Option<String>,
}

impl Outcome {
    /// Whether the secret or the content is another one: the case that a diagnosis explains.
    pub fn is_mismatch(&self) -> bool {
        self.matched.is_none()
            && self.problems.iter().any(|problem| problem.code == Code::SignatureMismatch)
    }
}

/// The signed content that a candidate may be right for.
struct Signed {
    carrier: Option<usize>,
    key: Option<usize>,
    url: Option<String>,
    content: Content,
}

/// The signature that is right.
struct Found {
    /// The line it stands in.
    carrier: usize,
    matched: Match,
    spellings: Spellings,
}

/// A request taken apart: its candidates and what they would sign.
struct Reading<'a> {
    carriers: Vec<Carrier<'a>>,
    contents: Vec<Signed>,
}

impl Verifier {
    /// Prepares `scheme` with its secrets, the current one first. Labels name them in the answer.
    pub fn new(scheme: Scheme, secrets: &[(String, Secret)]) -> Result<Self> {
        let mut keys = Vec::with_capacity(secrets.len());
        for (label, secret) in secrets {
            keys.push((label.clone(), Key::new(&scheme, secret)?));
        }
        let by_field = |name: &str| match scheme.variables.iter().find(|(word, _)| word == name) {
            Some((_, lookup)) => matches!(lookup, Lookup::Field(_)),
            None => true,
        };
        let by_carrier = scheme.signed.words().any(|word| match word {
            Word::Timestamp => match &scheme.timestamp {
                Some(timestamp) => matches!(timestamp.from, Lookup::Field(_)),
                None => true,
            },
            Word::Named(name) => by_field(name),
            Word::SignedHeaders => true,
            _ => false,
        });
        let by_key = scheme.signed.has(&Word::Secret);
        let by_url = scheme.signed.words().any(Word::is_url);
        let by_whole_body = !scheme.signed.streams()
            || scheme.body_digest.is_some()
            || !matches!(scheme.place, Place::Headers(_))
            || scheme.timestamp.as_ref().is_some_and(|timestamp| timestamp.from.is_in_body())
            || scheme.variables.iter().any(|(_, lookup)| lookup.is_in_body())
            || keys.iter().any(|(_, key)| key.state().is_none());
        let span = |seconds: Option<u64>| seconds?.try_into().ok().map(Duration::seconds);
        let (tolerance, ahead) = (span(scheme.tolerance), span(scheme.ahead));
        let varies = Varies { by_carrier, by_key, by_url, by_whole_body };
        let covers_body = scheme.covers_body();
        Ok(Self { scheme, keys, tolerance, ahead, is_time_wanted: false, covers_body, varies })
    }

    /// Takes another tolerance than the scheme's. From then on a request whose time cannot be judged
    /// does not pass.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = Some(tolerance);
        self.ahead = None;
        self.is_time_wanted = true;
        self
    }

    /// The scheme.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// The label of the secret of that index.
    pub fn label(&self, secret: usize) -> &str {
        self.keys.get(secret).map(|(label, _)| label.as_str()).unwrap_or_default()
    }

    /// What is wrong with the secrets themselves, whatever the request.
    pub fn weak_secrets(&self) -> Vec<Problem> {
        let weak = self.keys.iter().filter(|(_, key)| key.is_weak());
        weak.map(|(label, _)| checks::weak_secret(label)).collect()
    }

    /// Whether a body can be checked while it streams by, without being held.
    pub fn streams(&self) -> bool {
        !self.varies.by_whole_body && !self.varies.by_url
    }

    /// Whether nothing can be checked before the URL is known.
    pub fn needs_url(&self) -> bool {
        self.varies.by_url
    }

    /// Checks a request whose body is at hand.
    pub fn verify(&self, message: &Message<'_>, now: OffsetDateTime) -> Outcome {
        let reading = match self.read(message) {
            Ok(reading) => reading,
            Err(problem) => return self.failed(message, problem),
        };
        self.conclude(&reading, message, now, |key, _, content| key.expected(content, message.body))
    }

    /// Begins to check a request whose body is to come in pieces. Only when [`Self::streams`].
    pub fn stream<'a>(
        &'a self,
        message: Message<'a>,
        now: OffsetDateTime,
    ) -> Result<Stream<'a>, Outcome> {
        let reading = self.read(&message).map_err(|problem| self.failed(&message, problem))?;
        let mut states = Vec::new();
        for (_, key) in &self.keys {
            for signed in &reading.contents {
                let mut state = key.state();
                if let Some(state) = &mut state {
                    state.update(&signed.content.before);
                }
                states.push(state);
            }
        }
        Ok(Stream { verifier: self, message, now, reading, states })
    }

    /// What a signature would have to be, for each secret, as the scheme writes it. Where that is the
    /// secret itself, it is hidden.
    pub fn expected(&self, message: &Message<'_>) -> Vec<String> {
        let Ok(reading) = self.read(message) else { return Vec::new() };
        let Some(signed) = reading.contents.first() else { return Vec::new() };
        let values =
            self.keys.iter().filter_map(|(_, key)| key.expected(&signed.content, message.body));
        values
            .filter_map(|value| {
                let signature = match self.scheme.algorithm {
                    Algorithm::Token => HIDDEN.to_owned(),
                    _ => encoded(self.scheme.encoding, &value),
                };
                self.scheme.value.fill(|word| (word == "sig").then(|| signature.clone()))
            })
            .collect()
    }

    fn failed(&self, message: &Message<'_>, problem: Problem) -> Outcome {
        let mut problems = checks::requirements(&self.scheme, message, false);
        problems.push(problem);
        Outcome { problems, ..Outcome::default() }
    }

    fn read<'a>(&self, message: &Message<'a>) -> Result<Reading<'a>, Problem> {
        let scheme = &self.scheme;
        let carriers = Carrier::read_all(scheme, message)?;
        let accepted: Vec<_>;
        let urls = match message.url {
            Some(url) if self.varies.by_url => {
                let forms = url::accepted(&scheme.url_forms, url);
                accepted = forms.into_iter().map(Some).collect();
                &accepted[..]
            }
            _ => NO_URL,
        };
        let over_carriers = if self.varies.by_carrier { carriers.len() } else { 1 };
        let over_keys = if self.varies.by_key { self.keys.len() } else { 1 };
        if over_carriers > MOST_CONTENTS {
            return Err(Problem::malformed(format!(
                "{} appears {over_carriers} times; at most {MOST_CONTENTS} lines are checked",
                scheme.place
            )));
        }
        let mut contents = Vec::with_capacity(1);
        let mut length = 0;
        for (index, carrier) in carriers.iter().enumerate().take(over_carriers) {
            let fields = |name: &str| carrier.field(scheme, name);
            for url in urls {
                let message = Message { url: url.as_deref().or(message.url), ..*message };
                for (number, (_, key)) in self.keys.iter().enumerate().take(over_keys) {
                    let content = message
                        .content(scheme, key.secret(), &fields)
                        .map_err(|gap| checks::incomplete(scheme, &gap))?;
                    length += content.length();
                    if length > LONGEST_CONTENT {
                        return Err(checks::incomplete(scheme, &Gap::TooLong));
                    }
                    contents.push(Signed {
                        carrier: self.varies.by_carrier.then_some(index),
                        key: self.varies.by_key.then_some(number),
                        url: url.clone(),
                        content,
                    });
                }
            }
        }
        Ok(Reading { carriers, contents })
    }

    fn conclude(
        &self,
        reading: &Reading<'_>,
        message: &Message<'_>,
        now: OffsetDateTime,
        expected: impl Fn(&Key, usize, &Content) -> Option<Vec<u8>>,
    ) -> Outcome {
        let found = self.find(reading, message, expected);
        let mut outcome = Outcome {
            candidates: reading.carriers.iter().map(|carrier| carrier.candidates.len()).sum(),
            problems: checks::requirements(&self.scheme, message, found.is_some()),
            ..Outcome::default()
        };
        outcome.problems.extend(checks::foreign_certificate(&self.scheme, message));
        let carrier = found.as_ref().map_or(0, |found| found.carrier);
        let time = checks::signed_at(&self.scheme, &reading.carriers[carrier], message);
        let age = match &time {
            Some(Ok(signed_at)) => Some(now - *signed_at),
            _ => None,
        };
        outcome.age_seconds = age.map(Duration::whole_seconds);
        match found {
            None => outcome.problems.push(checks::mismatch(&self.scheme, self.keys.len())),
            Some(Found { matched, spellings, .. }) => {
                outcome.problems.extend(checks::digest_differs(&self.scheme, message));
                outcome.problems.extend(spelling::differs(&self.scheme, spellings));
                if self.is_time_wanted && !self.scheme.signs_time() {
                    outcome.problems.push(checks::untimed(&self.scheme));
                }
                if !self.covers_body && !message.body.is_empty() {
                    outcome.problems.extend(checks::body_uncovered(&self.scheme, message.body));
                }
                if let (Some(age), Some(tolerance)) = (age, self.tolerance) {
                    let ahead = self.ahead.filter(|_| age.is_negative());
                    outcome.problems.extend(checks::late(age, ahead.unwrap_or(tolerance)));
                }
                if matched.secret > 0 {
                    outcome.problems.push(checks::old_secret(self.label(matched.secret)));
                }
                outcome.matched = Some(matched);
            }
        }
        match time {
            Some(Ok(signed_at)) => outcome.signed_at = Some(signed_at),
            Some(Err(problem)) => outcome.problems.push(problem),
            None => {}
        }
        outcome
    }

    /// The first secret, in the order given, under which a candidate is right.
    fn find(
        &self,
        reading: &Reading<'_>,
        message: &Message<'_>,
        expected: impl Fn(&Key, usize, &Content) -> Option<Vec<u8>>,
    ) -> Option<Found> {
        for (number, (_, key)) in self.keys.iter().enumerate() {
            for (index, signed) in reading.contents.iter().enumerate() {
                if signed.key.is_some_and(|only| only != number) {
                    continue;
                }
                let expected =
                    expected(key, number * reading.contents.len() + index, &signed.content);
                let content = key.public().map(|_| signed.content.bytes(message.body));
                let is_right = |bytes: &[u8]| match (key.public(), &content, &expected) {
                    (Some(key), Some(content), _) => key.verifies(content, bytes),
                    (_, _, Some(expected)) => digest::equal(expected, bytes),
                    _ => false,
                };
                for (place, carrier) in reading.carriers.iter().enumerate() {
                    if signed.carrier.is_some_and(|only| only != place) {
                        continue;
                    }
                    if let Some(spellings) = carrier.right(is_right) {
                        let matched = Match { secret: number, url: signed.url.clone() };
                        return Some(Found { carrier: place, matched, spellings });
                    }
                }
            }
        }
        None
    }
}

/// A check in progress, for a body that streams by.
pub struct Stream<'a> {
    verifier: &'a Verifier,
    message: Message<'a>,
    now: OffsetDateTime,
    reading: Reading<'a>,
    states: Vec<Option<State>>,
}

impl Stream<'_> {
    /// Takes the next bytes of the body.
    pub fn update(&mut self, bytes: &[u8]) {
        self.states.iter_mut().flatten().for_each(|state| state.update(bytes));
    }

    /// Ends the body.
    pub fn finish(self) -> Outcome {
        self.verifier.conclude(&self.reading, &self.message, self.now, |_, index, content| {
            let mut state = self.states.get(index)?.clone()?;
            state.update(content.after.as_deref().unwrap_or_default());
            Some(state.finish())
        })
    }
}
