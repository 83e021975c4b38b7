//! JSON: Kubernetes objects, JWK sets, what cloud secret stores print, and any other with
//! certificates as values.

use serde_json::Value;

use super::{Group, Part, kubernetes, value};
use crate::digest::unbase64;
use crate::store::Irregularity;

/// Values are followed so deep; `serde_json` stops at 128 itself.
const MAX_DEPTH: usize = 64;

/// JSON inside a string of JSON is followed so often.
const MAX_NESTED: usize = 3;

/// Keys of what secret stores print: their values are handed out as they are, so PEM in them is
/// whole (AWS Secrets Manager, Azure Key Vault, Vault, Google Secret Manager).
const SECRET_STORES: [&str; 4] = ["SecretString", "SecretBinary", "lease_duration", "contentType"];

/// Everything that stands in a document.
pub fn parts(document: &Value) -> Vec<Part> {
    if let Some(parts) = kubernetes::parts(document) {
        return parts;
    }
    let mut group = Group::default();
    let is_secret = SECRET_STORES.iter().any(|key| document.get(key).is_some());
    walk(document, &mut String::new(), &mut Walk { group: &mut group, is_secret, nested: 0 }, 0);
    group.finish()
}

struct Walk<'a> {
    group: &'a mut Group,
    /// Whether the values are files of their own.
    is_secret: bool,
    nested: usize,
}

fn walk(document: &Value, path: &mut String, walk_: &mut Walk<'_>, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    let length = path.len();
    match document {
        Value::Object(members) => {
            for (key, member) in members {
                path.push_str(if length == 0 { "" } else { "." });
                path.push_str(key);
                match member {
                    // The chain of a JSON Web Key (RFC 7517 section 4.7): DER, end-entity first.
                    Value::Array(chain) if key == "x5c" => walk_.chain(path, chain),
                    member => walk(member, path, walk_, depth + 1),
                }
                path.truncate(length);
            }
        }
        Value::Array(elements) => {
            for (place, element) in elements.iter().enumerate() {
                path.push_str(&format!("[{place}]"));
                walk(element, path, walk_, depth + 1);
                path.truncate(length);
            }
        }
        Value::String(text) => walk_.text(path, text, depth),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl Walk<'_> {
    fn text(&mut self, path: &mut String, text: &str, depth: usize) {
        let inner = text.trim_start();
        if self.nested < MAX_NESTED
            && inner.starts_with(['{', '['])
            && let Ok(document) = serde_json::from_str::<Value>(inner)
        {
            self.nested += 1;
            walk(&document, path, self, depth + 1);
            self.nested -= 1;
            return;
        }
        let mut decoded = value::decode(text.as_bytes());
        if let Some(decoded) =
            decoded.as_mut().filter(|_| !self.is_secret && text.contains("-----BEGIN "))
        {
            decoded.irregularities.push(Irregularity::Quoted);
        }
        self.group.add(path, decoded, text.as_bytes());
    }

    fn chain(&mut self, path: &str, chain: &[Value]) {
        let ders = chain.iter().filter_map(|one| unbase64(one.as_str()?.trim()));
        let bytes: Vec<u8> = ders.flatten().collect();
        if !bytes.is_empty() {
            self.group.add(path, Some(zeroize::Zeroizing::new(bytes).into()), &[]);
        }
    }
}
