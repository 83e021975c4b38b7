//! One table of a policy file as a check: the words of its command line, and what is wanted beside.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Arg;

use super::blame::{blame, quoted};
use super::document::{Flaw, Node, Table, Word};
use super::kinds::{KINDS, Kind};
use super::own::{OWN, Own};
use super::policy::{Check, Label, Ready};
use super::words::{Given, Shape, key, plain, words};
use crate::args::duration;
use crate::command::within::Within;
use crate::finding::Code;
use crate::input::pattern;
use crate::policy::named_pins::{NamedPin, Want};
use crate::secret::LabelledSource;
use crate::signature::diagnose::shell_word;

/// The commands that checks are command lines of; each is built once.
#[derive(Default)]
pub struct Commands(BTreeMap<&'static str, Within>);

impl Commands {
    /// The command of that name, if there is one.
    pub fn get(&mut self, verb: &'static str) -> Option<&mut Within> {
        match self.0.entry(verb) {
            Entry::Occupied(entry) => Some(entry.into_mut()),
            Entry::Vacant(entry) => Some(entry.insert(Within::named(verb)?)),
        }
    }
}

/// The keys that are options of the command.
pub fn options<'a>(kind: &'a Kind, command: &'a Within) -> impl Iterator<Item = (String, &'a Arg)> {
    let is_ours = |long: &str| OWN.iter().any(|own| own.name == key(long) && own.is_of(kind.name));
    let fits = move |option: &&Arg| match option.get_long() {
        Some(long) => !kind.without.contains(&long) && !is_ours(long) && !option.is_global_set(),
        None => option.is_positional(),
    };
    command.arguments().filter(fits).flat_map(|option| {
        let Some(long) = option.get_long() else { return vec![(kind.subject.to_owned(), option)] };
        let renamed = kind.renamed.iter().filter(move |(_, to)| *to == long);
        let names = std::iter::once(key(long)).chain(renamed.map(|(from, _)| (*from).to_owned()));
        names.map(|name| (name, option)).collect()
    })
}

/// Whether any kind of check has this key.
///
/// # Errors
/// When none has, with the nearest one.
pub fn is_known(word: &Word, commands: &mut Commands) -> Result<(), Flaw> {
    let mut known: Vec<String> = OWN.iter().map(|own| own.name.to_owned()).collect();
    for kind in KINDS {
        let command = commands.get(kind.verb);
        known.extend(command.iter().flat_map(|it| options(kind, it)).map(|(name, _)| name));
    }
    match known.contains(&word.text) {
        true => Ok(()),
        false => Err(unknown(word, known.iter().map(String::as_str), "a check has")),
    }
}

/// A key that there is not, and the one that was probably meant.
pub fn unknown<'a>(word: &Word, known: impl Iterator<Item = &'a str> + Clone, who: &str) -> Flaw {
    Flaw::new(word.at, format!("{who} no key {}", quoted(&word.text))).near(&word.text, known)
}

/// What a table is read with.
pub struct Reading<'a> {
    /// The commands.
    pub commands: &'a mut Commands,
    /// The lists of pins.
    pub pins: &'a BTreeMap<String, Vec<NamedPin>>,
    /// Keys that all tables of the file have, if they are of a kind that knows them.
    pub defaults: Vec<&'a Table>,
    /// What files in it are relative to.
    pub folder: &'a Path,
}

