//! One argument may be standard input, and no more: whoever reads first takes it all. This is seen
//! before anything is read, for every command and option alike.

use std::any::TypeId;
use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::ValueParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Command};

use crate::args::pins::PinArg;
use crate::secret::{LabelledSource, Source};

/// Options whose file is written.
const WRITTEN: &[&str] = &["output", "capture", "journal", "dir"];

/// Fails when more than one argument of `command` is standard input.
///
/// # Errors
/// Names the arguments.
pub fn once(command: &Command, matches: &ArgMatches) -> Result<(), clap::Error> {
    let takers: Vec<String> = command
        .get_arguments()
        .flat_map(|argument| {
            let values = matches.try_get_raw(argument.get_id().as_str()).ok().flatten();
            let takes = values.into_iter().flatten().filter(|value| is_stdin(argument, value));
            std::iter::repeat_n(name(argument), takes.count())
        })
        .collect();
    if takers.len() < 2 {
        return Ok(());
    }
    let message = format!(
        "standard input can be used for one argument only, not for {}\n  help: give the others as \
         files; a secret also as env:NAME or fd:N\n",
        takers.join(" and ")
    );
    Err(clap::Error::raw(ErrorKind::ArgumentConflict, message))
}

/// Whether this value of the argument means standard input.
fn is_stdin(argument: &Arg, value: &OsStr) -> bool {
    let parser = argument.get_value_parser();
    let of = |id: TypeId| ValueParser::type_id(parser) == id;
    if of(TypeId::of::<PathBuf>()) {
        return value == "-" && !WRITTEN.contains(&argument.get_id().as_str());
    }
    let Some(text) = value.to_str() else { return false };
    if of(TypeId::of::<Source>()) {
        return matches!(text.parse(), Ok(Source::Stdin));
    }
    if of(TypeId::of::<LabelledSource>()) {
        let labelled = text.parse::<LabelledSource>();
        return labelled.is_ok_and(|labelled| labelled.source == Source::Stdin);
    }
    if of(TypeId::of::<PinArg>()) {
        let path = PathBuf::from("-");
        return matches!(text.parse(), Ok(PinArg::File { path: file, .. }) if file == path);
    }
    argument.get_id() == "jwks" && text == "-"
}

/// The argument as it is typed.
fn name(argument: &Arg) -> String {
    match argument.get_long() {
        Some(long) => format!("--{long}"),
        None => argument.get_id().as_str().to_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use crate::command::Cli;

    fn said(line: &str) -> Option<String> {
        let argv = line.split_whitespace().map(Into::into);
        Cli::parse(argv).err().map(|error| error.to_string())
    }

    #[test]
    fn two_readers_of_standard_input_are_named_before_anything_is_read() {
        for (line, takers) in [
            ("sign --secret stdin", "PAYLOAD and --secret"),
            ("verify --secret a=stdin --secret b=-", "PAYLOAD and --secret and --secret"),
            ("verify a --secret stdin --jwks -", "--secret and --jwks"),
            ("inspect - --ca -", "PATH and --ca"),
            ("inspect - --key -", "PATH and --key"),
            ("thumbprint a --password stdin --cert b --pin @-", "--password and --pin"),
            ("thumbprint --targets - --password stdin --cert a", "--targets and --password"),
            ("thumbprint a --ca - --pin-file -", "--ca and --pin-file"),
            ("replay - - --to http://localhost", "CAPTURES and CAPTURES"),
            (
                "replay - --to http://localhost --resign github --secret env:A --scheme-file -",
                "CAPTURES and --scheme-file",
            ),
        ] {
            let said = said(&format!("hookprint {line}")).unwrap_or_default();
            let takers: Vec<&str> = takers.split(" and ").collect();
            assert!(said.contains("one argument only"), "{line}: {said}");
            for taker in takers {
                assert!(said.contains(taker), "{line}: {said}");
            }
        }
        for line in [
            "sign --secret env:A",
            "verify a --secret stdin",
            "verify --secret env:A --output -",
            "inspect - --password prompt",
            "listen --verify github --secret stdin --capture calls.har.ndjson",
        ] {
            assert_eq!(said(&format!("hookprint {line}")), None, "{line}");
        }
    }
}
