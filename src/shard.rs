//! Shards: which records of an input one of several runs takes. All of them together take each record
//! once, whatever their order, and wherever they run.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use clap::ValueEnum;
use serde::{Serialize, Serializer};

use crate::digest;
use crate::error::{Error, Result};

/// Most shards of one input.
const MOST: u64 = 1_000_000;

/// One of so many equal parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 0.
    index: u64,
    count: u64,
}

/// How records are dealt out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// By where they stand.
    #[default]
    Place,
    /// By the SHA-256 of their subject.
    Hash,
}

/// What a run takes of the records that it reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deal {
    /// Its part.
    pub shard: Shard,
    /// How that is told.
    pub by: By,
}

impl Deal {
    /// Whether it takes the record of this number and subject.
    pub fn takes(self, number: u64, subject: impl FnOnce() -> String) -> bool {
        self.shard.is_whole()
            || match self.by {
                By::Place => self.shard.takes(number),
                By::Hash => self.shard.takes_hash(&subject()),
            }
    }
}

impl Shard {
    /// All of the input.
    pub const WHOLE: Self = Self { index: 0, count: 1 };

    /// Its number, from 0.
    pub fn index(self) -> u64 {
        self.index
    }

    /// How many there are.
    pub fn count(self) -> u64 {
        self.count
    }

    /// Whether it is all of the input.
    pub fn is_whole(self) -> bool {
        self.count == 1
    }

    /// Whether it is the first one, which says what is to be said once for all of them.
    pub fn is_first(self) -> bool {
        self.index == 0
    }

    /// Whether the record of this number, from 0, is in it.
    pub fn takes(self, number: u64) -> bool {
        number % self.count == self.index
    }

    /// Whether the record of this subject is in it: the first 8 bytes of its SHA-256, big-endian,
    /// modulo the number of shards.
    pub fn takes_hash(self, subject: &str) -> bool {
        let hash = digest::sha256(subject.as_bytes());
        self.takes(hash.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    /// Its range of a file of so many bytes. A line is in the shard in whose range its first byte
    /// lies.
    pub fn range(self, size: u64) -> Range<u64> {
        let bound =
            |index: u64| (u128::from(size) * u128::from(index) / u128::from(self.count)) as u64;
        bound(self.index)..bound(self.index + 1)
    }
}

impl Default for Shard {
    fn default() -> Self {
        Self::WHOLE
    }
}

/// `3/8`; counted from 0 as schedulers do, `0-based:2/8`.
impl FromStr for Shard {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (first, rest) = text.strip_prefix("0-based:").map_or((1, text), |rest| (0, rest));
        let numbers = rest.split_once('/').and_then(|(index, count)| {
            let index = number(index)?.checked_sub(first)?;
            Some(Self { index, count: number(count)? })
        });
        numbers.filter(|shard| shard.index < shard.count && shard.count <= MOST).ok_or_else(|| {
            Error::usage(format!(
                "not a shard: I/N with 1 <= I <= N <= {MOST}, for example 3/8, or 0-based:2/8"
            ))
        })
    }
}

/// Digits alone: no sign, no blanks.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index + 1, self.count)
    }
}

impl Serialize for Shard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_counted_from_one_or_from_zero() {
        for (text, shown) in [
            ("1/1", "1/1"),
            ("3/8", "3/8"),
            ("0-based:2/8", "3/8"),
            ("1000000/1000000", "1000000/1000000"),
        ] {
            assert_eq!(text.parse::<Shard>().unwrap().to_string(), shown);
        }
        for bad in [
            "",
            "3",
            "0/8",
            "9/8",
            "1/0",
            "0/0",
            "-1/8",
            "+1/8",
            "1/1000001",
            "1/8/2",
            " 1/8",
            "0-based:8/8",
            "0-based:-1/8",
            "a/b",
            "99999999999999999999/8",
        ] {
            assert!(bad.parse::<Shard>().is_err(), "{bad}");
        }
    }

    #[test]
    fn each_record_is_in_one_shard() {
        for count in [1, 2, 7, 64] {
            let shards: Vec<_> = (0..count).map(|index| Shard { index, count }).collect();
            for number in 0..200 {
                let takers =
                    |takes: &dyn Fn(&Shard) -> bool| shards.iter().filter(|it| takes(it)).count();
                assert_eq!(takers(&|shard| shard.takes(number)), 1);
                assert_eq!(takers(&|shard| shard.takes_hash(&format!("host-{number}"))), 1);
            }
            for size in [0, 1, 63, 64, 1_000_003, u64::MAX] {
                let mut end = 0;
                for shard in &shards {
                    let range = shard.range(size);
                    assert_eq!(range.start, end);
                    end = range.end;
                }
                assert_eq!(end, size);
            }
        }
    }
}
