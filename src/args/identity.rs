//! `--cert`, `--key`, `--password`, `--alias`: our own certificate, of any format.

use std::path::PathBuf;

use clap::Args;

use crate::secret::Source;

/// Who we are to the server.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Client certificate")]
pub struct IdentityArgs {
    /// Client certificate: .p12, .pfx, .pem or .jks, told from the bytes
    #[arg(long, value_name = "FILE")]
    pub cert: Option<PathBuf>,
    /// Its private key, where --cert does not hold it
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub key: Option<PathBuf>,
    /// Password of the store or the key (can be repeated; each is tried): file:PATH, env:NAME, fd:N,
    /// stdin or prompt
    #[arg(long, value_name = "SOURCE", aliases = ["passin", "passout"], requires = "cert")]
    pub password: Vec<Source>,
    /// Which key, where the store has several
    #[arg(long, value_name = "NAME", requires = "cert")]
    pub alias: Option<String>,
}
