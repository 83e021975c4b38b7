//! What can be said when no change makes a signature match. The secret is looked at, never shown.

use crate::signature::message::Message;

/// Beginnings of secrets that sign nothing, and what they are.
const SHAPES: &[(&str, &str)] = &[
    ("sk_", "a secret API key (Stripe and others)"),
    ("pk_", "a publishable API key"),
    ("rk_", "a restricted API key"),
    ("shpat_", "an access token of Shopify's Admin API"),
    ("shpca_", "an access token of a custom Shopify app"),
    ("xoxb-", "a bot token of Slack"),
    ("xoxp-", "a user token of Slack"),
    ("xapp-", "an app token of Slack"),
    ("ghp_", "a personal access token of GitHub"),
    ("gho_", "an OAuth token of GitHub"),
    ("github_pat_", "a personal access token of GitHub"),
    ("glpat-", "a personal access token of GitLab"),
    ("EAA", "an access token of Meta's Graph API"),
    ("AKIA", "an access key id of AWS"),
    ("eyJ", "a JSON Web Token"),
    ("Bearer ", "an Authorization header"),
    ("-----BEGIN ", "a key or certificate in PEM"),
    ("http://", "a URL"),
    ("https://", "a URL"),
];

/// What the secret looks like, if it looks like something that signs nothing.
pub fn shape(secret: &[u8]) -> Option<&'static str> {
    let secret = secret.trim_ascii();
    let row = SHAPES.iter().find(|(start, _)| secret.starts_with(start.as_bytes()));
    row.map(|(_, what)| *what)
        .or_else(|| is_uuid(secret).then_some("a UUID, as ids and API keys are"))
}

fn is_uuid(text: &[u8]) -> bool {
    let is_dash = |place: usize| matches!(place, 8 | 13 | 18 | 23);
    text.len() == 36
        && text.iter().enumerate().all(|(place, byte)| match is_dash(place) {
            true => *byte == b'-',
            false => byte.is_ascii_hexdigit(),
        })
}

/// What stands out about the body.
pub fn body(message: &Message<'_>) -> Vec<String> {
    let body = message.body;
    let mut notes = Vec::new();
    if let Some(length) = content_length(message)
        && length != body.len()
    {
        notes.push(format!(
            "the body has {} bytes and Content-Length says {length}: it was changed or cut",
            body.len()
        ));
    }
    let looks_indented = body.starts_with(b"{\n") || body.starts_with(b"{\r\n");
    if looks_indented {
        notes.push("the body is pretty-printed JSON, which senders rarely send".to_owned());
    }
    if std::str::from_utf8(body).is_ok_and(|text| !text.is_ascii() || text.contains("\\u")) {
        notes.push(
            "the body has non-ASCII characters: was it converted to text and back?".to_owned(),
        );
    }
    if body.is_empty() {
        notes.push("the body is empty".to_owned());
    }
    notes.extend(lost(body).into_iter().map(str::to_owned));
    if SIZES.contains(&body.len()) {
        notes.push(format!(
            "the body has exactly {} bytes: it may have been cut at the size of a buffer",
            body.len()
        ));
    }
    notes
}

/// Sizes at which programs cut what is longer.
const SIZES: [usize; 8] =
    [1 << 10, 1 << 12, 1 << 13, 1 << 14, 1 << 15, (1 << 16) - 1, 1 << 16, 1 << 20];

/// What the body looks like when it cannot be turned back.
fn lost(body: &[u8]) -> Vec<&'static str> {
    let text = body.trim_ascii();
    let contains = |part: &str| memchr::memmem::find(body, part.as_bytes()).is_some();
    let is_json = matches!(text.first(), Some(b'{' | b'['));
    let read = serde_json::from_slice::<serde::de::IgnoredAny>(text);
    let is_valid = read.is_ok();
    let is_cut = is_json && read.is_err_and(|error| error.is_eof());
    let rows = [
        (
            text == b"[object Object]",
            "the body is [object Object]: a parsed object was converted to text; hash the raw \
             request bytes",
        ),
        (
            text.starts_with(b"{'") || text.starts_with(b"[{'"),
            "the body looks like a dict that Python printed; hash the raw request bytes",
        ),
        (text.starts_with(b"b'"), "the body looks like bytes that Python printed, b'...'"),
        (
            text.starts_with(b"Array"),
            "the body looks like an array that PHP printed; hash php://input",
        ),
        (
            is_json && !is_cut && !contains("\\") && !is_valid,
            "the body starts like JSON but is not: were its backslashes removed (PHP's stripslashes)?",
        ),
        (is_cut, "the body is truncated JSON"),
        (
            contains("\u{fffd}"),
            "the body has U+FFFD, which stands for bytes that were lost when it was read as UTF-8",
        ),
    ];
    rows.into_iter().filter(|(is_so, _)| *is_so).map(|(_, note)| note).collect()
}

/// What stands out about the secret under a scheme that signs with several of them.
pub fn secret(scheme: &str, secret: &[u8]) -> Option<&'static str> {
    (scheme == "stripe" && secret.trim_ascii().starts_with(b"whsec_")).then_some(
        "Stripe has a secret for each endpoint, and `stripe listen` prints its own: is this the \
         right one?",
    )
}

/// The number in Content-Length.
pub fn content_length(message: &Message<'_>) -> Option<usize> {
    let value = message.header("content-length").ok()?;
    std::str::from_utf8(value).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_what_signs_nothing() {
        for (secret, expected) in [
            ("sk_live_abc", Some("a secret API key (Stripe and others)")),
            ("ghp_abc\n", Some("a personal access token of GitHub")),
            ("123e4567-e89b-12d3-a456-426614174000", Some("a UUID, as ids and API keys are")),
            ("123e4567-e89b-12d3-a456_426614174000", None),
            ("whsec_abc", None),
            ("correct horse", None),
        ] {
            assert_eq!(shape(secret.as_bytes()), expected, "{secret}");
        }
    }

    #[test]
    fn what_was_lost_is_guessed() {
        for (body, part) in [
            ("[object Object]", "[object Object]"),
            ("{'a': None}", "Python"),
            ("b'{}'", "bytes that Python"),
            ("{\"a\":\"x", "truncated"),
            ("{\"a\":\"\u{fffd}\"}", "U+FFFD"),
            ("Array\n(", "PHP"),
            ("{\"a\":\"say \"hi\"\"}", "stripslashes"),
        ] {
            assert!(lost(body.as_bytes()).iter().any(|note| note.contains(part)), "{body}");
        }
        for body in ["{}", "", "[1]", "{\"a\":\"\\q\"}", "a=b"] {
            assert!(lost(body.as_bytes()).is_empty(), "{body}");
        }
        assert!(secret("stripe", b"whsec_1").is_some());
        assert!(secret("svix", b"whsec_1").is_none());
    }

    #[test]
    fn lengths_that_differ_are_said() {
        let headers: [(&str, &[u8]); 1] = [("Content-Length", b"7")];
        let message = Message::post(&headers, b"{\n}");
        let notes = body(&message);
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes[0].contains("3 bytes and Content-Length says 7"));
    }
}
