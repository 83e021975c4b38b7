//! Policy files as one policy: what they share, and what they say of each other.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use super::blame::quoted;
use super::document::{Flaw, Node, Table, Value, Word};
use super::kinds::{KINDS, Kind};
use super::policy::{Check, Label, Policy, Reference, Rotation};
use super::same;
use super::table::{self, Commands, Reading, missing, unknown};
use super::words::{Shape, plain};
use crate::args::moment;
use crate::cert::Pin;
use crate::command::Context;
use crate::error::{Kind as Who, Result};
use crate::input::pattern;
use crate::policy::named_pins::NamedPin;
use crate::policy::rotation::Phases;

/// Most bytes of a policy file: 10,000 checks of 1 KiB.
const LONGEST: u64 = 16 << 20;
/// Keys of a file, beside the kinds of check.
const TOP: [&str; 5] = ["version", "include", "defaults", "pins", "rotation"];
/// Keys of a rotation.
const ROTATION: [&str; 7] = ["name", "owner", "tags", "old", "new", "seen_in", "phases"];

/// A file that has been taken in.
struct File {
    path: PathBuf,
    tables: Table,
    /// The table of defaults of the file that includes it, and its own.
    defaults: Vec<Table>,
}

/// Reads these files and those that they include.
///
/// # Errors
/// `usage` with the place of what is wrong.
pub fn policy(paths: &[PathBuf], context: &Context) -> Result<Policy> {
    let mut policy = Policy::default();
    let mut files = Vec::new();
    for path in paths {
        let tables = take_in(&mut policy, path, context)?;
        let defaults: Vec<Table> = defaults(&tables).map_err(|it| policy.documents.error(it))?;
        let included = included(&tables, path).map_err(|it| policy.documents.error(it))?;
        files.push(File { path: path.clone(), tables, defaults: defaults.clone() });
        for path in included {
            let tables = take_in(&mut policy, &path, context)?;
            if let Some((word, _)) = tables.iter().find(|(word, _)| word.text == "include") {
                let flaw = Flaw::new(word.at, "an included file includes no others");
                let flaw = flaw.help("include them all from the first file");
                return Err(policy.documents.error(flaw));
            }
            let own = self::defaults(&tables).map_err(|it| policy.documents.error(it))?;
            files.push(File { path, tables, defaults: [defaults.clone(), own].concat() });
        }
    }
    understood(policy, &files)
}

/// Reads a file with these bytes, as if it stood alone: nothing is included.
///
/// # Errors
/// As [`policy`].
pub fn alone(path: &Path, bytes: Vec<u8>) -> Result<Policy> {
    let mut policy = Policy::default();
    let tables = policy.documents.read(path, bytes)?;
    let defaults = defaults(&tables).map_err(|it| policy.documents.error(it))?;
    understood(policy, &[File { path: path.to_owned(), tables, defaults }])
}

fn understood(mut policy: Policy, files: &[File]) -> Result<Policy> {
    let mut commands = Commands::default();
    understand(&mut policy, files, &mut commands).map_err(|flaw| policy.documents.error(flaw))?;
    Ok(policy)
}

fn take_in(policy: &mut Policy, path: &Path, context: &Context) -> Result<Table> {
    let bytes = context.input.read_at_most(path, LONGEST);
    policy.documents.read(path, bytes.map_err(|error| error.kind(Who::Usage))?)
}

/// The table of defaults, if there is one.
fn defaults(tables: &Table) -> Result<Vec<Table>, Flaw> {
    let found = tables.iter().filter(|(word, _)| word.text == "defaults");
    found.map(|(_, node)| node.table().cloned()).collect()
}

/// The files that a file includes.
fn included(tables: &Table, path: &Path) -> Result<Vec<PathBuf>, Flaw> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut files = Vec::new();
    let patterns = tables.iter().filter(|(word, _)| word.text == "include");
    for node in patterns.flat_map(|(_, node)| node.each()) {
        let found = pattern::matching(folder, node.text()?);
        let found = found.map_err(|error| Flaw::of(node.at, error))?;
        if found.is_empty() {
            return Err(Flaw::new(node.at, "there is no such file"));
        }
        // A pattern may fit the file that it stands in.
        files.extend(found.into_iter().filter(|found| found != path));
    }
    Ok(files)
}

