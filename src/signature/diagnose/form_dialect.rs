//! How common programs write forms (`application/x-www-form-urlencoded`): a form that was parsed and
//! written again, or kept as JSON, is written in each of these ways.

use serde_json::Value;

use super::wrapping::is_form;
use crate::http::percent;
use crate::signature::form::pairs;

/// Longest JSON that is written as a form.
const LONGEST_OBJECT: usize = 256 << 10;

/// One way to write names and values.
pub struct Writer {
    /// End of the name of the change.
    pub name: &'static str,
    /// Who writes so.
    pub who: &'static str,
    /// What stays as it is besides letters and digits.
    kept: &'static [u8],
    /// What a space becomes.
    space: &'static str,
    /// Whether `%XX` is in lower case.
    lower: bool,
}

const fn writer(
    name: &'static str,
    who: &'static str,
    kept: &'static [u8],
    space: &'static str,
) -> Writer {
    Writer { name, who, kept, space, lower: false }
}

/// All ways, the most frequent first.
pub const WRITERS: &[Writer] = &[
    writer("browsers-write-it", "browsers do: + for a space, * as it is, ~ as %7E", b"*-._", "+"),
    writer(
        "rfc-3986-writes-it",
        "RFC 3986 does: %20 for a space, ~ as it is, * as %2A",
        b"-._~",
        "%20",
    ),
    writer(
        "python-writes-it",
        "Python and Go do: + for a space, ~ as it is, * as %2A",
        b"-._~",
        "+",
    ),
    writer("php-writes-it", "PHP does: + for a space, ~ as %7E, * as %2A", b"-._", "+"),
    writer(
        "javascript-writes-it",
        "encodeURIComponent of JavaScript does: %20 for a space, !'()*~ as they are",
        b"!'()*~-._",
        "%20",
    ),
    writer(
        "qs-writes-it",
        "qs of JavaScript does (RFC 1738): + for a space, ()~ as they are",
        b"()-._~",
        "+",
    ),
    Writer {
        lower: true,
        ..writer(
            "dotnet-writes-it",
            "HttpUtility of .NET does: + for a space, !()* as they are, %xx in lower case",
            b"!()*-._",
            "+",
        )
    },
];

impl Writer {
    fn text(&self, bytes: &[u8]) -> String {
        let parts = bytes.split(|byte| *byte == b' ').map(|part| percent::encode(part, self.kept));
        let written = parts.collect::<Vec<_>>().join(self.space);
        if self.lower { lowered(&written) } else { written }
    }

    fn pair(&self, name: &[u8], value: &[u8]) -> String {
        format!("{}={}", self.text(name), self.text(value))
    }

    /// A form written again.
    pub fn again(&self, body: &[u8]) -> Option<Vec<u8>> {
        std::str::from_utf8(body).ok().filter(|text| is_form(text))?;
        let fields = pairs(body);
        let written: Vec<_> = fields.iter().map(|(name, value)| self.pair(name, value)).collect();
        Some(written.join("&").into_bytes())
    }

    /// A flat JSON object, as parsers make one of a form, written as that form.
    pub fn of_json(&self, body: &[u8]) -> Option<Vec<u8>> {
        if body.len() > LONGEST_OBJECT {
            return None;
        }
        let Ok(Value::Object(members)) = serde_json::from_slice(body) else { return None };
        let mut fields = Vec::new();
        for (name, value) in &members {
            let values = match value {
                Value::Array(values) => values.as_slice(),
                value => std::slice::from_ref(value),
            };
            for value in values {
                let text = match value {
                    Value::String(text) => text.clone(),
                    Value::Number(number) => number.to_string(),
                    Value::Bool(is) => is.to_string(),
                    Value::Null => String::new(),
                    Value::Array(_) | Value::Object(_) => return None,
                };
                fields.push(self.pair(name.as_bytes(), text.as_bytes()));
            }
        }
        Some(fields.join("&").into_bytes())
    }
}

/// The hex digits of each `%XX` in lower case.
fn lowered(text: &str) -> String {
    let mut parts = text.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        out.extend(["%", &digits.to_ascii_lowercase(), rest]);
    }
    out
}

/// Line ends inside the values of a form, as `%0D%0A` or `%0A`.
pub fn line_ends(body: &[u8], to_crlf: bool) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok().filter(|text| is_form(text))?;
    let bare = text.replace("%0d%0a", "%0a").replace("%0D%0A", "%0A");
    let ends = match to_crlf {
        false => bare,
        true => bare.replace("%0A", "%0D%0A").replace("%0a", "%0d%0a"),
    };
    (ends != text).then(|| ends.into_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_writer_writes_as_its_program_does() {
        let body = b"t=%2Ab%2A%20(x)%20it's+~ok~+%21%E9&x=1&e=";
        for (name, expected) in [
            ("browsers-write-it", "t=*b*+%28x%29+it%27s+%7Eok%7E+%21%E9&x=1&e="),
            ("rfc-3986-writes-it", "t=%2Ab%2A%20%28x%29%20it%27s%20~ok~%20%21%E9&x=1&e="),
            ("python-writes-it", "t=%2Ab%2A+%28x%29+it%27s+~ok~+%21%E9&x=1&e="),
            ("php-writes-it", "t=%2Ab%2A+%28x%29+it%27s+%7Eok%7E+%21%E9&x=1&e="),
            ("javascript-writes-it", "t=*b*%20(x)%20it's%20~ok~%20!%E9&x=1&e="),
            ("qs-writes-it", "t=%2Ab%2A+(x)+it%27s+~ok~+%21%E9&x=1&e="),
            ("dotnet-writes-it", "t=*b*+(x)+it%27s+%7eok%7e+!%e9&x=1&e="),
        ] {
            let writer = WRITERS.iter().find(|writer| writer.name == name).unwrap();
            assert_eq!(String::from_utf8(writer.again(body).unwrap()).unwrap(), expected);
        }
        let json = br#"{"t":"a b","n":1,"l":["x","y"],"z":null}"#;
        assert_eq!(WRITERS[0].of_json(json).unwrap(), b"t=a+b&n=1&l=x&l=y&z=");
        assert_eq!(WRITERS[0].of_json(br#"{"a":{"b":1}}"#), None);
        assert_eq!(WRITERS[0].again(b"{\"a\":1}"), None);
    }

    #[test]
    fn line_ends_both_ways() {
        assert_eq!(line_ends(b"a=x%0Ay", true).unwrap(), b"a=x%0D%0Ay");
        assert_eq!(line_ends(b"a=x%0D%0Ay", false).unwrap(), b"a=x%0Ay");
        assert_eq!(line_ends(b"a=x", true), None);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(body in proptest::collection::vec(any::<u8>(), 0..80)) {
            for writer in WRITERS {
                let _ = (writer.again(&body), writer.of_json(&body));
            }
            let _ = line_ends(&body, true);
        }
    }
}
