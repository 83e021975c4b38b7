//! The time of signing changed: too old, too new, another one than was signed, none.

use ::time::Duration;

use super::signature::{otherwise, under};
use super::{Forged, Good, gap};
use crate::http::Request;
use crate::signature::resign::Resigner;
use crate::signature::scheme::{Lookup, Timestamp, Unit};
use crate::signature::{Signer, moment};

/// So much further than the tolerance: clocks differ a little.
const BEYOND: Duration = Duration::seconds(60);
/// What is no time in any form.
const NO_TIME: &str = "soon";

/// Signed longer ago than is allowed.
pub fn stale(good: &Good<'_>) -> Forged {
    told(good)?;
    super::aged(good, good.tolerance + BEYOND)
}

/// Signed a day ago, or longer where that is allowed.
pub fn stale_day(good: &Good<'_>) -> Forged {
    told(good)?;
    super::aged(good, Duration::DAY.max(good.tolerance + BEYOND))
}

/// Signed further ahead than is allowed.
pub fn future(good: &Good<'_>) -> Forged {
    told(good)?;
    super::aged(good, -(good.tolerance + BEYOND))
}

/// The time of now, and the signature of an old one.
pub fn changed(good: &Good<'_>) -> Forged {
    let old = stale(good)?;
    match told(good)? {
        Told::Scheme(signer, _) => {
            let mut signature = String::new();
            let past = good.at(good.now.saturating_sub(good.tolerance + BEYOND));
            otherwise(&past, signer, None, |made| {
                signature.clone_from(&made);
                made
            })?;
            otherwise(good, signer, None, |_| signature)
        }
        Told::Message => {
            let mut request = old;
            let fresh = good.signed()?.headers.text("Signature-Input").unwrap_or_default();
            request.headers.set_value("Signature-Input", fresh);
            Ok(request)
        }
    }
}

/// The time left out, once it was signed.
pub fn missing(good: &Good<'_>) -> Forged {
    let told = told(good)?;
    let mut request = good.signed()?;
    match told {
        Told::Scheme(signer, Timestamp { from, unit }) => match from {
            Lookup::Header(name) => request.headers.remove(name),
            Lookup::Field(field) => {
                let scheme = signer.scheme();
                let (Some(split), Some(header)) = (&scheme.split, scheme.place.header()) else {
                    return gap("the time is a part of the signature's form");
                };
                let value = request.headers.text(&header).unwrap_or_default();
                let time = format!("{field}={}", moment::write(good.now, *unit));
                let rest: Vec<&str> =
                    value.split(split.as_str()).filter(|item| *item != time).collect();
                let rest = rest.join(split);
                request.headers.set_value(&header, rest);
            }
            _ => return gap("the time is in the body or the URL"),
        },
        Told::Message => replace_created(good, &mut request, ""),
    }
    Ok(request)
}

/// Something that is no time, and signed as it stands.
pub fn malformed(good: &Good<'_>) -> Forged {
    match told(good)? {
        Told::Scheme(signer, _) => otherwise(good, signer, Some(NO_TIME), |signature| signature),
        Told::Message => {
            let mut request = good.signed()?;
            replace_created(good, &mut request, &format!(";created=\"{NO_TIME}\""));
            Ok(request)
        }
    }
}

/// Milliseconds where seconds belong, and signed so: a far future to who counts in seconds.
pub fn milliseconds(good: &Good<'_>) -> Forged {
    match told(good)? {
        Told::Scheme(_, Timestamp { unit: Unit::Seconds, .. }) => under(good, |scheme| {
            scheme.timestamp = scheme
                .timestamp
                .take()
                .map(|timestamp| Timestamp { unit: Unit::Milliseconds, ..timestamp });
        }),
        Told::Scheme(..) => gap("the time is not in seconds"),
        Told::Message => gap("the time is an integer of a standard"),
    }
}

/// Where a time is told.
enum Told<'a> {
    Scheme(&'a Signer, &'a Timestamp),
    Message,
}

/// Where this request tells when it was signed; a time that is not signed, or not ours to choose, is none.
fn told<'a>(good: &'a Good<'_>) -> Result<Told<'a>, String> {
    match good.signer {
        Resigner::Message { .. } => Ok(Told::Message),
        Resigner::Token { .. } | Resigner::Given { .. } => {
            gap("a token has its own expiry: see expired-token")
        }
        Resigner::Scheme(signer) => match &signer.scheme().timestamp {
            None => gap("this scheme has no signed time: a captured call stays valid forever"),
            Some(timestamp) if !matches!(timestamp.from, Lookup::Header(_) | Lookup::Field(_)) => {
                gap("the time is in the body or the URL, and is not changed")
            }
            Some(_) if !signer.scheme().signs_time() => {
                gap("the time is not signed: anyone who sends a call again can write a new one")
            }
            Some(timestamp) => Ok(Told::Scheme(signer, timestamp)),
        },
    }
}

/// Writes `text` in the place of the parameter `created`.
fn replace_created(good: &Good<'_>, request: &mut Request, text: &str) {
    let created = format!(";created={}", good.now.unix_timestamp());
    let value = request.headers.text("Signature-Input").unwrap_or_default();
    request.headers.set_value("Signature-Input", value.replacen(&created, text, 1));
}
