//! What may be wrong besides a signature that does not match: times, fixed headers, digests.

use time::{Duration, OffsetDateTime};

use super::candidates::{Carrier, decoded};
use super::content::Gap;
use super::members::{self, Coverage};
use super::message::{Line, Message};
use super::problem::Problem;
use super::scheme::{Algorithm, Scheme};
use super::{moment, spelling};
use crate::digest;
use crate::finding::{Code, Severity};

/// No candidate is right under any of `secrets` secrets.
pub(super) fn mismatch(scheme: &Scheme, secrets: usize) -> Problem {
    if scheme.algorithm == Algorithm::Token {
        let message = format!("the token in {} is not the secret", scheme.place);
        return Problem::new(Code::TokenInvalid, message);
    }
    let message = match secrets {
        0 | 1 => "signature does not match".to_owned(),
        many => format!("signature does not match with any of {many} secrets"),
    };
    Problem::new(Code::SignatureMismatch, message)
}

/// The time of signing, if the scheme has one.
pub(super) fn signed_at(
    scheme: &Scheme,
    carrier: &Carrier<'_>,
    message: &Message<'_>,
) -> Option<Result<OffsetDateTime, Problem>> {
    let timestamp = scheme.timestamp.as_ref()?;
    let fields = |name: &str| carrier.field(scheme, name);
    let text = message.look_up(&timestamp.from, &fields);
    let text = text.map_err(|gap| Problem::malformed(gap.to_string()));
    Some(text.and_then(|text| {
        moment::parse(&String::from_utf8_lossy(&text), timestamp.unit).map_err(Problem::malformed)
    }))
}

/// The time of signing lies further from now than the tolerance.
pub(super) fn late(age: Duration, tolerance: Duration) -> Option<Problem> {
    if age.abs() <= tolerance {
        return None;
    }
    let most = tolerance.whole_seconds();
    // What is too late by a part of a second is not as old as the limit.
    let seconds = age.abs().whole_seconds().max(most + 1);
    Some(if age.is_positive() {
        Problem::new(
            Code::SignatureStale,
            format!("signature is right but {} old; the limit is {most} s", span(seconds)),
        )
        .help("re-sign it before sending it again; check a saved request with --at TIME")
    } else {
        Problem::new(
            Code::SignatureInFuture,
            format!(
                "signature is right but was made {} from now; the limit is {most} s",
                span(seconds)
            ),
        )
        .help("one of the two clocks is wrong: compare yours with a time server")
    })
}

/// A tolerance was asked for, and there is no signed time that it could be applied to.
pub(super) fn untimed(scheme: &Scheme) -> Problem {
    let why = match scheme.timestamp {
        None => "has no signed time",
        Some(_) => "does not sign its time",
    };
    Problem::new(
        Code::SignatureUntimed,
        format!("{} {why}, so --tolerance cannot be checked", scheme.name),
    )
    .severity(Severity::Critical)
    .help("leave out --tolerance, and remember the ids of deliveries to detect repeats")
}

/// The signature says nothing about the body, or about some of it.
pub(super) fn body_uncovered(scheme: &Scheme, body: &[u8]) -> Option<Problem> {
    let message = match (Coverage::of(scheme, body), scheme.algorithm) {
        (Some(Coverage { open, .. }), _) if open.is_empty() => return None,
        (Some(Coverage { signed, open }), _) => format!(
            "the signature covers {} of the body, not {}: those can be changed in transit",
            members::shown(&signed),
            members::shown(&open)
        ),
        (None, Algorithm::Token) => {
            "the signature is the secret itself and does not cover the body, which can be changed \
             in transit"
                .to_owned()
        }
        (None, _) => format!(
            "the signature covers `{}`, not the body: it can be changed in transit",
            scheme.signed
        ),
    };
    Some(
        Problem::new(Code::BodyUncovered, message)
            .help("fetch what matters from the sender's API before acting on it"),
    )
}

/// So many seconds, and in days or hours where nobody reads seconds.
fn span(seconds: i64) -> String {
    match seconds {
        172_800.. => format!("{} days ({seconds} s)", seconds / 86_400),
        7_200.. => format!("{} h ({seconds} s)", seconds / 3_600),
        _ => format!("{seconds} s"),
    }
}

