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
pub mod pinned;
pub mod probe;
pub mod readdress;
pub mod replay;
pub mod resigning;
mod resume;
pub mod schemes;
pub mod sign;
mod stdin;
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

/// Help that leads with what it is for and how it is used.
const TEMPLATE: &str =
    "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// Who is calling, with which certificate, under which signature, and until when does that work?
#[derive(Parser, Debug)]
#[command(name = "hookprint", version, propagate_version = true, help_template = TEMPLATE)]
#[command(before_help = EXAMPLES, after_help = AFTER)]
#[command(disable_help_subcommand = true, arg_required_else_help = true, max_term_width = 100)]
#[command(subcommand_required = true)]
struct Root {
    /// Options of every command.
    #[command(flatten)]
    global: Global,
}

const EXAMPLES: &str = "Examples:
  hookprint thumbprint hooks.example --pin old=4C21C501... --pin new=ff6c0105...
  hookprint inspect client.p12 --password prompt --for client
  hookprint verify body.json --scheme github --secret env:SECRET --signature sha256=757107ea...
  hookprint replay calls.har.ndjson --to https://hooks.example --cert client.p12 --password prompt
  hookprint probe https://hooks.example --accept old=old.p12 --accept new=new.p12 --password prompt
  hookprint listen --client-ca ca.pem --client-cert require --capture calls.har.ndjson
  hookprint demo
";

const AFTER: &str = "Exit codes: 0 checked, 1 a finding at or above --fail-on, 2 wrong usage, \
3 could not check, 130 interrupted.";

/// Where to read on, at the end of the help of every command.
const EXPLAINED: &str = "What a code in the report means, and what to do: hookprint explain CODE.";

/// One command.
pub struct Verb {
    /// Its name, on the command line and in the report.
    pub name: &'static str,
    /// What it answers.
    about: &'static str,
    /// Shown before its usage.
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
        about: "Which certificates does this host serve, and are they the pinned ones?",
        examples: thumbprint::EXAMPLES,
        alias: Some("fingerprint"),
        inputs: &["targets"],
        ..Verb::new("thumbprint", thumbprint::Args::augment_args, |args| job(args, thumbprint::run))
    },
    Verb {
        about: "Show what is in certificate files and keystores, and when it stops working",
        examples: inspect::EXAMPLES,
        inputs: &["paths"],
        ..Verb::new("inspect", inspect::Args::augment_args, |args| job(args, inspect::run))
    },
    Verb {
        about: "Sign a payload: the headers it carries under a scheme and secret",
        examples: sign::EXAMPLES,
        access: |_| Access::Private,
        ..Verb::new("sign", sign::Args::augment_args, |args| job(args, sign::run))
    },
    Verb {
        about: "Verify a signature, and say exactly why it does not match",
        examples: verify::EXAMPLES,
        inputs: &["payload"],
        ..Verb::new("verify", verify::Args::augment_args, |args| job(args, verify::run))
    },
    Verb {
        about: "Send stored requests again, with a client certificate, freshly signed if asked",
        examples: replay::EXAMPLES,
        after: replay::AFTER,
        access: replay::access,
        inputs: &["captures", "payload"],
        ..Verb::new("replay", replay::Args::augment_args, |args| job(args, replay::run))
    },
    Verb {
        about: "Post any payload as that provider would: signed, and with its headers",
        examples: replay::send::EXAMPLES,
        access: replay::access,
        ..Verb::new("send", replay::send::Args::augment_args, |args| job(args, replay::send::run))
    },
    Verb {
        about: "Receive webhooks over (m)TLS: who calls, with which certificate, and every byte",
        examples: listen::EXAMPLES,
        access: listen::access,
        ..Verb::new("listen", listen::Args::augment_args, |args| job(args, listen::run))
    },
    Verb {
        about: "Is the client certificate really enforced, and which of mine gets in?",
        examples: probe::EXAMPLES,
        after: probe::AFTER,
        ..Verb::new("probe", probe::Args::augment_args, |args| job(args, probe::run))
    },
    Verb {
        about: "Does this endpoint refuse unsigned, tampered, stale, replayed and uncertified calls?",
        examples: audit::EXAMPLES,
        after: audit::AFTER,
        ..Verb::new("audit", audit::Args::augment_args, |args| job(args, audit::run))
    },
    Verb {
        about: "Run a policy file: endpoints, bundles, signatures and pins, old and new, for CI and cron",
        examples: check::EXAMPLES,
        inputs: &["files"],
        ..Verb::new("check", check::Args::augment_args, |args| job(args, check::run))
    },
    Verb {
        about: "What changes for my peers when one certificate takes the place of another?",
        examples: diff::EXAMPLES,
        ..Verb::new("diff", diff::Args::augment_args, |args| job(args, diff::run))
    },
    Verb {
        about: "What does this code, TLS alert, number or pasted error mean, and what to do?",
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
        about: "Put the rows of several runs over parts of one input together, as one run would have them",
        examples: merge::EXAMPLES,
        numbers_rows: true,
        ..Verb::new("merge", merge::Args::augment_args, |args| job(args, merge::run))
    },
    Verb {
        about: "Make a throw-away authority, a server and client identities for tests",
        examples: mint::EXAMPLES,
        ..Verb::new("mint", mint::Args::augment_args, |args| job(args, mint::run))
    },
    Verb {
        about: "Tell the whole story on loopback, with no network and no set-up",
        examples: demo::EXAMPLES,
        ..Verb::new("demo", demo::Args::augment_args, |args| job(args, demo::run))
    },
    Verb {
        about: "Print the completions of a shell",
        examples: completions::EXAMPLES,
        ..Verb::new("completions", completions::Args::augment_args, |args| {
            job(args, completions::run)
        })
    },
    Verb {
        about: "Print the man pages",
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
        let (about, examples, after) = ("", "", "");
        let (alias, inputs, numbers_rows) = (None, &[] as &[_], false);
        Self { name, about, examples, after, alias, arguments, access, inputs, numbers_rows, read }
    }

    fn is(&self, word: &OsStr) -> bool {
        word == self.name || self.alias.is_some_and(|alias| word == alias)
    }

    fn command(&self) -> clap::Command {
        let command = (self.arguments)(clap::Command::new(self.name)).about(self.about);
        let command = command.help_template(TEMPLATE).before_help(self.examples);
        let after = match self.after {
            "" => EXPLAINED.to_owned(),
            after => format!("{after}\n\n{EXPLAINED}"),
        };
        command.after_help(after).aliases(self.alias)
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
        let argv: Vec<OsString> = argv.into_iter().collect();
        let verbs = in_question(argv.get(1).map(OsString::as_os_str));
        let mut root = with(verbs);
        let words = argv.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
        let matches = root.try_get_matches_from_mut(argv)?;
        let Root { global } = Root::from_arg_matches(&matches)?;
        let chosen = matches.subcommand().and_then(|(name, own)| {
            verbs.iter().find(|verb| verb.name == name).map(|verb| (verb, own))
        });
        // The parser has seen to it already.
        let (verb, own) = chosen.ok_or_else(|| clap::Error::new(ErrorKind::MissingSubcommand))?;
        let mut inputs = None;
        if let Some(command) = root.find_subcommand(verb.name) {
            stdin::once(command, own)?;
            if !verb.inputs.is_empty() {
                inputs = Some(Inputs::read(verb.inputs, command, own)?);
            }
        }
        let access = (verb.access)(own);
        Ok(Self { verb, job: (verb.read)(own)?, global, words, access, inputs })
    }
}

