//! Changes of form fields: how senders that sign them one by one (Twilio) order, repeat and spell
//! them.

use super::cause::{Advice, Cause};
use super::wrapping::is_form;
use crate::http::percent;
use crate::signature::form::pairs;

/// A field: its name and its value.
type Field = (Vec<u8>, Vec<u8>);

/// One other way to put the fields of a form into the signed text.
pub struct Row {
    advice: Advice,
    /// The text of the whole form.
    pub write: fn(&[u8]) -> Vec<u8>,
}

const fn row(
    name: &'static str,
    message: &'static str,
    why: &'static str,
    write: fn(&[u8]) -> Vec<u8>,
) -> Row {
    let help = "pass the raw form to the sender's own library, or join the fields as described";
    Row { advice: Advice { name, message, why, help, code: HINTS }, write }
}

/// What hands all fields over as they came.
const HINTS: &[super::Hint] = &[
    ("Node", "new URLSearchParams(rawBody)  // keeps order and repeats; express keeps neither"),
    ("Python", "urllib.parse.parse_qsl(body, keep_blank_values=True)"),
    ("PHP", "file_get_contents('php://input')  // $_POST keeps the last of repeated fields"),
];

/// All ways, the most frequent first.
pub const ROWS: &[Row] = &[
    row(
        "text-form-in-order",
        "sign the fields of the form in the order they came, not sorted by name",
        "the sender, or its library, does not sort them",
        |form| flat(&pairs(form)),
    ),
    row(
        "text-form-all-duplicates",
        "sign every field of the form, even repeated ones",
        "the sender, or its library, does not leave repeated fields out",
        |form| flat(&sorted(pairs(form))),
    ),
    row(
        "text-form-values-in-order",
        "sort the fields of the form by name only, keeping the order of their values",
        "the sender, or its library, sorts names and not values",
        |form| flat(&by_name(form)),
    ),
    row(
        "text-form-first-of-duplicates",
        "sign only the first of form fields with the same name",
        "a parser kept the first of repeated fields",
        |form| flat(&one_each(form, false)),
    ),
    row(
        "text-form-last-of-duplicates",
        "sign only the last of form fields with the same name",
        "a parser kept the last of repeated fields",
        |form| flat(&one_each(form, true)),
    ),
    row(
        "text-form-values-joined",
        "for form fields with the same name, sign the name once and then all values",
        "the sender, or its library, keeps repeated fields as a list",
        |form| flat(&joined(form, b"")),
    ),
    row(
        "text-form-values-joined-by-commas",
        "for form fields with the same name, sign the name once and then the values, comma-separated",
        "JavaScript writes lists of values like this",
        |form| flat(&joined(form, b",")),
    ),
    row(
        "text-form-case-ignored",
        "sort the fields of the form case-insensitively",
        "the sender, or its library, sorts as .NET and databases do",
        |form| {
            let mut fields = sorted(unique(form));
            fields.sort_by_key(|(name, _)| name.to_ascii_lowercase());
            flat(&fields)
        },
    ),
    row(
        "text-form-empty-values-dropped",
        "leave out form fields that have no value",
        "a parser dropped them before they were signed",
        |form| flat(&changed(form, |value| value.to_vec(), true)),
    ),
    row(
        "text-form-values-trimmed",
        "trim the values of the form",
        "a parser trimmed them before they were signed",
        |form| flat(&changed(form, |value| value.trim_ascii().to_vec(), false)),
    ),
    row(
        "text-form-with-separators",
        "sign the fields of the form as name=value with & between them, sorted by name",
        "the sender encodes the form again before signing it",
        |form| joined_pairs(&sorted(unique(form)), |text| text.to_vec()),
    ),
    row(
        "text-form-undecoded",
        "sign names and values of the form as they are encoded, with %XX and +",
        "the sender, or its library, does not decode them",
        |form| flat(&sorted(written(form))),
    ),
    row(
        "text-form-plus-kept",
        "decode %XX in the form, but leave + as it is",
        "the sender, or its library, decodes fields as parts of a URL",
        |form| {
            let decoded = |text: Vec<u8>| percent::decode(&text, false);
            let fields = written(form).into_iter();
            let fields = fields.map(|(name, value)| (decoded(name), decoded(value)));
            flat(&sorted(fields.collect()))
        },
    ),
];

