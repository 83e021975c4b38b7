//! Which members of a body a signature covers, where the whole is not signed.

use serde_json::Value;

use super::form;
use super::scheme::{Lookup, Place, Scheme};
use super::template::Word;

/// Most members that are named; of the rest their number is told.
const MOST_NAMED: usize = 8;
/// Longest name of a member that is shown whole, in characters.
const LONGEST_NAME: usize = 64;

/// What a signature says of the members of a body: JSON pointers (RFC 6901), or names of form fields.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Coverage {
    /// Those that are signed.
    pub(super) signed: Vec<String>,
    /// Those that are neither signed nor the signature itself.
    pub(super) open: Vec<String>,
}

impl Coverage {
    /// What `scheme` signs of this body; `None` where it takes nothing from there.
    pub(super) fn of(scheme: &Scheme, body: &[u8]) -> Option<Self> {
        let signed = signed_places(scheme);
        if signed.is_empty() {
            return None;
        }
        let signature = match &scheme.place {
            Place::Body(place) => each(place),
            Place::Headers(_) => Vec::new(),
        };
        let coverage = match serde_json::from_slice::<Value>(body) {
            Ok(body) => {
                let [signed, signature] = [signed, signature].map(|places| pointers(&places));
                let closed: Vec<_> = signed.iter().chain(&signature).copied().collect();
                let mut open = Vec::new();
                collect(&body, String::new(), &closed, &mut open);
                let signed = signed.into_iter().filter(|pointer| body.pointer(pointer).is_some());
                Self { signed: signed.map(str::to_owned).collect(), open }
            }
            Err(_) => {
                let [signed, signature] = [signed, signature].map(|places| fields(&places));
                let names = form::pairs(body).into_iter().map(|(name, _)| name);
                let names = names.map(|name| String::from_utf8_lossy(&name).into_owned());
                let (signed, rest): (Vec<_>, Vec<_>) =
                    names.partition(|name| signed.contains(&name.as_str()));
                let is_other = |name: &String| !signature.contains(&name.as_str());
                Self { signed, open: rest.into_iter().filter(is_other).collect() }
            }
        };
        (!coverage.signed.is_empty()).then_some(coverage)
    }
}

/// The first of these, and how many there are besides.
pub(super) fn shown(names: &[String]) -> String {
    let named = names.iter().take(MOST_NAMED).map(|name| match name.chars().count() {
        0..=LONGEST_NAME => name.clone(),
        _ => name.chars().take(LONGEST_NAME).chain(['…']).collect(),
    });
    let named = named.collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST_NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// The places in the body from which words of the signed content come.
fn signed_places(scheme: &Scheme) -> Vec<&Lookup> {
    let named = |name: &str| scheme.variables.iter().find(|(known, _)| known == name);
    let place = |word| match word {
        &Word::Timestamp => scheme.timestamp.as_ref().map(|timestamp| &timestamp.from),
        Word::Named(name) => named(name).map(|(_, place)| place),
        _ => None,
    };
    let places = scheme.signed.words().filter_map(place).flat_map(each);
    places.filter(|place| place.is_in_body()).collect()
}

/// The places that a place stands for.
fn each(place: &Lookup) -> Vec<&Lookup> {
    match place {
        Lookup::First(places) => places.iter().flat_map(each).collect(),
        one => vec![one],
    }
}

fn pointers<'a>(places: &[&'a Lookup]) -> Vec<&'a str> {
    let pointer = |place: &&'a Lookup| match place {
        Lookup::Json { pointer, .. } => Some(pointer.as_str()),
        _ => None,
    };
    let mut pointers: Vec<_> = places.iter().filter_map(pointer).collect();
    pointers.dedup();
    pointers
}

fn fields<'a>(places: &[&'a Lookup]) -> Vec<&'a str> {
    let field = |place: &&'a Lookup| match place {
        Lookup::Form(name) => Some(name.as_str()),
        _ => None,
    };
    places.iter().filter_map(field).collect()
}

/// The members at and below `pointer` that are not closed; a whole branch without closed ones is one.
fn collect(value: &Value, pointer: String, closed: &[&str], open: &mut Vec<String>) {
    if closed.contains(&pointer.as_str()) {
        return;
    }
    let start = format!("{pointer}/");
    let is_branch = closed.iter().any(|closed| closed.starts_with(&start));
    match value {
        Value::Object(members) if is_branch => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                collect(member, format!("{start}{name}"), closed, open);
            }
        }
        Value::Array(items) if is_branch => {
            for (index, item) in items.iter().enumerate() {
                collect(item, format!("{start}{index}"), closed, open);
            }
        }
        _ => open.push(pointer),
    }
}

#[cfg(test)]
mod tests {
    use super::super::loader::built_in;
    use super::*;

    fn of(scheme: &str, body: &str) -> Option<(String, String)> {
        let coverage = Coverage::of(&built_in(scheme).unwrap(), body.as_bytes())?;
        Some((shown(&coverage.signed), shown(&coverage.open)))
    }

    #[test]
    fn members_of_json_are_signed_or_open() {
        let body = r#"{"Type":"Notification","Message":"m","Signature":"s","SigningCertURL":"u",
            "Timestamp":"t","a/b":{"c":1}}"#;
        let signed = "/Message, /Timestamp, /Type".to_owned();
        let open = "/SigningCertURL, /a~1b".to_owned();
        assert_eq!(of("aws-sns", body), Some((signed, open)));
        let body = r#"{"signature":{"timestamp":"1","token":"t","signature":"s","x":1},"event-data":{"a":1}}"#;
        let signed = "/signature/timestamp, /signature/token".to_owned();
        assert_eq!(of("mailgun", body), Some((signed, "/signature/x, /event-data".to_owned())));
    }

    #[test]
    fn fields_of_a_form_are_signed_or_open() {
        let body = "bt_signature=a%7Cb&bt_payload=p";
        assert_eq!(of("braintree", body), Some(("bt_payload".to_owned(), String::new())));
        let body = format!("{body}&other=1");
        assert_eq!(of("braintree", &body), Some(("bt_payload".to_owned(), "other".to_owned())));
    }

    #[test]
    fn nothing_of_the_body_is_signed() {
        assert_eq!(of("telegram", "{}"), None);
        assert_eq!(of("plivo-v2", "a=b"), None);
        assert_eq!(of("mailgun", "{}"), None);
    }

    #[test]
    fn many_members_are_counted() {
        let names: Vec<_> = (0..10).map(|number| format!("/{number}")).collect();
        assert_eq!(shown(&names), "/0, /1, /2, /3, /4, /5, /6, /7 and 2 more");
        assert_eq!(shown(&["x".repeat(65)]).chars().count(), 65);
    }
}
