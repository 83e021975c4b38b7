//! `man`: one page for each command, printed from the same table that parses the command line.

use std::fs;
use std::path::PathBuf;

use clap::CommandFactory;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::command::{Cli, Context};
use crate::error::{Error, Result, cannot_write};
use crate::report::{Item, Reporter};

/// Shown in help and man page.
pub const EXAMPLES: &str = "Examples:
  hookprint man | man -l -
  hookprint man inspect | man -l -
  hookprint man --dir /usr/local/share/man/man1
";

/// Arguments of `man`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The command; without it the page of hookprint itself
    command: Option<String>,
    /// Write every page into this folder instead
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    dir: Option<PathBuf>,
}

/// Exit codes, as they stand in every page.
const EXIT_CODES: [(&str, &str); 5] = [
    ("0", "checked; nothing at or above --fail-on"),
    ("1", "checked; at least one finding at or above --fail-on"),
    ("2", "wrong flags or values; nothing was done"),
    (
        "3",
        "could not check: something was unreachable, unreadable or undecryptable, or nothing was found at all",
    ),
    ("130", "interrupted"),
];

/// Prints or writes the pages.
pub fn run(args: &Args, _: &Context, reporter: &mut Reporter) -> Result<()> {
    let pages = pages()?;
    if let Some(folder) = &args.dir {
        for (name, page) in pages {
            let path = folder.join(format!("{name}.1"));
            let shown = path.display().to_string();
            fs::write(&path, page).map_err(|error| cannot_write(&shown, &error))?;
            reporter.item(Item::new(shown))?;
        }
        return Ok(());
    }
    let wanted =
        args.command.as_ref().map_or("hookprint".to_owned(), |name| format!("hookprint-{name}"));
    let page = pages.into_iter().find(|(name, _)| *name == wanted).map(|(_, page)| page);
    let page = page.ok_or_else(|| Error::usage(format!("no such command: {wanted}")))?;
    let mut item = Item::new(wanted);
    item.plain = Some(String::from_utf8_lossy(&page).into_owned());
    reporter.item(item)
}

/// Every page with its name, `hookprint` first.
fn pages() -> Result<Vec<(String, Vec<u8>)>> {
    let mut root = Cli::command();
    root.build();
    let mut pages = vec![("hookprint".to_owned(), page(root.clone())?)];
    for command in root.get_subcommands().filter(|command| !command.is_hide_set()) {
        let name = format!("hookprint-{}", command.get_name());
        pages.push((name.clone(), page(command.clone().name(name))?));
    }
    Ok(pages)
}

fn page(command: clap::Command) -> Result<Vec<u8>> {
    let examples = command.get_before_help().map(ToString::to_string).unwrap_or_default();
    let command = command
        .before_help(None::<&str>)
        .after_help(None::<&str>)
        .version(env!("CARGO_PKG_VERSION"));
    let has_commands = command.has_subcommands();
    let man = Man::new(command)
        .manual("hookprint")
        .source(concat!("hookprint ", env!("CARGO_PKG_VERSION")))
        .date("");
    let mut page = Vec::new();
    let mut write = || -> std::io::Result<()> {
        man.render_title(&mut page)?;
        man.render_name_section(&mut page)?;
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
        if has_commands {
            man.render_subcommands_section(&mut page)?;
        }
        closing_sections(&examples).to_writer(&mut page)
    };
    write().map_err(|error| cannot_write("man page", &error))?;
    Ok(page)
}

/// EXAMPLES and EXIT STATUS.
fn closing_sections(examples: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]);
    for line in examples.lines().skip(1).map(str::trim).filter(|line| !line.is_empty()) {
        roff.control("PP", []);
        roff.control("nf", []);
        roff.text([roman(line)]);
        roff.control("fi", []);
    }
    roff.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in EXIT_CODES {
        roff.control("TP", []);
        roff.text([bold(code)]);
        roff.text([roman(meaning)]);
    }
    roff
}
