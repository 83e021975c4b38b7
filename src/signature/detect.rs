//! Which schemes a request may be signed under: told from names of headers, shapes and lengths of
//! values. Names are shared by many senders, so this proposes; only a secret can decide.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::OnceLock;

use super::candidates::Carrier;
use super::loader;
use super::message::Message;
use super::pattern::Pattern;
use super::scheme::{Encoding, Lookup, Place, Scheme};
use super::template::Word;
use crate::digest;

/// Digests by their length in bytes, with the generic scheme of each.
const DIGESTS: &[(usize, &str)] =
    &[(32, "hmac-sha256"), (20, "hmac-sha1"), (64, "hmac-sha512"), (48, "hmac-sha384")];

/// The scheme whose form of header others have taken over.
const TIMED: &str = "stripe";

/// A scheme that fits.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The scheme.
    pub scheme: Proposed,
    /// How it is chosen on the command line.
    pub flags: Cow<'static, str>,
}

/// Where a proposed scheme comes from.
#[derive(Clone, Debug)]
pub enum Proposed {
    /// It is built in: the same for every request, with its place among the [`built_in`].
    BuiltIn(usize, &'static Scheme),
    /// It is what a header looks like.
    ByShape(Box<Scheme>),
}

/// How many schemes are built in.
pub fn built_in() -> usize {
    known().schemes.len()
}

/// Every scheme that fits, the best one first: built-in ones, then what the values look like.
pub fn propose(message: &Message<'_>) -> Vec<Proposal> {
    let candidates = known().candidates(message);
    let mut proposals: Vec<_> = fitting(&candidates, message).collect();
    // A header whose scheme requires more is never read as less than that scheme.
    let is_free = |name: &str| {
        let takes = |known: &Known| known.is_carried(message) && known.scheme.place.takes(name);
        !candidates.iter().any(|(_, known)| takes(known))
    };
    let free = message.headers.iter().filter(|(name, _)| is_free(name));
    proposals.extend(free.filter_map(|(name, value)| by_shape(name, value)));
    proposals
}

/// The first of what [`propose`] does, for a request whose URL is not known: the built-in schemes that fit.
/// `None` where that may depend on the URL.
pub fn propose_built_in(message: &Message<'_>) -> Option<impl Iterator<Item = Proposal>> {
    let candidates = known().candidates(message);
    let needs_url = candidates.iter().any(|(_, known)| known.needs_url);
    (!needs_url).then(|| fitting(&candidates, message))
}

/// Those of the candidates that fit, the best one first.
fn fitting(
    candidates: &[Candidate],
    message: &Message<'_>,
) -> impl Iterator<Item = Proposal> + use<> {
    let fits = |is_required| {
        candidates.iter().filter_map(move |(place, known)| {
            fit(&known.scheme, message, is_required).map(|points| (points, *place, *known))
        })
    };
    let mut fitting: Vec<(usize, usize, &'static Known)> = fits(true).collect();
    if fitting.is_empty() {
        // What a scheme requires is not there: that is the answer, and no other scheme is.
        fitting.extend(fits(false).filter(|(.., known)| known.is_carried(message)));
    }
    // Of equals, the one that took its rules from no other; the sort is stable, so then the neutral one,
    // and then the one that stands first in the file.
    fitting.sort_by_key(|(points, _, known)| (Reverse(*points), known.is_derived));
    fitting.into_iter().map(|(_, place, Known { scheme, flags, .. })| Proposal {
        flags: Cow::Borrowed(flags),
        scheme: Proposed::BuiltIn(place, scheme),
    })
}

/// A scheme that is built in.
struct Known {
    scheme: Scheme,
    /// How it is chosen on the command line.
    flags: String,
    /// Whether it takes its rules from another one.
    is_derived: bool,
    /// Whether anything of it depends on the URL.
    needs_url: bool,
}

impl Known {
    fn new(name: &str) -> Option<Self> {
        let scheme = loader::built_in(name).ok()?;
        let lookups = scheme.variables.iter().map(|(_, lookup)| lookup);
        let mut lookups = lookups
            .chain(scheme.timestamp.iter().map(|timestamp| &timestamp.from))
            .chain(scheme.body_digest.iter().map(|digest| &digest.from))
            .chain(scheme.signed_headers.iter().map(|list| &list.from));
        // A host that is not among the headers is that of the URL.
        let is_host =
            |word: &Word| matches!(word, Word::Header(name) if name.eq_ignore_ascii_case("host"));
        let needs_url = lookups.any(Lookup::is_in_url)
            || scheme.signed.words().any(|word| word.is_url() || is_host(word));
        let (flags, is_derived) = (format!("--scheme {name}"), loader::base(name).is_some());
        Some(Self { scheme, flags, is_derived, needs_url })
    }

    /// Whether it requires headers beside its signature, which is there.
    fn is_carried(&self, message: &Message<'_>) -> bool {
        let is_there = |(name, _): &(&str, &[u8])| self.scheme.place.takes(name);
        !self.scheme.require.is_empty() && message.headers.iter().any(is_there)
    }
}

/// A scheme with its place among the [`built_in`].
type Candidate = (usize, &'static Known);

/// All schemes that are built in, those without a sender first.
struct Table {
    schemes: Vec<Known>,
    /// Which of them have their signature in the header of that name, in small letters.
    by_header: HashMap<String, Vec<usize>>,
    /// Which have it elsewhere: in the body, or in a header of which only the start of the name is known.
    others: Vec<usize>,
}

impl Table {
    /// Those whose signature may be there, in the order of the table. All others do not fit, for whose
    /// absence nobody wants words.
    fn candidates(&'static self, message: &Message<'_>) -> Vec<Candidate> {
        let is_there = |place: &usize| match &self.schemes[*place].scheme.place {
            Place::Body(lookup) => lookup.may_be_in(message.body),
            headers => message.headers.iter().any(|(name, _)| headers.takes(name)),
        };
        let mut places: Vec<_> = self.others.iter().copied().filter(is_there).collect();
        for (name, _) in message.headers {
            places.extend(self.by_header.get(&name.to_ascii_lowercase()).into_iter().flatten());
        }
        places.sort_unstable();
        places.dedup();
        places.into_iter().map(|place| (place, &self.schemes[place])).collect()
    }
}

/// The table of them. Read once: a capture asks for each of its requests.
fn known() -> &'static Table {
    static KNOWN: OnceLock<Table> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let names = loader::generic_names().chain(loader::names());
        let schemes: Vec<_> = names.filter_map(Known::new).collect();
        let (mut by_header, mut others) = (HashMap::<_, Vec<_>>::new(), Vec::new());
        for (place, known) in schemes.iter().enumerate() {
            match &known.scheme.place {
                Place::Headers(names) if names.iter().all(|name| !name.ends_with('*')) => {
                    for name in names {
                        by_header.entry(name.to_ascii_lowercase()).or_default().push(place);
                    }
                }
                _ => others.push(place),
            }
        }
        Table { schemes, by_header, others }
    })
}