/// Reads the table of a check, and what it says of other checks, which are to be found.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(
    kind: &'static Kind,
    node: &Node,
    with: &mut Reading<'_>,
) -> Result<(Check, Vec<Node>), Flaw> {
    let table = node.table()?;
    let Some(command) = with.commands.get(kind.verb) else {
        return Err(Flaw::new(node.at, format!("there is no command {} here", kind.verb)));
    };
    let known: Vec<(String, &Arg)> = options(kind, command).collect();
    let option = |name: &str| known.iter().find(|(known, _)| known == name).map(|(_, it)| *it);
    let entries = laid_over(table, &with.defaults, |name| {
        Own::of(kind.name, name).is_some() || option(name).is_some()
    });
    let mut check = Check {
        kind,
        label: label(table, &entries, node.at)?,
        lines: Vec::new(),
        beside: Vec::new(),
        unmatched: None,
        allow: Vec::new(),
        want: None,
        pins: None,
        secret: None,
        same_as: Vec::new(),
        every: None,
        grace: None,
        options: Vec::new(),
        subjects: Vec::new(),
        at: node.at,
    };
    let (mut each, mut same_as, mut want) = (Vec::new(), Vec::new(), None);
    for (word, value) in entries {
        match (word.text.as_str(), option(&word.text)) {
            (name, Some(option)) => {
                let is_common = with.defaults.iter().any(|layer| has(layer, name));
                if value.each().is_empty() && !is_common {
                    return Err(Flaw::new(value.at, format!("{name} is empty"))
                        .help("leave it out, or name what is to be checked"));
                }
                if name == kind.subject {
                    check.subjects = looked_at(&mut check, option, value, with.folder)?;
                    continue;
                }
                if kind.one_by_one == Some(name) {
                    for one in value.each() {
                        each.extend(words(option, name, one, with.folder)?);
                    }
                    continue;
                }
                check.options.extend(words(option, name, value, with.folder)?);
            }
            ("name" | "owner" | "tags", _) => {}
            ("allow", _) => check.allow = codes(value)?,
            ("every", _) => check.every = Some(time(value)?),
            ("grace", _) => check.grace = Some(time(value)?),
            ("pins", _) => check.pins = Some(list(value, with.pins)?),
            ("want", _) => want = Some(value),
            ("same_as", _) => same_as = value.each().to_vec(),
            _ => {
                let known = known.iter().map(|(name, _)| name.as_str());
                let own = OWN.iter().filter(|own| own.is_of(kind.name)).map(|own| own.name);
                let who = format!("[[{}]] has", kind.name);
                return Err(unknown(word, known.chain(own), &who));
            }
        }
    }
    if let Some(list) = check.pins.as_ref().and_then(|name| with.pins.get(name)) {
        check.options.extend(pin_words(list, node.at));
    }
    if let Some(want) = want {
        wanted(&mut check, want)?;
    }
    if check.subjects.is_empty() {
        return Err(Flaw::new(node.at, format!("the key {} is missing", kind.subject)));
    }
    for given in command_lines(&check, each) {
        check.lines.push(ready(kind.verb, command, &given, node.at)?);
    }
    Ok((check, same_as))
}

fn has(table: &Table, name: &str) -> bool {
    table.iter().any(|(word, _)| word.text == name)
}

/// The keys of a table, and before them those of the defaults that it lacks.
fn laid_over<'a>(
    table: &'a Table,
    defaults: &[&'a Table],
    knows: impl Fn(&str) -> bool,
) -> Vec<(&'a Word, &'a Node)> {
    let mut entries = Vec::new();
    for (place, layer) in defaults.iter().enumerate() {
        let nearer = &defaults[place + 1..];
        entries.extend(layer.iter().map(|(word, node)| (word, node)).filter(|(word, _)| {
            let name = word.text.as_str();
            knows(name) && !has(table, name) && !nearer.iter().any(|nearer| has(nearer, name))
        }));
    }
    entries.extend(table.iter().map(|(word, node)| (word, node)));
    entries
}

/// What a table is called, and whose it is.
///
/// # Errors
/// When it has no name.
pub fn label(table: &Table, entries: &[(&Word, &Node)], at: usize) -> Result<Label, Flaw> {
    let find = |name: &str| entries.iter().find(|(word, _)| word.text == name).map(|(_, it)| *it);
    let Some((_, name)) = table.iter().find(|(word, _)| word.text == "name") else {
        return Err(Flaw::new(at, "the key name is missing"));
    };
    if name.text()?.trim().is_empty() {
        return Err(Flaw::new(name.at, "the name is empty"));
    }
    let tags = find("tags").map_or(&[][..], Node::each);
    Ok(Label {
        name: name.text()?.to_owned(),
        owner: find("owner").map(Node::text).transpose()?.map(str::to_owned),
        tags: tags.iter().map(|tag| tag.text().map(str::to_owned)).collect::<Result<_, _>>()?,
    })
}

fn codes(value: &Node) -> Result<Vec<Code>, Flaw> {
    let code = |node: &Node| node.text()?.parse().map_err(|error| Flaw::of(node.at, error));
    value.each().iter().map(code).collect()
}

fn time(value: &Node) -> Result<Duration, Flaw> {
    duration(&plain(Shape::Text, value)?).map_err(|error| Flaw::of(value.at, error))
}

fn list(value: &Node, lists: &BTreeMap<String, Vec<NamedPin>>) -> Result<String, Flaw> {
    let name = value.text()?;
    match lists.contains_key(name) {
        true => Ok(name.to_owned()),
        false => Err(missing(value.at, "list of pins", name, lists.keys().map(String::as_str))),
    }
}

