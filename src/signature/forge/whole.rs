//! A right signature of something else than what is sent: another path, method or id, or not the body.

use super::{Forged, Good, gap};
use crate::http::{Request, Url};
use crate::signature::http_message::{Order, component, content_digest};
use crate::signature::resign::{Resigner, sign_message};
use crate::signature::scheme::Lookup;
use crate::signature::sign::random_hex;
use crate::signature::template::Word;

/// A message signature that does not cover the body.
pub fn body_not_covered(good: &Good<'_>) -> Forged {
    let Resigner::Message { key, key_id } = good.signer else {
        return gap("only HTTP message signatures say what they cover");
    };
    good.covers_body()?;
    let mut request = good.request.clone();
    let digest = component(content_digest::NAME);
    let order = |mut order: Order| {
        order.components.retain(|one| *one != digest);
        Order { key_id: key_id.clone().or(order.key_id), ..order }
    };
    sign_message(&mut request, good.url, good.now, key, order).map_err(|error| error.message)?;
    Ok(request)
}

/// The signature of a call to another path.
pub fn other_path(good: &Good<'_>) -> Forged {
    if !signs(good, Word::is_url, &["@path", "@target-uri", "@request-target"]) {
        return gap("the path is not signed");
    }
    let url = Url::of(good.url);
    let path = url.path();
    let other =
        format!("{}/other{}", path.trim_end_matches('/'), &url.path_and_query()[path.len()..]);
    let request = Request { target: other.clone(), ..good.request.clone() };
    let signed = good.signed_as(&request, &format!("{}{other}", url.origin()), good.signer)?;
    Ok(Request { target: good.request.target.clone(), ..signed })
}

/// The signature of a call by another method.
pub fn other_method(good: &Good<'_>) -> Forged {
    if !signs(good, |word| *word == Word::Method, &["@method"]) {
        return gap("the method is not signed");
    }
    let other = if good.request.method == "PUT" { "POST" } else { "PUT" };
    let request = Request { method: other.to_owned(), ..good.request.clone() };
    let signed = good.signed_as(&request, good.url, good.signer)?;
    Ok(Request { method: good.request.method.clone(), ..signed })
}

/// Another id than was signed.
pub fn other_id(good: &Good<'_>) -> Forged {
    let header = good.scheme().and_then(|scheme| {
        scheme.variables.iter().find_map(|(word, lookup)| match lookup {
            Lookup::Header(name) if scheme.signed.words().any(|one| is_named(one, word)) => {
                Some(name.clone())
            }
            _ => None,
        })
    });
    let Some(header) = header else { return gap("no id in a header is signed") };
    let mut request = good.signed()?;
    request.headers.set_value(&header, format!("msg_{}", random_hex()));
    Ok(request)
}

fn is_named(word: &Word, name: &str) -> bool {
    matches!(word, Word::Named(named) if named == name)
}

fn signs(good: &Good<'_>, is_word: impl Fn(&Word) -> bool, components: &[&str]) -> bool {
    match good.signer {
        Resigner::Scheme(signer) => signer.scheme().signed.words().any(is_word),
        Resigner::Message { .. } => components.iter().any(|name| good.covers(name)),
        Resigner::Token { .. } | Resigner::Given { .. } => false,
    }
}