/// What a command line that could not be read as a whole says about reports, and the name of its
/// command, or of the tool.
pub fn reporting(argv: &[OsString]) -> (&'static str, Option<Global>) {
    const OPTIONS: &[&str] =
        &["--report", "--output", "--format", "--json", "--quiet", "-q", "-qq", "--end-mark"];
    let read = |words: &[&OsString]| {
        let command = Root::command().subcommand_required(false).arg_required_else_help(false);
        let argv = std::iter::once(OsStr::new("hookprint"));
        let argv = argv.chain(words.iter().map(|word| word.as_os_str()));
        let matches = command.try_get_matches_from(argv).ok()?;
        Root::from_arg_matches(&matches).ok().map(|root| root.global)
    };
    let given: Vec<&OsString> = argv.iter().skip(1).take_while(|word| *word != "--").collect();
    let verb = given.iter().find_map(|word| VERBS.iter().find(|verb| verb.is(word)));
    let is_resumed = given.iter().any(|word| *word == "--resume");
    let mut words = Vec::new();
    let mut global = read(&words);
    for (place, word) in given.iter().enumerate() {
        let text = word.to_string_lossy();
        if !OPTIONS.contains(&text.split('=').next().unwrap_or_default()) {
            continue;
        }
        // Alone, with its value, or not at all: what cannot be read is what is wrong with the line.
        let readable = [place + 1, place + 2].into_iter().find_map(|end| {
            let tried = [words.as_slice(), given.get(place..end)?].concat();
            read(&tried).map(|global| (tried, global))
        });
        if let Some((tried, read)) = readable {
            (words, global) = (tried, Some(read));
        }
    }
    // What is in a file that should be gone on with stays.
    let global =
        global.map(|global| Global { output: global.output.filter(|_| !is_resumed), ..global });
    (verb.map_or("hookprint", |verb| verb.name), global)
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
