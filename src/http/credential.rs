//! What of a request lets its holder in, told by names and by how a text looks: headers, parameters of a
//! query, and segments of a path.

use super::write::is_token as is_word;
use super::{Url, percent};

/// Stands where people would see a credential.
pub const MASK: &str = "***";

/// Words of a name that stand for something that lets its holder in.
const WORDS: &[&str] = &[
    "accesstoken",
    "apikey",
    "authorization",
    "authtoken",
    "bearer",
    "cookie",
    "cookie2",
    "credential",
    "credentials",
    "jwt",
    "passwd",
    "password",
    "pwd",
    "secret",
    "session",
    "sessionid",
    "token",
];
/// The same of two words.
const PAIRS: &[[&str; 2]] = &[
    ["access", "key"],
    ["account", "key"],
    ["api", "key"],
    ["auth", "key"],
    ["function", "key"],
    ["functions", "key"],
    ["private", "key"],
    ["subscription", "key"],
];
/// Names of query parameters that are credentials where the value is long: `?code=` of a function
/// app, `?sig=` of a shared access signature.
const LONG: &[&str] = &["auth", "code", "key", "sig", "signature", "x-amz-signature"];
/// So many characters are no word of a language.
const LENGTH: usize = 16;
/// Behind these segments the webhooks of Slack, Discord, Teams and others say who may call.
const HOOKS: &[&str] = &["hooks", "services", "triggers", "webhookb2", "webhooks", "workflows"];

/// Names with this word tell one call from another: an idempotency token lets nobody in.
const HARMLESS: &str = "idempotency";

/// Whether a header of this name lets its holder in.
pub fn is_credential(name: &str) -> bool {
    let words = words(name);
    let is = |word: &str, known: &str| word.eq_ignore_ascii_case(known);
    if words.iter().any(|word| is(word, HARMLESS)) {
        return false;
    }
    let is_pair = |pair: &[&str]| PAIRS.iter().any(|[a, b]| is(pair[0], a) && is(pair[1], b));
    words.last().is_some_and(|last| is(last, "auth"))
        || words.iter().any(|word| WORDS.iter().any(|known| is(word, known)))
        || words.windows(2).any(is_pair)
}

/// Whether a query parameter does: `name=value`.
pub fn is_token(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    is_credential(name) || value.len() >= LENGTH && may_be_token(name)
}

