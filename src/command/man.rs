//! `man`: one page for each command, printed from the same table that parses the command line.

pub mod audit;
pub mod codes;
pub mod page;
pub mod scheme_files;
mod sections;

use std::path::{Path, PathBuf};

use clap_mangen::Man;

use crate::args::kept;
use crate::command::{Context, VERBS, tree};
use crate::error::{Error, Result, cannot_write};
use crate::input::{self, Access, named};
use crate::nearest::did_you_mean;
use crate::outcome::Outcome;
use crate::outcome::text::Text;
use crate::report::{Item, Reporter};

/// Shown in help and man page.
pub const EXAMPLES: &str = "Examples:
  # read a page
  hookprint man inspect
  # install all of them for your user
  hookprint man --dir ~/.local/share/man/man1
  # the page about scheme files
  hookprint man schemes.5
";

/// Arguments of `man`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The command, or schemes.5 for the page about scheme files [default: the page of hookprint
    /// itself]
    command: Option<String>,
    /// Write all pages to this folder instead, which is created if missing
    #[arg(long, value_name = "DIR", value_parser = kept, conflicts_with = "command")]
    dir: Option<PathBuf>,
}

/// Prints or writes the pages.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    let pages = pages()?;
    if let Some(folder) = &args.dir {
        for (name, section, page) in pages {
            let path = of_section(folder, section)?.join(format!("{name}.{section}"));
            input::replace(&path, &page, Access::Kept)?;
            reporter.item(Item::new(path.display().to_string()))?;
        }
        return Ok(());
    }
    let wanted = match args.command.as_deref() {
        None => "hookprint.1".to_owned(),
        Some(name) if name.ends_with(".5") => format!("hookprint-{name}"),
        Some(name) => format!("hookprint-{name}.1"),
    };
    let page = pages.into_iter().find(|(name, section, _)| format!("{name}.{section}") == wanted);
    let (_, _, page) = page.ok_or_else(|| {
        let all = "there is a page for each command, and schemes.5 for scheme files";
        let near = did_you_mean(
            args.command.as_deref().unwrap_or_default(),
            VERBS.iter().map(|verb| verb.name).chain(["schemes.5"]),
        );
        Error::usage(format!("there is no page {}", named::file(Path::new(&wanted))))
            .help(near.unwrap_or_else(|| all.to_owned()))
    })?;
    let text = match context.is_read_here() {
        true => {
            let name = args.command.as_deref().unwrap_or_default();
            context
                .note(&format!("as a page: {} | man -l -", format!("hookprint man {name}").trim()));
            readable(name)
        }
        false => String::from_utf8_lossy(&page).into_owned(),
    };
    let mut item = Item::new(wanted);
    item.outcome = Outcome::Text(Text::new(text));
    reporter.item(item)
}

/// A page for people who look at it as it is: the long help of the command.
fn readable(name: &str) -> String {
    let mut tree = tree();
    tree.build();
    match (name, tree.find_subcommand_mut(name)) {
        (_, Some(command)) => command.render_long_help().to_string(),
        ("", None) => tree.render_long_help().to_string(),
        _ => scheme_files::page().markdown(),
    }
}

/// The folder of a section, which is made: beside `man1` that is `man5`, as `man` looks for it; else one for all.
fn of_section(folder: &Path, section: &str) -> Result<PathBuf> {
    let folder = match folder.ends_with("man1") {
        true => folder.with_file_name(format!("man{section}")),
        false => folder.to_owned(),
    };
    input::create_folder(&folder)?;
    Ok(folder)
}

/// Every page with its name and section, `hookprint` first.
fn pages() -> Result<Vec<(String, &'static str, Vec<u8>)>> {
    let mut root = tree();
    root.build();
    let commands: Vec<_> =
        root.get_subcommands().filter(|command| !command.is_hide_set()).cloned().collect();
    let names: Vec<_> =
        commands.iter().map(|command| format!("hookprint-{}", command.get_name())).collect();
    let mut pages = vec![("hookprint".to_owned(), "1", page(root.clone(), "hookprint", &names)?)];
    for (command, name) in commands.into_iter().zip(&names) {
        // What every command has stands in the page of hookprint itself.
        let command = command.mut_args(|arg| match arg.is_global_set() {
            true => arg.hide(true),
            false => arg,
        });
        pages.push((name.clone(), "1", page(command, name, &names)?));
    }
    let files = scheme_files::page();
    let roff = files.roff(env!("CARGO_PKG_VERSION")).into_bytes();
    pages.push((files.name.to_owned(), files.section, roff));
    Ok(pages)
}

/// One page; `names` are those of all commands.
fn page(command: clap::Command, name: &str, names: &[String]) -> Result<Vec<u8>> {
    let closing = sections::closing(&command, names);
    let opening = sections::opening(&command, name);
    let command = command.name(name.to_owned()).version(env!("CARGO_PKG_VERSION"));
    let man =
        Man::new(command).manual("hookprint").source("hookprint").date(env!("CARGO_PKG_VERSION"));
    let mut page = Vec::new();
    let mut write = || -> std::io::Result<()> {
        man.render_title(&mut page)?;
        opening.to_writer(&mut page)?;
        man.render_options_section(&mut page)?;
        closing.to_writer(&mut page)
    };
    write().map_err(|error| cannot_write("man page", &error))?;
    Ok(page)
}
