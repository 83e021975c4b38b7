//! Components of a request that a signature covers (RFC 9421 section 2), and their values.

use std::borrow::Cow;

use super::field::{self, Bare, Item};
use super::{Message, Reason};
use crate::digest;
use crate::http::percent;

/// Header fields that are known to be dictionaries, for the parameter `sf`.
const DICTIONARIES: &[&str] =
    &["content-digest", "repr-digest", "signature", "signature-input", "priority", "cache-control"];

/// Components, and parameters of them, that no webhook can be checked for, and why.
const UNSUPPORTED: &[(&str, &str)] = &[
    (
        "@status",
        "only a response has a status, and a webhook is a request (RFC 9421 section 2.2.9)",
    ),
    (";req", "only a response is bound to its request by it (RFC 9421 section 2.4)"),
    (";tr", "trailers are not read, and most receivers drop them (RFC 9421 section 2.1.4)"),
];

/// The value of a covered component.
pub(super) fn value(message: &Message, component: &Item) -> Result<String, Reason> {
    let Bare::Text(name) = &component.value else {
        return Err(Reason::Component(component.to_string(), "is no quoted name"));
    };
    let unknown = |problem| Reason::Component(name.clone(), problem);
    let unsupported = UNSUPPORTED.iter().find(|(word, _)| match word.strip_prefix(';') {
        Some(parameter) => component.parameters.get(parameter).is_some(),
        None => name == word,
    });
    if let Some((_, why)) = unsupported {
        return Err(Reason::Unsupported(component.to_string(), why));
    }
    if !name.starts_with('@') {
        return header(message, name, component);
    }
    Ok(match name.as_str() {
        "@method" => message.request.method.clone(),
        "@target-uri" => message.target_uri(),
        "@authority" => message.authority().ok_or_else(|| unknown("needs a Host header"))?,
        "@scheme" => message.scheme().to_ascii_lowercase(),
        "@request-target" => message.request.target.clone(),
        "@path" => match message.path_and_query().0 {
            "" => "/".to_owned(),
            path => path.to_owned(),
        },
        "@query" => format!("?{}", message.path_and_query().1.unwrap_or_default()),
        "@query-param" => {
            let wanted = component.parameters.text("name");
            query_parameter(message, wanted.ok_or_else(|| unknown("has no name"))?)?
        }
        _ => return Err(unknown("is not known")),
    })
}

/// RFC 9421 section 2.1: values without blanks around them, joined by comma and space.
fn header(message: &Message, name: &str, component: &Item) -> Result<String, Reason> {
    let unknown = |problem| Reason::Component(name.to_owned(), problem);
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(unknown("is not in lower case"));
    }
    let lines: Vec<&[u8]> = message.request.headers.all(name).collect();
    if lines.is_empty() {
        return Err(Reason::ComponentMissing(name.to_owned()));
    }
    if component.parameters.get("bs").is_some() {
        let wrapped = lines.iter().map(|line| format!(":{}:", digest::base64(line.trim_ascii())));
        return Ok(wrapped.collect::<Vec<_>>().join(", "));
    }
    let texts = lines.iter().map(|line| unfolded(line)).collect::<Option<Vec<_>>>();
    let joined = texts.ok_or_else(|| unknown("is no text"))?.join(", ");
    let dictionary =
        || field::dictionary(joined.as_bytes()).map_err(|_| unknown("is no structured dictionary"));
    if let Some(key) = component.parameters.text("key") {
        let members = dictionary()?;
        let member = members.iter().find(|(known, _)| known == key);
        return member
            .map(|(_, member)| member.to_string())
            .ok_or_else(|| Reason::ComponentMissing(format!("{name} {key}")));
    }
    if component.parameters.get("sf").is_some() {
        if !DICTIONARIES.contains(&name) {
            return Err(unknown("is of a structured type that is not known here (sf)"));
        }
        return Ok(canonical(&dictionary()?));
    }
    Ok(joined)
}

fn canonical(members: &field::Dictionary) -> String {
    let member = |(key, member): &(String, field::Member)| match member {
        field::Member::Item(Item { value: Bare::Boolean(true), parameters }) => {
            format!("{key}{parameters}")
        }
        _ => format!("{key}={member}"),
    };
    members.iter().map(member).collect::<Vec<_>>().join(", ")
}

/// One header line as text, without blanks around it, folded lines joined by one space.
fn unfolded(line: &[u8]) -> Option<Cow<'_, str>> {
    let text = std::str::from_utf8(line).ok()?.trim_matches([' ', '\t', '\r', '\n']);
    if !text.contains(['\r', '\n']) {
        return Some(Cow::Borrowed(text));
    }
    let parts = text.lines().map(|part| part.trim_matches([' ', '\t', '\r']));
    Some(Cow::Owned(parts.collect::<Vec<_>>().join(" ")))
}

/// RFC 9421 section 2.2.8: name and value decoded as a form, written again with `%20` for a space.
fn query_parameter(message: &Message, wanted: &str) -> Result<String, Reason> {
    let query = message.path_and_query().1.unwrap_or_default();
    let mut values = query.split('&').filter_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (form_encoded(name) == wanted).then(|| form_encoded(value))
    });
    let value =
        values.next().ok_or_else(|| Reason::ComponentMissing(format!("@query-param {wanted}")))?;
    match values.next() {
        None => Ok(value),
        Some(_) => Err(Reason::Component(wanted.to_owned(), "stands twice in the query")),
    }
}

/// Decodes `+` and `%XX`, then writes all but letters, digits and `*-._` as `%XX`.
fn form_encoded(text: &str) -> String {
    percent::encode(&percent::decode(text.as_bytes(), true), b"*-._")
}
