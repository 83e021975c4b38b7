//! The signature itself changed: missing, empty, cut, by another key, in other words, or two of them.

use super::{Forged, Good, gap};
use crate::http::{Header, Request};
use crate::signature::candidates::{decoded, encoded};
use crate::signature::message::lines;
use crate::signature::resign::Resigner;
use crate::signature::scheme::{Algorithm, Encoding, Several};
use crate::signature::{Fresh, Message, Scheme, Signer};

/// Characters that are left of a cut signature.
const CUT: usize = 8;

/// Without the header.
pub fn unsigned(good: &Good<'_>) -> Forged {
    let mut request = good.signed()?;
    for name in names(good, &request) {
        request.headers.remove(&name);
    }
    Ok(request)
}

/// The header is there, and nothing in the place of the signature.
pub fn empty(good: &Good<'_>) -> Forged {
    rewritten(good, |_| String::new())
}

/// By a key that nobody has.
pub fn wrong_secret(good: &Good<'_>) -> Forged {
    good.signed_by(&stranger(good)?)
}

/// By a key of no bytes.
pub fn empty_secret(good: &Good<'_>) -> Forged {
    match good.signer.keyless() {
        Some(keyless) => good.signed_by(&keyless),
        None => gap("this scheme does not sign with a shared key"),
    }
}

/// The first characters alone.
pub fn truncated(good: &Good<'_>) -> Forged {
    rewritten(good, |signature| signature.chars().take(CUT).collect())
}

/// SHA-1 in the place of a better digest, and named so where the header names it.
pub fn weaker_digest(good: &Good<'_>) -> Forged {
    let weaker = match good.scheme().map(|scheme| scheme.algorithm) {
        Some(Algorithm::HmacSha256 | Algorithm::HmacSha384 | Algorithm::HmacSha512) => {
            Algorithm::HmacSha1
        }
        Some(Algorithm::Sha256) => Algorithm::Sha1,
        _ => return gap("this scheme has no weaker digest to sign with"),
    };
    let mut request = under(good, |scheme| scheme.algorithm = weaker)?;
    for name in names(good, &request) {
        let Some(value) = request.headers.text(&name) else { continue };
        let named = ["sha256", "sha384", "sha512"].iter().fold(value, |value, digest| {
            value.replace(digest, "sha1").replace(&digest.to_uppercase(), "SHA1")
        });
        request.headers.set_value(&name, named);
    }
    Ok(request)
}

/// Base64 in the place of hex, or the other way round.
pub fn other_encoding(good: &Good<'_>) -> Forged {
    let Some(scheme) = good.scheme().filter(|scheme| scheme.encoding != Encoding::Plain) else {
        return gap("the form of the signature is fixed by a standard, or there is no encoding");
    };
    let (encoding, other) = match scheme.encoding {
        hex @ (Encoding::Hex | Encoding::HexUpper) => (hex, Encoding::Base64),
        encoding => (encoding, Encoding::Hex),
    };
    rewritten(good, |signature| encoded(other, &decoded(encoding, &signature).unwrap_or_default()))
}

/// The header twice, a wrong one first.
pub fn bad_first(good: &Good<'_>) -> Forged {
    two_headers(good, |bad, right| [bad, right])
}

/// The header twice, the right one first.
pub fn good_first(good: &Good<'_>) -> Forged {
    two_headers(good, |bad, right| [right, bad])
}

/// A list of which one is right, as while secrets change: that must be let in.
pub fn one_good(good: &Good<'_>) -> Forged {
    let Some(scheme) = good.scheme().filter(|scheme| !scheme.several.is_empty()) else {
        return gap("the scheme has one signature, not a list");
    };
    let (bad, right) = (good.signed_by(&stranger(good)?)?, good.signed()?);
    let Some(name) = scheme.place.header() else { return gap("it is not in a header") };
    let values = [&bad, &right].map(|one| one.headers.text(&name).unwrap_or_default());
    let mut request = right;
    match &scheme.split {
        Some(split) if scheme.several.contains(&Several::Items) => {
            let mut items: Vec<&str> = values[0].split(split.as_str()).collect();
            for item in values[1].split(split.as_str()) {
                if !items.contains(&item) {
                    items.push(item);
                }
            }
            request.headers.set_value(&name, items.join(split));
        }
        _ => put_twice(&mut request, &name, values),
    }
    Ok(request)
}

