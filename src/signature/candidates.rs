//! Signatures as they stand in a request: which there are, and their bytes.

use std::borrow::Cow;

use memchr::{memchr, memmem};

use super::bare;
use super::content::Gap;
use super::message::{Line, Message};
use super::problem::Problem;
use super::scheme::{Encoding, Lookup, Place, Scheme, Several};
use super::spelling::{self, Spelling, Spellings};
use crate::digest;

/// Most signatures of one request that are looked at. Senders write two during a rotation.
pub const MOST: usize = 100;

/// One header line, or one member of the body, that holds signatures.
#[derive(Clone, Debug)]
pub struct Carrier<'a> {
    /// Its whole text.
    text: Cow<'a, str>,
    /// Whether the pattern is matched without regard to case.
    ignore_case: bool,
    /// What looks like a signature of the scheme, in order.
    pub candidates: Vec<Candidate>,
    /// How the header as a whole is written otherwise than the scheme's sender writes it.
    spellings: Spellings,
}

/// One signature.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its bytes, or why there are none.
    pub bytes: Result<Vec<u8>, Unusable>,
    /// How it is written otherwise than the scheme's sender writes it.
    pub spellings: Spellings,
}

/// Why a signature cannot be right, whatever the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// It is not written in the encoding of the scheme.
    Undecodable,
    /// It is base64 with a bit set that no byte needs.
    UnusedBits,
    /// It has this many bytes, and the algorithm has another number.
    Length(usize),
}

impl<'a> Carrier<'a> {
    /// Reads all signatures of `message`. An error is a request without a signature to check.
    pub fn read_all(scheme: &Scheme, message: &Message<'a>) -> Result<Vec<Self>, Problem> {
        let mut carriers = Vec::with_capacity(1);
        match &scheme.place {
            Place::Headers(_) => {
                for (name, value) in message.headers {
                    if scheme.place.takes(name) {
                        let ignore_case = name.eq_ignore_ascii_case("authorization");
                        let text = unwrapped(scheme, text_of(value));
                        carriers.push(Self::read(scheme, text, ignore_case));
                    }
                }
                if carriers.len() > 1 {
                    not_repeated(scheme, message)?;
                }
            }
            Place::Body(place) => match in_body(place, message) {
                Ok(text) => carriers.push(Self::read(scheme, text.into(), false)),
                Err(Gap::Missing(_)) => {}
                Err(gap) => return Err(Problem::malformed(gap.to_string())),
            },
        }
        let is_there = !carriers.is_empty();
        carriers.retain(|carrier| !carrier.candidates.is_empty());
        match carriers.iter().map(|carrier| carrier.candidates.len()).sum() {
            0 => Err(missing(scheme, message, is_there)),
            1..=MOST => {
                not_several(scheme, &carriers)?;
                match unusable(scheme, &carriers) {
                    Some(problem) => Err(bare::quoted(scheme, message).unwrap_or(problem)),
                    None => Ok(carriers),
                }
            }
            many => Err(Problem::malformed(format!(
                "{} contains {many} signatures; at most {MOST} are checked",
                scheme.place
            ))),
        }
    }