impl Row {
    /// Its words.
    pub fn cause(&self) -> Cause {
        self.advice.cause(0, 0)
    }
}

fn flat(fields: &[Field]) -> Vec<u8> {
    fields.iter().flat_map(|(name, value)| [name.as_slice(), value]).collect::<Vec<_>>().concat()
}

fn sorted(mut fields: Vec<Field>) -> Vec<Field> {
    fields.sort();
    fields
}

fn unique(form: &[u8]) -> Vec<Field> {
    let mut fields = sorted(pairs(form));
    fields.dedup();
    fields
}

/// Sorted by name; the sort is stable.
fn by_name(form: &[u8]) -> Vec<Field> {
    let mut fields = pairs(form);
    fields.sort_by(|(one, _), (other, _)| one.cmp(other));
    fields
}

fn one_each(form: &[u8], last: bool) -> Vec<Field> {
    let mut fields = by_name(form);
    if last {
        fields.reverse();
    }
    fields.dedup_by(|(later, _), (earlier, _)| later == earlier);
    if last {
        fields.reverse();
    }
    fields
}

fn joined(form: &[u8], by: &[u8]) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for (name, value) in by_name(form) {
        match fields.last_mut() {
            Some((known, values)) if *known == name => {
                values.extend_from_slice(by);
                values.extend(value);
            }
            _ => fields.push((name, value)),
        }
    }
    fields
}

fn changed(form: &[u8], change: fn(&[u8]) -> Vec<u8>, drop_empty: bool) -> Vec<Field> {
    let fields = pairs(form).into_iter().map(|(name, value)| (name, change(&value)));
    let mut fields = sorted(fields.filter(|(_, value)| !drop_empty || !value.is_empty()).collect());
    fields.dedup();
    fields
}

/// Fields as they are written, nothing decoded.
fn written(form: &[u8]) -> Vec<Field> {
    let parts = form.split(|byte| *byte == b'&').filter(|part| !part.is_empty());
    let field = |part: &[u8]| match memchr::memchr(b'=', part) {
        Some(at) => (part[..at].to_vec(), part[at + 1..].to_vec()),
        None => (part.to_vec(), Vec::new()),
    };
    parts.map(field).collect()
}

fn joined_pairs(fields: &[Field], write: fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let pair = |(name, value): &Field| [write(name), write(value)].join(&b'=');
    fields.iter().map(pair).collect::<Vec<_>>().join(&b'&')
}

