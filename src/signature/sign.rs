//! Signs: the scheme's table run backwards. The body may stream by.

use std::hash::{BuildHasher, Hasher, RandomState};

use time::OffsetDateTime;

use super::candidates::encoded;
use super::content::Gap;
use super::mac::{Key, State};
use super::message::Message;
use super::problem::Problem;
use super::scheme::{Algorithm, BodyDigest, Lookup, Place, Scheme, SignedHeaders};
use super::scheme_key::PrivateKey;
use super::template::{Content, Word};
use super::{checks, moment};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::Url;
use crate::secret::Secret;

/// What stands for a word of the header that nothing says: a key id, an environment.
const ANY: &str = "1";

/// What is chosen freshly for each signature.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// The time of signing.
    pub at: OffsetDateTime,
    /// The id of the delivery; a random one when there is none.
    pub id: Option<String>,
}

/// A signature, and the headers that carry it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Header lines to send, in order: the signature, then what it depends on.
    pub headers: Vec<(String, String)>,
    /// The signature alone, as the scheme writes it.
    pub signature: String,
}

/// A scheme with the key that signs under it.
pub struct Signer {
    scheme: Scheme,
    secret: Secret,
    with: With,
}

enum With {
    Shared(Box<Key>),
    Private(PrivateKey),
}

impl Signer {
    /// Whether a header of this name is written anew.
    pub fn sets(&self, name: &str) -> bool {
        self.scheme.place.takes(name)
    }

    /// Prepares `scheme` with its secret; a private key where the scheme has key pairs.
    pub fn new(scheme: Scheme, secret: &Secret) -> Result<Self> {
        let with = if scheme.algorithm.is_asymmetric() {
            With::Private(PrivateKey::read(&scheme, secret)?)
        } else {
            With::Shared(Box::new(Key::new(&scheme, secret)?))
        };
        Ok(Self { scheme, secret: secret.clone(), with })
    }

    /// The same scheme with a key that nobody else has: what it signs must be refused. `None` where none can
    /// be made.
    pub(super) fn stranger(&self) -> Option<Self> {
        match &self.with {
            With::Shared(_) => self.keyed(Secret::new(random_hex().into_bytes())),
            With::Private(key) => {
                let with = With::Private(key.stranger()?);
                Some(Self { scheme: self.scheme.clone(), secret: self.secret.clone(), with })
            }
        }
    }

    /// The same scheme with the shared key of these bytes, which may be none; `None` where keys are pairs.
    pub(super) fn keyed(&self, bytes: Secret) -> Option<Self> {
        let key = Key::of_bytes(&self.scheme, &bytes)?;
        let with = With::Shared(Box::new(key));
        Some(Self { scheme: self.scheme.clone(), secret: bytes, with })
    }

    /// The same secret under another scheme.
    pub(super) fn under(&self, scheme: Scheme) -> Result<Self> {
        Self::new(scheme, &self.secret)
    }

    /// The secret as it was given.
    pub(super) fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The scheme.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// What is wrong with the secret itself.
    pub fn weak_secret(&self) -> Option<Problem> {
        let is_weak = matches!(&self.with, With::Shared(key) if key.is_weak());
        is_weak.then(|| checks::weak_secret("the secret"))
    }

    /// Whether a body can be signed while it streams by, without being held.
    pub fn streams(&self) -> bool {
        let scheme = &self.scheme;
        let state = match &self.with {
            With::Shared(key) => key.state(),
            With::Private(_) => None,
        };
        let covers_nothing_else = scheme.body_digest.is_none()
            && !scheme.timestamp.as_ref().is_some_and(|timestamp| timestamp.from.is_in_body())
            && !scheme.variables.iter().any(|(_, lookup)| lookup.is_in_body());
        scheme.algorithm == Algorithm::Token
            || (scheme.signed.streams() && state.is_some() && covers_nothing_else)
    }

    /// Signs a message whose body is at hand.
    pub fn sign(&self, message: &Message<'_>, fresh: &Fresh) -> Result<Signed> {
        let mut pending = self.begin(message, fresh)?;
        pending.update(message.body);
        pending.finish()
    }

    /// The same where `time` stands for the time of signing, if it is given, and what `rewrite` makes of it
    /// for the signature: what receivers must refuse is made here, too.
    pub(super) fn sign_otherwise(
        &self,
        message: &Message<'_>,
        fresh: &Fresh,
        time: Option<&str>,
        rewrite: impl FnOnce(String) -> String,
    ) -> Result<Signed> {
        let mut pending = self.begin_at(message, fresh, time)?;
        pending.update(message.body);
        pending.finish_as(rewrite)
    }

