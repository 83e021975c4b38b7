//! The body changed behind the signature's back.

use super::{Forged, Good, gap};
use crate::http::Request;
use crate::signature::resign::Resigner;
use crate::signature::template::Word;

/// One byte is another: a digit where there is one, so that it stays what it is otherwise.
pub fn tampered(good: &Good<'_>) -> Forged {
    good.covers_body()?;
    let mut request = good.signed()?;
    let digit = request.body.iter().rposition(u8::is_ascii_digit);
    let letter = || request.body.iter().rposition(u8::is_ascii_alphabetic);
    let Some(at) = digit.or_else(letter).or(request.body.len().checked_sub(1)) else {
        return gap("the request has no body");
    };
    let byte = &mut request.body[at];
    *byte = match *byte {
        b'9' => b'8',
        b'z' | b'Z' | 0xff => *byte - 1,
        other => other + 1,
    };
    Ok(request)
}

/// A blank more between two tokens of the JSON.
pub fn respaced(good: &Good<'_>) -> Forged {
    good.covers_body()?;
    if let Resigner::Scheme(signer) = good.signer {
        let mut words = signer.scheme().signed.words();
        let is_exact = |word: &Word| word.needs_body() && *word != Word::BodyJcs;
        if !words.any(is_exact) && signer.scheme().body_digest.is_none() {
            return gap("the content of the body is signed, not its bytes");
        }
    }
    let mut request = good.signed()?;
    let first = request.body.iter().position(|byte| !byte.is_ascii_whitespace());
    let opens = first.filter(|at| matches!(request.body[*at], b'{' | b'['));
    let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(&request.body).is_ok();
    let Some(at) = opens.filter(|_| is_json) else { return gap("the body is not JSON") };
    request.body.insert(at + 1, b' ');
    request.frame();
    Ok(request)
}

/// Signed without its body.
pub fn signed_empty(good: &Good<'_>) -> Forged {
    good.covers_body()?;
    if good.request.body.is_empty() {
        return gap("the request has no body");
    }
    let bare = Request { body: Vec::new(), ..good.request.clone() };
    let signed = good.signed_as(&bare, good.url, good.signer);
    let signed = signed.map_err(|why| format!("an empty body cannot be signed: {why}"))?;
    Ok(Request { body: good.request.body.clone(), ..signed })
}
