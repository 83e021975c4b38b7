//! `--accept`, `--reject`, and the `--key` and `--alias` that belong to the last file before them.

use std::path::PathBuf;
use std::str::FromStr;

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, FromArgMatches, value_parser};

use crate::error::{Error, Result};
use crate::policy::probe::Made;

/// The word for no certificate at all.
pub const NONE: &str = "none";

/// Who is presented to a server, in the order given.
#[derive(Clone, Debug, Default)]
pub struct PresentedArgs {
    /// They must be let in.
    pub accept: Vec<Presented>,
    /// They must be refused.
    pub reject: Vec<Presented>,
}

/// An identity on the command line: `[LABEL=]WHAT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// The label given.
    pub label: Option<String>,
    /// What it is.
    pub what: What,
}

/// What is presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// No certificate.
    None,
    /// One that is made for the run.
    Made(Made),
    /// One of ours.
    File {
        /// The file.
        path: PathBuf,
        /// Its private key, where the file does not hold it.
        key: Option<PathBuf>,
        /// Which key, if the store has several.
        alias: Option<String>,
    },
}

impl Presented {
    /// What it is called where it has no label; of a file its name.
    pub fn name(&self) -> String {
        let own = || match &self.what {
            What::None => NONE.to_owned(),
            What::Made(made) => made.word().to_owned(),
            What::File { path, .. } => crate::input::named::file(path),
        };
        self.label.clone().unwrap_or_else(own)
    }
}

impl FromStr for Presented {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let is_label = |label: &str| {
            !label.is_empty()
                && label.chars().all(|char| char.is_alphanumeric() || "-_.".contains(char))
        };
        let (label, what) = match text.split_once('=') {
            Some((label, what)) if is_label(label) => (Some(label.to_owned()), what),
            _ => (None, text),
        };
        let what = match (what, what.parse()) {
            ("", _) => return Err(Error::usage("names no file: [LABEL=]FILE").help(HELP)),
            (NONE, _) => What::None,
            (_, Ok(made)) => What::Made(made),
            (path, Err(_)) => What::File { path: path.into(), key: None, alias: None },
        };
        Ok(Self { label, what })
    }
}

const HELP: &str = "for example --accept new=client.p12, or --reject stranger; a file with that \
                    name is written ./stranger";

/// `--accept` takes files only.
fn to_accept(text: &str) -> Result<Presented> {
    let presented: Presented = text.parse()?;
    match presented.what {
        What::File { .. } => Ok(presented),
        What::None | What::Made(_) => {
            Err(Error::usage("only a file can be accepted, not this").help(HELP))
        }
    }
}

const HEADING: &str = "Identities";

