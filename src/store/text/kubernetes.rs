//! Kubernetes: Secret, ConfigMap, lists of them, kubeconfig, and other objects that carry a
//! `caBundle`.

use memchr::memmem;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{Group, Part, value};
use crate::digest::unbase64;

/// Lists are followed so deep.
const MAX_DEPTH: usize = 3;

/// Whether YAML begins like an object, a line of its own for the version.
pub fn looks_like_yaml(text: &[u8]) -> bool {
    text.starts_with(b"apiVersion:") || memmem::find(text, b"\napiVersion:").is_some()
}

/// What stands in an object, or in all of a list; `None` for what is no such object.
pub fn parts(object: &Value) -> Option<Vec<Part>> {
    object.get("apiVersion")?.as_str()?;
    let mut parts = Vec::new();
    add(object, 0, &mut parts);
    Some(parts)
}

fn add(object: &Value, depth: usize, parts: &mut Vec<Part>) {
    let kind = object.get("kind").and_then(Value::as_str).unwrap_or_default();
    if let Some(items) = object.get("items").and_then(Value::as_array) {
        if depth < MAX_DEPTH {
            items.iter().for_each(|item| add(item, depth + 1, parts));
        }
        return;
    }
    match kind {
        "Config" => kubeconfig(object, parts),
        "Secret" | "ConfigMap" => parts.extend(secret(object, kind)),
        _ => bundles(object, parts),
    }
}

fn text<'a>(object: &'a Value, path: [&str; 2]) -> &'a str {
    object.get(path[0]).and_then(|it| it.get(path[1])).and_then(Value::as_str).unwrap_or_default()
}

/// `namespace/name`, without a namespace that is not said; `None` without a name.
fn owner(object: &Value) -> Option<String> {
    match (text(object, ["metadata", "namespace"]), text(object, ["metadata", "name"])) {
        (_, "") => None,
        ("", name) => Some(name.to_owned()),
        (namespace, name) => Some(format!("{namespace}/{name}")),
    }
}

/// A Secret keeps base64 under `data` and text under `stringData`, a ConfigMap text under `data` and
/// base64 under `binaryData`.
fn secret(object: &Value, kind: &str) -> Vec<Part> {
    let mut group = Group::of(owner(object));
    let is_encoded = |field: &str| field == "binaryData" || (kind == "Secret" && field == "data");
    for field in ["data", "stringData", "binaryData"] {
        for (key, value) in object.get(field).and_then(Value::as_object).into_iter().flatten() {
            let Some(text) = value.as_str() else { continue };
            let bytes = match is_encoded(field) {
                true => encoded(text),
                false => Some(Zeroizing::new(text.as_bytes().to_vec())),
            };
            let Some(bytes) = bytes else { continue };
            let mut decoded = value::decode(&bytes);
            // Another base64 around it is one too many: programs get the value as it is.
            if let Some(decoded) =
                decoded.as_mut().filter(|it| is_encoded(field) && *it.bytes != *bytes)
            {
                decoded.irregularities = vec![crate::store::Irregularity::Base64];
            }
            group.add(key, decoded, &bytes);
        }
    }
    group.finish()
}

fn encoded(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let text: String = text.split_ascii_whitespace().collect();
    unbase64(&text).map(Zeroizing::new)
}

/// `clusters` and `users`, each with a name, and base64 under keys that end with `-data`.
fn kubeconfig(object: &Value, parts: &mut Vec<Part>) {
    for (list, inner) in [("clusters", "cluster"), ("users", "user")] {
        for one in object.get(list).and_then(Value::as_array).into_iter().flatten() {
            let name = one.get("name").and_then(Value::as_str).unwrap_or_default();
            let mut group = Group::of(Some(format!("{list}/{name}")));
            let empty = Map::new();
            let members = one.get(inner).and_then(Value::as_object).unwrap_or(&empty);
            for (key, value) in members.iter().filter(|(key, _)| key.ends_with("-data")) {
                let bytes = value.as_str().and_then(encoded).unwrap_or_default();
                group.add(key, value::decode(&bytes), &bytes);
            }
            parts.extend(group.finish());
        }
    }
}

/// Other objects: webhooks, API services, issuers carry the authorities that they trust.
fn bundles(object: &Value, parts: &mut Vec<Part>) {
    fn walk(value: &Value, group: &mut Group, depth: usize) {
        match value {
            Value::Object(members) if depth < 32 => {
                for (key, member) in members {
                    match member.as_str().filter(|text| text.len() > 64) {
                        Some(text) => {
                            if let Some(decoded) = value::decode(text.as_bytes()) {
                                group.add(key, Some(decoded), &[]);
                            }
                        }
                        None => walk(member, group, depth + 1),
                    }
                }
            }
            Value::Array(elements) if depth < 32 => {
                elements.iter().for_each(|element| walk(element, group, depth + 1));
            }
            _ => {}
        }
    }
    let mut group = Group::of(owner(object));
    walk(object, &mut group, 0);
    parts.extend(group.finish());
}