    /// All lines where the scheme has its signature, with whatever stands there; the lines that look
    /// like signatures of another header when there is none.
    pub(super) fn unjudged(scheme: &Scheme, message: &Message<'a>) -> Vec<Self> {
        let lines = |takes: &dyn Fn(&str) -> bool| -> Vec<Self> {
            let lines = message.headers.iter().filter(|(name, _)| takes(name));
            let read = |(name, value): &Line<'a>| {
                let ignore_case = name.eq_ignore_ascii_case("authorization");
                Self::read(scheme, unwrapped(scheme, text_of(value)), ignore_case)
            };
            lines.map(read).collect()
        };
        if let Place::Body(place) = &scheme.place {
            let text = in_body(place, message).into_iter();
            return text.map(|text| Self::read(scheme, text.into(), false)).collect();
        }
        let own = lines(&|name| scheme.place.takes(name));
        if own.is_empty() { lines(&looks_like_signature) } else { own }
    }

    /// Its items, split as the scheme says, each with the signature in it if it has the pattern.
    pub(super) fn items<'b>(
        &'b self,
        scheme: &'b Scheme,
    ) -> impl Iterator<Item = (&'b str, Option<&'b str>)> {
        items(&self.text, scheme).map(|item| (item, scheme.value.signature(item, self.ignore_case)))
    }

    fn read(scheme: &Scheme, text: Cow<'a, str>, ignore_case: bool) -> Self {
        let mut candidates = Vec::with_capacity(1);
        let mut spellings = Spellings::default();
        for (item, is_neat) in spaced_items(&text, scheme) {
            spellings = spellings
                .with(Spelling::Blanks, !is_neat)
                .with(Spelling::EmptyItems, item.is_empty() && scheme.split.is_some())
                .with(Spelling::Order, !candidates.is_empty() && is_field(scheme, item));
            let signature = scheme.value.signature(item, ignore_case);
            let Some(signature) = signature.filter(|signature| !signature.is_empty()) else {
                let is_known = item.is_empty() || is_field(scheme, item);
                spellings = spellings.with(Spelling::UnknownItems, !is_known);
                continue;
            };
            let is_other_case = ignore_case && scheme.value.signature(item, false).is_none();
            candidates.push(Candidate::read(scheme, signature, is_other_case));
        }
        Self { text, ignore_case, candidates, spellings }
    }

    /// How the first of its candidates that is right is spelled; one that is written as it should be
    /// is preferred.
    pub(super) fn right(&self, is_right: impl Fn(&[u8]) -> bool) -> Option<Spellings> {
        let right = self.candidates.iter().filter(|one| one.bytes.as_deref().is_ok_and(&is_right));
        let mut right = right.map(|one| one.spellings.and(self.spellings));
        let first = right.next()?;
        match first.is_empty() {
            true => Some(first),
            false => Some(right.find(|spellings| spellings.is_empty()).unwrap_or(first)),
        }
    }

    /// What stands in this line for `name`: a `name=value` item, or a word of the pattern.
    pub fn field<'b>(&'b self, scheme: &Scheme, name: &str) -> Result<&'b [u8], Gap> {
        let what = || format!("field {name} of {}", scheme.place);
        let mut values =
            items(&self.text, scheme).filter_map(|item| item.strip_prefix(name)?.strip_prefix('='));
        if scheme.split.is_some()
            && let Some(value) = values.next()
        {
            return match values.count() {
                0 => Ok(value.as_bytes()),
                more => Err(Gap::Repeated(what(), more + 1)),
            };
        }
        let mut words = items(&self.text, scheme)
            .filter_map(|item| scheme.value.word(item, name, self.ignore_case));
        words.next().map(str::as_bytes).ok_or_else(|| Gap::Missing(what()))
    }
}

/// What HTTP takes for nothing around a value (RFC 9110 section 5.5).
const BLANKS: [char; 2] = [' ', '\t'];

/// The member of the JSON that a header holds in base64, where the scheme wraps it so; nothing where it
/// is not there.
fn unwrapped<'a>(scheme: &Scheme, text: Cow<'a, str>) -> Cow<'a, str> {
    let Some(pointer) = &scheme.member else { return text };
    let json = digest::unbase64(&text).and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let json: serde_json::Value = json.unwrap_or_default();
    json.pointer(pointer).and_then(|member| member.as_str()).unwrap_or_default().to_owned().into()
}

/// The text at a place in the body.
fn in_body(place: &Lookup, message: &Message<'_>) -> Result<String, Gap> {
    let text = message.look_up(place, &|_| Err(Gap::Missing(place.to_string())))?;
    Ok(text_of(&text).into_owned())
}

/// The value of a header line as text.
fn text_of(value: &[u8]) -> Cow<'_, str> {
    // What is UTF-8 is told many bytes at a time.
    std::str::from_utf8(value).map_or_else(|_| String::from_utf8_lossy(value), Cow::Borrowed)
}