impl clap::Args for PresentedArgs {
    fn augment_args(command: clap::Command) -> clap::Command {
        let option = |name: &'static str, value: &'static str| {
            Arg::new(name)
                .long(name)
                .value_name(value)
                .action(ArgAction::Append)
                .help_heading(HEADING)
        };
        command
            .arg(option("accept", "[LABEL=]FILE").value_parser(to_accept).help(
                "This identity must be accepted (can be repeated: old and new): .p12, .pfx, .pem \
                 or .jks, detected by content",
            ))
            .arg(option("reject", "[LABEL=]FILE").value_parser(Presented::from_str).help(
                "This one must be refused (can be repeated): a file, none, or one generated in memory: \
                 stranger, same-subject, same-issuer; with --test-ca also expired, not-yet, serverauth, \
                 lookalike [default: none and stranger]",
            ))
            .arg(option("key", "FILE").value_parser(value_parser!(PathBuf)).help(
                "Private key of the last --accept or --reject FILE before it, if that does not \
                 contain it",
            ))
            .arg(option("alias", "NAME").help(
                "Which key of the last --accept or --reject FILE before it, if that has several",
            ))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

/// One option, by its place on the command line.
enum Given {
    Accept(Presented),
    Reject(Presented),
    Key(PathBuf),
    Alias(String),
}

impl FromArgMatches for PresentedArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        fn each<T: Clone + Send + Sync + 'static>(
            matches: &ArgMatches,
            name: &str,
            given: fn(T) -> Given,
        ) -> Vec<(usize, Given)> {
            let indices = matches.indices_of(name).into_iter().flatten();
            let values = matches.get_many::<T>(name).into_iter().flatten();
            indices.zip(values).map(|(index, value)| (index, given(value.clone()))).collect()
        }
        let mut all = each(matches, "accept", Given::Accept);
        all.extend(each(matches, "reject", Given::Reject));
        all.extend(each(matches, "key", Given::Key));
        all.extend(each(matches, "alias", Given::Alias));
        all.sort_by_key(|(index, _)| *index);
        let (mut found, mut is_last_accepted) = (Self::default(), None);
        for (_, given) in all {
            let last = match is_last_accepted {
                Some(true) => found.accept.last_mut(),
                Some(false) => found.reject.last_mut(),
                None => None,
            };
            let file = last.and_then(|last| match &mut last.what {
                What::File { key, alias, .. } => Some((key, alias)),
                What::None | What::Made(_) => None,
            });
            let (option, is_free) = match (given, file) {
                (Given::Accept(one), _) => {
                    is_last_accepted = Some(true);
                    found.accept.push(one);
                    continue;
                }
                (Given::Reject(one), _) => {
                    is_last_accepted = Some(false);
                    found.reject.push(one);
                    continue;
                }
                (Given::Key(path), Some((key, _))) => ("--key", key.replace(path).is_none()),
                (Given::Alias(name), Some((_, alias))) => {
                    ("--alias", alias.replace(name).is_none())
                }
                (Given::Key(_), None) => ("--key", false),
                (Given::Alias(_), None) => ("--alias", false),
            };
            if !is_free {
                let message = format!(
                    "{option} belongs to the last --accept or --reject FILE before it, at most \
                     once each\n"
                );
                return Err(clap::Error::raw(ErrorKind::ArgumentConflict, message));
            }
        }
        Ok(found)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Args as _;

    use super::*;

    fn parse(line: &str) -> Result<PresentedArgs, clap::Error> {
        let command = PresentedArgs::augment_args(clap::Command::new("x"));
        let words = std::iter::once("x").chain(line.split_whitespace());
        PresentedArgs::from_arg_matches(&command.try_get_matches_from(words)?)
    }

    #[test]
    fn keys_and_aliases_belong_to_the_last_file_before_them() {
        let found = parse(
            "--accept old=a.pem --key a.key --reject none --accept b.p12 --alias b --reject c.pem --key c.key",
        )
        .unwrap();
        let file = |path: &str, key: Option<&str>, alias: Option<&str>| What::File {
            path: path.into(),
            key: key.map(PathBuf::from),
            alias: alias.map(str::to_owned),
        };
        let whats = |all: &[Presented]| all.iter().map(|one| one.what.clone()).collect::<Vec<_>>();
        assert_eq!(
            whats(&found.accept),
            [file("a.pem", Some("a.key"), None), file("b.p12", None, Some("b"))]
        );
        assert_eq!(whats(&found.reject), [What::None, file("c.pem", Some("c.key"), None)]);
        assert_eq!(found.accept[0].name(), "old");
        for wrong in [
            "--key a.key",
            "--key a.key --accept a.pem",
            "--reject none --key a.key",
            "--reject stranger --alias a",
            "--accept a.pem --key a --key b",
            "--accept none",
            "--accept x=stranger",
            "--accept new=",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn labels_made_ones_and_files_of_odd_names() {
        let what = |text: &str| text.parse::<Presented>().unwrap();
        assert_eq!(what("none").what, What::None);
        assert_eq!(what("x=same-issuer").what, What::Made(Made::SameIssuer));
        assert_eq!(what("x=same-issuer").name(), "x");
        for (text, label, path) in [
            ("./a=b.p12", None, "./a=b.p12"),
            ("n-1.x=a=b.p12", Some("n-1.x"), "a=b.p12"),
            ("./stranger", None, "./stranger"),
            ("=a", None, "=a"),
        ] {
            let found = what(text);
            assert_eq!(found.label.as_deref(), label, "{text}");
            assert!(matches!(found.what, What::File { path: p, .. } if p.as_os_str() == path));
        }
    }
}
