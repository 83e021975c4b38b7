//! `completions SHELL`: completions printed from the same table that parses the command line.

use clap_complete::Shell;

use crate::command::{Context, tree};
use crate::error::Result;
use crate::outcome::Outcome;
use crate::outcome::text::Text;
use crate::report::{Item, Reporter};

/// Shown in help and man page.
pub const EXAMPLES: &str = "Examples:
  hookprint completions bash > /etc/bash_completion.d/hookprint
  hookprint completions zsh > ~/.zfunc/_hookprint
";

/// Arguments of `completions`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Prints the completions.
pub fn run(args: &Args, _: &Context, reporter: &mut Reporter) -> Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut tree(), "hookprint", &mut text);
    let mut item = Item::new(args.shell.to_string());
    item.outcome = Outcome::Text(Text::new(String::from_utf8_lossy(&text)));
    reporter.item(item)
}
