//! `schemes --init`: a file to start from, with a comment for each key.

use std::fmt::Write as _;
use std::path::Path;

use crate::command::Context;
use crate::error::Result;
use crate::input::{named, write_new};
use crate::outcome::Outcome;
use crate::outcome::text::Text;
use crate::report::{Item, Reporter};
use crate::signature::loader::grammar::{self, KEYS, Key, Meaning};

/// The column in which comments go on.
const WIDTH: usize = 100;

/// What stands above the table.
const HEAD: &str = "\
# Signature schemes of your own, for --scheme-file; see hookprint-schemes(5).
# Each table is a scheme; its name is what --scheme, --verify and --resign take.
";

/// What the table of the file says; all other keys are comments.
const SAID: [&str; 8] =
    ["title", "signature", "value", "split", "encoding", "signed", "timestamp", "tolerance"];

/// Writes the file, or prints it for `-`.
pub fn write(file: &Path, context: &Context, reporter: &mut Reporter) -> Result<()> {
    let text = text();
    if file.as_os_str() == "-" {
        let outcome = Outcome::Text(Text::new(text));
        return reporter.item(Item { outcome, ..Item::new("schemes.toml") });
    }
    write_new(file, text.as_bytes(), false)?;
    context.note(&format!(
        "a scheme of it is used with --scheme acme --scheme-file {}",
        named::file(file)
    ));
    reporter.item(Item::new(file.display().to_string()))
}

/// The file.
fn text() -> String {
    let mut text = format!("{HEAD}\n[acme]\n");
    for key in KEYS {
        comment(&mut text, &about(key));
        (key.values)().iter().for_each(|one| meaning(&mut text, one));
        if key.name == "signed" {
            grammar::words().iter().for_each(|one| meaning(&mut text, one));
        }
        if key.name == "timestamp" {
            grammar::places().iter().for_each(|one| meaning(&mut text, one));
        }
        let mark = if SAID.contains(&key.name) { "" } else { "# " };
        let _ = writeln!(text, "{mark}{} = {}\n", key.name, key.example);
    }
    text
}

fn about(key: &Key) -> String {
    match key.default {
        "" => key.about.to_owned(),
        default => format!("{}; without it {default}", key.about),
    }
}

fn meaning(text: &mut String, (word, about): &Meaning) {
    let _ = writeln!(text, "#   {word:<21} {about}");
}

/// A comment over as many lines as it takes.
fn comment(text: &mut String, about: &str) {
    let mut line = String::from("#");
    for word in about.split(' ') {
        if line.len() + 1 + word.len() > WIDTH {
            let _ = writeln!(text, "{line}");
            line = String::from("#");
        }
        let _ = write!(line, " {word}");
    }
    let _ = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::loader::parse;

    #[test]
    fn it_is_read_as_it_is_and_with_every_comment_taken_away() {
        let file = text();
        let schemes = parse(&file).unwrap();
        assert_eq!(schemes[0].name, "acme");
        assert_eq!(schemes[0].signed.to_string(), "{t}.{body}");
        let all: String = file
            .lines()
            .map(|line| match line.strip_prefix("# ").filter(|line| is_pair(line)) {
                Some(pair) => format!("{pair}\n"),
                None => format!("{line}\n"),
            })
            .collect();
        assert_eq!(all.lines().filter(|line| is_pair(line)).count(), KEYS.len());
        let read = parse(&all);
        assert!(read.is_ok(), "{:?}\n{all}", read.err().map(|error| error.message));
        assert!(file.lines().all(|line| line.len() <= 120), "{file}");
    }

    /// Whether a line is that of a key.
    fn is_pair(line: &str) -> bool {
        line.split_once(" = ").is_some_and(|(name, _)| KEYS.iter().any(|key| key.name == name))
    }
}
