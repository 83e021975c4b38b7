//! The JSON Schema of policy files, for editors: made of the same options and keys that they are read by.

use clap::Arg;
use serde_json::{Map, Value, json};

use super::kinds::{KINDS, Kind};
use super::own::OWN;
use super::table::{Commands, options};
use super::words::{Shape, is_list, shape};

/// What an editor completes and checks by.
pub fn schema() -> Value {
    let mut commands = Commands::default();
    let mut definitions = Map::new();
    let mut defaults = Map::new();
    let mut properties = Map::from_iter([
        ("version".to_owned(), json!({ "const": 1 })),
        (
            "include".to_owned(),
            several(json!({ "type": "string" }), "Further policy files, or patterns of them."),
        ),
        ("defaults".to_owned(), json!({ "$ref": "#/$defs/defaults" })),
        ("pins".to_owned(), pins()),
    ]);
    for kind in KINDS {
        let keys = keys(kind, &mut commands);
        defaults.extend(keys.clone());
        let table = json!({
            "description": format!("hookprint {}: {}.", kind.verb, kind.about),
            "type": "object",
            "additionalProperties": false,
            "required": ["name", kind.subject],
            "properties": keys,
        });
        definitions.insert(kind.name.to_owned(), table);
        properties.insert(kind.name.to_owned(), tables(kind.name));
    }
    defaults.shift_remove("name");
    let description = "Keys of all tables that know them.";
    let defaults = json!({
        "description": description, "type": "object", "additionalProperties": false, "properties": defaults,
    });
    definitions.insert("defaults".to_owned(), defaults);
    definitions.insert("rotation".to_owned(), rotation());
    properties.insert("rotation".to_owned(), tables("rotation"));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Policy file of hookprint check",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "$defs": definitions,
    })
}

fn tables(name: &str) -> Value {
    json!({ "type": "array", "items": { "$ref": format!("#/$defs/{name}") } })
}

/// The keys of a kind of check.
fn keys(kind: &Kind, commands: &mut Commands) -> Map<String, Value> {
    let own = OWN.iter().filter(|own| own.is_of(kind.name)).map(|own| {
        let value = match own.is_list {
            true => several(json!({ "type": "string" }), own.about),
            false => described(json!({ "type": "string" }), own.about),
        };
        (own.name.to_owned(), value)
    });
    let mut keys: Map<String, Value> = own.collect();
    let command = commands.get(kind.verb);
    let options = command.iter().flat_map(|command| options(kind, command));
    keys.extend(options.map(|(name, option)| {
        // Each of its values is a command line.
        let value = if kind.one_by_one == Some(&name) { several_of(option) } else { value(option) };
        (name, value)
    }));
    keys
}

/// Several values of an option that takes one.
fn several_of(option: &Arg) -> Value {
    let about = option.get_help().map(ToString::to_string).unwrap_or_default();
    several(json!({ "type": "string" }), &about)
}

/// What the value of an option may be.
fn value(option: &Arg) -> Value {
    let about = option.get_help().map(ToString::to_string).unwrap_or_default();
    let text = json!({ "type": "string" });
    let one = match shape(option) {
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Integer => json!({ "type": "integer" }),
        Shape::Moment | Shape::Labelled => text.clone(),
        Shape::Text => {
            let known: Vec<String> =
                option.get_possible_values().iter().map(|it| it.get_name().to_owned()).collect();
            // A file may know further providers.
            match (known.is_empty(), option.get_id() == "provider") {
                (true, _) => text.clone(),
                (false, true) => json!({ "type": "string", "examples": known }),
                (false, false) => json!({ "type": "string", "enum": known }),
            }
        }
    };
    match (is_list(option), shape(option)) {
        (false, _) => described(one, &about),
        (true, Shape::Labelled) => {
            let labels = json!({ "type": "object", "additionalProperties": text });
            let list = json!({ "type": "array", "items": one });
            json!({ "description": about, "anyOf": [one, list, labels] })
        }
        (true, _) => several(one, &about),
    }
}

/// One value, or an array of them.
fn several(one: Value, about: &str) -> Value {
    let list = json!({ "type": "array", "items": one });
    json!({ "description": about, "anyOf": [one, list] })
}

fn described(mut value: Value, about: &str) -> Value {
    value["description"] = json!(about);
    value
}

fn pins() -> Value {
    let day = json!({ "type": "string", "description": "A day or moment (RFC 3339)." });
    let dated = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["value"],
        "properties": { "value": { "type": "string" }, "from": day, "until": day },
    });
    json!({
        "description": "Lists of accepted thumbprints, each by its name: old, new.",
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": { "anyOf": [{ "type": "string" }, dated] },
        },
    })
}

fn rotation() -> Value {
    let reference = |kinds: &str| json!({ "type": "string", "pattern": format!("^({kinds}):") });
    let kinds = KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().join("|");
    let day = json!({ "type": "string" });
    json!({
        "description": "Old and new, tied together over time.",
        "type": "object",
        "additionalProperties": false,
        "required": ["name", "old", "new"],
        "properties": {
            "name": { "type": "string" },
            "owner": { "type": "string" },
            "tags": several(json!({ "type": "string" }), "Tags to select it by, with --tag."),
            "old": reference("bundle"),
            "new": reference("bundle"),
            "seen_in": several(reference(&kinds), "Checks of where they are in use."),
            "phases": {
                "type": "object",
                "additionalProperties": false,
                "properties": { "publish": day, "both": day, "drop_old": day },
            },
        },
    })
}
