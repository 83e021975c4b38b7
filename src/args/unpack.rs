//! How compressed input is read.

use clap::Args;

use crate::input::unpack::Ratio;

/// Options about files in gzip and Zstandard, which are told from their bytes.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct UnpackArgs {
    /// Read at most this many times the size of a compressed file
    #[arg(long, value_name = "N", default_value_t)]
    pub max_ratio: Ratio,
}
