//! The place of a value in JSON text, by JSON Pointer (RFC 6901), and another value in that place: every
//! other byte stays as it is.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::value::RawValue;

/// Why there is no such place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The text is no JSON.
    NoJson,
    /// Nothing stands there.
    Nothing,
}

/// Where the value stands that the pointer leads to. Of members of one name the last counts, as with most
/// readers.
///
/// # Errors
/// When the text is no JSON, or nothing stands there.
pub fn place(text: &str, pointer: &str) -> Result<Range<usize>, Gap> {
    let mut value: &RawValue = serde_json::from_str(text).map_err(|_| Gap::NoJson)?;
    for token in pointer.split('/').skip(1) {
        // In this order: ~01 is ~1 (RFC 6901 section 4).
        let token = token.replace("~1", "/").replace("~0", "~");
        value = child(value, &token).ok_or(Gap::Nothing)?;
    }
    // The value is part of the text: nothing was copied.
    let start = (value.get().as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
    Ok(start..start + value.get().len())
}

fn child<'a>(value: &'a RawValue, token: &str) -> Option<&'a RawValue> {
    match value.get().as_bytes().first()? {
        b'{' => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(value.get()).ok()?;
            members.get(token).copied()
        }
        b'[' => {
            let is_index = token == "0" || !token.starts_with(['0', '+']);
            let items: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
            items.get(token.parse::<usize>().ok().filter(|_| is_index)?).copied()
        }
        _ => None,
    }
}

/// The text with this JSON in the place that the pointer leads to.
///
/// # Errors
/// As [`place`].
pub fn set(text: &str, pointer: &str, json: &str) -> Result<String, Gap> {
    let place = place(text, pointer)?;
    Ok([&text[..place.start], json, &text[place.end..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 6901 section 5, and what it leads to there.
    #[test]
    fn the_example_of_the_standard() {
        let text = "{\"foo\": [\"bar\", \"baz\"], \"\": 0, \"a/b\": 1, \"c%d\": 2, \"e^f\": 3, \"g|h\": 4, \
                    \"i\\\\j\": 5, \"k\\\"l\": 6, \" \": 7, \"m~n\": 8}";
        for (pointer, found) in [
            ("", text),
            ("/foo", "[\"bar\", \"baz\"]"),
            ("/foo/0", "\"bar\""),
            ("/", "0"),
            ("/a~1b", "1"),
            ("/c%d", "2"),
            ("/e^f", "3"),
            ("/g|h", "4"),
            ("/i\\j", "5"),
            ("/k\"l", "6"),
            ("/ ", "7"),
            ("/m~0n", "8"),
        ] {
            assert_eq!(place(text, pointer).map(|place| &text[place]), Ok(found), "{pointer}");
        }
    }

    #[test]
    fn every_other_byte_stays() {
        let text = "\u{feff}{}";
        assert_eq!(set(text, "/a", "1"), Err(Gap::NoJson));
        let text = " {\"a\" : {\"b\":[1, 2.50 ,\"\\u00e9\"]},\r\n\t\"a\":{\"b\":[ 7e0, {} ]} }\n";
        assert_eq!(
            set(text, "/a/b/1", "\"x\"").unwrap(),
            " {\"a\" : {\"b\":[1, 2.50 ,\"\\u00e9\"]},\r\n\t\"a\":{\"b\":[ 7e0, \"x\" ]} }\n"
        );
        assert_eq!(set("[1,[2,[3]]]", "/1/1/0", "null").unwrap(), "[1,[2,[null]]]");
        for pointer in ["/b", "/a/b/2", "/a/b/01", "/a/b/+1", "/a/b/-", "/a/b/0/c", "/a/b/x"] {
            assert_eq!(set(text, pointer, "1"), Err(Gap::Nothing), "{pointer}");
        }
        // Nesting has an end.
        assert_eq!(place(&"[".repeat(100_000), "/0"), Err(Gap::NoJson));
    }
}
