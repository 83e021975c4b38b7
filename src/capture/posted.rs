//! The body of a HAR entry: `postData`, and what its text was made of.
//!
//! HAR 1.2 has no place for a body that is no text. Each exporter has a way of its own out of that, and how
//! long the body was tells which one it took:
//!
//! | exporter           | writes                                                              |
//! |--------------------|---------------------------------------------------------------------|
//! | HAR 1.3, ours      | base64, with `encoding`                                             |
//! | Chrome, mitmproxy  | a character for each byte (Latin-1)                                 |
//! | mitmproxy          | a lone surrogate, U+DC80 to U+DCFF, for a byte that is no UTF-8     |
//! | Playwright, others | U+FFFD for what is no UTF-8: it is lost                             |
//!
//! All of them write what `Content-Encoding` had packed as it is unpacked.

use std::borrow::Cow;
use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::Note;
use super::entry::parsed;
use super::json::Elements;
use super::room::excerpt;
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::{Headers, percent};

/// What was posted, as an entry holds it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PostData<'a> {
    mime_type: Option<String>,
    text: Option<Text>,
    encoding: Option<String>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Param {
    name: String,
    #[serde(default)]
    value: Option<String>,
}

/// The bytes of a text, in which a lone surrogate is kept as its three bytes (WTF-8).
struct Text(Vec<u8>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Text, E> {
                Ok(Text(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

impl PostData<'_> {
    /// The bytes that its text stands for where nothing is known of their number; `None` when there is no
    /// text.
    pub(super) fn bytes(&self) -> Result<Option<Cow<'_, [u8]>>> {
        match (&self.text, self.encoding.as_deref()) {
            (Some(Text(text)), Some("base64")) => std::str::from_utf8(text)
                .ok()
                .and_then(digest::unbase64)
                .ok_or_else(|| Error::new(Failure::Malformed, "postData.text is not base64"))
                .map(|bytes| Some(bytes.into())),
            (Some(_), Some(encoding)) if !encoding.is_empty() => Err(Error::new(
                Failure::Unsupported,
                format!("postData.encoding {}: only base64 is known", excerpt(encoding)),
            )
            .help("export it as HAR 1.3, or capture it with listen --capture")),
            (text, _) => Ok(text.as_ref().map(|Text(text)| unescaped(text))),
        }
    }

    /// Whether it has the fields of a form.
    pub(super) fn has_fields(&self) -> bool {
        self.params.is_some_and(|params| params.get().trim_ascii() != "[]")
    }

    /// The body, of which the sender sent `size` bytes, if that is known; says in `notes` what is not, or not
    /// surely, as it was.
    pub(super) fn body(&self, size: Option<u64>, notes: &mut Vec<Note>) -> Result<Vec<u8>> {
        let is_sent = |body: &[u8]| size == Some(body.len() as u64);
        let is_text = self.encoding.as_deref().is_none_or(str::is_empty);
        let Some(bytes) = self.bytes()?.filter(|bytes| !bytes.is_empty() || !self.has_fields())
        else {
            return if self.has_fields() { self.form(is_sent, notes) } else { Ok(Vec::new()) };
        };
        if is_sent(&bytes) || !is_text || bytes.is_ascii() {
            return Ok(bytes.into_owned());
        }
        if let Some(latin) = latin_1(&bytes) {
            if is_sent(&latin) {
                return Ok(latin);
            }
            // In a text nobody writes the control characters of Latin-1.
            if size.is_none() && latin.iter().any(|byte| (0x80..0xa0).contains(byte)) {
                notes.push(Note::body_rebuilt(
                    "each character of the text may stand for a byte; it was encoded as UTF-8, \
                     because nothing says how long the body was",
                ));
            }
        }
        let lost = bytes.windows(3).filter(|bytes| bytes == b"\xef\xbf\xbd").count();
        if lost > 0 {
            notes.push(Note::body_rebuilt(format!(
                "{lost} times the capture has U+FFFD in place of something that was not UTF-8: \
                 that is lost"
            )));
        }
        Ok(bytes.into_owned())
    }

    /// The text of a form, of its fields: the way to write them that gives as many bytes as were sent, or the
    /// one of browsers.
    fn form(&self, is_sent: impl Fn(&[u8]) -> bool, notes: &mut Vec<Note>) -> Result<Vec<u8>> {
        let kind = self.mime_type.as_deref().unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            let message = format!("the capture keeps only the parts of a {} body", excerpt(kind));
            return Err(Error::new(Failure::Unsupported, message).help(
                "the delimiters between the parts are lost: capture it with listen --capture",
            ));
        }
        let mut fields: Vec<Param> = Vec::new();
        for element in Elements::under(self.params.map_or("", RawValue::get).as_bytes(), &[])? {
            fields.push(parsed(&element?)?);
        }
        let written = |encode: fn(&str) -> String| {
            let field = |Param { name, value }: &Param| match value {
                Some(value) => format!("{}={}", encode(name), encode(value)),
                None => encode(name),
            };
            fields.iter().map(field).collect::<Vec<_>>().join("&").into_bytes()
        };
        // As the URL standard does; with blanks as encodeURIComponent does; fields that were never decoded.
        let browsers = written(|text| percent::encode(text.as_bytes(), b"*-._ ").replace(' ', "+"));
        notes.push(Note::body_rebuilt("the capture keeps the fields of a form, not its text"));
        if is_sent(&browsers) {
            return Ok(browsers);
        }
        let others: [fn(&str) -> String; 2] =
            [|text| percent::encode(text.as_bytes(), b"*-._"), str::to_owned];
        Ok(others.into_iter().map(written).find(|form| is_sent(form)).unwrap_or(browsers))
    }
}

/// Removes the name of a packing that the body is not in.
pub(super) fn mend_label(headers: &mut Headers, body: &[u8], notes: &mut Vec<Note>) {
    let Some(label) = headers.text("Content-Encoding") else { return };
    let is_packed = match label.trim().to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => {
            // The second byte of its mark is no UTF-8: what was lost there was packed.
            body.starts_with(&[0x1f, 0x8b]) || body.starts_with("\u{1f}\u{fffd}".as_bytes())
        }
        "zstd" => body.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]),
        // RFC 1950: the method, and a checksum of the two bytes.
        "deflate" => matches!(body, [first, second, ..]
            if first & 15 == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0),
        // It has no mark; what it packs is no text.
        "br" => std::str::from_utf8(body).is_err(),
        _ => true,
    };
    if !is_packed && !body.is_empty() {
        headers.remove("Content-Encoding");
        notes.push(Note::body_rebuilt(format!(
            "the capture keeps the body decompressed: it is sent like that, without \
             Content-Encoding: {}",
            excerpt(label.trim())
        )));
    }
}

