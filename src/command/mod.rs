//! The command line: its shape, and which function answers which command.

pub mod attempt;
pub mod audit;
pub mod callers;
pub mod check;
pub mod checking;
pub mod completions;
pub mod context;
pub mod demo;
pub mod diff;
pub mod explain;
pub mod facts;
mod files;
mod help;
pub mod identity;
mod inputs;
pub mod inspect;
mod jobs;
pub mod listen;
pub mod made;
pub mod man;
pub mod merge;
pub mod mint;
pub mod pace;
pub mod passwords;
mod pieces;
pub mod pinned;
pub mod probe;
pub mod readdress;
pub mod replay;
mod reporting;
pub mod resigning;
mod resume;
pub mod schemes;
pub mod sign;
mod suggestions;
pub mod thumbprint;
pub mod verify;
pub mod whom;
pub mod within;

use std::ffi::{OsStr, OsString};

use clap::error::ErrorKind;
use clap::{ArgMatches, Args as _, CommandFactory, FromArgMatches, Parser};

use crate::args::Global;
use crate::error::Result;
use crate::input::Access;
use crate::report::Reporter;

pub use context::Context;
use inputs::Inputs;
pub use reporting::reporting;

/// Who is calling, with which certificate, under which signature, and until when does that work?
#[derive(Parser, Debug)]
#[command(name = "hookprint", version, propagate_version = true, help_template = help::TEMPLATE)]
#[command(before_long_help = help::EXAMPLES, after_long_help = help::AFTER, after_help = help::MORE)]
#[command(disable_help_subcommand = true, arg_required_else_help = true, max_term_width = 100)]
#[command(subcommand_required = true)]
struct Root {
    /// Options of every command.
    #[command(flatten)]
    global: Global,
}

/// One command.
pub struct Verb {
    /// Its name, on the command line and in the report.
    pub name: &'static str,
    /// What it answers.
    about: &'static str,
    /// Recipes, shown before its usage: commands, each below a line that says what it is for.
    examples: &'static str,
    /// Shown after its options.
    after: &'static str,
    /// Another name, which help does not show.
    alias: Option<&'static str>,
    /// Adds its arguments to a command.
    arguments: fn(clap::Command) -> clap::Command,
    /// Who may read its reports: its owner only, where the credentials of requests stand in them.
    access: fn(&ArgMatches) -> Access,
    /// The arguments that name its inputs, which can be looked at in parts.
    inputs: &'static [&'static str],
    /// Whether its rows have numbers without being asked for.
    pub numbers_rows: bool,
    /// Reads its arguments.
    read: fn(&ArgMatches) -> Result<Job, clap::Error>,
}

/// A command with its arguments, ready to answer.
pub type Job = Box<dyn FnOnce(&Context, &mut Reporter) -> Result<()> + Send>;