/// Whether a query parameter of this name is a credential where its value is long.
fn may_be_token(name: &str) -> bool {
    LONG.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The name of a query parameter.
pub fn name(parameter: &str) -> &str {
    parameter.split('=').next().unwrap_or_default()
}

/// A URL or request target as people see it: user and password, the values of credentials in query and
/// fragment, and the segments of the path that let their holder in are [`MASK`]. What is none is shown
/// as it is.
pub fn masked(text: &str) -> String {
    // Nearly every path is like this.
    if !text.contains(['?', '#', '@']) && text.split('/').all(|segment| segment.len() < LENGTH) {
        return text.to_owned();
    }
    let end = text.find(['?', '#']).unwrap_or(text.len());
    let (before, behind) = text.split_at(end);
    let url = Url::of(before);
    let scheme = url.scheme.map_or("", |scheme| &before[..scheme.len() + "://".len()]);
    let after = &before[scheme.len()..];
    // A password may have a slash in it; then what stands before the slash is no host.
    let is_cut = |host: &str| host.contains(':') && !host.starts_with('[');
    let is_user = after.starts_with(|char: char| char != '/')
        && (url.authority.contains('@') || !url.is_absolute() || is_cut(url.host()));
    let (user, after) = match after.rsplit_once('@').filter(|_| is_user) {
        Some((_, after)) => (format!("{MASK}@"), after),
        None => (String::new(), after),
    };
    let start = after.find('/').unwrap_or(after.len());
    let (host, path) = after.split_at(start);
    let path = without_capabilities(path, |_| MASK.to_owned());
    let parameters = behind.split_inclusive(['?', '#', '&']).map(|piece| {
        let parameter = piece.trim_end_matches(['?', '#', '&']);
        match parameter.split_once('=').filter(|(_, value)| !value.is_empty()) {
            Some((name, _)) if is_credential(name) || may_be_token(name) => {
                format!("{name}={MASK}{}", &piece[parameter.len()..])
            }
            _ => piece.to_owned(),
        }
    });
    format!("{scheme}{user}{host}{path}{}", parameters.collect::<String>())
}

/// The value of a header that lets its holder in, as people see it: the scheme before it where there is
/// one (RFC 9110 section 11.6.2), and the last four characters of a long one, by which its owner knows it.
pub fn masked_value(name: &str, value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let is_authorization = name.to_ascii_lowercase().ends_with("authorization");
    let (scheme, secret) = match text.trim().split_once(' ').filter(|_| is_authorization) {
        Some((scheme, secret)) if is_word(scheme.as_bytes()) => {
            (format!("{scheme} "), secret.trim())
        }
        _ => (String::new(), text.trim()),
    };
    let length = secret.chars().count();
    let shown = if length < LENGTH { 0 } else { 4 };
    let end: String = secret.chars().skip(length - shown).collect();
    format!("{scheme}{MASK}{end}")
}

/// A path with other text in the place of each segment that lets its holder in, as in the webhook URLs of
/// chat services: long and made at random.
pub fn without_capabilities(path: &str, mut instead: impl FnMut(&str) -> String) -> String {
    let mut is_hook = false;
    let segments = path.split('/').map(|segment| {
        let is_capability = is_random(segment, is_hook);
        is_hook |= HOOKS.iter().any(|hook| hook.eq_ignore_ascii_case(segment));
        if is_capability { instead(segment) } else { segment.to_owned() }
    });
    segments.collect::<Vec<_>>().join("/")
}

/// Whether a segment is long and changes between letters and digits, or to capitals, more often than
/// words with a number do. Behind the name of a hook one change is enough.
fn is_random(segment: &str, is_hook: bool) -> bool {
    let is_change = |pair: &[u8]| match (pair[0], pair[1]) {
        (a, b) if !a.is_ascii_alphanumeric() || !b.is_ascii_alphanumeric() => false,
        (a, b) => {
            a.is_ascii_digit() != b.is_ascii_digit()
                || a.is_ascii_lowercase() && b.is_ascii_uppercase()
        }
    };
    if segment.len() < LENGTH {
        return false;
    }
    let segment = percent::decode(segment.as_bytes(), false);
    let length = segment.iter().filter(|byte| byte.is_ascii_alphanumeric()).count();
    let changes = segment.windows(2).filter(|pair| is_change(pair)).count();
    length >= LENGTH && (changes * 4 >= length || is_hook && changes > 0)
}

/// `X-Api-Key`, `api_key` and `apiKey` are of the same words, in whatever case.
fn words(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for part in name.split(|char: char| !char.is_ascii_alphanumeric()) {
        let mut rest = part;
        let is_start = |pair: &[u8]| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase();
        while let Some(at) = rest.as_bytes().windows(2).position(is_start) {
            let (word, more) = rest.split_at(at + 1);
            words.push(word);
            rest = more;
        }
        words.push(rest);
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_let_somebody_in() {
        for name in [
            "Authorization",
            "proxy-authorization",
            "COOKIE",
            "X-Api-Key",
            "apikey",
            "X-Auth-Token",
            "X-Gitlab-Token",
            "X-Amz-Security-Token",
            "Ocp-Apim-Subscription-Key",
            "x-functions-key",
            "X-Auth",
            "Cf-Access-Jwt-Assertion",
        ] {
            assert!(is_credential(name), "{name}");
        }
        for name in [
            "Host",
            "Idempotency-Key",
            "I-Twilio-Idempotency-Token",
            "X-Hub-Signature-256",
            "User-Agent",
            "X-Author",
            "Webhook-Id",
        ] {
            assert!(!is_credential(name), "{name}");
        }
        for parameter in
            ["access_token=x", "apiKey=x", "code=0123456789abcdef", "X-Amz-Credential=x"]
        {
            assert!(is_token(parameter), "{parameter}");
        }
        for parameter in ["code=US", "key", "page=1", "tokenize=1", ""] {
            assert!(!is_token(parameter), "{parameter}");
        }
    }

    #[test]
    fn values_of_headers_keep_their_scheme_and_four_characters() {
        for (name, value, shown) in [
            ("Authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.wIgA", "Bearer ***wIgA"),
            ("proxy-authorization", "Basic dTpw", "Basic ***"),
            ("Authorization", "0123456789abcdef", "***cdef"),
            ("Authorization", "a=b 0123456789abcdef", "***cdef"),
            ("Cookie", "a=b; session=0123456789abcdef", "***cdef"),
            ("X-Api-Key", "hunter2 hunter2", "***"),
            ("X-Api-Key", "äöüäöüäöüäöüäöüß", "***äöüß"),
            ("X-Api-Key", "", "***"),
        ] {
            assert_eq!(masked_value(name, value.as_bytes()), shown);
        }
    }

    #[test]
    fn credentials_in_urls_are_masked() {
        for (text, shown) in [
            ("https://a.example/in?token=x&page=2", "https://a.example/in?token=***&page=2"),
            ("/in?a=1&api_key=k%20v&b=#access_token=x", "/in?a=1&api_key=***&b=#access_token=***"),
            ("https://a/?Sig=x&code=US", "https://a/?Sig=***&code=***"),
            ("https://user:pa@ss@a.example:8443/x", "https://***@a.example:8443/x"),
            ("https://user:pa/ss@a.example", "https://***@a.example"),
            ("user:pass@a.example:1:2", "***@a.example:1:2"),
            ("https://a/?next=https://b/?password=x", "https://a/?next=https://b/?password=***"),
        ] {
            assert_eq!(masked(text), shown);
        }
    }

    /// The forms that chat services publish; the values are made up.
    #[test]
    fn addresses_that_anybody_may_call_who_knows_them_are_masked() {
        for (text, shown) in [
            (
                "https://hooks.slack.com/services/T00000000/B00000000/aZbYcXdWeVfUgThSiRjQkPlO",
                "https://hooks.slack.com/services/T00000000/B00000000/***",
            ),
            (
                "/api/webhooks/123456789012345678/pT-xL3bW0qV_9sYdRkZ2mHc7uNfJ4gEa",
                "/api/webhooks/123456789012345678/***",
            ),
            (
                "/webhookb2/550e8400-e29b-41d4-a716-446655440000@6fa459ea-ee8a-3ca4-894e-db77e160355e/IncomingWebhook/3f2a9c4b7d1e8f60a5b2c3d4e5f60718/7c9e6679-7425-40de-944b-e07fc1f90ae7",
                "/webhookb2/***/IncomingWebhook/***/***",
            ),
            (
                "https://webhook.site/7c9e6679-7425-40de-944b-e07fc1f90ae7",
                "https://webhook.site/***",
            ),
            ("/bot123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11/x", "/***/x"),
        ] {
            assert_eq!(masked(text), shown);
        }
    }

    #[test]
    fn what_is_no_credential_is_shown_as_it_is() {
        for text in [
            "",
            "/",
            "*",
            "a.example:8443",
            "[2001:db8::1]:443",
            "https://a.example/@user/order-created-2026-11-22?zip=US&page=1&token=",
            "https://a.example/api/GitHubWebhookReceiver/HttpTriggerCSharp1",
            "/hooks/order-created-event-handler/internationalisation",
            "/export/client-20261125T120000Z.json?since=2026-11-22T05:00:00Z",
            "/%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82",
            "?=&&#",
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