/// Bytes for the lone surrogates that Python writes in their place (PEP 383).
fn unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    let mut rest = text;
    let mut bytes = Vec::new();
    while let Some(at) = memchr::memchr(0xed, rest) {
        let (before, after) = rest.split_at(at);
        bytes.extend_from_slice(before);
        rest = match after {
            [_, high @ 0xb2..=0xb3, low @ 0x80..=0xbf, after @ ..] => {
                bytes.push((high & 3) << 6 | (low & 0x3f));
                after
            }
            _ => {
                bytes.push(0xed);
                &after[1..]
            }
        };
    }
    if bytes.is_empty() {
        return rest.into();
    }
    bytes.extend_from_slice(rest);
    bytes.into()
}

/// A byte for each character, if each is one.
fn latin_1(text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?;
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::finding::Code;

    /// The body of this `postData`, of which so many bytes were sent, and the codes of what is said.
    fn body(data: &str, size: Option<u64>) -> Result<(Vec<u8>, Vec<Code>)> {
        let data: PostData = serde_json::from_str(data).unwrap();
        let mut notes = Vec::new();
        let body = data.body(size, &mut notes)?;
        Ok((body, notes.iter().map(|note| note.code).collect()))
    }

    #[test]
    fn the_number_of_bytes_tells_what_a_text_was_made_of() {
        let text = r#"{"mimeType":"application/octet-stream","text":"\u00ff\u00fe\u0001"}"#;
        assert_eq!(body(text, Some(3)).unwrap(), (b"\xff\xfe\x01".to_vec(), vec![]));
        assert_eq!(body(text, Some(5)).unwrap(), ("ÿþ\u{1}".into(), vec![]));
        assert_eq!(body(text, None).unwrap(), ("ÿþ\u{1}".into(), vec![]));
        let controls = r#"{"text":"\u0080\u00e9"}"#;
        assert_eq!(body(controls, None).unwrap().1, [Code::BodyRebuilt]);
        assert_eq!(body(controls, Some(2)).unwrap(), (vec![0x80, 0xe9], vec![]));
        // More than a byte: it can only be UTF-8.
        let wide = r#"{"text":"\u20ac\u00e9"}"#;
        assert_eq!(body(wide, Some(2)).unwrap().0, "€é".as_bytes());
    }

    #[test]
    fn lone_surrogates_are_bytes_and_replacements_are_a_loss() {
        let mixed = r#"{"text":"a\udcff\u00e9\udc80\ud83d\ude00"}"#;
        let bytes = [b"a\xff".as_slice(), "é".as_bytes(), b"\x80", "😀".as_bytes()].concat();
        assert_eq!(body(mixed, Some(bytes.len() as u64)).unwrap(), (bytes, vec![]));
        let lost = r#"{"text":"a\ufffdb"}"#;
        assert_eq!(body(lost, Some(3)).unwrap(), ("a\u{fffd}b".into(), vec![Code::BodyRebuilt]));
        assert_eq!(body(lost, Some(5)).unwrap().1, []);
        assert_eq!(body(lost, None).unwrap().1, [Code::BodyRebuilt]);
    }

    #[test]
    fn fields_of_a_form_are_encoded_in_the_way_that_has_its_length() {
        let form = |name: &str, value: &str| {
            format!(
                r#"{{"mimeType":"application/x-www-form-urlencoded; charset=utf-8","text":"","params":[{{"name":"{name}","value":"{value}"}},{{"name":"x"}}]}}"#
            )
        };
        let read = |size: Option<u64>| {
            let (body, codes) = body(&form("a b", "c&d=é*"), size).unwrap();
            assert_eq!(codes, [Code::BodyRebuilt]);
            String::from_utf8(body).unwrap()
        };
        assert_eq!(read(None), "a+b=c%26d%3D%C3%A9*&x");
        assert_eq!(read(Some(23)), "a%20b=c%26d%3D%C3%A9*&x");
        let encoded = body(&form("a%20b", "%26"), Some(11)).unwrap();
        assert_eq!(encoded.0, b"a%20b=%26&x");
        let parts = r#"{"mimeType":"multipart/form-data","params":[{"name":"a"}]}"#;
        let error = body(parts, None).unwrap_err();
        assert_eq!((error.code, error.help.is_some()), (Failure::Unsupported, true));
    }

    #[test]
    fn a_label_stays_on_what_is_packed_and_on_nothing_else() {
        let left = |label: &str, body: &[u8]| {
            let (mut headers, mut notes) = (Headers::new(), Vec::new());
            headers.push("content-encoding", label);
            mend_label(&mut headers, body, &mut notes);
            assert_eq!(headers.is_empty(), notes.len() == 1);
            headers.len() == 1
        };
        for (label, packed) in [
            ("gzip", &b"\x1f\x8b\x08"[..]),
            ("GZIP ", b"\x1f\x8b\x08"),
            ("zstd", b"\x28\xb5\x2f\xfd"),
            ("deflate", b"\x78\x9c"),
            ("br", b"\x8b\x00\xff"),
        ] {
            assert!(left(label, packed), "{label}");
            assert!(!left(label, b"{\"a\":1}"), "{label}");
            assert!(left(label, b""), "{label}");
        }
        assert!(left("gzip", "\u{1f}\u{fffd}\u{8}".as_bytes()));
        assert!(left("identity", b"{}") && left("gzip, br", b"{}"));
    }

    proptest! {
        #[test]
        fn what_python_and_chrome_write_is_read_back(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let size = Some(bytes.len() as u64);
            let latin: String = bytes.iter().copied().map(char::from).collect();
            let text = serde_json::json!({"text": latin}).to_string();
            prop_assert_eq!(body(&text, size).unwrap(), (bytes.clone(), vec![]));
            // Python: what is UTF-8 as it is, each other byte as a lone surrogate.
            let mut escaped = String::new();
            for chunk in bytes.utf8_chunks() {
                escaped.push_str(serde_json::json!(chunk.valid()).to_string().trim_matches('"'));
                chunk.invalid().iter().for_each(|byte| escaped.push_str(&format!("\\udc{byte:02x}")));
            }
            // A quote at either end is trimmed with those around it.
            prop_assume!(!bytes.contains(&b'"'));
            prop_assert_eq!(body(&format!(r#"{{"text":"{escaped}"}}"#), size).unwrap(), (bytes, vec![]));
        }
    }
}