/// The secret that is right is not the first one.
pub(super) fn old_secret(label: &str) -> Problem {
    let message = format!("signed with secret {label}, not the first");
    Problem::new(Code::SignatureOldSecret, message)
        .help("the sender still uses it: finish the rotation there before removing it here")
}

/// The key is so short that it can be guessed.
pub(super) fn weak_secret(label: &str) -> Problem {
    Problem::new(Code::SecretWeak, format!("{label} is shorter than 16 bytes"))
        .help("have the sender's console generate a new one")
}

/// Fixed headers that are missing or have another value. One that was only not shown with the payload
/// says nothing of why a signature does not match.
pub(super) fn requirements(scheme: &Scheme, message: &Message<'_>, is_match: bool) -> Vec<Problem> {
    let differs = |(name, wanted): &(String, String)| {
        let mut values = message.headers.iter().filter(|(line, _)| line.eq_ignore_ascii_case(name));
        let is_other = |(_, value): &&Line<'_>| *value != wanted.as_bytes();
        let (message, help) = match (values.clone().next(), values.find(is_other)) {
            (None, _) if message.complete => (
                format!("header {name} is missing; it must be `{wanted}`"),
                "without it the algorithm is a guess: ask the sender".to_owned(),
            ),
            (None, _) if is_match => (
                format!("header {name} was not given; it must be `{wanted}`"),
                format!("give it as it came with the payload: --header '{name}: ...'"),
            ),
            (_, Some((_, other))) => (
                format!(
                    "header {name} is `{}`; it must be `{wanted}`",
                    String::from_utf8_lossy(other)
                ),
                "the sender may have changed its algorithm: check its documentation before \
                 trusting this"
                    .to_owned(),
            ),
            _ => return None,
        };
        Some(Problem::new(Code::AlgorithmMismatch, message).help(help))
    };
    scheme.require.iter().filter_map(differs).collect()
}

/// The body does not have the digest that travels apart from the signature.
pub(super) fn digest_differs(scheme: &Scheme, message: &Message<'_>) -> Option<Problem> {
    let wanted = scheme.body_digest.as_ref()?;
    let nothing = |name: &str| Err(Gap::Missing(format!("field {name}")));
    let text = match message.look_up(&wanted.from, &nothing) {
        Ok(text) => text,
        Err(gap) => return Some(Problem::malformed(gap.to_string())),
    };
    let text = String::from_utf8_lossy(&text);
    let bytes = decoded(wanted.encoding, &text).unwrap_or_default();
    if digest::equal(&bytes, &digest::sha256(message.body)) {
        return spelling::differs(scheme, spelling::of_text(wanted.encoding, &text, bytes.len()));
    }
    let message =
        format!("the signature is right, but the body does not have the digest in {}", wanted.from);
    Some(Problem::new(Code::SignatureMismatch, message))
}

/// The request names a certificate of somebody else: receivers who fetch it would refuse it.
pub(super) fn foreign_certificate(scheme: &Scheme, message: &Message<'_>) -> Option<Problem> {
    let certificate = scheme.certificate.as_ref()?;
    let nothing = |name: &str| Err(Gap::Missing(format!("field {name}")));
    let address = match message.look_up(&certificate.from, &nothing) {
        Ok(address) => String::from_utf8_lossy(&address).into_owned(),
        Err(Gap::Missing(_)) if !message.complete => return None,
        Err(gap) => return Some(Problem::malformed(gap.to_string())),
    };
    if certificate.publishes(&address) {
        return None;
    }
    let message = format!(
        "the request says that its certificate is at {address}, where {} publishes none",
        scheme.title
    );
    let urls = certificate.urls.join(", ");
    Some(
        Problem::new(Code::CertificateForeign, message).help(format!(
            "its certificates are at {urls}: someone else may have made this request"
        )),
    )
}

