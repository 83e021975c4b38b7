//! What help shows: `-h` what matters, on one screen; `--help` and `help COMMAND` everything, with recipes.

mod brief;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Arg, Command};

use super::{Verb, with};

/// Help that leads with what it is for and how it is used.
pub const TEMPLATE: &str =
    "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";
/// The same for the tool itself, on one screen.
const BRIEF_TEMPLATE: &str = "{about}\n\n{usage-heading} {usage}\n\n{subcommands}{after-help}";
/// What the tool is for, in a line.
const BRIEF_ABOUT: &str = "Who is calling, with which certificate and signature, and until when?";
/// The commands about the tool itself, which leave the list to the others.
const BRIEF_MORE: &str = "Also: completions, man, help COMMAND. More, with recipes: --help.";

/// Recipes of the tool itself.
pub const EXAMPLES: &str = r"Examples:
  # is the old or the new certificate served?
  hookprint thumbprint hooks.example --pin old=@old.pem --pin new=@new.pem
  # can I call with this identity?
  hookprint inspect client.p12 --password prompt --for client
  # does this signature match, and if not, why not?
  hookprint verify body.json --scheme github --secret env:SECRET \
      --signature sha256=757107ea...
  # send captured webhooks again, over mutual TLS
  hookprint replay calls.har.ndjson --to https://hooks.example \
      --cert client.p12 --password prompt
  # who is let in?
  hookprint probe https://hooks.example --accept old=old.p12 \
      --accept new=new.p12 --password prompt
  # who is calling, and with what?
  hookprint listen --client-ca ca.pem --client-cert require \
      --capture calls.har.ndjson
  # a tour, on this machine only
  hookprint demo
";

/// Exit codes, at the end of the help of the tool itself.
pub const AFTER: &str = "Exit codes: 0 checked, 1 a finding at or above --fail-on, 2 wrong usage, \
3 could not check, 130 interrupted.

hookprint help COMMAND is the same as hookprint COMMAND --help.";

/// Where to read on, at the end of the help of every command.
const EXPLAINED: &str = "What a code in the report means, and what to do: hookprint explain CODE.";

/// What stands before the lines of a report, and where it is explained: everywhere but in the commands
/// about the tool itself.
const MARKS: &str = "Marks: ok, nothing wrong; warn, a warning; FAIL, a critical finding; ????, it \
                     could not be checked, and the line says why.";

/// Ends what `-h` shows.
pub const MORE: &str = "All options, with recipes: --help. As a man page: hookprint man COMMAND.";

/// How many lines of recipes `-h` shows of a command.
const RECIPES: usize = 2;

/// A command with its help.
pub fn of(verb: &Verb, command: Command) -> Command {
    let marks = if is_about_itself(verb) { "" } else { MARKS };
    let after = [verb.after, marks, EXPLAINED].into_iter().filter(|text| !text.is_empty());
    let after = after.collect::<Vec<_>>().join("\n\n");
    command
        .help_template(TEMPLATE)
        .before_long_help(verb.examples)
        .after_long_help(after)
        .after_help(MORE)
}

/// Whether a command is about the tool: such ones leave the list of `-h` to the others.
fn is_about_itself(verb: &Verb) -> bool {
    BRIEF_MORE.contains(verb.name)
}

/// `help` and `help COMMAND` as the option: one way to say what is wrong with the name of a command.
pub fn as_option(mut argv: Vec<OsString>) -> Vec<OsString> {
    if argv.get(1).is_some_and(|word| word == "help") {
        argv.remove(1);
        argv.push("--help".into());
    }
    argv
}

/// What `-h` shows in the place of all options. The parser knows which help was asked for only when it
/// has written it, and what nobody reads is not made.
pub fn shortened(error: clap::Error, verbs: &[Verb], argv: &[OsString]) -> clap::Error {
    let is_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    if !is_help || !error.render().to_string().contains(MORE) {
        return error;
    }
    let root = with(verbs).about(BRIEF_ABOUT).help_template(BRIEF_TEMPLATE).after_help(BRIEF_MORE);
    let mut root = root.mut_args(|arg| arg.hide_short_help(true));
    for verb in verbs {
        let brief = |command| on_a_screen(verb, command).hide(is_about_itself(verb));
        root = root.mut_subcommand(verb.name, brief);
    }
    root.try_get_matches_from(argv).err().unwrap_or(error)
}

/// A command whose `-h` shows a recipe or two, and the arguments that matter, a line each.
fn on_a_screen(verb: &Verb, command: Command) -> Command {
    let said = brief::of(verb.name);
    let command = command.disable_version_flag(true).mut_args(|arg: Arg| {
        match said.iter().position(|(id, _)| arg.get_id() == id) {
            Some(place) => {
                let takes_values = arg.get_action().takes_values();
                arg.help(said[place].1)
                    .display_order(place)
                    .help_heading(None::<&str>)
                    .visible_alias(None::<&str>)
                    .hide_possible_values(takes_values)
                    .hide_default_value(takes_values)
            }
            None => arg.hide_short_help(true),
        }
    });
    command.before_help(recipes(verb.examples))
}

/// The first recipes, as many as fit, without what is said of them.
fn recipes(examples: &str) -> String {
    let mut shown = String::new();
    let mut lines = examples.lines().skip(1).filter(|line| !line.starts_with("  #")).peekable();
    while lines.peek().is_some() {
        let mut recipe = String::new();
        for line in lines.by_ref() {
            recipe.push_str(line);
            recipe.push('\n');
            if !line.ends_with(['\\', '|']) {
                break;
            }
        }
        if (shown.clone() + &recipe).lines().count() > RECIPES {
            break;
        }
        shown.push_str(&recipe);
    }
    shown
}
