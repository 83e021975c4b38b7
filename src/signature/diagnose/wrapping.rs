//! Changes of what is around a body: gateways, forms, compression, the rest of an HTTP message.

use std::io::Read;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::json::Tree;
use crate::digest;
use crate::http::percent;
use crate::signature::form::pairs;

type Changed = Option<Vec<u8>>;

/// Most fields of a form that are tried alone.
const MOST_FIELDS: usize = 16;

/// Inflated bodies longer than this are not looked at.
const LONGEST: u64 = 64 << 20;

/// A body that is base64 as a whole, as Lambda proxies hand binary bodies over.
pub fn base64_decoded(body: &[u8]) -> Changed {
    let text = std::str::from_utf8(body).ok()?.trim_ascii();
    if text.len() < 4 {
        return None;
    }
    match text.contains(['\r', '\n']) {
        true => digest::unbase64(&text.split_ascii_whitespace().collect::<String>()),
        false => digest::unbase64(text),
    }
}

/// The base64 of the body.
pub fn base64_encoded(body: &[u8]) -> Changed {
    Some(digest::base64(body).into_bytes())
}

/// A body that is one JSON string as a whole.
pub fn json_string_decoded(body: &[u8]) -> Changed {
    let trimmed = body.trim_ascii();
    trimmed.starts_with(b"\"").then(|| Tree::parse(trimmed)?.lone_text().map(String::into_bytes))?
}

/// The body inside an event of API Gateway and the like.
pub fn gateway_event(body: &[u8]) -> Changed {
    let tree = Tree::parse(body)?;
    let names = ["body", "rawBody", "Body", "payload"];
    let inner = names.iter().find_map(|name| tree.text(name))?;
    let is_base64 =
        ["isBase64Encoded", "base64Encoded"].iter().any(|name| tree.is_word(name, "true"));
    if is_base64 { digest::unbase64(&inner) } else { Some(inner.into_bytes()) }
}

/// A body that was left compressed (gzip, RFC 1952; zlib, RFC 1950).
pub fn inflated(body: &[u8]) -> Changed {
    let mut plain = Vec::new();
    let read = match body {
        [0x1f, 0x8b, ..] => MultiGzDecoder::new(body).take(LONGEST + 1).read_to_end(&mut plain),
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => {
            ZlibDecoder::new(body).take(LONGEST + 1).read_to_end(&mut plain)
        }
        _ => return None,
    };
    (read.ok()? as u64 <= LONGEST).then_some(plain)
}

/// The decoded `payload` field of a form.
pub fn form_payload(body: &[u8]) -> Changed {
    let value = body.strip_prefix(b"payload=")?;
    let end = value.iter().position(|byte| *byte == b'&').unwrap_or(value.len());
    Some(percent::decode(value.get(..end)?, true))
}

/// A JSON body as the `payload` field of a form.
pub fn payload_form(body: &[u8]) -> Changed {
    let looks_so = matches!(body.first(), Some(b'{' | b'['));
    looks_so.then(|| {
        let spaces = percent::encode(body, b"*-._ ").replace(' ', "+");
        format!("payload={spaces}").into_bytes()
    })
}

/// Every field of a form or of `multipart/form-data` (RFC 7578) alone, the first ones of many.
pub fn fields(body: &[u8]) -> Vec<Vec<u8>> {
    if body.starts_with(b"--") {
        return parts(body);
    }
    match std::str::from_utf8(body).is_ok_and(is_form) {
        true => pairs(body).into_iter().take(MOST_FIELDS).map(|(_, value)| value).collect(),
        false => Vec::new(),
    }
}

/// The contents of multipart data: `--BOUNDARY`, head, empty line, content, and so on.
fn parts(body: &[u8]) -> Vec<Vec<u8>> {
    let end = memchr::memchr(b'\n', body).unwrap_or(body.len());
    let boundary = [b"\r\n", body[..end].trim_ascii_end()].concat();
    let content = |part: &[u8]| {
        let start = memchr::memmem::find(part, b"\r\n\r\n")? + 4;
        let end = memchr::memmem::find(&part[start..], &boundary)?;
        Some(part[start..start + end].to_vec())
    };
    // The delimiter before a part is not looked at: each part begins after the one before it.
    let starts = memchr::memmem::find_iter(body, boundary.trim_ascii_start());
    starts.take(MOST_FIELDS).filter_map(|start| content(&body[start..])).collect()
}

