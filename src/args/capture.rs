//! Options about captures: what they may make us read, and what stands for their variables.

use std::path::Path;

use clap::Args;

use super::unpack::UnpackArgs;
use crate::capture::Options;
use crate::error::{Error, Result};

/// How captures are read.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Captures")]
pub struct CaptureArgs {
    /// Read the files that a curl command or .http file names: look at it first
    #[arg(long)]
    pub allow_files: bool,
    /// Value of a {{variable}} of a .http file (can be repeated)
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    pub var: Vec<(String, String)>,
    /// How compressed captures are read.
    #[command(flatten)]
    pub unpacking: UnpackArgs,
}

impl CaptureArgs {
    /// The same for the reader of this file.
    pub fn options(&self, path: &Path) -> Options {
        Options {
            allow_files: self.allow_files,
            variables: self.var.clone(),
            folder: path.parent().map(Path::to_path_buf).unwrap_or_default(),
            ..Options::default()
        }
    }
}

fn assignment(text: &str) -> Result<(String, String)> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(Error::usage("a variable is given as NAME=VALUE")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments() {
        assert_eq!(assignment("a=b=c").unwrap(), ("a".to_owned(), "b=c".to_owned()));
        assert_eq!(assignment("a=").unwrap().1, "");
        assert!(assignment("a").is_err() && assignment("=b").is_err());
    }
}
