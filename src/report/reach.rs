//! How far a run came through its input: what stands in the end mark, behind the last row.

use crate::shard::Shard;

/// Where a record stands in the whole input, whichever part of it a run looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Its number, from 0. In a file of lines that of its line, so that blank lines have one too.
    pub n: u64,
    /// Its first byte, in captures of a line a delivery.
    pub offset: Option<u64>,
}

impl Position {
    /// The place of that number.
    pub fn number(n: u64) -> Self {
        Self { n, offset: None }
    }
}

/// Which part of which input a run looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The part.
    pub shard: Shard,
    /// The SHA-256, in hex, of what tells one input from another, the options with it.
    pub input_sha256: String,
}

/// How far a run came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Its part of the input.
    pub part: Part,
    /// Whether all records of it were looked at.
    pub complete: bool,
    /// Everything before this number was looked at.
    pub next: u64,
    /// Records that were looked at.
    pub records: u64,
    /// What the exit code is by what was found, whatever the process ends with.
    pub verdict: u8,
}
