//! Components of a request that a signature covers (RFC 9421 section 2), and their values.

use std::borrow::Cow;

use super::field::{self, Bare, Item};
use super::{Reason, identifier};
use crate::digest;
use crate::http::percent;
use crate::signature::message::Message;

/// Header fields that are known to be dictionaries, for the parameter `sf`.
const DICTIONARIES: &[&str] =
    &["content-digest", "repr-digest", "signature", "signature-input", "priority", "cache-control"];

/// Header fields that are known not to be dictionaries, for the parameter `key`: a plain word in them
/// would pass for a member.
const NO_DICTIONARIES: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-language",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "date",
    "etag",
    "host",
    "origin",
    "referer",
    "transfer-encoding",
    "user-agent",
];

/// The value of a covered component: one line of visible ASCII (RFC 9421 section 2.5).
pub(super) fn value(message: &Message<'_>, component: &Item) -> Result<String, Reason> {
    let name = identifier::name(component)?;
    let value = match name.starts_with('@') {
        true => derived(message, name, component)?,
        false => header(message, name, component)?,
    };
    // A line break would begin a component that the sender did not sign.
    let is_visible =
        |byte: u8| matches!(byte, b' '..=b'~') || byte == b'\t' && !name.starts_with('@');
    match value.bytes().all(is_visible) {
        true => Ok(value),
        false => Err(Reason::Component(component.to_string(), "is not one line of visible ASCII")),
    }
}

fn derived(message: &Message<'_>, name: &str, component: &Item) -> Result<String, Reason> {
    let unknown = |problem| Reason::Component(name.to_owned(), problem);
    let needs_url = || unknown("needs the URL that the sender called");
    let origin = || message.path_and_query().ok_or_else(needs_url);
    Ok(match name {
        "@method" => message.method.to_owned(),
        "@target-uri" => message.target_uri().ok_or_else(needs_url)?,
        "@authority" => message.authority().ok_or_else(|| unknown("needs one Host header"))?,
        "@scheme" => message.scheme().to_ascii_lowercase(),
        "@request-target" => match message.target {
            "" => return Err(needs_url()),
            target => target.to_owned(),
        },
        "@path" => match origin()?.0 {
            "" => "/".to_owned(),
            path => path.to_owned(),
        },
        "@query" => format!("?{}", origin()?.1.unwrap_or_default()),
        // `identifier::name` knows no other.
        _ => {
            let wanted = component.parameters.text("name").unwrap_or_default();
            query_parameter(origin()?.1.unwrap_or_default(), wanted)?
        }
    })
}

/// RFC 9421 section 2.1: values without blanks around them, joined by comma and space.
fn header(message: &Message<'_>, name: &str, component: &Item) -> Result<String, Reason> {
    let unknown = |problem| Reason::Component(name.to_owned(), problem);
    let lines: Vec<&[u8]> = message.all(name).collect();
    if lines.is_empty() {
        return Err(Reason::ComponentMissing(name.to_owned()));
    }
    if component.parameters.get("bs").is_some() {
        let wrapped = lines.iter().map(|line| format!(":{}:", digest::base64(line.trim_ascii())));
        return Ok(wrapped.collect::<Vec<_>>().join(", "));
    }
    let texts = lines.iter().map(|line| unfolded(line)).collect::<Option<Vec<_>>>();
    let joined = texts.ok_or_else(|| unknown("is not text on one line"))?.join(", ");
    let dictionary = || {
        field::dictionary(joined.as_bytes()).map_err(|_| unknown("is not a structured dictionary"))
    };
    if let Some(key) = component.parameters.text("key") {
        if NO_DICTIONARIES.contains(&name) {
            return Err(unknown("is not a structured dictionary"));
        }
        let members = dictionary()?;
        let member = members.iter().find(|(known, _)| known == key);
        return member
            .map(|(_, member)| member.to_string())
            .ok_or_else(|| Reason::ComponentMissing(format!("{name} {key}")));
    }
    if component.parameters.get("sf").is_some() {
        if !DICTIONARIES.contains(&name) {
            return Err(unknown("has a structured type that is not known (sf)"));
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

/// One header line as text, without blanks around it, folded lines joined by one space; `None` where a
/// line break is no fold.
fn unfolded(line: &[u8]) -> Option<Cow<'_, str>> {
    let text = std::str::from_utf8(line).ok()?.trim_matches([' ', '\t', '\r', '\n']);
    if !text.contains(['\r', '\n']) {
        return Some(Cow::Borrowed(text));
    }
    let mut parts = text.split("\r\n").flat_map(|part| part.split('\n'));
    let mut whole = parts.next()?.trim_matches([' ', '\t']).to_owned();
    for part in parts {
        if !part.starts_with([' ', '\t']) || part.contains('\r') {
            return None;
        }
        whole.push(' ');
        whole.push_str(part.trim_matches([' ', '\t']));
    }
    Some(Cow::Owned(whole))
}

/// RFC 9421 section 2.2.8: name and value decoded as a form, written again with `%20` for a space.
fn query_parameter(query: &str, wanted: &str) -> Result<String, Reason> {
    let mut values = query.split('&').filter_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (form_encoded(name) == wanted).then(|| form_encoded(value))
    });
    let value =
        values.next().ok_or_else(|| Reason::ComponentMissing(format!("@query-param {wanted}")))?;
    match values.next() {
        None => Ok(value),
        Some(_) => Err(Reason::Component(wanted.to_owned(), "appears twice in the query")),
    }
}

/// Decodes `+` and `%XX`, then writes all but letters, digits and `*-._` as `%XX`.
fn form_encoded(text: &str) -> String {
    percent::encode(&percent::decode(text.as_bytes(), true), b"*-._")
}