/// Characters for the references that escaping for HTML makes.
pub fn html_unescaped(body: &[u8]) -> Changed {
    const REFERENCES: [(&str, &str); 9] = [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#039;", "'"),
        ("&#x27;", "'"),
        ("&apos;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        // The last: what it stands for may look like another one.
        ("&amp;", "&"),
    ];
    let mut text = std::str::from_utf8(body).ok()?.to_owned();
    let length = text.len();
    for (reference, character) in REFERENCES {
        if text.contains(reference) {
            text = text.replace(reference, character);
        }
    }
    (text.len() < length).then(|| text.into_bytes())
}

/// What `stripslashes` of PHP makes of a text: each backslash goes, the character after it stays.
pub fn backslashes_removed(body: &[u8]) -> Changed {
    let mut plain = Vec::with_capacity(body.len());
    let mut bytes = body.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => plain.extend(bytes.next().map(|next| if *next == b'0' { 0 } else { *next })),
            byte => plain.push(*byte),
        }
    }
    (plain.len() < body.len()).then_some(plain)
}

/// Quoted-printable (RFC 2045 section 6.7): `=XX`, and `=` at the end of a line that goes on.
pub fn quoted_printable_decoded(body: &[u8]) -> Changed {
    let mut plain = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = memchr::memchr(b'=', rest) {
        plain.extend_from_slice(&rest[..at]);
        rest = match &rest[at + 1..] {
            [b'\r', b'\n', after @ ..] | [b'\n', after @ ..] => after,
            [high, low, after @ ..] => {
                plain.extend(digest::unhex(std::str::from_utf8(&[*high, *low]).ok()?)?);
                after
            }
            _ => return None,
        };
    }
    plain.extend_from_slice(rest);
    (plain.len() < body.len()).then_some(plain)
}

/// `%20` for every `+` of a form.
pub fn plus_as_percent(body: &[u8]) -> Changed {
    let text = std::str::from_utf8(body).ok().filter(|text| is_form(text))?;
    Some(text.replace('+', "%20").into_bytes())
}

/// `+` for every `%20` of a form.
pub fn percent_as_plus(body: &[u8]) -> Changed {
    let text = std::str::from_utf8(body).ok().filter(|text| is_form(text))?;
    Some(text.replace("%20", "+").into_bytes())
}

pub(super) fn is_form(text: &str) -> bool {
    text.contains('=') && !text.starts_with(['{', '[', '<'])
}

/// What follows the head of an HTTP message that is still in the file.
pub fn head_removed(body: &[u8]) -> Changed {
    let line = body.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?.trim_ascii_end();
    if !line.starts_with("HTTP/1.") && !line.contains(" HTTP/1.") && !line.ends_with(" HTTP/2") {
        return None;
    }
    let after = |end: &[u8]| {
        let start = body.windows(end.len()).position(|window| window == end)? + end.len();
        body.get(start..)
    };
    after(b"\r\n\r\n").or_else(|| after(b"\n\n")).map(<[u8]>::to_vec)
}

