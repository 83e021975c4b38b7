//! `--cert`, `--key`, `--password`, `--alias`: our own certificate, of any format.

use std::path::PathBuf;

use clap::Args;

use crate::args::pins::PinArg;
use crate::error::{Error, Result};
use crate::secret::LabelledSource;

/// Who we are to the server.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Client certificate")]
pub struct IdentityArgs {
    /// Client certificate: .p12, .pfx, .pem or .jks, detected by content
    #[arg(long, value_name = "FILE")]
    pub cert: Option<PathBuf>,
    /// Its private key, if --cert does not contain it
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub key: Option<PathBuf>,
    /// Password of a store or key (can be repeated; each is tried): file:PATH, env:NAME, fd:N, stdin or
    /// prompt. Opens --cert, --key, --pin @FILE and the files checked
    #[arg(long, value_name = "[LABEL=]SOURCE", aliases = ["passin", "passout"])]
    pub password: Vec<LabelledSource>,
    /// Which key, if the store has several
    #[arg(long, value_name = "NAME", requires = "cert")]
    pub alias: Option<String>,
}

impl IdentityArgs {
    /// Fails where a password was given and nothing that it could open: no identity, no file among
    /// the pins, and nothing else either.
    ///
    /// # Errors
    /// `usage`.
    pub fn passwords_have_a_use<'a>(
        &self,
        pins: impl IntoIterator<Item = &'a PinArg>,
        others: bool,
    ) -> Result<()> {
        let is_file = |pin: &PinArg| matches!(pin, PinArg::File { .. });
        if self.password.is_empty()
            || self.cert.is_some()
            || others
            || pins.into_iter().any(is_file)
        {
            return Ok(());
        }
        Err(Error::usage("there is nothing for --password to open")
            .help("it opens the file of --cert, --key or --pin @FILE, or one that is checked"))
    }
}
