//! GraphQL in an `.http` file: the query as it is written, a blank line, and its variables; sent as JSON.

use serde_json::{Map, Value, json};

use super::body::{Body, is_type};
use super::line::Lines;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::Headers;

/// Whose way to write it.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// Method `GRAPHQL` of JetBrains and httpyac, or a query where JSON belongs.
    Method,
    /// The header `X-Request-Type: GraphQL` of the VS Code REST Client.
    Header,
}

const HEADER: &str = "X-Request-Type";

/// Whether this is GraphQL.
pub(super) fn kind(method: &str, headers: &Headers, body: &Body) -> Option<Kind> {
    if headers.get(HEADER).is_some_and(|kind| kind.eq_ignore_ascii_case(b"GraphQL")) {
        return Some(Kind::Header);
    }
    let is_query = || body.text().is_some_and(|text| operation(&text).is_some());
    (method == "GRAPHQL" || is_type(headers, "application/json") && is_query())
        .then_some(Kind::Method)
}

/// The kind of a query, and what follows.
fn operation(text: &str) -> Option<&str> {
    ["query", "mutation"].iter().find_map(|word| {
        let rest = text.trim_start().strip_prefix(word)?;
        rest.starts_with([' ', '\t', '\n', '{', '(']).then_some(rest)
    })
}

/// The JSON that is sent for it.
///
/// # Errors
/// `unsupported` for a query from a file, `malformed` for variables that are no JSON.
pub(super) fn wrapped(kind: Kind, body: &Body, headers: &mut Headers) -> Result<Vec<u8>> {
    let text =
        body.text().filter(|text| !text.trim_start().starts_with("gql ")).ok_or_else(|| {
            Error::new(Failure::Unsupported, "a GraphQL query from a file is not supported")
                .help("put it in the body of the request")
        })?;
    let (query, variables) = parts(&text);
    let variables = match variables.trim() {
        "" => None,
        text => Some(serde_json::from_str::<Value>(text).map_err(|error| {
            Error::new(Failure::Malformed, format!("what follows the query is not JSON: {error}"))
                .help("a blank line separates a query from its variables, and a query has none")
        })?),
    };
    headers.remove(HEADER);
    let mut wrapped = Map::new();
    wrapped.insert("query".into(), json!(query));
    if kind == Kind::Method {
        if headers.get("Content-Type").is_none() {
            headers.push("Content-Type", "application/json");
        }
        if let Some(name) = operation(query).and_then(name) {
            wrapped.insert("operationName".into(), json!(name));
        }
    }
    match variables {
        Some(variables) => wrapped.insert("variables".into(), variables),
        None if kind == Kind::Header => wrapped.insert("variables".into(), json!({})),
        None => None,
    };
    Ok(Value::Object(wrapped).to_string().into_bytes())
}

/// The query up to the first blank line, and the rest.
fn parts(text: &str) -> (&str, &str) {
    let mut lines = Lines(text);
    while let Some(line) = lines.next() {
        if line.trim().is_empty() {
            let query = &text[..text.len() - lines.0.len() - line.len() - 1];
            return (query.strip_suffix('\n').unwrap_or(query), lines.0);
        }
    }
    (text, "")
}

/// The name of an operation.
fn name(rest: &str) -> Option<&str> {
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    Some(&rest[..end]).filter(|name| !name.is_empty())
}