/// Something that is not there by that name.
pub fn missing<'a>(
    at: usize,
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Flaw {
    Flaw::new(at, format!("there is no {what} {}", quoted(name))).near(name, known)
}

/// The words that tell a command of the pins of a list.
pub fn pin_words(list: &[NamedPin], at: usize) -> Vec<Given> {
    let pins = list.iter().map(|named| {
        let word = format!("--pin={}", named.written).into();
        Given { key: "pins".to_owned(), at, word, is_option: true }
    });
    pins.collect()
}

/// What `want` says: a label of the secrets of a signature, else a word about pins.
fn wanted(check: &mut Check, value: &Node) -> Result<(), Flaw> {
    let text = value.text()?;
    if check.kind.name == "signature" {
        let secrets =
            check.options.iter().filter(|given| ["secret", "secrets"].contains(&&*given.key));
        let label = |given: &Given| {
            let word = given.word.to_string_lossy();
            let text = word.strip_prefix("--secret=").unwrap_or_default();
            let source: Option<LabelledSource> = text.parse().ok();
            source.and_then(|source| source.label)
        };
        let labels: Vec<String> = secrets.filter_map(label).collect();
        if !labels.iter().any(|label| label == text) {
            return Err(missing(value.at, "secret", text, labels.iter().map(String::as_str)));
        }
        check.secret = Some(text.to_owned());
        return Ok(());
    }
    let Some((_, want)) = Want::ALL.iter().find(|(name, _)| *name == text) else {
        let known = Want::ALL.iter().map(|(name, _)| *name);
        return Err(Flaw::new(value.at, "want has no such value").near(text, known));
    };
    if check.pins.is_none() {
        return Err(Flaw::new(value.at, "it refers to a list of pins, and there is no key pins")
            .help("name the list with pins = \"...\""));
    }
    check.want = Some(*want);
    Ok(())
}

/// What a check looks at; of a pattern the files that there are, or that there are none.
fn looked_at(
    check: &mut Check,
    option: &Arg,
    value: &Node,
    folder: &Path,
) -> Result<Vec<Given>, Flaw> {
    let key = check.kind.subject;
    let mut subjects = Vec::new();
    for node in value.each() {
        let as_written = words(option, key, node, folder)?;
        let text = plain(Shape::Text, node)?;
        if !check.kind.is_pattern || !pattern::is_pattern(&text) {
            subjects.extend(as_written);
            continue;
        }
        let found = pattern::matching(folder, &text).map_err(|error| Flaw::of(node.at, error))?;
        if found.is_empty() {
            check.unmatched = Some(text);
            subjects.extend(as_written);
        }
        let given = |path: PathBuf| Given {
            key: key.to_owned(),
            at: node.at,
            word: path.into(),
            is_option: false,
        };
        subjects.extend(found.into_iter().map(given));
    }
    Ok(subjects)
}

/// The words of each command line: one for each value that is looked at by itself.
fn command_lines(check: &Check, each: Vec<Given>) -> Vec<Vec<Given>> {
    // `verify` reads one capture.
    let most = if check.kind.verb == "verify" { 1 } else { usize::MAX };
    let subjects = || check.subjects.chunks(most);
    let each: Vec<Option<Given>> = match each.is_empty() {
        true => vec![None],
        false => each.into_iter().map(Some).collect(),
    };
    let line = |one: &Option<Given>, subjects: &[Given]| {
        check.options.iter().chain(one).chain(subjects).cloned().collect()
    };
    each.iter().flat_map(|one| subjects().map(move |subjects| line(one, subjects))).collect()
}

/// Has a command read its words; what it looks at is no option, whatever it begins with.
///
/// # Errors
/// What it has against them, at the key that they come of.
pub fn ready(verb: &str, command: &mut Within, given: &[Given], at: usize) -> Result<Ready, Flaw> {
    let (options, subjects): (Vec<&Given>, Vec<&Given>) = given.iter().partition(|it| it.is_option);
    let mut words: Vec<OsString> = options.iter().map(|given| given.word.clone()).collect();
    let shown = options.iter().chain(&subjects).map(|it| shell_word(&it.word.to_string_lossy()));
    let shown = ["hookprint".to_owned(), verb.to_owned()].into_iter().chain(shown);
    let shown = shown.collect::<Vec<_>>().join(" ");
    words.push("--".into());
    words.extend(subjects.iter().map(|given| given.word.clone()));
    let line = command.read(&words).map_err(|error| blame(&error, given, at))?;
    Ok(Ready { shown, line })
}