/// Reads what stands in all files: pins first, because checks name them, and references last.
fn understand(policy: &mut Policy, files: &[File], commands: &mut Commands) -> Result<(), Flaw> {
    for file in files {
        top(file, commands)?;
        for (_, node) in file.tables.iter().filter(|(word, _)| word.text == "pins") {
            for (word, node) in node.table()? {
                if policy.pins.contains_key(&word.text) {
                    return Err(twice(word.at, "list of pins", &word.text));
                }
                policy.pins.insert(word.text.clone(), pins(node)?);
            }
        }
    }
    let mut alike: Vec<(usize, Vec<Node>, &Path)> = Vec::new();
    for file in files {
        let folder = file.path.parent().unwrap_or(Path::new(""));
        for (word, node) in &file.tables {
            let Some(kind) = Kind::named(&word.text) else { continue };
            for node in tables_of(node)? {
                let defaults = file.defaults.iter().collect();
                let mut with = Reading { commands, pins: &policy.pins, defaults, folder };
                let (check, same_as) = table::check(kind, node, &mut with)?;
                alike.push((check.at, same_as, folder));
                policy.checks.push(check);
            }
        }
        for (_, node) in file.tables.iter().filter(|(word, _)| word.text == "rotation") {
            for node in tables_of(node)? {
                policy.rotations.push(rotation(node)?);
            }
        }
    }
    // In the order of the files, whatever their kind.
    policy.checks.sort_by_key(|check| check.at);
    alike.sort_by_key(|(at, ..)| *at);
    names_differ(policy)?;
    for (place, (_, nodes, folder)) in alike.into_iter().enumerate() {
        for node in nodes {
            let same = same::read(&node, place, policy, folder, commands)?;
            policy.checks[place].same_as.push(same);
        }
    }
    policy.rotations.iter().try_for_each(|rotation| refers(rotation, policy))
}

/// Whether the keys of a file are those that there are, and its version is this one.
fn top(file: &File, commands: &mut Commands) -> Result<(), Flaw> {
    for (word, node) in &file.tables {
        let known = TOP.into_iter().chain(KINDS.iter().map(|kind| kind.name));
        match (word.text.as_str(), &node.value) {
            ("version", Value::Integer(version)) if version == "1" => {}
            ("version", _) => {
                return Err(Flaw::new(node.at, "only version 1 is supported")
                    .help("write version = 1, or use a newer hookprint"));
            }
            ("defaults", _) => {
                for (word, _) in node.table()? {
                    if word.text == "name" {
                        return Err(Flaw::new(word.at, "names must be unique"));
                    }
                    table::is_known(word, commands)?;
                }
            }
            (name, _) if known.clone().any(|known| known == name) => {}
            _ => return Err(unknown(word, known, "a policy has")),
        }
    }
    Ok(())
}

/// The tables of `[[KIND]]`.
fn tables_of(node: &Node) -> Result<&[Node], Flaw> {
    match &node.value {
        Value::List(list) => Ok(list),
        other => Err(Flaw::new(node.at, format!("expected tables, not {}", other.what()))
            .help("each check has a heading in double brackets: [[endpoint]]")),
    }
}

/// A list of pins.
fn pins(node: &Node) -> Result<Vec<NamedPin>, Flaw> {
    let list: Vec<NamedPin> =
        node.table()?.iter().map(|(word, node)| pin(word, node)).collect::<Result<_, _>>()?;
    match list.is_empty() {
        true => Err(Flaw::new(node.at, "there is no pin in the list")),
        false => Ok(list),
    }
}

fn pin(word: &Word, node: &Node) -> Result<NamedPin, Flaw> {
    let own = vec![(Word { at: node.at, text: "value".to_owned() }, node.clone())];
    let table = if let Value::Table(table) = &node.value { table } else { &own };
    let (mut value, mut from, mut until) = (None, None, None);
    for (word, node) in table {
        match word.text.as_str() {
            "value" => value = Some((node.text()?, node.at)),
            "from" => from = Some(day(node, false)?),
            "until" => until = Some(day(node, true)?),
            _ => return Err(unknown(word, ["value", "from", "until"].into_iter(), "a pin has")),
        }
    }
    let Some((value, at)) = value else {
        return Err(Flaw::new(node.at, "the key value is missing"));
    };
    let is_word = |letter: char| letter.is_alphanumeric() || "-_".contains(letter);
    if !word.text.chars().all(is_word) {
        return Err(Flaw::new(word.at, "the name of a pin is a word: letters, digits, - and _"));
    }
    let written = format!("{}={value}", word.text);
    let pin: Pin = written.parse().map_err(|error| Flaw::of(at, error))?;
    if from.zip(until).is_some_and(|(from, until)| from >= until) {
        return Err(Flaw::new(node.at, "it would end before it starts"));
    }
    Ok(NamedPin { pin, written, from, until })
}

/// A moment; of a day alone its first, or the first behind it.
fn day(node: &Node, is_end: bool) -> Result<OffsetDateTime, Flaw> {
    let text = plain(Shape::Moment, node)?;
    let moment = moment(&text).map_err(|error| Flaw::of(node.at, error))?;
    let is_day = text.len() == 10;
    let ends = if is_end && is_day { time::Duration::DAY } else { time::Duration::ZERO };
    moment.checked_add(ends).ok_or_else(|| Flaw::new(node.at, "no such day"))
}

