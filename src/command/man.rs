//! `man`: one page for each command, printed from the same table that parses the command line.

mod sections;

use std::path::PathBuf;

use clap_mangen::Man;

use crate::command::{Context, tree};
use crate::error::{Error, Result, cannot_write};
use crate::input::{self, Access};
use crate::outcome::Outcome;
use crate::outcome::text::Text;
use crate::report::{Item, Reporter};

/// Shown in help and man page.
pub const EXAMPLES: &str = "Examples:
  hookprint man | man -l -
  hookprint man completions | man -l -
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

/// Prints or writes the pages.
pub fn run(args: &Args, _: &Context, reporter: &mut Reporter) -> Result<()> {
    let pages = pages()?;
    if let Some(folder) = &args.dir {
        for (name, page) in pages {
            let path = folder.join(format!("{name}.1"));
            input::replace(&path, &page, Access::Kept)?;
            reporter.item(Item::new(path.display().to_string()))?;
        }
        return Ok(());
    }
    let wanted =
        args.command.as_ref().map_or("hookprint".to_owned(), |name| format!("hookprint-{name}"));
    let page = pages.into_iter().find(|(name, _)| *name == wanted).map(|(_, page)| page);
    let page = page.ok_or_else(|| Error::usage(format!("no such command: {wanted}")))?;
    let mut item = Item::new(wanted);
    item.outcome = Outcome::Text(Text::new(String::from_utf8_lossy(&page)));
    reporter.item(item)
}

/// Every page with its name, `hookprint` first.
fn pages() -> Result<Vec<(String, Vec<u8>)>> {
    let mut root = tree();
    root.build();
    let commands: Vec<_> =
        root.get_subcommands().filter(|command| !command.is_hide_set()).cloned().collect();
    let names: Vec<_> =
        commands.iter().map(|command| format!("hookprint-{}", command.get_name())).collect();
    let mut pages = vec![("hookprint".to_owned(), page(root.clone(), "hookprint", &names)?)];
    for (command, name) in commands.into_iter().zip(&names) {
        // What every command has stands in the page of hookprint itself.
        let command = command.mut_args(|arg| match arg.is_global_set() {
            true => arg.hide(true),
            false => arg,
        });
        pages.push((name.clone(), page(command, name, &names)?));
    }
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
