//! What a command line that cannot be read still says about reports.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::{CommandFactory, FromArgMatches};

use super::{Root, VERBS};
use crate::args::Global;
use crate::input::place;

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
    // What is in a file that should be gone on with stays, and what is in one that something else names, too.
    let is_free = |path: &Path| {
        let at = place(path);
        at.is_none() || given.iter().filter(|word| names(word, &at)).count() < 2
    };
    let global = global.map(|global| Global {
        output: global.output.filter(|path| !is_resumed && is_free(path)),
        report: global.report.into_iter().filter(|report| is_free(&report.path)).collect(),
        ..global
    });
    (verb.map_or("hookprint", |verb| verb.name), global)
}

/// Whether a word names the file there, alone or at its end: `--output=FILE`, `old=file:FILE`, `@FILE`.
fn names(word: &OsStr, at: &Option<PathBuf>) -> bool {
    let text = word.to_string_lossy();
    let ends = text.char_indices().filter(|(_, char)| "=:@".contains(*char));
    place(Path::new(word)) == *at
        || ends.map(|(end, _)| place(Path::new(&text[end + 1..]))).any(|place| place == *at)
}