/// The commands, in the order that help shows.
pub const VERBS: &[Verb] = &[
    Verb {
        about: "Which certificates does this host serve, and are they pinned?",
        examples: thumbprint::EXAMPLES,
        after: thumbprint::AFTER,
        alias: Some("fingerprint"),
        inputs: &["targets"],
        ..Verb::new("thumbprint", thumbprint::Args::augment_args, |args| job(args, thumbprint::run))
    },
    Verb {
        about: "What is in these files and keystores, and when does it expire?",
        examples: inspect::EXAMPLES,
        after: inspect::AFTER,
        inputs: &["paths"],
        ..Verb::new("inspect", inspect::Args::augment_args, |args| job(args, inspect::run))
    },
    Verb {
        about: "Sign this payload: which headers does it get under a scheme?",
        examples: sign::EXAMPLES,
        access: |_| Access::Private,
        ..Verb::new("sign", sign::Args::augment_args, |args| job(args, sign::run))
    },
    Verb {
        about: "Is this signature right, and if not, exactly why not?",
        examples: verify::EXAMPLES,
        inputs: &["payload"],
        ..Verb::new("verify", verify::Args::augment_args, |args| job(args, verify::run))
    },
    Verb {
        about: "Send captured webhooks again, with a certificate, freshly signed",
        examples: replay::EXAMPLES,
        after: replay::AFTER,
        access: replay::access,
        inputs: &["captures", "payload"],
        ..Verb::new("replay", replay::Args::augment_args, |args| job(args, replay::run))
    },
    Verb {
        about: "Post any payload as a provider would: signed, with its headers",
        examples: replay::send::EXAMPLES,
        after: replay::send::AFTER,
        access: replay::access,
        ..Verb::new("send", replay::send::Args::augment_args, |args| job(args, replay::send::run))
    },
    Verb {
        about: "Receive webhooks over (m)TLS: who is calling, and every byte",
        examples: listen::EXAMPLES,
        access: listen::access,
        ..Verb::new("listen", listen::Args::augment_args, |args| job(args, listen::run))
    },
    Verb {
        about: "Is the client certificate enforced, and which of mine get in?",
        examples: probe::EXAMPLES,
        after: probe::AFTER,
        ..Verb::new("probe", probe::Args::augment_args, |args| job(args, probe::run))
    },
    Verb {
        about: "Does this endpoint refuse forged, tampered, stale, replayed calls?",
        examples: audit::EXAMPLES,
        after: audit::AFTER,
        ..Verb::new("audit", audit::Args::augment_args, |args| job(args, audit::run))
    },
    Verb {
        about: "Run the checks of a policy file, for CI and cron",
        examples: check::EXAMPLES,
        inputs: &["files"],
        ..Verb::new("check", check::Args::augment_args, |args| job(args, check::run))
    },
    Verb {
        about: "What changes for my peers when one certificate replaces another?",
        examples: diff::EXAMPLES,
        ..Verb::new("diff", diff::Args::augment_args, |args| job(args, diff::run))
    },
    Verb {
        about: "What does this code, alert or error message mean, and what to do?",
        examples: explain::EXAMPLES,
        after: explain::AFTER,
        ..Verb::new("explain", explain::Args::augment_args, |args| job(args, explain::run))
    },
    Verb {
        about: "List the signature schemes, or show the definition of one",
        examples: schemes::EXAMPLES,
        ..Verb::new("schemes", schemes::Args::augment_args, |args| job(args, schemes::run))
    },
    Verb {
        about: "Merge the reports of several runs over parts of one input",
        examples: merge::EXAMPLES,
        numbers_rows: true,
        ..Verb::new("merge", merge::Args::augment_args, |args| job(args, merge::run))
    },
    Verb {
        about: "Create a throw-away authority and identities for tests",
        examples: mint::EXAMPLES,
        ..Verb::new("mint", mint::Args::augment_args, |args| job(args, mint::run))
    },
    Verb {
        about: "Show everything on loopback, with no network and no set-up",
        examples: demo::EXAMPLES,
        ..Verb::new("demo", demo::Args::augment_args, |args| job(args, demo::run))
    },
    Verb {
        about: "Print or install shell completions",
        examples: completions::EXAMPLES,
        ..Verb::new("completions", completions::Args::augment_args, |args| {
            job(args, completions::run)
        })
    },
    Verb {
        about: "Print or write the man pages",
        examples: man::EXAMPLES,
        ..Verb::new("man", man::Args::augment_args, |args| job(args, man::run))
    },
];

impl Verb {
    const fn new(
        name: &'static str,
        arguments: fn(clap::Command) -> clap::Command,
        read: fn(&ArgMatches) -> Result<Job, clap::Error>,
    ) -> Self {
        let access: fn(&ArgMatches) -> Access = |_| Access::Kept;
        let (about, examples, after, alias, numbers_rows) = ("", "", "", None, false);
        let inputs = &[];
        Self { name, about, examples, after, alias, arguments, access, inputs, numbers_rows, read }
    }

    fn is(&self, word: &OsStr) -> bool {
        word == self.name || self.alias.is_some_and(|alias| word == alias)
    }

    fn command(&self) -> clap::Command {
        let command = (self.arguments)(clap::Command::new(self.name)).about(self.about);
        help::of(self, command).aliases(self.alias)
    }
}