/// The signed content cannot be put together.
pub(super) fn incomplete(scheme: &Scheme, gap: &Gap) -> Problem {
    if matches!(gap, Gap::TooLong | Gap::Fields) {
        return Problem::malformed(format!("{gap}: it is not checked under {}", scheme.name));
    }
    let problem = Problem::malformed(format!("{gap}, and {} signs it", scheme.name));
    match gap {
        Gap::Url => problem.help("give the URL that the sender calls with --url"),
        Gap::Missing(_) => {
            problem.help("give it with --header 'Name: value', or a complete captured request")
        }
        _ => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::super::loader::built_in;
    use super::*;

    #[test]
    fn spans_are_said_in_the_unit_that_people_read() {
        for (seconds, said) in [
            (7_199, "7199 s"),
            (7_200, "2 h (7200 s)"),
            (172_799, "47 h (172799 s)"),
            (172_800, "2 days (172800 s)"),
        ] {
            let problem = late(Duration::seconds(seconds), Duration::seconds(300)).unwrap();
            assert_eq!(
                problem.message,
                format!("signature is right but {said} old; the limit is 300 s")
            );
        }
    }

    #[test]
    fn what_is_over_the_limit_by_less_than_a_second_is_said_to_be_over_it() {
        let limit = Duration::seconds(300);
        assert!(late(limit, limit).is_none() && late(-limit, limit).is_none());
        for (age, said) in [
            (limit + Duration::MILLISECOND, "301 s old; the limit is 300 s"),
            (-limit - Duration::MILLISECOND, "301 s from now; the limit is 300 s"),
            (Duration::milliseconds(301_999), "301 s old; the limit is 300 s"),
        ] {
            let problem = late(age, limit).unwrap();
            assert!(problem.message.ends_with(said), "{age}: {}", problem.message);
        }
    }

    #[test]
    fn what_is_covered_instead_of_the_body_is_said() {
        let said = |name: &str, body: &[u8]| {
            body_uncovered(&built_in(name).unwrap(), body).map(|problem| problem.message)
        };
        let (telegram, plivo) =
            (said("telegram", b"{}").unwrap(), said("plivo-v2", b"{}").unwrap());
        assert!(
            telegram.contains("the signature is the secret itself and does not cover the body")
        );
        assert!(plivo.contains("covers `{url_no_query}{nonce}`, not the body"), "{plivo}");
        let mailgun = said("mailgun", br#"{"signature":{"token":"t"},"event-data":{}}"#).unwrap();
        let wanted = "covers /signature/token of the body, not /event-data: those";
        assert!(mailgun.contains(wanted), "{mailgun}");
        assert_eq!(said("braintree", b"bt_signature=a&bt_payload=b"), None);
    }

    #[test]
    fn a_fixed_header_is_missing_not_given_or_another() {
        let scheme = built_in("kindly").unwrap();
        let (name, wanted) = &scheme.require[0];
        let said = |value: Option<&str>, complete: bool, is_match: bool| {
            let headers: Vec<_> =
                value.iter().map(|value| (name.as_str(), value.as_bytes())).collect();
            let (method, target, body) = ("POST", "", b"".as_slice());
            let message = Message { method, url: None, target, headers: &headers, body, complete };
            let problems = requirements(&scheme, &message, is_match);
            problems.into_iter().next().map(|problem| problem.message)
        };
        for is_match in [true, false] {
            let missing = format!("header {name} is missing; it must be `{wanted}`");
            assert_eq!(said(None, true, is_match), Some(missing));
            assert_eq!(said(Some(wanted), true, is_match), None);
            let other = format!("header {name} is `x`; it must be `{wanted}`");
            assert_eq!(said(Some("x"), false, is_match), Some(other));
        }
        let not_given = format!("header {name} was not given; it must be `{wanted}`");
        assert_eq!(said(None, false, true), Some(not_given));
        assert_eq!(said(None, false, false), None);
    }

    #[test]
    fn what_is_not_there_can_be_given() {
        let help = |gap: Gap| incomplete(&built_in("square").unwrap(), &gap).help;
        assert!(help(Gap::Url).unwrap().contains("--url"));
        assert!(help(Gap::Missing("header T".into())).unwrap().contains("--header"));
        assert_eq!(help(Gap::Json), None);
    }
}
