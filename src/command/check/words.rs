//! A value of a policy file as the words of a command line: what it must be, and what they are, is told
//! by the option.

use std::any::TypeId;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::builder::ValueParser;
use clap::{Arg, ArgAction};
use time::OffsetDateTime;

use super::document::{Flaw, Node, Value};
use crate::args::pins::PinArg;
use crate::args::presented::{Presented, What};
use crate::secret::{LabelledSource, Source};
use crate::store::named::is_store;

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `true` or `false`.
    Flag,
    /// An integer.
    Integer,
    /// A date or a date and time, also as a string.
    Moment,
    /// A string.
    Text,
    /// A string, or a table of them by their labels.
    Labelled,
}

/// A word of a command line.
#[derive(Clone, Debug)]
pub struct Given {
    /// The key that it comes of.
    pub key: String,
    /// Where its value stands.
    pub at: usize,
    /// The word.
    pub word: OsString,
    /// Whether it is an option, with its value; else it is what is looked at.
    pub is_option: bool,
}

/// Whether this option has values of that type.
fn is<T: 'static>(option: &Arg) -> bool {
    ValueParser::type_id(option.get_value_parser()) == TypeId::of::<T>()
}

/// What the values of this option must be.
pub fn shape(option: &Arg) -> Shape {
    let is_integer = is::<u8>(option)
        || is::<u16>(option)
        || is::<u32>(option)
        || is::<u64>(option)
        || is::<usize>(option);
    match () {
        () if is::<bool>(option) => Shape::Flag,
        () if is_integer => Shape::Integer,
        () if is::<OffsetDateTime>(option) => Shape::Moment,
        () if is::<LabelledSource>(option) || is::<PinArg>(option) || is::<Presented>(option) => {
            Shape::Labelled
        }
        () => Shape::Text,
    }
}

/// Whether this option can be given several times, or takes several values.
pub fn is_list(option: &Arg) -> bool {
    matches!(option.get_action(), ArgAction::Append) || option.get_value_delimiter().is_some()
}

/// The key of an option: its name with `_` for `-`.
pub fn key(option: &str) -> String {
    option.replace('-', "_")
}

/// The words that say this value of an option to its command. Files are relative to `folder`.
///
/// # Errors
/// When the value is of another type than the option needs, or would be read from somebody.
pub fn words(option: &Arg, key: &str, node: &Node, folder: &Path) -> Result<Vec<Given>, Flaw> {
    let long = option.get_long();
    let is_option = long.is_some();
    let given = |at: usize, word: OsString| Given { key: key.to_owned(), at, word, is_option };
    let word = |text: OsString| match long {
        None => text,
        Some(long) => {
            let mut word = OsString::from(format!("--{long}="));
            word.push(text);
            word
        }
    };
    let mut words = Vec::new();
    for node in values(option, node)? {
        match (&node.value, shape(option)) {
            // A switch is there or not.
            (Value::Flag(false), _) if matches!(option.get_action(), ArgAction::SetTrue) => {}
            (Value::Flag(_), _) if matches!(option.get_action(), ArgAction::SetTrue) => {
                words.push(given(node.at, format!("--{}", long.unwrap_or_default()).into()));
            }
            (Value::Table(labels), Shape::Labelled) => {
                for (label, node) in labels {
                    let text = in_folder(option, node.text()?, folder, node.at)?;
                    let mut labelled = OsString::from(format!("{}=", label.text));
                    labelled.push(text);
                    words.push(given(node.at, word(labelled)));
                }
            }
            _ => {
                let text = plain(shape(option), node)?;
                words.push(given(node.at, word(in_folder(option, &text, folder, node.at)?)));
            }
        }
    }
    Ok(words)
}

/// The values of an array, where there may be one.
fn values<'a>(option: &Arg, node: &'a Node) -> Result<&'a [Node], Flaw> {
    match (&node.value, is_list(option)) {
        (Value::List(_), false) => Err(Flaw::new(node.at, "expected one value, not an array")),
        _ => Ok(node.each()),
    }
}

/// The text of a single value.
///
/// # Errors
/// When it is of another type.
pub fn plain(shape: Shape, node: &Node) -> Result<String, Flaw> {
    let (wanted, text) = match (shape, &node.value) {
        (Shape::Flag, Value::Flag(flag)) => return Ok(flag.to_string()),
        (Shape::Flag, _) => ("true or false", None),
        (Shape::Integer, Value::Integer(digits)) => return Ok(digits.clone()),
        (Shape::Integer, _) => ("an integer", None),
        (Shape::Moment, Value::Moment(text) | Value::Text(text)) => return Ok(text.clone()),
        (Shape::Moment, _) => ("a date", None),
        (Shape::Text | Shape::Labelled, Value::Text(text)) => return Ok(text.clone()),
        (Shape::Text, Value::Integer(text) | Value::Float(text)) => ("a string", Some(text)),
        (Shape::Text, _) => ("a string", None),
        (Shape::Labelled, _) => ("a string or a table of labels", None),
    };
    let flaw = Flaw::new(node.at, format!("expected {wanted}, not {}", node.value.what()));
    Err(match text {
        Some(_) => flaw.help("put it in quotes, a duration with its unit: \"30d\""),
        None => flaw,
    })
}