fn job<A: FromArgMatches + Send + 'static>(
    matches: &ArgMatches,
    run: fn(&A, &Context, &mut Reporter) -> Result<()>,
) -> Result<Job, clap::Error> {
    let args = A::from_arg_matches(matches)?;
    Ok(Box::new(move |context, reporter| run(&args, context, reporter)))
}

/// The whole command line.
pub fn tree() -> clap::Command {
    with(VERBS)
}

fn with(verbs: &[Verb]) -> clap::Command {
    Root::command().subcommands(verbs.iter().map(Verb::command))
}

/// What was asked: the options of every command, and the command with its arguments.
pub struct Cli {
    /// The command.
    pub verb: &'static Verb,
    /// The command with its arguments.
    pub job: Job,
    /// Options of every command.
    pub global: Global,
    /// Its words, without the name of the program.
    pub words: Vec<String>,
    /// Who may read the files that its reports go to.
    pub access: Access,
    /// Its inputs, if it has some that can be looked at in parts.
    pub inputs: Option<Inputs>,
}

impl Cli {
    /// Reads the command line; `argv` begins with the name of the program.
    ///
    /// # Errors
    /// What is wrong with it, or the help that it asks for.
    pub fn parse(argv: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let argv = help::as_option(argv.into_iter().collect());
        let verbs = in_question(argv.get(1).map(OsString::as_os_str));
        let mut root = with(verbs);
        let words = argv.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
        let matches = root
            .try_get_matches_from_mut(&argv)
            .map_err(|error| suggestions::visible(help::shortened(error, verbs, &argv)))?;
        let Root { global } = Root::from_arg_matches(&matches)?;
        let chosen = matches.subcommand().and_then(|(name, own)| {
            verbs.iter().find(|verb| verb.name == name).map(|verb| (verb, own))
        });
        // The parser has seen to it already.
        let (verb, own) = chosen.ok_or_else(|| clap::Error::new(ErrorKind::MissingSubcommand))?;
        let mut inputs = None;
        if let Some(command) = root.find_subcommand(verb.name) {
            files::check(command, own)?;
            if !verb.inputs.is_empty() {
                inputs = Some(Inputs::read(verb.inputs, command, own)?);
            }
        }
        let access = (verb.access)(own);
        Ok(Self { verb, job: (verb.read)(own)?, global, words, access, inputs })
    }
}

/// The commands that a command line which begins so can be about. Building one for the parser takes
/// longer than signing does; all of them are needed only where it does not begin with the name of
/// one, and none where it asks for the version.
fn in_question(first: Option<&OsStr>) -> &'static [Verb] {
    let Some(first) = first else { return VERBS };
    match VERBS.iter().position(|verb| verb.is(first)) {
        Some(index) => &VERBS[index..=index],
        None if first == "--version" || first == "-V" => &[],
        None => VERBS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(root: clap::Command, line: &[&str]) -> String {
        root.try_get_matches_from(line).unwrap_err().render().to_string()
    }

    #[test]
    fn a_command_alone_says_what_it_says_among_the_others() {
        for verb in VERBS {
            for word in std::iter::once(verb.name).chain(verb.alias) {
                let alone = || with(in_question(Some(OsStr::new(word))));
                assert_eq!(alone().get_subcommands().count(), 1);
                for option in ["--help", "-h", "--version", "--no-such-option", "--format=no"] {
                    let line = ["hookprint", word, option];
                    assert_eq!(said(alone(), &line), said(tree(), &line), "{line:?}");
                }
            }
        }
        let line = ["hookprint", "-V"];
        assert_eq!(said(with(in_question(Some(OsStr::new("-V")))), &line), said(tree(), &line));
    }

    #[test]
    fn where_the_first_word_is_no_command_all_are_known() {
        for first in [None, Some("--json"), Some("sing"), Some("--help"), Some("")] {
            assert_eq!(in_question(first.map(OsStr::new)).len(), VERBS.len(), "{first:?}");
        }
    }
}