/// The headers that carry the signature.
fn names(good: &Good<'_>, request: &Request) -> Vec<String> {
    let all = request.headers.iter().map(|line| line.name.clone());
    all.filter(|name| good.signer.sets(name)).collect()
}

fn stranger(good: &Good<'_>) -> Result<Resigner, String> {
    good.signer.stranger().ok_or_else(|| "no other key of this kind can be generated".to_owned())
}

/// Signed under a scheme that differs so.
pub fn under(good: &Good<'_>, change: impl FnOnce(&mut Scheme)) -> Forged {
    let Resigner::Scheme(signer) = good.signer else { return gap("its form is a standard's") };
    let mut scheme = signer.scheme().clone();
    change(&mut scheme);
    let signer = signer.under(scheme).map_err(|error| error.message)?;
    good.signed_by(&Resigner::Scheme(Box::new(signer)))
}

/// Signed under its scheme, with `time` for the time where it is given, and what `rewrite` makes of it for
/// the signature.
pub fn otherwise(
    good: &Good<'_>,
    signer: &Signer,
    time: Option<&str>,
    rewrite: impl FnOnce(String) -> String,
) -> Forged {
    let mut request = good.request.clone();
    let headers = lines(&good.request.headers);
    let message = Message::of(good.request, &headers, Some(good.url));
    let fresh = Fresh { at: good.now, id: None };
    let signed = signer.sign_otherwise(&message, &fresh, time, rewrite);
    for (name, value) in signed.map_err(|error| error.message)?.headers {
        request.headers.set_value(&name, value);
    }
    Ok(request)
}

/// With what `rewrite` makes of the signature in its place.
fn rewritten(good: &Good<'_>, rewrite: impl FnOnce(String) -> String) -> Forged {
    let (header, mark) = match good.signer {
        Resigner::Scheme(signer) => return otherwise(good, signer, None, rewrite),
        Resigner::Token { header, .. } | Resigner::Given { header, .. } => (header.as_str(), '.'),
        Resigner::Message { .. } => ("Signature", ':'),
    };
    let mut request = good.signed()?;
    let value = request.headers.text(header).unwrap_or_default();
    // `header.claims.signature`, and `label=:signature:`.
    let (value, end) = match value.strip_suffix(':') {
        Some(open) => (open.to_owned(), ":"),
        None => (value, ""),
    };
    let Some((before, signature)) = value.rsplit_once(mark) else {
        return gap("its signature is not where it belongs");
    };
    let value = format!("{before}{mark}{}{end}", rewrite(signature.to_owned()));
    request.headers.set_value(header, value);
    Ok(request)
}

fn two_headers(good: &Good<'_>, order: fn(String, String) -> [String; 2]) -> Forged {
    let header = match good.signer {
        Resigner::Token { header, .. } | Resigner::Given { header, .. } => Some(header.clone()),
        Resigner::Message { .. } => None,
        Resigner::Scheme(signer) if signer.scheme().several.is_empty() => {
            signer.scheme().place.header()
        }
        Resigner::Scheme(_) => None,
    };
    let Some(header) = header else {
        return gap(
            "several signatures are allowed, and two headers are one list (RFC 9110 section 5.3)",
        );
    };
    let (bad, right) = (good.signed_by(&stranger(good)?)?, good.signed()?);
    let [bad, value] = [&bad, &right].map(|one| one.headers.text(&header).unwrap_or_default());
    let mut request = right;
    put_twice(&mut request, &header, order(bad, value));
    Ok(request)
}

/// The header with each of these values, where it stood.
fn put_twice(request: &mut Request, name: &str, values: [String; 2]) {
    let lines =
        request.headers.iter().flat_map(|line| match line.name.eq_ignore_ascii_case(name) {
            true => values
                .iter()
                .map(|value| Header { name: line.name.clone(), value: value.clone().into() })
                .collect(),
            false => vec![line.clone()],
        });
    request.headers = lines.collect();
}
