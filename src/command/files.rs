//! What the arguments do to each other's files, seen before anything is read, for every command and option
//! alike. One may be standard input, and no more: whoever reads first takes it all. And a report replaces its
//! file: that is nobody else's, or a capture, a journal or a key is lost.

use std::any::TypeId;
use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::ValueParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Command};

use crate::args::ReportTo;
use crate::args::pins::PinArg;
use crate::args::presented::{Presented, What};
use crate::input::place;
use crate::secret::{LabelledSource, Source};

/// Options whose file is written.
const WRITTEN: &[&str] = &["output", "report", "prometheus_file", "capture", "journal", "dir"];
/// Those of them whose file is replaced.
const REPLACED: &[&str] = &["output", "report", "prometheus_file"];

/// An argument that names a file.
struct Named {
    id: String,
    /// As it is typed.
    name: String,
    path: PathBuf,
}

/// Fails when arguments of `command` are in each other's way.
///
/// # Errors
/// Names the arguments.
pub fn check(command: &Command, matches: &ArgMatches) -> Result<(), clap::Error> {
    let named: Vec<Named> = command
        .get_arguments()
        .flat_map(|argument| {
            let values = matches.try_get_raw(argument.get_id().as_str()).ok().flatten();
            let paths = values.into_iter().flatten().filter_map(|value| path(argument, value));
            let (id, name) = (argument.get_id().to_string(), name(argument));
            paths.map(move |path| Named { id: id.clone(), name: name.clone(), path })
        })
        .collect();
    let said = stdin_taken_twice(&named).or_else(|| replaced(&named));
    said.map_or(Ok(()), |said| Err(clap::Error::raw(ErrorKind::ArgumentConflict, said)))
}

fn stdin_taken_twice(named: &[Named]) -> Option<String> {
    let takes = |one: &&Named| one.path.as_os_str() == "-" && !WRITTEN.contains(&one.id.as_str());
    let takers: Vec<&str> = named.iter().filter(takes).map(|one| one.name.as_str()).collect();
    (takers.len() > 1).then(|| {
        format!(
            "standard input can be used for one argument only, not for {}\n  help: give the others as \
             files; a secret also as env:NAME or fd:N\n",
            takers.join(" and ")
        )
    })
}

fn replaced(named: &[Named]) -> Option<String> {
    let mut reports =
        named.iter().enumerate().filter(|(_, one)| REPLACED.contains(&one.id.as_str()));
    reports.find_map(|(at, report)| {
        let there = place(&report.path)?;
        let mut others = named.iter().enumerate().filter(|(other, _)| *other != at);
        let (_, other) = others.find(|(_, other)| place(&other.path).as_ref() == Some(&there))?;
        Some(format!(
            "{} would replace the file of {}\n  help: give the report a file of its own\n",
            report.name, other.name
        ))
    })
}

/// The file that this value of the argument names, `-` for standard input or output.
fn path(argument: &Arg, value: &OsStr) -> Option<PathBuf> {
    let parser = argument.get_value_parser();
    let of = |id: TypeId| ValueParser::type_id(parser) == id;
    if of(TypeId::of::<PathBuf>()) {
        return Some(value.into());
    }
    let text = value.to_str()?;
    let of_source = |source| match source {
        Source::File(path) => Some(path),
        Source::Stdin => Some("-".into()),
        _ => None,
    };
    if of(TypeId::of::<Source>()) {
        return text.parse().ok().and_then(of_source);
    }
    if of(TypeId::of::<LabelledSource>()) {
        return text.parse().ok().and_then(|it: LabelledSource| of_source(it.source));
    }
    if of(TypeId::of::<ReportTo>()) {
        return text.parse().ok().map(|report: ReportTo| report.path);
    }
    if of(TypeId::of::<PinArg>()) {
        return match text.parse() {
            Ok(PinArg::File { path, .. }) => Some(path),
            _ => None,
        };
    }
    if of(TypeId::of::<Presented>()) {
        return match text.parse() {
            Ok(Presented { what: What::File { path, .. }, .. }) => Some(path),
            _ => None,
        };
    }
    matches!(argument.get_id().as_str(), "jwks" | "signing_cert").then(|| text.into())
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

    #[test]
    fn a_report_replaces_nobody_elses_file() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["there", "other"] {
            std::fs::write(folder.path().join(file), "x").unwrap();
        }
        let said = |line: &str| {
            said(&format!("hookprint {line}").replace('^', folder.path().to_str().unwrap()))
        };
        for (line, names) in [
            (
                "verify ^/there --secret env:A --output ^/there",
                "--output would replace the file of PAYLOAD",
            ),
            (
                "inspect ^/other ^/there --output ^/./there",
                "--output would replace the file of PATH",
            ),
            (
                "replay a --to http://localhost --journal ^/new --output ^/new",
                "the file of --journal",
            ),
            (
                "replay a --to http://localhost --journal ^/j --report json=^/j",
                "--report would replace the file of --journal",
            ),
            ("listen --capture ^/new --output ^/new", "the file of --capture"),
            (
                "listen --capture ^/new --prometheus-file ^/new",
                "--prometheus-file would replace the file of --capture",
            ),
            ("check ^/there --state ^/new --output ^/new", "the file of --state"),
            ("sign a --secret file:^/there --output ^/there", "the file of --secret"),
            ("verify a --secret old=file:^/there --output ^/there", "the file of --secret"),
            ("verify a --jwks ^/there --output ^/there", "the file of --jwks"),
            ("thumbprint a --pin old=@^/there --output ^/there", "the file of --pin"),
            ("probe https://a --reject x=^/there --output ^/there", "the file of --reject"),
            ("merge ^/other ^/there --report csv=^/there", "the file of FILES"),
            ("schemes --output ^/new --report json=^/new", "the file of --output"),
            ("schemes --report csv=^/new --report json=^/new", "the file of --report"),
        ] {
            let said = said(line).unwrap_or_default();
            assert!(said.contains(names), "{line}: {said}");
        }
        for line in [
            "replay ^/there ^/there --to http://localhost --journal ^/j --output ^/o --report json=^/p",
            "listen --verify github --secret file:^/there --capture ^/c --output -",
            "inspect ^ --output ^/report --report json=/dev/null --report csv=/dev/null",
            "verify a --scheme github --secret env:A --output github",
        ] {
            assert_eq!(said(line), None, "{line}");
        }
    }
}
