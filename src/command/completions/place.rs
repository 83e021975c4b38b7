//! Where each shell looks for completions of a user, and what it needs besides.

use std::ffi::OsString;
use std::path::PathBuf;

use clap_complete::Shell;

use crate::error::{Error, Result};

/// A file, and what else is to be done.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// What else is to be done.
    pub then: String,
}

/// Where the completions of a shell belong; `variable` is the environment.
///
/// # Errors
/// `usage`, when nothing says where the user is at home.
pub fn of(shell: Shell, variable: impl Fn(&str) -> Option<OsString>) -> Result<Place> {
    // The variable that names a folder, the usual one below the user's own, the file, and what to do.
    let (name, usual, file, then) = match shell {
        Shell::Zsh => (
            "ZDOTDIR",
            "",
            ".zfunc/_hookprint",
            "add to .zshrc, if missing: fpath=({folder} $fpath); autoload -Uz compinit; compinit",
        ),
        Shell::Fish => (
            "XDG_CONFIG_HOME",
            ".config",
            "fish/completions/hookprint.fish",
            "fish finds it automatically",
        ),
        Shell::Elvish => (
            "XDG_CONFIG_HOME",
            ".config",
            "elvish/lib/hookprint.elv",
            "add to rc.elv, if missing: use hookprint",
        ),
        Shell::PowerShell => (
            "XDG_CONFIG_HOME",
            ".config",
            "powershell/hookprint.ps1",
            "add to $PROFILE, if missing: . {path}",
        ),
        _ => (
            "XDG_DATA_HOME",
            ".local/share",
            "bash-completion/completions/hookprint",
            "a new bash finds it with the package bash-completion; without that, add to .bashrc: . \
             {path}",
        ),
    };
    let home = || variable("HOME").or_else(|| variable("USERPROFILE")).map(PathBuf::from);
    let base = variable(name).map(PathBuf::from).or_else(|| home().map(|home| home.join(usual)));
    let path = base.map(|base| base.join(file)).ok_or_else(|| {
        Error::usage("HOME is not set: completions cannot be installed")
            .help("leave out --install, and redirect the output to a file")
    })?;
    let folder = path.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    let then = then.replace("{path}", &path.display().to_string()).replace("{folder}", &folder);
    Ok(Place { path, then })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shell_has_its_own_folder_and_variables_move_it() {
        let at = |shell, set: &[(&str, &str)]| {
            let found = |name: &str| {
                set.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
            };
            of(shell, found).map(|place| place.path.display().to_string())
        };
        for (shell, variable, usual, moved) in [
            (
                Shell::Bash,
                "XDG_DATA_HOME",
                "/h/.local/share/bash-completion/completions/hookprint",
                "/x/bash-completion/completions/hookprint",
            ),
            (Shell::Zsh, "ZDOTDIR", "/h/.zfunc/_hookprint", "/x/.zfunc/_hookprint"),
            (
                Shell::Fish,
                "XDG_CONFIG_HOME",
                "/h/.config/fish/completions/hookprint.fish",
                "/x/fish/completions/hookprint.fish",
            ),
            (
                Shell::Elvish,
                "XDG_CONFIG_HOME",
                "/h/.config/elvish/lib/hookprint.elv",
                "/x/elvish/lib/hookprint.elv",
            ),
            (
                Shell::PowerShell,
                "XDG_CONFIG_HOME",
                "/h/.config/powershell/hookprint.ps1",
                "/x/powershell/hookprint.ps1",
            ),
        ] {
            assert_eq!(at(shell, &[("HOME", "/h")]).unwrap(), usual);
            assert_eq!(at(shell, &[("HOME", "/h"), (variable, "/x")]).unwrap(), moved);
            assert!(at(shell, &[]).unwrap_err().message.contains("HOME is not set"));
        }
    }
}