/// A copy of one of them, to be changed.
fn copy(name: &str) -> Option<Scheme> {
    let mut schemes = known().schemes.iter().map(|known| &known.scheme);
    schemes.find(|scheme| scheme.name == name).cloned()
}

/// How much speaks for `scheme`; `None` when the request cannot be signed so. Whether the headers that
/// the scheme requires must be there, too.
fn fit(scheme: &Scheme, message: &Message<'_>, is_required: bool) -> Option<usize> {
    let carriers = Carrier::read_all(scheme, message).ok()?;
    let mut points = 0;
    for (name, wanted) in &scheme.require {
        match message.header(name) {
            Ok(value) if value == wanted.as_bytes() => points += 4,
            Ok(_) if is_required => return None,
            Err(_) if is_required && message.complete => return None,
            Ok(_) | Err(_) => {}
        }
    }
    let timestamp = scheme.timestamp.iter().map(|timestamp| &timestamp.from);
    for lookup in timestamp.chain(scheme.variables.iter().map(|(_, lookup)| lookup)) {
        let fields = |name: &str| carriers[0].field(scheme, name);
        match (message.look_up(lookup, &fields), lookup) {
            (Ok(_), _) => points += 2,
            (Err(_), Lookup::Json { optional: true, .. }) => {}
            (Err(_), _) => return None,
        }
    }
    if scheme.signed.has(&Word::FormSorted) && !is_form(message) {
        return None;
    }
    let is_plain = scheme.value == Pattern::default();
    Some(points + usize::from(!is_plain))
}

