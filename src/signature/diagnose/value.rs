//! Changes of the signature value: another spelling of the same bytes.

use super::cause::{Advice, BASE64_SIGNATURE, Cause, HEX_SIGNATURE, Hint};
use crate::digest;
use crate::http::percent;
use crate::signature::bare;
use crate::signature::scheme::Scheme;

/// One reading of a signature.
pub struct Row {
    /// Its words.
    pub advice: Advice,
    /// The bytes it stands for; `None` where it does not apply.
    pub apply: fn(&str) -> Option<Vec<u8>>,
}

const fn row(
    name: &'static str,
    message: &'static str,
    why: &'static str,
    code: &'static [Hint],
    apply: fn(&str) -> Option<Vec<u8>>,
) -> Row {
    let help =
        "compare it in the sender's spelling; in your own scheme, set `encoding` and `value`";
    Row { advice: Advice { name, message, why, help, code }, apply }
}

/// All readings, in the order they are tried.
pub const ROWS: &[Row] = &[
    row(
        "signature-unused-bits",
        "clear the unused bits of its last character",
        "no encoder sets them: the header was edited or typed by hand",
        &[],
        |text| digest::unbase64(text).filter(|_| digest::unbase64_exact(text).is_none()),
    ),
    row(
        "signature-is-hex",
        "read the signature as hex",
        "the sender writes hex where base64 is expected",
        HEX_SIGNATURE,
        digest::unhex,
    ),
    row(
        "signature-is-base64",
        "read the signature as base64",
        "the sender writes base64 where hex is expected",
        BASE64_SIGNATURE,
        digest::unbase64,
    ),
    row(
        "signature-prefix-removed",
        "remove what comes before the signature",
        "the header names the algorithm or version first, as in sha256=",
        &[],
        |text| bytes(bare(text)?),
    ),
    row(
        "signature-unquoted",
        "remove the quotes and spaces around the signature",
        "they were added when the header was copied",
        &[],
        |text| bytes(unquoted(text)?),
    ),
    row(
        "signature-is-base64-of-hex",
        "read the signature as base64 of hex text",
        "the sender encodes the hex digest once more",
        &[("Node", "Buffer.from(mac.digest('hex')).toString('base64')")],
        |text| digest::unhex(std::str::from_utf8(&digest::unbase64(text)?).ok()?),
    ),
    row(
        "signature-is-hex-of-base64",
        "read the signature as hex of base64 text",
        "the sender encodes the base64 digest once more",
        &[],
        |text| digest::unbase64(std::str::from_utf8(&digest::unhex(text)?).ok()?),
    ),
    row(
        "signature-percent-decoded",
        "decode the %XX of the signature",
        "it was copied out of a URL or a form",
        &[],
        |text| text.contains('%').then(|| percent::decode(text.as_bytes(), false)).and_then(read),
    ),
    row(
        "signature-spaces-are-plus",
        "replace the spaces in the signature with plus signs",
        "a form decoder turned + into spaces",
        &[],
        |text| text.contains(' ').then(|| text.replace(' ', "+").into_bytes()).and_then(read),
    ),
];

/// The header holds the signature alone, without what the scheme writes around it.
pub fn bare_cause(scheme: &Scheme) -> Cause {
    let (place, missing) = (&scheme.place, bare::around(scheme));
    Cause {
        change: "signature-prefix-missing".to_owned(),
        message: format!("write the signature as the scheme does, with {missing}"),
        why: format!(
            "{place} contains only the signature: what the sender writes around it is missing"
        ),
        help: format!(
            "pass on {place} in full, as the sender wrote it; receivers refuse the signature alone"
        ),
        command: None,
        code: &[],
    }
}

/// Bytes of hex or base64, whichever a text is.
fn bytes(text: &str) -> Option<Vec<u8>> {
    digest::unhex(text).or_else(|| digest::unbase64(text))
}

fn read(text: Vec<u8>) -> Option<Vec<u8>> {
    bytes(std::str::from_utf8(&text).ok()?)
}

fn unquoted(text: &str) -> Option<&str> {
    let inner = text.trim_matches(['"', '\'', '<', '>', ' ', '\t']);
    (inner.len() < text.len()).then_some(inner)
}

/// What follows `sha256=`, `v1,`, `HMAC `: a short word of letters, digits and dashes.
fn bare(text: &str) -> Option<&str> {
    let end = text.find(['=', ',', ' ', ':']).filter(|end| (1..=16).contains(end))?;
    let rest = text.get(end + 1..)?.trim();
    // `=` at the end is padding of base64, not the end of a word.
    (!rest.trim_matches('=').is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_reads_what_it_says() {
        for (name, text) in [
            ("signature-is-hex", "6869fb"),
            ("signature-is-base64", "aGn7"),
            ("signature-prefix-removed", "sha256= 6869fb"),
            ("signature-prefix-removed", "HMAC aGn7"),
            ("signature-unquoted", "\"6869fb\""),
            ("signature-is-base64-of-hex", "Njg2OWZi"),
            ("signature-is-hex-of-base64", "61476e37"),
            ("signature-percent-decoded", "aGn%37"),
            ("signature-percent-decoded", "%61Gn7"),
        ] {
            let row = ROWS.iter().find(|row| row.advice.name == name).unwrap();
            assert_eq!((row.apply)(text).as_deref(), Some(b"hi\xfb".as_slice()), "{name} {text}");
        }
        let plus = ROWS.last().unwrap();
        assert_eq!((plus.apply)(" /8="), Some(vec![0xfb, 0xff]));
        assert_eq!((plus.apply)("+/8="), None);
        assert_eq!(bare("aGk="), None);
        let bits = &ROWS[0];
        assert_eq!((bits.apply)("aGl="), Some(b"hi".to_vec()));
        assert_eq!((bits.apply)("aGk="), None);
    }
}