    /// Begins to sign a message whose body is to come in pieces. Only when [`Self::streams`], or
    /// when the body of `message` is whole and comes as the only piece.
    pub fn begin(&self, message: &Message<'_>, fresh: &Fresh) -> Result<Pending<'_>> {
        self.begin_at(message, fresh, None)
    }

    fn begin_at(
        &self,
        message: &Message<'_>,
        fresh: &Fresh,
        time: Option<&str>,
    ) -> Result<Pending<'_>> {
        let words = self.words(message, fresh, time)?;
        let mut lines: Vec<(&str, &[u8])> = message.headers.to_vec();
        lines.retain(|(name, _)| {
            !words.headers.iter().any(|(ours, _)| ours.eq_ignore_ascii_case(name))
        });
        lines.extend(words.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())));
        let field = |name: &str| {
            let found = words.fields.iter().find(|(field, _)| field == name);
            let of_pattern = || self.scheme.value.words().any(|word| word == name).then_some(ANY);
            let value = found.map(|(_, value)| value.as_str()).or_else(of_pattern);
            value.map(str::as_bytes).ok_or_else(|| Gap::Missing(format!("field {name}")))
        };
        let full = Message { headers: &lines, ..*message };
        let content = full.content(&self.scheme, self.secret.expose(), &field);
        let content = content.map_err(|gap| incomplete(&self.scheme, &gap))?;
        self.check_digest(&full)?;
        let progress = match &self.with {
            With::Shared(key) => match key.state() {
                Some(mut state) => {
                    state.update(&content.before);
                    Progress::Hash(Box::new(state))
                }
                None => {
                    let token = key.expected(&content, message.body).unwrap_or_default();
                    Progress::Token(Secret::new(token))
                }
            },
            With::Private(_) => Progress::Hold(content.before.clone()),
        };
        Ok(Pending { signer: self, words, content, progress })
    }

    /// The values that the headers of this signature carry besides it.
    fn words(&self, message: &Message<'_>, fresh: &Fresh, time: Option<&str>) -> Result<Words> {
        let scheme = &self.scheme;
        let mut words = Words { headers: Vec::new(), fields: Vec::new() };
        if let Some(timestamp) = &scheme.timestamp {
            let at = time.map_or_else(|| moment::write(fresh.at, timestamp.unit), str::to_owned);
            match &timestamp.from {
                Lookup::Header(name) => words.headers.push((name.clone(), at)),
                Lookup::Field(name) => words.fields.push((name.clone(), at)),
                _ => {}
            }
        }
        for (_, lookup) in &scheme.variables {
            let value = || fresh.id.clone().unwrap_or_else(random_id);
            match lookup {
                Lookup::Header(header) => {
                    let given = message.header(header).ok().filter(|_| fresh.id.is_none());
                    let value = match given {
                        Some(given) => String::from_utf8_lossy(given).into_owned(),
                        None => value(),
                    };
                    words.headers.push((header.clone(), value));
                }
                // The list of signed headers is written once they are known.
                Lookup::Field(_)
                    if scheme.signed_headers.as_ref().is_some_and(|list| list.from == *lookup) => {}
                Lookup::Field(field) => words.fields.push((field.clone(), value())),
                _ => {}
            }
        }
        for word in scheme.signed.words() {
            let Word::Header(name) = word else { continue };
            let is_there = words.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
            match (is_there, message.header(name), message.url) {
                (false, Ok(value), _) => {
                    words.headers.push((name.clone(), String::from_utf8_lossy(value).into_owned()));
                }
                (false, Err(_), Some(url)) if name.eq_ignore_ascii_case("host") => {
                    words.headers.push(("Host".to_owned(), Url::of(url).authority.to_owned()));
                }
                _ => {}
            }
        }
        if let Some(BodyDigest { from: Lookup::Header(name), encoding }) = &scheme.body_digest {
            let digest = encoded(*encoding, &crate::digest::sha256(message.body));
            words.headers.push((name.clone(), digest));
        }
        words.headers.extend(scheme.require.iter().cloned());
        if let Some(list) = &scheme.signed_headers {
            sign_headers(&scheme.place, list, message, &mut words);
        }
        Ok(words)
    }

    fn check_digest(&self, message: &Message<'_>) -> Result<()> {
        let Some(wanted) = &self.scheme.body_digest else { return Ok(()) };
        let digest = encoded(wanted.encoding, &crate::digest::sha256(message.body));
        let nothing = |name: &str| Err(Gap::Missing(format!("field {name}")));
        match message.look_up(&wanted.from, &nothing) {
            Ok(given) if given.eq_ignore_ascii_case(digest.as_bytes()) => Ok(()),
            _ => Err(Error::usage(format!("{} must be the digest of the body", wanted.from))
                .help(format!("for this body it is {digest}: put it into --url"))),
        }
    }

    fn header(&self, words: &Words, signature: &str) -> Option<(String, String)> {
        let name = self.scheme.place.header()?;
        let field = |word: &str| words.fields.iter().find(|(name, _)| name == word);
        let item = self.scheme.value.fill(|word| match word {
            "sig" => Some(signature.to_owned()),
            _ => Some(field(word).map_or_else(|| ANY.to_owned(), |(_, value)| value.clone())),
        })?;
        let Some(split) = &self.scheme.split else { return Some((name, item)) };
        let fields = words.fields.iter().map(|(name, value)| format!("{name}={value}"));
        Some((name, fields.chain([item]).collect::<Vec<_>>().join(split)))
    }
}