/// A rotation.
fn rotation(node: &Node) -> Result<Rotation, Flaw> {
    let table = node.table()?;
    let entries: Vec<(&Word, &Node)> = table.iter().map(|(word, node)| (word, node)).collect();
    let label: Label = table::label(table, &entries, node.at)?;
    let (mut old, mut new, mut phases, mut seen_in) = (None, None, None, Vec::new());
    for (word, node) in entries {
        match word.text.as_str() {
            "name" | "owner" | "tags" => {}
            "old" => old = Some(reference(node)?),
            "new" => new = Some(reference(node)?),
            "seen_in" => {
                seen_in = node.each().iter().map(reference).collect::<Result<_, _>>()?;
            }
            "phases" => phases = Some(self::phases(node)?),
            _ => return Err(unknown(word, ROTATION.into_iter(), "[[rotation]] has")),
        }
    }
    let need = |key: &str| Flaw::new(node.at, format!("the key {key} is missing"));
    let (old, new) = (old.ok_or_else(|| need("old"))?, new.ok_or_else(|| need("new"))?);
    let phases = phases.ok_or_else(|| need("phases"))?;
    Ok(Rotation { label, old, new, seen_in, phases, at: node.at })
}

fn phases(node: &Node) -> Result<Phases, Flaw> {
    const KEYS: [&str; 3] = ["publish", "both", "drop_old"];
    let mut days = BTreeMap::new();
    for (word, node) in node.table()? {
        match KEYS.iter().position(|key| *key == word.text) {
            Some(place) => days.insert(place, (day(node, false)?, node.at)),
            None => return Err(unknown(word, KEYS.into_iter(), "phases have")),
        };
    }
    let in_order: Vec<_> = days.values().collect();
    if let Some(pair) = in_order.windows(2).find(|pair| pair[0].0 > pair[1].0) {
        return Err(Flaw::new(pair[1].1, "it is before the phase before it")
            .help("publish comes first, then both, then drop_old"));
    }
    let day = |place: usize| {
        let need = || Flaw::new(node.at, format!("the key {} is missing", KEYS[place]));
        days.get(&place).map(|(day, _)| *day).ok_or_else(need)
    };
    Ok(Phases { publish: day(0)?, both: day(1)?, drop_old: day(2)? })
}

/// `KIND:NAME`.
fn reference(node: &Node) -> Result<Reference, Flaw> {
    match node.text()?.split_once(':') {
        Some((kind, name)) if Kind::named(kind).is_some() => {
            Ok(Reference { kind: kind.to_owned(), name: name.to_owned(), at: node.at })
        }
        _ => Err(Flaw::new(node.at, "not a check: KIND:NAME, for example bundle:webex upload")),
    }
}

/// Fails when two checks of a kind, or two rotations, have one name.
fn names_differ(policy: &Policy) -> Result<(), Flaw> {
    let mut seen = HashSet::new();
    let checks = policy.checks.iter().map(|it: &Check| (it.kind.name, &it.label.name, it.at));
    let rotations = policy.rotations.iter().map(|it| ("rotation", &it.label.name, it.at));
    for (kind, name, at) in checks.chain(rotations) {
        if !seen.insert((kind, name)) {
            return Err(twice(at, kind, name));
        }
    }
    Ok(())
}

fn twice(at: usize, what: &str, name: &str) -> Flaw {
    Flaw::new(at, format!("there is already a {what} {}", quoted(name)))
        .help("give it another name: reports and --state identify it by its name")
}

/// Fails when a rotation names a check that there is not.
fn refers(rotation: &Rotation, policy: &Policy) -> Result<(), Flaw> {
    let all: Vec<String> = policy.checks.iter().map(|it| it.reference().to_string()).collect();
    for reference in rotation.references() {
        let name = reference.to_string();
        if !all.contains(&name) {
            return Err(missing(reference.at, "check", &name, all.iter().map(String::as_str)));
        }
    }
    for side in [&rotation.old, &rotation.new] {
        if side.kind != "bundle" {
            return Err(Flaw::new(side.at, "old and new are bundles")
                .help("write [[bundle]] tables for both, and name them bundle:NAME"));
        }
    }
    for place in &rotation.seen_in {
        let check = policy.place(place).map(|place| &policy.checks[place]);
        let tells = |check: &Check| match check.kind.name {
            "endpoint" => check.pins.is_some(),
            kind => ["probe", "trust"].contains(&kind),
        };
        if !check.is_some_and(tells) {
            return Err(Flaw::new(place.at, "it does not say who accepts old and new")
                .help("name probes, trust files, and endpoints with pins"));
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
