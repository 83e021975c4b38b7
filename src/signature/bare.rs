//! A header that holds the signature alone: what the scheme writes around it is missing.

use super::candidates::decoded;
use super::message::Message;
use super::problem::Problem;
use super::scheme::{Encoding, Lookup, Scheme};

/// What the scheme writes around a signature: "`sha256=` before it", "`v1=` before it and `t=` next to it".
pub fn around(scheme: &Scheme) -> String {
    if let Some(member) = &scheme.member {
        return format!("the JSON in base64 that has it at `{member}`");
    }
    let pattern = scheme.value.to_string();
    let before = pattern.strip_suffix("{sig}").filter(|prefix| !prefix.contains('{'));
    let mut text = match before {
        Some(prefix) => format!("`{prefix}` before it"),
        None => format!("all of `{pattern}` but {{sig}}"),
    };
    let timestamp = scheme.timestamp.iter().map(|timestamp| &timestamp.from);
    let variables = scheme.variables.iter().map(|(_, from)| from);
    let fields = timestamp.chain(variables).filter_map(|from| match from {
        Lookup::Field(name) if scheme.split.is_some() => Some(format!("`{name}=`")),
        _ => None,
    });
    let mut fields: Vec<String> = fields.collect();
    fields.dedup();
    if !fields.is_empty() {
        text.push_str(&format!(" and {} next to it", fields.join(", ")));
    }
    text
}

/// `signature-missing` in the words that fit, when the header stands in quotes.
pub fn quoted(scheme: &Scheme, message: &Message<'_>) -> Option<Problem> {
    let place = &scheme.place;
    let mut values = message.headers.iter().filter(|(name, _)| place.takes(name));
    values.any(|(_, value)| is_quoted(scheme, value)).then(|| {
        Problem::missing(format!("{place} is in quotes")).help(format!(
            "pass on {place} as the sender wrote it: the quotes were added when it was copied or logged"
        ))
    })
}

/// The same when the header holds the signature alone, or in quotes.
pub fn problem(scheme: &Scheme, message: &Message<'_>) -> Option<Problem> {
    if let Some(quoted) = quoted(scheme, message) {
        return Some(quoted);
    }
    let mut values = message.headers.iter().filter(|(name, _)| scheme.place.takes(name));
    let is_bare = values.any(|(_, value)| {
        let text = std::str::from_utf8(value).unwrap_or_default().trim();
        let readings = [scheme.encoding, Encoding::Hex, Encoding::Base64];
        let lengths = readings.iter().filter_map(|encoding| Some(decoded(*encoding, text)?.len()));
        let wanted = scheme.algorithm.signature_length();
        { lengths }.any(|length| wanted == Some(length))
    });
    is_bare.then(|| {
        let (place, around) = (&scheme.place, around(scheme));
        Problem::missing(format!("{place} contains only the signature, without {around}")).help(
            format!(
                "pass on {place} in full, as the sender wrote it; receivers refuse the \
                     signature alone"
            ),
        )
    })
}

/// Whether what the scheme writes stands in quotes.
fn is_quoted(scheme: &Scheme, value: &[u8]) -> bool {
    let text = std::str::from_utf8(value).unwrap_or_default().trim();
    let inside =
        ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    let mut items = inside.into_iter().flat_map(|text| match &scheme.split {
        Some(split) => text.split(split.trim()).collect(),
        None => vec![text],
    });
    items
        .any(|item| scheme.value.signature(item.trim(), false).is_some_and(|text| !text.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::loader::{built_in, names};
    use crate::signature::pattern::Pattern;
    use crate::signature::scheme::Place;

    #[test]
    fn what_is_missing_is_named() {
        for (name, expected) in [
            ("github", "`sha256=` before it"),
            ("slack", "`v0=` before it"),
            ("stripe", "`v1=` before it and `t=` next to it"),
        ] {
            assert_eq!(around(&built_in(name).unwrap()), expected);
        }
    }

    #[test]
    fn quotes_are_named() {
        let scheme = built_in("github").unwrap();
        let value = format!("\"sha256={}\"", "ab".repeat(32));
        let headers = [("X-Hub-Signature-256", value.as_bytes())];
        let found = problem(&scheme, &Message::post(&headers, b"{}")).unwrap().finding("x");
        assert_eq!(found.message, "X-Hub-Signature-256 is in quotes");
    }

    /// Every scheme that writes something around its signature.
    #[test]
    fn every_scheme_names_what_is_missing_around_a_signature_that_is_alone() {
        let mut count = 0;
        for scheme in names().map(|name| built_in(name).unwrap()) {
            let (Place::Headers(_), Some(length)) =
                (&scheme.place, scheme.algorithm.signature_length())
            else {
                continue;
            };
            if scheme.value == Pattern::default() {
                continue;
            }
            let value = match scheme.encoding {
                Encoding::Hex => crate::digest::hex(&vec![7; length]),
                _ => crate::digest::base64(&vec![7; length]),
            };
            let name = scheme.place.header().unwrap();
            let headers = [(name.as_str(), value.as_bytes())];
            let message = Message::post(&headers, b"{}");
            let found = problem(&scheme, &message).unwrap();
            let finding = found.finding("x");
            assert!(
                finding.message.contains("only the signature, without "),
                "{}",
                finding.message
            );
            assert!(finding.message.ends_with(&around(&scheme)), "{}", finding.message);
            count += 1;
        }
        assert!(count > 10, "{count}");
    }
}
