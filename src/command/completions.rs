//! `completions [SHELL]`: completions made from the same table that parses the command line.

mod place;
mod values;

use clap_complete::Shell;

use crate::command::{Context, tree};
use crate::error::{Error, Result};
use crate::input::{self, Access};
use crate::outcome::Outcome;
use crate::outcome::text::Text;
use crate::report::{Item, Reporter};

/// Shown in help and man page.
pub const EXAMPLES: &str = "Examples:
  # install them for your $SHELL
  hookprint completions --install
  # for all users of this machine
  hookprint completions bash > /etc/bash_completion.d/hookprint
";

/// Arguments of `completions`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The shell [default: that of $SHELL]
    shell: Option<Shell>,
    /// Write them to your own folder where the shell looks for them, and say what else it needs
    #[arg(long)]
    install: bool,
}

/// Prints the completions, or installs them.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    let shell = args.shell.or_else(of_environment).ok_or_else(|| {
        Error::usage("which shell? SHELL in the environment does not name a known one")
            .help("name it: hookprint completions bash, or zsh, fish, elvish, powershell")
    })?;
    let (mut text, mut tree) = (Vec::new(), values::named(tree()));
    clap_complete::generate(shell, &mut tree, "hookprint", &mut text);
    if shell == Shell::Fish {
        text.extend_from_slice(values::for_fish(&tree).as_bytes());
    }
    if !args.install {
        let mut item = Item::new(shell.to_string());
        item.outcome = Outcome::Text(Text::new(String::from_utf8_lossy(&text)));
        return reporter.item(item);
    }
    let place =
        place::of(shell, |name| input::variable_os(name).filter(|value| !value.is_empty()))?;
    if let Some(folder) = place.path.parent() {
        input::create_folder(folder)?;
    }
    input::replace(&place.path, &text, Access::Kept)?;
    reporter.item(Item::new(place.path.display().to_string()))?;
    context.note(&place.then);
    Ok(())
}

fn of_environment() -> Option<Shell> {
    Shell::from_shell_path(input::variable_os("SHELL")?)
}