fn items<'a, 'b>(text: &'a str, scheme: &'b Scheme) -> impl Iterator<Item = &'a str> + use<'a, 'b> {
    spaced_items(text, scheme).map(|(item, _)| item)
}

/// The items without the blanks around them, and whether those are the ones of the separator.
fn spaced_items<'a, 'b>(
    text: &'a str,
    scheme: &'b Scheme,
) -> impl Iterator<Item = (&'a str, bool)> + use<'a, 'b> {
    let split = scheme.split.as_deref();
    // A separator may end with the blank that the sender writes after it; it is read without, too, unless
    // each item has the rest of it (`v1,...` between comma and blank).
    let core = split.map(|split| match split.trim_matches(BLANKS) {
        core if core.is_empty() || scheme.value.has(core) => split,
        core => core,
    });
    let lead =
        split.zip(core).and_then(|(split, core)| split.strip_prefix(core)).unwrap_or_default();
    let (mut rest, mut done, mut before) = (text.trim_matches(BLANKS), false, "");
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let end = core.and_then(|core| match core.as_bytes() {
            [byte] => memchr(*byte, rest.as_bytes()),
            core => memmem::find(rest.as_bytes(), core),
        });
        let (item, after) = match (core, end) {
            (Some(core), Some(end)) => (&rest[..end], &rest[end + core.len()..]),
            _ => {
                done = true;
                (rest, "")
            }
        };
        rest = after;
        let bare = item.trim_matches(BLANKS);
        // As many blanks as expected, and before the item: then there are none behind it. (To compare
        // with nothing is slow where glibc does it with a mask, at an address that there is not.)
        let is_led = before.is_empty() || item.starts_with(before);
        let is_neat = is_led && item.len() == before.len() + bare.len();
        before = lead;
        Some((bare, is_neat))
    })
}

/// Whether this is an item that the signed content or the time comes from.
fn is_field(scheme: &Scheme, item: &str) -> bool {
    let Some((name, _)) = item.split_once('=') else { return false };
    let is_it = |lookup: &Lookup| matches!(lookup, Lookup::Field(field) if field == name);
    scheme.timestamp.iter().any(|timestamp| is_it(&timestamp.from))
        || scheme.variables.iter().any(|(_, lookup)| is_it(lookup))
}

impl Candidate {
    fn read(scheme: &Scheme, text: &str, is_other_case: bool) -> Self {
        let spellings = Spellings::default().with(Spelling::WordCase, is_other_case);
        match decode(scheme, text) {
            Ok(bytes) => {
                let of_text = spelling::of_text(scheme.encoding, text, bytes.len());
                Self { spellings: spellings.and(of_text), bytes: Ok(bytes) }
            }
            Err(reason) => Self { bytes: Err(reason), spellings },
        }
    }
}

fn decode(scheme: &Scheme, text: &str) -> Result<Vec<u8>, Unusable> {
    let bytes = decoded(scheme.encoding, text).ok_or_else(|| match scheme.encoding {
        Encoding::Base64 | Encoding::Base64Url if digest::unbase64(text).is_some() => {
            Unusable::UnusedBits
        }
        _ => Unusable::Undecodable,
    })?;
    match scheme.algorithm.signature_length() {
        Some(length) if length != bytes.len() => Err(Unusable::Length(bytes.len())),
        _ => Ok(bytes),
    }
}

/// The bytes that `text` writes in that encoding, in any spelling but with no bit that they do not
/// need.
pub fn decoded(encoding: Encoding, text: &str) -> Option<Vec<u8>> {
    match encoding {
        Encoding::Hex | Encoding::HexUpper => digest::unhex(text),
        Encoding::Base64 | Encoding::Base64Url => digest::unbase64_exact(text),
        Encoding::Plain => Some(text.as_bytes().to_vec()),
    }
}