/// The chunks of a body whose chunked framing was left in (RFC 9112 section 7.1).
pub fn chunks_joined(body: &[u8]) -> Changed {
    let mut joined = Vec::new();
    let mut rest = body;
    loop {
        let end = rest.windows(2).take(20).position(|window| window == b"\r\n")?;
        let (size, after) = rest.split_at(end);
        let size = size.split(|byte| *byte == b';').next()?.trim_ascii();
        let size = usize::from_str_radix(std::str::from_utf8(size).ok()?, 16).ok()?;
        if size == 0 {
            return Some(joined);
        }
        let (chunk, after) = after.get(2..)?.split_at_checked(size)?;
        joined.extend_from_slice(chunk);
        rest = after.strip_prefix(b"\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_change_on_one_body() {
        type Row<'a> = (fn(&[u8]) -> Changed, &'a [u8], &'a [u8]);
        let changes: [Row<'_>; 13] = [
            (base64_decoded, b"eyJh\nIjoxfQ==\n", b"{\"a\":1}"),
            (base64_encoded, b"{}", b"e30="),
            (json_string_decoded, b"\"{\\\"a\\\":1}\"", b"{\"a\":1}"),
            (gateway_event, b"{\"body\":\"{}\",\"isBase64Encoded\":false}", b"{}"),
            (gateway_event, b"{\"body\":\"e30=\",\"isBase64Encoded\":true}", b"{}"),
            (form_payload, b"payload=%7B%7D+&x=1", b"{} "),
            (payload_form, b"{\"a\": 1}", b"payload=%7B%22a%22%3A+1%7D"),
            (plus_as_percent, b"a=b+c", b"a=b%20c"),
            (percent_as_plus, b"a=b%20c", b"a=b+c"),
            (head_removed, b"POST /x HTTP/1.1\r\nHost: a\r\n\r\n{}", b"{}"),
            (head_removed, b"HTTP/1.1 200 OK\nA: b\n\n{}", b"{}"),
            (chunks_joined, b"2\r\n{}\r\n1;x=y\r\n \r\n0\r\n\r\n", b"{} "),
            (chunks_joined, b"0\r\n\r\n", b""),
        ];
        for (index, (change, body, expected)) in changes.iter().enumerate() {
            assert_eq!(change(body).as_deref(), Some(*expected), "row {index}");
        }
        assert_eq!(head_removed(b"{\"a\":\"x\"}\n\n"), None);
        assert_eq!(chunks_joined(b"ffffffffffffffff\r\n"), None);
    }

    #[test]
    fn what_filters_and_gateways_write_is_undone() {
        assert_eq!(html_unescaped(b"{&quot;a&quot;:&#39;&amp;lt;}").unwrap(), b"{\"a\":'&lt;}");
        assert_eq!(html_unescaped(b"{\"a\": 1 & 2}"), None);
        assert_eq!(backslashes_removed(br#"{\"a\":\"\\\"x\"}"#).unwrap(), br#"{"a":"\"x"}"#);
        assert_eq!(backslashes_removed(b"{}"), None);
        assert_eq!(
            quoted_printable_decoded(b"a=3Db=C3=A9=\r\nc").unwrap(),
            "a=b\u{e9}c".as_bytes()
        );
        for text in [&b"a=b"[..], b"a=", b"{}", b"a=\xff\xff"] {
            assert_eq!(quoted_printable_decoded(text), None);
        }
    }

    #[test]
    fn fields_stand_alone() {
        let multipart =
            b"--X\r\nContent-Disposition: form-data; name=\"payload\"\r\n\r\n{}\r\n--X\r\n\
            Content-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n--X--\r\n";
        assert_eq!(fields(multipart), [b"{}".to_vec(), b"1".to_vec()]);
        assert_eq!(fields(b"a=%7B%7D&b=x+y"), [b"{}".to_vec(), b"x y".to_vec()]);
        assert!(fields(b"{}").is_empty() && fields(b"--").is_empty());
    }

    #[test]
    fn compressed_bodies_are_inflated_and_bombs_are_not() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(b"{}").unwrap();
        assert_eq!(inflated(&gzip.finish().unwrap()).unwrap(), b"{}");
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(b"{}").unwrap();
        assert_eq!(inflated(&zlib.finish().unwrap()).unwrap(), b"{}");
        let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
        let zeros = vec![0; 1 << 20];
        (0..65).for_each(|_| bomb.write_all(&zeros).unwrap());
        assert_eq!(inflated(&bomb.finish().unwrap()), None);
        assert_eq!(inflated(b"\x1f\x8bgarbage"), None);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(body in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = fields(&body);
            let changes: [fn(&[u8]) -> Changed; 11] = [
                base64_decoded, json_string_decoded, gateway_event, inflated, form_payload,
                payload_form, head_removed, chunks_joined, html_unescaped, backslashes_removed,
                quoted_printable_decoded,
            ];
            changes.iter().for_each(|change| { let _ = change(&body); });
        }
    }
}