/// Whether the body may be a form: its type says so, or is not known and the body does not look like
/// JSON.
fn is_form(message: &Message<'_>) -> bool {
    match message.header("content-type") {
        Ok(kind) => kind.ends_with(b"urlencoded"),
        Err(_) => !message.complete && !message.body.trim_ascii_start().starts_with(b"{"),
    }
}

/// The generic scheme that the value of a header looks like.
fn by_shape(name: &str, value: &[u8]) -> Option<Proposal> {
    let lower = name.to_ascii_lowercase();
    if !["signature", "hmac", "hash", "digest"].iter().any(|word| lower.contains(word)) {
        return None;
    }
    let value = std::str::from_utf8(value).ok()?;
    if let Some(proposal) = timed(name, value) {
        return Some(proposal);
    }
    // `sha256=...`, `v1=...`: a short word before the value, never base64's own padding.
    let start = value.find(['=', ',', ' ']).filter(|at| *at < 16 && at + 20 < value.len());
    let (prefix, signature) = value.split_at(start.map_or(0, |at| at + 1));
    let (encoding, length) = match (digest::unhex(signature), digest::unbase64(signature)) {
        (Some(bytes), _) => (Encoding::Hex, bytes.len()),
        (None, Some(bytes)) => (Encoding::Base64, bytes.len()),
        (None, None) => return None,
    };
    let (_, generic) = DIGESTS.iter().find(|(digest, _)| *digest == length)?;
    let mut scheme = copy(generic)?;
    if scheme.place.takes(name) && prefix.is_empty() && scheme.encoding == encoding {
        // It is among those that are known.
        return None;
    }
    scheme.place = Place::Headers(vec![name.to_owned()]);
    scheme.value = Pattern::parse(&format!("{prefix}{{sig}}")).ok()?;
    scheme.encoding = encoding;
    let mut flags = format!("--scheme {generic} --signature-header {name} --encoding {encoding}");
    if !prefix.is_empty() {
        flags.push_str(&format!(" --prefix '{prefix}'"));
    }
    Some(Proposal { scheme: Proposed::ByShape(Box::new(scheme)), flags: flags.into() })
}

