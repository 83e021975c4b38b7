//! Environments of `.http` files: `http-client.env.json` and `http-client.private.env.json` beside one,
//! of which `--env NAME` takes an environment, or the files that `--env FILE` names.
//!
//! ```text
//! {"dev": {"host": "...", "SSLConfiguration": {...}}, "prod": {...}}    JetBrains
//! {"host": "...", "port": 1}                                            one environment, without a name
//! ```

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::super::Options;
use super::super::room::excerpt;
use super::variables::Variables;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::Input;

/// Where JetBrains and httpyac keep environments, beside the `.http` file.
const BESIDE: [&str; 2] = ["http-client.env.json", "http-client.private.env.json"];

/// The largest of such files, in bytes.
const MOST: u64 = 1 << 20;

/// How deep values may name each other.
const DEPTH: usize = 16;

/// Gives variables the values that they have in the environments that were asked for.
///
/// # Errors
/// When there is none of that name, and what reading a file may come to.
pub(super) fn load(options: &Options, variables: &mut Variables) -> Result<()> {
    let (files, names): (Vec<_>, Vec<_>) =
        options.environments.iter().partition(|given| is_file(given));
    let mut files: Vec<PathBuf> = files.into_iter().map(PathBuf::from).collect();
    if files.is_empty() && !names.is_empty() {
        let beside = BESIDE.iter().map(|name| options.folder.join(name));
        files = beside.filter(|path| path.exists()).collect();
    }
    let mut pending = Vec::new();
    let mut found: Vec<&str> = Vec::new();
    for path in &files {
        for (name, values) in environments(path)? {
            let wanted = names.iter().find(|wanted| ***wanted == name);
            found.extend(wanted.map(|name| name.as_str()));
            if wanted.is_some() || name.is_empty() {
                pending.extend(
                    values.into_iter().filter_map(|(name, value)| Some((name, text(value)?))),
                );
            } else if names.is_empty() {
                let message = format!("{} has several environments: choose one", path.display());
                return Err(
                    Error::usage(message).help(format!("name one, as in --env {}", excerpt(&name)))
                );
            }
        }
    }
    if let Some(missing) = names.iter().find(|name| !found.contains(&name.as_str())) {
        let message = format!("there is no environment {}", excerpt(missing));
        let folder = options.folder.display();
        return Err(Error::new(Failure::VariableUnknown, message).help(format!(
            "looked for in {} of {folder:?}; --env FILE names another file",
            BESIDE.join(" and ")
        )));
    }
    // One may name another that comes later.
    for _ in 0..DEPTH {
        let before = pending.len();
        let mut later = Vec::new();
        for (name, value) in pending {
            match variables.set_of_environment(&name, &value) {
                Ok(()) => {}
                Err(error) if error.code == Failure::VariableUnknown => later.push((name, value)),
                Err(error) => return Err(error),
            }
        }
        pending = later;
        if pending.is_empty() || pending.len() == before {
            break;
        }
    }
    // What is still left has no value, which is said where it is wanted.
    Ok(())
}

/// Whether an environment is named by its file.
fn is_file(given: &str) -> bool {
    let path = Path::new(given);
    given.contains(['/', '\\'])
        || path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"))
}

/// The environments of a file, with their names; one that has none is all of it.
fn environments(path: &Path) -> Result<Vec<(String, Map<String, Value>)>> {
    let json = Input::default().read_at_most(path, MOST)?;
    let malformed = |what: String| {
        Error::new(Failure::Malformed, format!("{}: {what}", path.display()))
            .help("an environment is a JSON object of names and values")
    };
    let value = serde_json::from_slice(&json).map_err(|error| malformed(error.to_string()))?;
    let Value::Object(members) = value else { return Err(malformed("not an object".into())) };
    if members.values().any(|value| !value.is_object()) {
        return Ok(vec![(String::new(), members)]);
    }
    let named = members.into_iter().filter_map(|(name, value)| match value {
        Value::Object(values) => Some((name, values)),
        _ => None,
    });
    Ok(named.collect())
}

/// The text of a value; settings that are objects or lists are no variables.
fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
