//! Component identifiers (RFC 9421 section 2): which names and parameters there are. What is not known
//! is an error and never passed over (section 2.5): it would be signed, and mean nothing.

use super::Reason;
use super::field::{Bare, Item};

/// Components that are derived from the request (RFC 9421 section 2.2).
const DERIVED: &[&str] = &[
    "@method",
    "@target-uri",
    "@authority",
    "@scheme",
    "@request-target",
    "@path",
    "@query",
    "@query-param",
    "@status",
];

/// What a parameter may be given to.
#[derive(Clone, Copy, PartialEq)]
enum To {
    Field,
    QueryParameter,
    Any,
}

/// Parameters of components (RFC 9421 section 6.5.3): the name, whether it has a text (or is a flag),
/// and what it may be given to.
const PARAMETERS: &[(&str, bool, To)] = &[
    ("sf", false, To::Field),
    ("key", true, To::Field),
    ("bs", false, To::Field),
    ("tr", false, To::Field),
    ("req", false, To::Any),
    ("name", true, To::QueryParameter),
];

/// Components, and parameters of them, that no webhook can be checked for, and why.
const UNSUPPORTED: &[(&str, &str)] = &[
    (
        "@status",
        "only a response has a status, and a webhook is a request (RFC 9421 section 2.2.9)",
    ),
    (";req", "only a response is bound to its request by it (RFC 9421 section 2.4)"),
    (";tr", "trailers are not read, and most receivers drop them (RFC 9421 section 2.1.4)"),
];

/// The name of a component, which is one that a request can be checked for.
pub(super) fn name(component: &Item) -> Result<&str, Reason> {
    let wrong = |problem| Reason::Component(component.to_string(), problem);
    let Bare::Text(name) = &component.value else { return Err(wrong("is not a quoted name")) };
    let is_derived = name.starts_with('@');
    if is_derived && !DERIVED.contains(&name.as_str()) {
        return Err(wrong("is not known"));
    }
    if !is_derived && name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(wrong("is not in lower case"));
    }
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !is_derived && (name.is_empty() || !name.bytes().all(is_token)) {
        return Err(wrong("is not the name of a header"));
    }
    let own = match name.as_str() {
        "@query-param" => To::QueryParameter,
        _ if is_derived => To::Any,
        _ => To::Field,
    };
    for (parameter, value) in &component.parameters.0 {
        match PARAMETERS.iter().find(|(known, ..)| known == parameter) {
            Some((_, _, to)) if *to != To::Any && *to != own => {
                return Err(wrong("has a parameter that does not apply"));
            }
            Some((_, true, _)) if !matches!(value, Bare::Text(_)) => {
                return Err(wrong("has a parameter that is not quoted text"));
            }
            Some((_, false, _)) if *value != Bare::Boolean(true) => {
                return Err(wrong("has a parameter with a value, and it takes none"));
            }
            Some(_) => {}
            None => return Err(wrong("has a parameter that is not known (RFC 9421 section 2.5)")),
        }
    }
    let has = |parameter| component.parameters.get(parameter).is_some();
    if has("bs") && (has("sf") || has("key")) {
        return Err(wrong("cannot be bytes (bs) and structured (sf, key) at once"));
    }
    if own == To::QueryParameter && !has("name") {
        return Err(wrong("has no name"));
    }
    let unsupported = UNSUPPORTED.iter().find(|(word, _)| match word.strip_prefix(';') {
        Some(parameter) => has(parameter),
        None => name == word,
    });
    match unsupported {
        Some((_, why)) => Err(Reason::Unsupported(component.to_string(), why)),
        None => Ok(name),
    }
}

/// Whether two identifiers name the same component: the order of parameters does not count (RFC 9421
/// section 2).
pub(super) fn is_same(one: &Item, other: &Item) -> bool {
    let has = |pair: &(String, Bare)| other.parameters.0.contains(pair);
    one.value == other.value
        && one.parameters.0.len() == other.parameters.0.len()
        && one.parameters.0.iter().all(has)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Code;
    use crate::signature::http_message::field;

    fn item(text: &str) -> Item {
        field::item(text.as_bytes()).unwrap()
    }

    #[test]
    fn what_is_known_has_a_name() {
        for text in [
            r#""@method""#,
            r#""@query-param";name="Pet""#,
            r#""content-digest";sf"#,
            r#""content-digest";key="sha-256""#,
            r#""content-digest";key="sha-256";sf"#,
            r#""x-Anything";bs"#.to_lowercase().as_str(),
        ] {
            assert!(name(&item(text)).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_not_known_or_contradicts_itself_is_an_error() {
        for text in [
            r#""@method";foo"#,
            r#""content-digest";bar="x""#,
            r#""@method";sf"#,
            r#""@path";name="a""#,
            r#""host";name="a""#,
            r#""@query-param";key="a""#,
            r#""@query-param""#,
            r#""@query-param";name"#,
            r#""@query-param";name=pet"#,
            r#""content-digest";key"#,
            r#""content-digest";key=sha-256"#,
            r#""content-digest";sf=?0"#,
            r#""content-digest";sf="yes""#,
            r#""content-digest";bs;sf"#,
            r#""content-digest";bs;key="sha-256""#,
            r#""@signature-params""#,
            r#""@new""#,
            r#""@Method""#,
            r#""Host""#,
            r#""""#,
            r#""host: x""#,
            "host",
            ":aG9zdA==:",
            r#""@status""#,
            r#""@method";req"#,
            r#""expires";tr"#,
        ] {
            let refused = name(&item(text)).unwrap_err();
            assert_eq!(refused.code(), Code::SignatureMalformed, "{text}");
        }
    }

    #[test]
    fn the_order_of_parameters_does_not_tell_components_apart() {
        let one = item(r#""content-digest";key="sha-256";sf"#);
        assert!(is_same(&one, &item(r#""content-digest";sf;key="sha-256""#)));
        assert!(!is_same(&one, &item(r#""content-digest";key="sha-256""#)));
        assert!(!is_same(&one, &item(r#""content-digest";sf;key="sha-512""#)));
    }
}
