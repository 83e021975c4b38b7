//! Exports of Insomnia in YAML, format 5: folders with their requests in them. They are read as the flat list that
//! format 4 is, so that both send the same.
//!
//! Source: packages/insomnia/src/common (insomnia-v5.ts, import-v5-parser.ts) of github.com/Kong/insomnia.

use serde_json::{Value, json};

use super::{insomnia, yaml};
use crate::capture::room::{Room, excerpt};
use crate::capture::{Captures, Options, Source, whole};
use crate::error::{Error, Result};
use crate::failure::Failure;

/// The types of files in which requests stand.
const TYPES: [&str; 2] = ["collection.insomnia.rest/5.0", "spec.insomnia.rest/5.0"];
/// What a folder or a request has in both formats.
const MEMBERS: [&str; 9] = [
    "name",
    "method",
    "url",
    "headers",
    "parameters",
    "pathParameters",
    "body",
    "authentication",
    "environment",
];

/// A line near the beginning that says which type of file of Insomnia this is.
pub(in crate::capture) fn looks_like(start: &[u8]) -> bool {
    start.split(|byte| *byte == b'\n').take(20).any(|line| {
        let kind = line.strip_prefix(b"type:").map(<[u8]>::trim_ascii).unwrap_or_default();
        let kind = kind.strip_prefix(b"\"").or(kind.strip_prefix(b"'")).unwrap_or(kind);
        let mut parts = kind.splitn(2, |byte| *byte == b'.');
        let (_, rest) = (parts.next(), parts.next().unwrap_or_default());
        rest.starts_with(b"insomnia.rest/") || rest.starts_with(b"insomnia/")
    })
}

/// Yields a request per request of the collection.
pub(in crate::capture) fn read<'a>(source: Source<'a>, options: &Options) -> Result<Captures<'a>> {
    let room = Room::new(options.record);
    let bytes = whole(source)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Error::new(Failure::Malformed, "the export is not UTF-8"))?;
    let mut file = yaml::value(text, room)?;
    drop(bytes);
    match file["type"].as_str() {
        Some(kind) if TYPES.contains(&kind) => {}
        kind => {
            let kind = excerpt(kind.unwrap_or("without a type"));
            let message = format!("an Insomnia file {kind} has no requests that are read");
            return Err(Error::new(Failure::Unsupported, message)
                .help("export the collection as Insomnia v5 or v4, or as HAR"));
        }
    }
    let data = file.pointer_mut("/environments/data").map(Value::take);
    let mut resources = vec![json!({"_type": "environment", "parentId": "wrk", "data": data})];
    if let Some(Value::Array(children)) = file.get_mut("collection").map(Value::take) {
        flatten(children, "wrk", &mut resources);
    }
    let resources = Value::Array(resources).to_string().into_bytes();
    insomnia::requests(resources, options, room)
}

/// Appends what stands in a folder. Values stand no deeper in each other than [`yaml`] lets them.
fn flatten(children: Vec<Value>, parent: &str, resources: &mut Vec<Value>) {
    for mut child in children {
        let has = |name: &str| child.get(name).is_some();
        let kind = match () {
            () if has("method") => "request",
            () if has("reflectionApi") => "grpc_request",
            () if has("eventListeners") => "socketio_request",
            () if has("url") => "websocket_request",
            () => "request_group",
        };
        let id = resources.len().to_string();
        let below = child.get_mut("children").map(Value::take);
        let script = child.get_mut("scripts").and_then(|scripts| scripts.get_mut("preRequest"));
        let script = script.map(Value::take);
        let mut resource = json!({"_id": id, "_type": kind, "parentId": parent});
        for name in MEMBERS {
            if let Some(value) = child.get_mut(name).filter(|value| !value.is_null()) {
                resource[name] = value.take();
            }
        }
        if let Some(script) = script.filter(Value::is_string) {
            resource["preRequestScript"] = script;
        }
        resources.push(resource);
        if let Some(Value::Array(below)) = below {
            flatten(below, &id, resources);
        }
    }
}

#[cfg(test)]
#[path = "insomnia_5_tests.rs"]
mod tests;