/// Names the headers that are signed: as a captured request does, else those of the request and our own,
/// the list itself among them.
fn sign_headers(place: &Place, list: &SignedHeaders, message: &Message<'_>, words: &mut Words) {
    if let Lookup::Header(name) = &list.from
        && let Ok(captured) = message.header(name)
    {
        words.headers.push((name.clone(), String::from_utf8_lossy(captured).into_owned()));
        return;
    }
    for (name, value) in message.headers.iter().filter(|(name, _)| !place.takes(name)) {
        if !words.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
            words.headers.push(((*name).to_owned(), String::from_utf8_lossy(value).into_owned()));
        }
    }
    let mut names: Vec<String> =
        words.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    if let Lookup::Header(name) = &list.from {
        names.push(name.to_ascii_lowercase());
    }
    names.sort_unstable();
    names.dedup();
    let names = names.join(&list.split);
    match &list.from {
        Lookup::Header(name) => words.headers.push((name.clone(), names)),
        Lookup::Field(name) => words.fields.push((name.clone(), names)),
        _ => {}
    }
}

struct Words {
    headers: Vec<(String, String)>,
    fields: Vec<(String, String)>,
}

/// A signature in progress, for a body that streams by.
pub struct Pending<'a> {
    signer: &'a Signer,
    words: Words,
    content: Content,
    progress: Progress,
}

enum Progress {
    Hash(Box<State>),
    /// Private keys sign the whole content at once.
    Hold(Vec<u8>),
    Token(Secret),
}

impl Pending<'_> {
    /// Takes the next bytes of the body.
    pub fn update(&mut self, body: &[u8]) {
        // Without a gap for it, the body is already part of the content.
        if self.content.after.is_none() {
            return;
        }
        match &mut self.progress {
            Progress::Hash(state) => state.update(body),
            Progress::Hold(content) => content.extend_from_slice(body),
            Progress::Token(_) => {}
        }
    }

    /// Ends the body and signs.
    pub fn finish(self) -> Result<Signed> {
        self.finish_as(|signature| signature)
    }

    fn finish_as(mut self, rewrite: impl FnOnce(String) -> String) -> Result<Signed> {
        if let Some(after) = self.content.after.take() {
            match &mut self.progress {
                Progress::Hash(state) => state.update(&after),
                Progress::Hold(content) => content.extend_from_slice(&after),
                Progress::Token(_) => {}
            }
        }
        let scheme = &self.signer.scheme;
        let bytes = match (self.progress, &self.signer.with) {
            (Progress::Hash(state), _) => state.finish(),
            (Progress::Hold(content), With::Private(key)) => key.sign(&content)?,
            (Progress::Token(token), _) => token.expose().to_vec(),
            // What is held is signed by a private key.
            (Progress::Hold(_), With::Shared(_)) => Vec::new(),
        };
        let signature = rewrite(encoded(scheme.encoding, &bytes));
        let mut headers = Vec::from_iter(self.signer.header(&self.words, &signature));
        headers.extend(self.words.headers);
        Ok(Signed { headers, signature })
    }
}

/// `msg_` and 32 hex digits. Ids must differ, they need not be secret: the seed of the standard
/// hash maps is random enough, and unlike a key generator it costs nothing at start.
fn random_id() -> String {
    format!("msg_{}", random_hex())
}

/// 32 digits that are not the same a second time; they need not be hard to guess.
pub fn random_hex() -> String {
    let half = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", half(), half())
}

fn incomplete(scheme: &Scheme, gap: &Gap) -> Error {
    let name = &scheme.name;
    let error = match gap {
        Gap::Json => {
            return Error::new(
                Failure::Malformed,
                format!("scheme {name} takes text from the body, which is not JSON"),
            );
        }
        Gap::TooLong | Gap::Fields => {
            return Error::new(Failure::TooLarge, format!("{gap} ({name})"));
        }
        gap => Error::usage(format!("scheme {name} signs something that is missing: {gap}")),
    };
    match gap {
        Gap::Url => error.help("give the URL that will be called with --url"),
        _ => error.help("give it with --header 'Name: value'"),
    }
}
