//! Options about captures: what they may make us read, and what stands for their variables.

use std::path::Path;

use clap::Args;
use time::OffsetDateTime;

use super::text::filled;
use super::unpack::UnpackArgs;
use crate::capture::Options;
use crate::error::{Error, Result};

/// How captures are read.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Captures")]
pub struct CaptureArgs {
    /// Read files that a curl command or .http file names: review it first
    #[arg(long)]
    pub allow_files: bool,
    /// Value of a {{variable}} of a .http file (can be repeated)
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    pub var: Vec<(String, String)>,
    /// Environment of .http files: a name in http-client.env.json or http-client.private.env.json next
    /// to them, or a JSON file of environments or values (can be repeated)
    #[arg(long, value_name = "NAME or FILE", value_parser = filled)]
    pub env: Vec<String>,
    /// How compressed captures are read.
    #[command(flatten)]
    pub unpacking: UnpackArgs,
}

impl CaptureArgs {
    /// The same for the reader of this file, at this moment.
    pub fn options(&self, path: &Path, now: OffsetDateTime) -> Options {
        let has_variables = !self.var.is_empty() || !self.env.is_empty();
        Options {
            allow_files: self.allow_files,
            variables: self.var.clone(),
            environments: self.env.clone(),
            is_dothttp: has_variables || is_dothttp(path),
            now,
            folder: path.parent().map(Path::to_path_buf).unwrap_or_default(),
            ..Options::default()
        }
    }
}

/// Whether a file, compressed or not, is called as editors call their requests.
fn is_dothttp(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let name = [".gz", ".zst"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
    name.ends_with(".http") || name.ends_with(".rest")
}

fn assignment(text: &str) -> Result<(String, String)> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(Error::usage("a variable is written NAME=VALUE")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_editors() {
        for (name, expected) in [
            ("a.http", true),
            ("b/A.REST.gz", true),
            ("a.http.zst", true),
            ("a.https", false),
            ("http", false),
        ] {
            assert_eq!(is_dothttp(Path::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn assignments() {
        assert_eq!(assignment("a=b=c").unwrap(), ("a".to_owned(), "b=c".to_owned()));
        assert_eq!(assignment("a=").unwrap().1, "");
        assert!(assignment("a").is_err() && assignment("=b").is_err());
    }
}
