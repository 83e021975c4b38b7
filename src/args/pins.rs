//! `--pin` and `--pin-file`: accepted thumbprints, given as such or as certificates.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use crate::cert::Pin;
use crate::error::{Error, Result};

/// Accepted thumbprints.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Pins")]
pub struct Pins {
    /// Accepted thumbprint in any spelling, or @FILE for the certificates in a file (can be repeated:
    /// old and new)
    #[arg(long, value_name = "[LABEL=]THUMBPRINT", allow_hyphen_values = true)]
    pub pin: Vec<PinArg>,
    /// Accepted thumbprints, one per line
    #[arg(long, value_name = "FILE")]
    pub pin_file: Vec<PathBuf>,
}

/// One `--pin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinArg {
    /// A thumbprint.
    Thumbprint(Pin),
    /// `[LABEL=]@FILE`: the end-entity certificates of a file.
    File {
        /// The label given.
        label: Option<String>,
        /// The file.
        path: PathBuf,
    },
}

impl FromStr for PinArg {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (label, rest) = match text.split_once("=@") {
            Some((label, path)) if !label.is_empty() => (Some(label.to_owned()), Some(path)),
            _ => (None, text.strip_prefix('@')),
        };
        match rest {
            Some("") => Err(Error::usage("@ needs a file, for example --pin @renewed.pem")),
            Some(path) => Ok(Self::File { label, path: path.into() }),
            None => text.parse().map(Self::Thumbprint),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_labels_and_thumbprints() {
        let file = |label: Option<&str>| PinArg::File {
            label: label.map(str::to_owned),
            path: "a=b.pem".into(),
        };
        assert_eq!("@a=b.pem".parse::<PinArg>().unwrap(), file(None));
        assert_eq!("new=@a=b.pem".parse::<PinArg>().unwrap(), file(Some("new")));
        let thumbprint = "new=4C21C5018BA88E42E608EBEA7203C063931A1D01".parse::<PinArg>().unwrap();
        assert!(
            matches!(thumbprint, PinArg::Thumbprint(pin) if pin.label.as_deref() == Some("new"))
        );
        assert!("@".parse::<PinArg>().is_err());
        assert!("new=4C21".parse::<PinArg>().is_err());
    }
}
