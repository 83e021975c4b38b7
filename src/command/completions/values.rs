//! What the shell completes where the parser takes more than a list: names of schemes, codes, commands.

use std::fmt::Write as _;

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, ValueHint};

use crate::command::VERBS;
use crate::command::checking::AUTO;
use crate::explain;
use crate::failure::FAILURES;
use crate::finding::RULES;
use crate::policy::provider::providers;
use crate::render::FORMATS;
use crate::signature::loader;

/// The command line as a shell is told of it.
pub fn named(tree: Command) -> Command {
    let help = Command::new("help").about("Print the help of a command").arg(Arg::new("command"));
    let tree = tree.subcommand(help).mut_args(|arg| with_values("", arg));
    VERBS.iter().map(|verb| verb.name).chain(["help"]).fold(tree, |tree, name| {
        tree.mut_subcommand(name, |command| command.mut_args(|arg| with_values(name, arg)))
    })
}

/// What the generator leaves out of a script for fish: the words that need no option before them.
pub fn for_fish(tree: &Command) -> String {
    let mut script = String::new();
    for command in tree.get_subcommands() {
        for arg in command.get_positionals() {
            let words: Vec<_> =
                arg.get_possible_values().iter().map(|word| word.get_name().to_owned()).collect();
            if !words.is_empty() {
                let (name, words) = (command.get_name(), words.join(" "));
                let when = format!("__fish_hookprint_using_subcommand {name}");
                let _ = writeln!(script, "complete -c hookprint -n \"{when}\" -f -a \"{words}\"");
            }
        }
    }
    script
}

fn with_values(command: &str, arg: Arg) -> Arg {
    let arg = plainly_named(arg);
    let words = words(command, arg.get_id().as_str());
    if words.is_empty() {
        return arg;
    }
    // After `json=` and `env:` a word goes on.
    let is_open = words.iter().all(|word| word.ends_with(['=', ':']));
    let arg = arg.value_parser(PossibleValuesParser::new(words));
    if is_open { arg.value_hint(ValueHint::Other) } else { arg }
}

/// The words that an argument of a command may have; none where they are no list, or it lists them itself.
fn words(command: &str, id: &str) -> Vec<String> {
    let owned = |words: &mut dyn Iterator<Item = &str>| words.map(str::to_owned).collect();
    match (command, id) {
        ("", "allow") => owned(&mut RULES.iter().map(|rule| rule.id)),
        ("", "report") => FORMATS.iter().map(|format| format!("{}=", format.name)).collect(),
        ("verify", "scheme") => owned(&mut std::iter::once(AUTO).chain(loader::all_names())),
        ("schemes", "name") | (_, "scheme" | "resign") | ("listen", "verify") => {
            owned(&mut loader::all_names())
        }
        ("inspect", "trusts") => owned(&mut providers().iter().map(|one| one.name.as_str())),
        ("explain", "words") => {
            owned(&mut RULES.iter().map(|rule| rule.id).chain(FAILURES.iter().map(|row| row.id)))
        }
        ("explain", "from") => owned(&mut explain::table::programs().into_iter()),
        ("help", "command") => owned(&mut VERBS.iter().map(|verb| verb.name)),
        ("man", "command") => owned(&mut VERBS.iter().map(|verb| verb.name).chain(["schemes.5"])),
        _ => Vec::new(),
    }
}

/// The value as scripts of shells can hold it: zsh takes a colon for the end of what it shows.
fn plainly_named(arg: Arg) -> Arg {
    let Some(names) = arg.get_value_names() else { return arg };
    let plain = |name: &clap::builder::Str| name.replace(':', " ").replace('\'', "");
    let plain: Vec<String> = names.iter().map(plain).collect();
    arg.value_names(plain)
}