/// How `bytes` are written in that encoding.
pub fn encoded(encoding: Encoding, bytes: &[u8]) -> String {
    match encoding {
        Encoding::Hex => digest::hex(bytes),
        Encoding::HexUpper => digest::hex(bytes).to_ascii_uppercase(),
        Encoding::Base64 => digest::base64(bytes),
        Encoding::Base64Url => digest::base64url(bytes),
        Encoding::Plain => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn looks_like_signature(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("signature") || name.contains("hmac")
}

fn missing(scheme: &Scheme, message: &Message<'_>, is_there: bool) -> Problem {
    let (name, place, value) = (&scheme.name, &scheme.place, &scheme.value);
    if let Some(bare) = bare::problem(scheme, message).filter(|_| is_there) {
        return bare;
    } else if is_there {
        let items = if scheme.split.is_some() { "no item" } else { "nothing" };
        return Problem::missing(format!("{place} contains {items} that looks like `{value}`"));
    }
    let problem = Problem::missing(format!("{place}, where {name} puts the signature, is missing"));
    let others: Vec<_> = message
        .headers
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| looks_like_signature(name))
        .take(5)
        .collect();
    match others.as_slice() {
        [] if scheme.is_unsigned_without_secret => {
            problem.help("senders leave it out when no secret is set for the webhook")
        }
        [] => problem,
        others => problem.help(format!(
            "there is {}: `--scheme auto` shows which schemes fit",
            others.join(", ")
        )),
    }
}

/// A header that stands twice is refused, unless the scheme allows it: receivers take the first, the
/// last, or both joined by a comma.
fn not_repeated(scheme: &Scheme, message: &Message<'_>) -> Result<(), Problem> {
    if scheme.several.contains(&Several::Lines) {
        return Ok(());
    }
    let taken =
        message.headers.iter().map(|(name, _)| *name).filter(|name| scheme.place.takes(name));
    let mut names: Vec<String> = taken.map(str::to_ascii_lowercase).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        None => Ok(()),
        Some(pair) => {
            let times = names.iter().filter(|name| **name == pair[0]).count();
            let header = &pair[0];
            Err(Problem::malformed(format!("header {header} appears {times} times"))
                .help("receivers disagree on which one counts: find out what added the other"))
        }
    }
}

/// So is a header with several signatures: some libraries take the first, some the last, some any.
fn not_several(scheme: &Scheme, carriers: &[Carrier<'_>]) -> Result<(), Problem> {
    let most = carriers.iter().map(|carrier| carrier.candidates.len()).max();
    match most {
        Some(many @ 2..) if !scheme.several.contains(&Several::Items) => Err(Problem::malformed(
            format!("{} contains {many} signatures", scheme.place),
        )
        .help(format!(
            "{} writes one, and receivers disagree on which of several counts; in your own scheme \
             `several = [\"items\"]` allows them",
            scheme.name
        ))),
        _ => Ok(()),
    }
}

/// The problem of a request none of whose signatures can be right.
fn unusable(scheme: &Scheme, carriers: &[Carrier<'_>]) -> Option<Problem> {
    let mut reasons = carriers.iter().flat_map(|carrier| &carrier.candidates);
    let first = reasons.next()?.bytes.as_ref().err().copied()?;
    if reasons.any(|candidate| candidate.bytes.is_ok()) {
        return None;
    }
    let (place, encoding, algorithm) = (&scheme.place, scheme.encoding, scheme.algorithm);
    Some(Problem::malformed(match first {
        Unusable::Undecodable => format!("the signature in {place} is not {encoding}"),
        Unusable::UnusedBits => format!(
            "the last character of the signature in {place} has a bit set that must be zero"
        ),
        Unusable::Length(length) => {
            let wanted = algorithm.signature_length().unwrap_or_default();
            let how = if length < wanted { "short" } else { "long" };
            format!(
                "the signature in {place} is too {how} for {algorithm}: {length} instead of {wanted} bytes"
            )
        }
    }))
}

#[cfg(test)]
#[path = "candidates_tests.rs"]
mod tests;
