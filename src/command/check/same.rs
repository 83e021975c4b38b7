//! `same_as`: is what is in a file what is served, and what is pinned?

use std::ffi::OsString;
use std::path::Path;

use super::document::{Flaw, Node};
use super::policy::{Check, Place, Policy, Ready, Same};
use super::table::{Commands, missing, ready};
use super::words::Given;

/// The command that shows what a server serves and what a file holds.
const SHOWS: &str = "thumbprint";

/// Reads where the same certificate must be as the check at `own` sees.
///
/// # Errors
/// When there is no such place.
pub fn read(
    node: &Node,
    own: usize,
    policy: &mut Policy,
    folder: &Path,
    commands: &mut Commands,
) -> Result<Same, Flaw> {
    let written = node.text()?.to_owned();
    let place = match written.split_once(':') {
        Some(("served", name)) => match served(name, node.at, policy)? {
            Served::Seen(place) => Place::Check(place),
            Served::By(words) => beside(policy, own, line(&words, node.at, commands)?),
        },
        Some(("file", path)) => {
            let words = file(&policy.checks[own], path, node.at, folder);
            beside(policy, own, line(&words, node.at, commands)?)
        }
        Some(("pin", name)) => {
            if !policy.pins.contains_key(name) {
                let known = policy.pins.keys().map(String::as_str);
                return Err(missing(node.at, "list of pins", name, known));
            }
            Place::Pins(name.to_owned())
        }
        _ => {
            return Err(Flaw::new(node.at, "does not say where a certificate is")
                .help("write served:NAME of a check, file:PATH or pin:NAME of a list"));
        }
    };
    Ok(Same { written, place })
}

/// What a check of that name connects to.
enum Served {
    /// The check at that place says it.
    Seen(usize),
    /// Others connect for something else: these words lead there.
    By(Vec<Given>),
}

/// Keys of the way to a server, which all commands that connect have.
const WAY: &[&str] =
    &["connect", "resolve", "ipv4", "ipv6", "proxy", "timeout", "retries", "servername", "ca"];

fn served(name: &str, at: usize, policy: &Policy) -> Result<Served, Flaw> {
    let of = |kind: &str| {
        let is_it = |check: &Check| check.kind.name == kind && check.label.name == name;
        policy.checks.iter().position(is_it)
    };
    if let Some(place) = of("endpoint") {
        return Ok(Served::Seen(place));
    }
    let serves = |check: &&Check| ["endpoint", "probe", "audit"].contains(&check.kind.name);
    match of("probe").or_else(|| of("audit")) {
        Some(place) => {
            let check = &policy.checks[place];
            let way = check.options.iter().filter(|given| WAY.contains(&given.key.as_str()));
            Ok(Served::By(way.chain(&check.subjects).cloned().collect()))
        }
        None => {
            let known: Vec<&str> =
                policy.checks.iter().filter(serves).map(|check| &*check.label.name).collect();
            Err(missing(at, "endpoint, probe or audit", name, known.into_iter()))
        }
    }
}

/// What leads to a file, with the passwords of the check.
fn file(check: &Check, path: &str, at: usize, folder: &Path) -> Vec<Given> {
    let mut word = OsString::from("file:");
    word.push(folder.join(path));
    let passwords = check.options.iter().filter(|given| given.key == "password").cloned();
    let subject = Given { key: "target".to_owned(), at, word, is_option: false };
    passwords.chain([subject]).collect()
}

/// The command line that shows it.
fn line(words: &[Given], at: usize, commands: &mut Commands) -> Result<Ready, Flaw> {
    match commands.get(SHOWS) {
        Some(command) => ready(SHOWS, command, words, at),
        None => Err(Flaw::new(at, "this shows no certificates")),
    }
}

/// Puts a command line beside a check.
fn beside(policy: &mut Policy, own: usize, ready: Ready) -> Place {
    let beside = &mut policy.checks[own].beside;
    beside.push(ready);
    Place::Beside(beside.len() - 1)
}
