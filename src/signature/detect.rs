//! Which schemes a request may be signed under: told from names of headers, shapes and lengths of
//! values. Names are shared by many senders, so this proposes; only a secret can decide.

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

/// A scheme that fits.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The scheme.
    pub scheme: Scheme,
    /// How it is chosen on the command line.
    pub flags: String,
}

/// Every scheme that fits, the best one first: built-in ones, then what the values look like.
pub fn propose(message: &Message<'_>) -> Vec<Proposal> {
    // Read once: a capture asks for each of its requests.
    static BUILT_IN: OnceLock<Vec<Scheme>> = OnceLock::new();
    let schemes = BUILT_IN
        .get_or_init(|| loader::names().filter_map(|name| loader::built_in(name).ok()).collect());
    let carried = |scheme: &&Scheme| {
        !scheme.require.is_empty()
            && message.headers.iter().any(|(name, _)| scheme.place.takes(name))
    };
    let fits = |is_required| {
        schemes.iter().filter_map(move |scheme| {
            fit(scheme, message, is_required).map(|points| (points, scheme))
        })
    };
    let mut fitting: Vec<(usize, &Scheme)> = fits(true).collect();
    if fitting.is_empty() {
        // What a scheme requires is not there: that is the answer, and no other scheme is.
        fitting.extend(fits(false).filter(|(_, scheme)| carried(scheme)));
    }
    // The sort is stable: of equals, the one that stands first in the file.
    fitting.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
    let mut proposals: Vec<_> = fitting
        .into_iter()
        .map(|(_, scheme)| Proposal {
            flags: format!("--scheme {}", scheme.name),
            scheme: scheme.clone(),
        })
        .collect();
    // A header whose scheme requires more is never read as less than that scheme.
    let is_free =
        |name: &str| !schemes.iter().any(|scheme| carried(&scheme) && scheme.place.takes(name));
    let free = message.headers.iter().filter(|(name, _)| is_free(name));
    proposals.extend(free.filter_map(|(name, value)| by_shape(name, value)));
    proposals
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
    let needs_form = scheme.signed.has(&Word::FormSorted);
    if needs_form && !message.header("content-type").is_ok_and(|kind| kind.ends_with(b"urlencoded"))
    {
        return None;
    }
    let is_plain = scheme.value == Pattern::default();
    Some(points + usize::from(!is_plain))
}

/// The generic scheme that the value of a header looks like.
fn by_shape(name: &str, value: &[u8]) -> Option<Proposal> {
    let lower = name.to_ascii_lowercase();
    if !["signature", "hmac", "hash", "digest"].iter().any(|word| lower.contains(word)) {
        return None;
    }
    let value = std::str::from_utf8(value).ok()?;
    // `sha256=...`, `v1=...`: a short word before the value, never base64's own padding.
    let start = value.find(['=', ',', ' ']).filter(|at| *at < 16 && at + 20 < value.len());
    let (prefix, signature) = value.split_at(start.map_or(0, |at| at + 1));
    let (encoding, length) = match (digest::unhex(signature), digest::unbase64(signature)) {
        (Some(bytes), _) => (Encoding::Hex, bytes.len()),
        (None, Some(bytes)) => (Encoding::Base64, bytes.len()),
        (None, None) => return None,
    };
    let (_, generic) = DIGESTS.iter().find(|(digest, _)| *digest == length)?;
    let mut scheme = loader::built_in(generic).ok()?;
    scheme.place = Place::Headers(vec![name.to_owned()]);
    scheme.value = Pattern::parse(&format!("{prefix}{{sig}}")).ok()?;
    scheme.encoding = encoding;
    let mut flags = format!("--scheme {generic} --signature-header {name} --encoding {encoding}");
    if !prefix.is_empty() {
        flags.push_str(&format!(" --prefix '{prefix}'"));
    }
    Some(Proposal { scheme, flags })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(headers: &[(&str, &str)]) -> Vec<String> {
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        let message = Message::post(&headers, b"{}");
        propose(&message).into_iter().map(|proposal| proposal.flags).collect()
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
}
