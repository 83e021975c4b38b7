//! URLs of Postman: a text, or parts, of which `raw` is only what was typed.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Template;
use super::list::{fields, parsed, text_of};
use crate::capture::json;
use crate::capture::room::Room;
use crate::error::Result;

#[derive(Default, Deserialize)]
struct Parts<'a> {
    raw: Option<String>,
    protocol: Option<String>,
    #[serde(borrow)]
    host: Option<&'a RawValue>,
    #[serde(borrow)]
    port: Option<&'a RawValue>,
    #[serde(borrow)]
    path: Option<&'a RawValue>,
    #[serde(borrow)]
    query: Option<&'a RawValue>,
    #[serde(borrow)]
    variable: Option<&'a RawValue>,
}

/// Takes a URL into a template.
///
/// # Errors
/// `malformed`, `too-large`.
pub(super) fn url(value: &RawValue, template: &mut Template, room: &mut Room) -> Result<()> {
    if let Ok(text) = serde_json::from_str(value.get()) {
        template.url = text;
        return Ok(());
    }
    let parts: Parts = parsed(value.get().as_bytes())?;
    template.path = fields(parts.variable, room)?;
    let Some(host) = parts.host else {
        template.url = parts.raw.unwrap_or_default();
        return Ok(());
    };
    let mut url = String::new();
    let host = joined(host, ".")?;
    if !host.contains("://") {
        // A variable may bring the scheme along.
        let scheme = parts.protocol.map(|scheme| format!("{}://", scheme.trim_end_matches("://")));
        url.push_str(&scheme.unwrap_or_default());
    }
    url.push_str(&host);
    if let Some(port) = parts.port.map(text_of).filter(|port| !port.is_empty()) {
        url.push_str(&format!(":{port}"));
    }
    if let Some(path) = parts.path {
        let path = joined(path, "/")?;
        url.push_str(&format!("/{}", path.trim_start_matches('/')));
    }
    let query = query(parts.query, room)?;
    if !query.is_empty() {
        url.push_str(&format!("?{query}"));
    }
    template.url = url;
    Ok(())
}

/// The parameters that are switched on, in one; `&` and `=` in them would end them.
fn query(list: Option<&RawValue>, room: &mut Room) -> Result<String> {
    #[derive(Deserialize)]
    struct Parameter {
        key: Option<String>,
        value: Option<String>,
        #[serde(default)]
        disabled: bool,
    }
    let mut query = String::new();
    let Some(list) = list else { return Ok(query) };
    for json in json::Elements::under(list.get().as_bytes(), &[])? {
        let json = json?;
        let Parameter { key, value, disabled } = parsed(&json)?;
        if disabled {
            continue;
        }
        let key = key.unwrap_or_default().replace('&', "%26").replace('=', "%3D");
        let value = value.map(|value| format!("={}", value.replace('&', "%26")));
        let value = value.unwrap_or_default();
        room.line(&key, value.as_bytes())?;
        let mark = if query.is_empty() { "" } else { "&" };
        query.push_str(&format!("{mark}{key}{value}"));
    }
    Ok(query)
}

/// A list of texts in one, or a text. A segment of a path may be an object with its value.
fn joined(value: &RawValue, between: &str) -> Result<String> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Segment {
        Text(String),
        Named { value: String },
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Texts {
        One(String),
        Many(Vec<Segment>),
    }
    let text = |segment| match segment {
        Segment::Text(text) | Segment::Named { value: text } => text,
    };
    Ok(match parsed(value.get().as_bytes())? {
        Texts::One(text) => text,
        Texts::Many(texts) => texts.into_iter().map(text).collect::<Vec<_>>().join(between),
    })
}