/// What Stripe made the custom, in another sender's header: `t=SECONDS,v1=SIGNATURE`, over time and body.
fn timed(name: &str, value: &str) -> Option<Proposal> {
    let item = |start: &str| value.split(',').find_map(|item| item.trim().strip_prefix(start));
    item("t=").filter(|time| !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit()))?;
    let signature = item("v1=")?;
    let mut scheme = copy(TIMED)?;
    scheme.place = Place::headers(vec![name.to_owned()])?;
    let length = scheme.algorithm.signature_length();
    let is_right = |bytes: Option<Vec<u8>>| bytes.is_some_and(|bytes| Some(bytes.len()) == length);
    let mut flags = format!("--scheme {TIMED} --signature-header {name}");
    if !is_right(digest::unhex(signature)) {
        scheme.encoding = Encoding::Base64;
        flags.push_str(" --encoding base64");
        is_right(digest::unbase64(signature)).then_some(())?;
    }
    Some(Proposal { scheme: Proposed::ByShape(Box::new(scheme)), flags: flags.into() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(headers: &[(&str, &str)]) -> Vec<String> {
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        let message = Message::post(&headers, b"{}");
        propose(&message).into_iter().map(|proposal| proposal.flags.into_owned()).collect()
    }

    #[test]
    fn header_name_encoding_and_length_narrow_it() {
        let hex = format!("sha256={}", "ab".repeat(32));
        let found = names(&[("X-Hub-Signature-256", &hex)]);
        assert_eq!(found[..2], ["--scheme github", "--scheme meta"]);
        assert!(!found.contains(&"--scheme genesys-open-messaging".into()), "base64 there");
        let sha1 = format!("sha1={}", "ab".repeat(20));
        assert_eq!(
            names(&[("X-Hub-Signature", &sha1)])[..2],
            ["--scheme github-sha1", "--scheme intercom"]
        );
    }

    #[test]
    fn a_fixed_header_must_agree() {
        let value = digest::base64(&[7; 32]);
        let algorithm = ("Kindly-HMAC-algorithm", "HMAC-SHA-256 (base64 encoded)");
        assert_eq!(names(&[("Kindly-HMAC", &value), algorithm])[0], "--scheme kindly");
        let other = names(&[("Kindly-HMAC", &value), ("Kindly-HMAC-algorithm", "HMAC-SHA-512")]);
        assert_eq!(
            other,
            ["--scheme kindly"],
            "the algorithm alone would pass what kindly refuses"
        );
    }

    #[test]
    fn who_lent_the_rules_comes_before_who_took_them() {
        let headers = [
            ("webhook-id", "msg_1"),
            ("webhook-timestamp", "1795000000"),
            ("webhook-signature", "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ];
        assert_eq!(names(&headers)[0], "--scheme standard-webhooks");
    }

    #[test]
    fn a_form_is_one_without_its_type_too_when_only_some_headers_are_known() {
        let headers = [("X-Twilio-Signature", b"AAAAAAAAAAAAAAAAAAAAAAAAAAA=".as_slice())];
        let first = |body, complete| {
            let url = Some("https://hooks.example/in");
            let message = Message { url, complete, ..Message::post(&headers, body) };
            propose(&message).into_iter().map(|proposal| proposal.flags).next()
        };
        assert_eq!(first(b"A=1".as_slice(), false).as_deref(), Some("--scheme twilio"));
        assert_eq!(first(b"{\"A\":1}", false).as_deref(), Some("--scheme twilio-json"));
        assert_ne!(first(b"A=1", true).as_deref(), Some("--scheme twilio"));
    }

    #[test]
    fn the_form_of_stripe_is_known_in_any_header() {
        let hex = format!("t=1795000000, v1={}", "ab".repeat(32));
        assert_eq!(
            names(&[("Acme-Signature", &hex)]),
            ["--scheme stripe --signature-header Acme-Signature"]
        );
        let base64 = format!("v1={},t=1795000000", digest::base64(&[7; 32]));
        assert_eq!(
            names(&[("Acme-Signature", &base64)]),
            ["--scheme stripe --signature-header Acme-Signature --encoding base64"]
        );
        let short = format!("t=1795000000,v1={}", "ab".repeat(20));
        assert_eq!(names(&[("Acme-Signature", &short)]), [""; 0]);
    }

    #[test]
    fn an_unknown_sender_is_told_by_shape() {
        let value = format!("v9={}", "cd".repeat(64));
        assert_eq!(
            names(&[("X-Acme-Signature", &value)]),
            [
                "--scheme hmac-sha512 --signature-header X-Acme-Signature --encoding hex --prefix 'v9='"
            ]
        );
        assert_eq!(names(&[("X-Request-Id", &"ab".repeat(32))]), [""; 0]);
    }

    /// Names that schemes look at, as some sender may write them, and others.
    fn any_name() -> impl Strategy<Value = String> {
        let mut names: Vec<String> = vec!["Content-Type".into(), "X-Acme-Signature".into()];
        for known in &known().schemes {
            if let Place::Headers(headers) = &known.scheme.place {
                names.extend(headers.iter().map(|name| name.replace('*', "1")));
            }
            names.extend(known.scheme.require.iter().map(|(name, _)| name.clone()));
        }
        (proptest::sample::select(names), any::<bool>())
            .prop_map(|(name, small)| if small { name.to_lowercase() } else { name })
    }

    proptest! {
        /// The table leaves out no scheme that fits.
        #[test]
        fn what_is_no_candidate_does_not_fit(
            headers in proptest::collection::vec((any_name(), "(v1=|sha256=|t=1,)?([a-f0-9]{64}|[A-Za-z0-9]{43}=|[a-z]{0,8})"), 0..4),
            body in "(\\{\"(signature|Signature|event|\\\\u0073ignature)\":(\\{\"(signature|event_hash)\":\"[a-f0-9]{64}\"\\}|\"[a-z=]{0,9}\")\\})|((s%69gn|sign|signature|bt_signature)=[a-f0-9]{32})|[a-z%]{0,9}",
            is_required in any::<bool>(),
        ) {
            let headers: Vec<_> =
                headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
            let url = Some("https://hooks.example/in?x=1");
            let message = Message { url, ..Message::post(&headers, body.as_bytes()) };
            let candidates: Vec<_> =
                known().candidates(&message).into_iter().map(|(place, _)| place).collect();
            for (place, known) in known().schemes.iter().enumerate() {
                if fit(&known.scheme, &message, is_required).is_some() {
                    prop_assert!(candidates.contains(&place), "{}", known.flags);
                }
            }
        }
    }
}