/// The form with its fields sorted by name.
pub fn fields_sorted(body: &[u8]) -> Option<Vec<u8>> {
    let is_form = std::str::from_utf8(body).is_ok_and(is_form);
    is_form.then(|| {
        let mut parts: Vec<_> = body.split(|byte| *byte == b'&').collect();
        parts.sort_by_key(|part| part.split(|byte| *byte == b'=').next());
        parts.join(&b'&')
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{SECRET, diagnosed};
    use super::*;
    use crate::digest;
    use crate::signature::form;
    use crate::signature::mac::mac;
    use crate::signature::scheme::Algorithm;

    const URL: &str = "https://hooks.example/sms";
    /// Fields on which each row does something that no other does.
    const FORM: &[u8] =
        b"To=%2B1&Digits=5&Digits=3&Digits=4&Digits=4&Digits=3&Body=+hi+&empty=&From=a+b&body=x";

    fn changes(content: &[u8], body: &[u8]) -> Vec<String> {
        let text = [URL.as_bytes(), content].concat();
        let value = digest::base64(&mac(Algorithm::HmacSha1, SECRET, &[&text]).unwrap());
        let headers = [("X-Twilio-Signature", value)];
        let found = diagnosed("twilio", SECRET, body, Some(URL), &headers);
        found.causes.into_iter().map(|cause| cause.change).collect()
    }

    #[test]
    fn every_way_is_planted_and_named() {
        for row in ROWS {
            assert_eq!(changes(&(row.write)(FORM), FORM), [row.advice.name]);
        }
        assert_eq!(
            changes(&form::sorted(FORM).unwrap(), FORM),
            [""; 0],
            "what matches needs no cause"
        );
    }

    #[test]
    fn each_way_on_one_form() {
        let written = |name: &str| {
            let row = ROWS.iter().find(|row| row.advice.name == name).unwrap();
            String::from_utf8((row.write)(b"b=2&a=3&a=1&a=1&B=&c=+x%20+")).unwrap()
        };
        for (name, text) in [
            ("text-form-in-order", "b2a3a1a1Bc x  "),
            ("text-form-all-duplicates", "Ba1a1a3b2c x  "),
            ("text-form-values-in-order", "Ba3a1a1b2c x  "),
            ("text-form-first-of-duplicates", "Ba3b2c x  "),
            ("text-form-last-of-duplicates", "Ba1b2c x  "),
            ("text-form-values-joined", "Ba311b2c x  "),
            ("text-form-values-joined-by-commas", "Ba3,1,1b2c x  "),
            ("text-form-case-ignored", "a1a3Bb2c x  "),
            ("text-form-empty-values-dropped", "a1a3b2c x  "),
            ("text-form-values-trimmed", "Ba1a3b2cx"),
            ("text-form-with-separators", "B=&a=1&a=3&b=2&c= x  "),
            ("text-form-undecoded", "Ba1a1a3b2c+x%20+"),
            ("text-form-plus-kept", "Ba1a1a3b2c+x +"),
        ] {
            assert_eq!(written(name), text, "{name}");
        }
    }

    #[test]
    fn a_way_and_another_cause_are_found_as_a_pair() {
        let value = |key: &[u8]| {
            let text = [URL.as_bytes(), &(ROWS[0].write)(FORM)].concat();
            digest::base64(&mac(Algorithm::HmacSha1, key, &[&text]).unwrap())
        };
        let headers = [("X-Twilio-Signature", value(SECRET))];
        let secret = [SECRET, b"\n"].concat();
        let found = diagnosed("twilio", &secret, FORM, Some(URL), &headers);
        let names: Vec<_> = found.causes.iter().map(|cause| cause.change.as_str()).collect();
        assert_eq!(names, ["secret-newline-removed", "text-form-in-order"]);
        let found =
            diagnosed("twilio", SECRET, FORM, Some("http://hooks.example/v1/sms"), &headers);
        assert!(found.causes.is_empty(), "three changes are not tried: {found:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn a_random_form_with_one_cause_is_explained(
            fields in proptest::collection::vec(("[a-cA-C]{1,2}", "[ a-z+&=]{0,4}"), 1..6),
            pick in any::<proptest::sample::Index>(),
        ) {
            let plain: Vec<Field> =
                fields.iter().map(|(name, value)| (name.clone().into(), value.clone().into())).collect();
            let body = joined_pairs(&plain, |text| percent::encode(text, b"").into_bytes());
            let row = pick.get(ROWS);
            let signed = (row.write)(&body);
            let found = changes(&signed, &body);
            if signed == form::sorted(&body).unwrap() {
                prop_assert!(found.is_empty());
            } else {
                // Ways may come out alike; whichever is named gives the same bytes.
                let [name] = found.as_slice() else { panic!("{found:?}") };
                let named = ROWS.iter().find(|row| row.advice.name == name);
                prop_assert!(named.is_none_or(|row| (row.write)(&body) == signed), "{}", name);
            }
        }

        #[test]
        fn a_wrong_secret_is_never_explained(body in "[a-c=&+%0-9]{0,40}", secret in "[a-z]{1,20}") {
            let text = [URL.as_bytes(), &form::sorted(body.as_bytes()).unwrap()].concat();
            let value = digest::base64(&mac(Algorithm::HmacSha1, b"another", &[&text]).unwrap());
            let headers = [("X-Twilio-Signature", value)];
            let found = diagnosed("twilio", secret.as_bytes(), body.as_bytes(), Some(URL), &headers);
            prop_assert!(found.causes.is_empty());
        }

        #[test]
        fn no_bytes_panic(body in proptest::collection::vec(any::<u8>(), 0..80)) {
            ROWS.iter().for_each(|row| { let _ = (row.write)(&body); });
            let _ = fields_sorted(&body);
        }
    }
}