/// The text of a value with the path in it, if there is one, below `folder`.
fn in_folder(option: &Arg, text: &str, folder: &Path, at: usize) -> Result<OsString, Flaw> {
    let from_somebody = |what: &str| {
        Flaw::new(at, format!("{what} cannot be used: a policy runs unattended"))
            .help("give a file, or for a secret file:PATH or env:NAME")
    };
    let after = |path: PathBuf| Some(text.len() - path.as_os_str().len());
    let of_source = |source: Source| match source {
        Source::Stdin => Err(from_somebody("standard input")),
        Source::Prompt => Err(from_somebody("a terminal")),
        Source::File(path) => Ok(after(path)),
        Source::Env(_) | Source::Fd(_) => Ok(None),
    };
    let is_there = || folder.join(text).is_file();
    // What cannot be read as a value of the option is the command's to refuse.
    let path = match option.get_id().as_str() {
        _ if is::<PathBuf>(option) => Some(0),
        _ if is::<Source>(option) => text.parse().map_or(Ok(None), of_source)?,
        _ if is::<LabelledSource>(option) => {
            let labelled = text.parse::<LabelledSource>();
            labelled.map_or(Ok(None), |labelled| of_source(labelled.source))?
        }
        _ if is::<PinArg>(option) => match text.parse() {
            Ok(PinArg::File { path, .. }) => after(path),
            _ => None,
        },
        _ if is::<Presented>(option) => match text.parse::<Presented>().map(|it| it.what) {
            Ok(What::File { path, .. }) => after(path),
            _ => None,
        },
        "jwks" | "signing_cert" => (!text.contains("://")).then_some(0),
        "trusts" => (is_there() || is_store(Path::new(text))).then_some(0),
        "target" if text.starts_with("file:") => Some("file:".len()),
        "target" => is_there().then_some(0),
        _ => None,
    };
    let Some(start) = path else { return Ok(text.into()) };
    match text.get(start..) {
        Some("-") => Err(from_somebody("standard input")),
        Some(path) => {
            let mut word = OsString::from(&text[..start]);
            word.push(folder.join(path));
            Ok(word)
        }
        None => Ok(text.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::Documents;
    use super::*;
    use crate::command::within::Within;

    fn said(command: &str, key: &str, value: &str) -> Result<Vec<String>, String> {
        let text = format!("x = {value}");
        let tables = Documents::default().read(Path::new("p.toml"), text.into()).unwrap();
        let command = Within::named(command).unwrap();
        let long = key.replace('_', "-");
        let option = command
            .arguments()
            .find(|option| option.get_long() == Some(&long) || option.get_id() == key)
            .unwrap();
        let words = words(option, key, &tables[0].1, Path::new("teams"));
        let shown = |given: Given| given.word.to_string_lossy().into_owned();
        let words = words.map(|words| words.into_iter().map(shown).collect());
        words.map_err(|flaw| format!("{}: {}", flaw.at, flaw.message))
    }

    #[test]
    fn values_become_words_and_files_are_those_of_the_folder() {
        for (command, key, value, expected) in [
            ("thumbprint", "all_ips", "true", &["--all-ips"][..]),
            ("thumbprint", "all_ips", "false", &[]),
            ("thumbprint", "tries", "3", &["--tries=3"]),
            ("thumbprint", "warn", "'30d'", &["--warn=30d"]),
            (
                "thumbprint",
                "pin",
                "['@a.pem', 'new=@b.pem']",
                &["--pin=@teams/a.pem", "--pin=new=@teams/b.pem"],
            ),
            ("thumbprint", "password", "'file:pw'", &["--password=file:teams/pw"]),
            (
                "thumbprint",
                "target",
                "['a.example', 'file:a.pem']",
                &["a.example", "file:teams/a.pem"],
            ),
            ("inspect", "paths", "'/a/b.pem'", &["/a/b.pem"]),
            ("inspect", "trusts", "'meta'", &["--trusts=meta"]),
            ("inspect", "trusts", "'own.pem'", &["--trusts=teams/own.pem"]),
            ("probe", "all_ips", "false", &["--all-ips=false"]),
            (
                "probe",
                "reject",
                "['none', 'stranger', 'x.p12']",
                &["--reject=none", "--reject=stranger", "--reject=teams/x.p12"],
            ),
            (
                "probe",
                "accept",
                "{ old = 'z.p12', new = 'a.p12' }",
                &["--accept=old=teams/z.p12", "--accept=new=teams/a.p12"],
            ),
            ("probe", "tls", "['1.2', '1.3']", &["--tls=1.2", "--tls=1.3"]),
            ("verify", "jwks", "'keys.json'", &["--jwks=teams/keys.json"]),
            ("verify", "jwks", "'https://a.example/k'", &["--jwks=https://a.example/k"]),
        ] {
            let words = said(command, key, value).unwrap();
            assert_eq!(words, expected, "{key} = {value}");
        }
    }

    #[test]
    fn what_is_of_another_type_or_comes_from_somebody_is_refused() {
        for (command, key, value, message) in [
            ("thumbprint", "tries", "'3'", "4: expected an integer, not a string"),
            ("thumbprint", "warn", "30", "4: expected a string, not an integer"),
            ("thumbprint", "all_ips", "'yes'", "4: expected true or false, not a string"),
            ("thumbprint", "ca", "['a']", "4: expected one value, not an array"),
            ("thumbprint", "ca", "'-'", "4: standard input cannot be used"),
            ("probe", "accept", "{ a = 1 }", "10: expected a string, not an integer"),
            ("inspect", "password", "['env:A', 'prompt']", "14: a terminal cannot be used"),
            ("inspect", "password", "'a=stdin'", "4: standard input cannot be used"),
        ] {
            let error = said(command, key, value).unwrap_err();
            assert!(error.starts_with(message), "{key} = {value}: {error}");
        }
    }
}
