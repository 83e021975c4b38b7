//! End marks: whether files are all parts of one input, once each.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::tail;
use crate::input::unpack::Ratio;
use crate::report::Tally;
use crate::shard::Shard;

/// The longest end mark, in bytes: a summary with the histogram of `replay` takes 2 KiB.
const LONGEST: usize = 64 << 10;

/// The last line of a file.
#[derive(Deserialize)]
struct Last {
    end: Mark,
}

/// What the end mark of a run says.
#[derive(Clone, Debug, Deserialize)]
pub struct Mark {
    complete: bool,
    #[serde(deserialize_with = "shard")]
    shard: Shard,
    /// Records that were looked at.
    pub input: u64,
    /// What the run counted.
    pub summary: Counts,
    /// What tells the input and the options from others.
    pub input_sha256: String,
}

/// The summary of a run.
#[derive(Clone, Debug, Deserialize)]
pub struct Counts {
    #[serde(flatten)]
    tally: Tally,
    /// What the command counted besides.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

impl Mark {
    /// The items that the run counted and did not show, as with `-q`, when these are those that it
    /// showed; `None` when they are not.
    pub fn unshown(&self, shown: &Tally) -> Option<Tally> {
        let all = &self.summary.tally;
        let (ok, info) = (all.ok.checked_sub(shown.ok)?, all.info.checked_sub(shown.info)?);
        let told = |tally: &Tally| (tally.warning, tally.critical, tally.failed);
        (told(all) == told(shown)).then(|| Tally { items: ok + info, ok, info, ..Tally::default() })
    }
}

fn shard<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Shard, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(de::Error::custom)
}

/// Whether a line is an end mark.
pub fn is_mark(line: &[u8]) -> bool {
    line.starts_with(b"{\"end\":")
}

/// The end mark of a file.
///
/// # Errors
/// `end-mark-missing` when its last line is none: it was cut off, or has not come to its end.
pub fn read(path: &Path, ratio: Ratio) -> Result<Mark> {
    let tail = tail(path, LONGEST, ratio)?;
    let missing = |why: &str| {
        Error::new(Failure::EndMarkMissing, why)
            .help("run that shard again with --resume on its file, or wait for it to finish")
    };
    let Some(lines) = tail.strip_suffix(b"\n") else {
        return Err(missing(match tail.is_empty() {
            true => "the file is empty",
            false => "its last line is cut off",
        }));
    };
    let last = lines.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    if !is_mark(last) {
        return Err(missing("its last line is not an end mark"));
    }
    let Last { end } = serde_json::from_slice(last).map_err(|error| {
        Error::new(Failure::Malformed, format!("its end mark cannot be read: {error}"))
    })?;
    Ok(end)
}

/// What is wrong with a file, or with all of them.
pub type Problem = (String, Error);

/// The marks, when they are those of all shards of one input, each once and complete.
///
/// # Errors
/// Everything that is wrong: `end-mark-missing`, `input-changed`, `shard-missing`, `shard-double`,
/// `count-differs`.
pub fn whole(
    names: &[String],
    marks: Vec<Result<Mark>>,
    expect: Option<u64>,
) -> Result<Vec<Mark>, Vec<Problem>> {
    let mut problems: Vec<Problem> = Vec::new();
    let mut read = Vec::new();
    for (name, mark) in names.iter().zip(marks) {
        match mark {
            Ok(mark) => read.push((name, mark)),
            Err(error) => problems.push((name.clone(), error)),
        }
    }
    let Some((first_name, first)) = read.first().cloned() else { return Err(problems) };
    let mut seen: BTreeMap<u64, &String> = BTreeMap::new();
    for (name, mark) in &read {
        let mut wrong = |code, message: String, help: &str| {
            problems.push(((*name).clone(), Error::new(code, message).help(help)));
        };
        if mark.input_sha256 != first.input_sha256 || mark.shard.count() != first.shard.count() {
            let what = match mark.input_sha256 == first.input_sha256 {
                true => "its shards differ from those",
                false => "its input or options differ from those",
            };
            wrong(
                Failure::InputChanged,
                format!("{what} of {first_name}"),
                "merge results of one input, with the same options and number of shards",
            );
            continue;
        }
        if !mark.complete {
            wrong(
                Failure::ShardMissing,
                format!("shard {} was interrupted before its end", mark.shard),
                "continue it with --resume, then merge again",
            );
        }
        if let Some(other) = seen.insert(mark.shard.index(), name) {
            wrong(
                Failure::ShardDouble,
                format!("shard {} is in {other} too", mark.shard),
                "give one file per shard",
            );
        }
    }
    let count = first.shard.count();
    // A file that could not be read is one of them, and was named.
    let unread = (names.len() - read.len()) as u64;
    let missing = count - (seen.len() as u64).min(count);
    if missing > unread {
        let message = format!("missing shards (of {count}): {}", list(&seen, count));
        let error = Error::new(Failure::ShardMissing, message).help("run them, then merge again");
        problems.push(("shards".to_owned(), error));
    }
    if let Some(expected) = expect.filter(|expected| *expected != count) {
        let message = format!("{count} shards, not {expected}");
        problems.push(("shards".to_owned(), Error::new(Failure::CountDiffers, message)));
    }
    match problems.is_empty() {
        true => Ok(read.into_iter().map(|(_, mark)| mark).collect()),
        false => Err(problems),
    }
}

/// Ranges of missing shards that are named; there can be a million.
const NAMED: usize = 20;

/// The shards, from 1, that were not seen: `3, 7 to 9`.
fn list(seen: &BTreeMap<u64, &String>, count: u64) -> String {
    let mut ranges = Vec::new();
    let mut start = 0;
    for index in seen.keys().copied().chain([count]) {
        match index.saturating_sub(start) {
            0 => {}
            1 => ranges.push(index.to_string()),
            _ => ranges.push(format!("{} to {index}", start + 1)),
        }
        start = index + 1;
    }
    let more = ranges.len().saturating_sub(NAMED);
    ranges.truncate(NAMED);
    let named = ranges.join(", ");
    if more > 0 { format!("{named} and {more} more ranges") } else { named }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(shard: &str, complete: bool, input: &str) -> Mark {
        let counts = r#""items":1,"ok":1,"info":0,"warning":0,"critical":0,"failed":0,"files":2"#;
        let text = format!(
            r#"{{"complete":{complete},"shard":"{shard}","input":1,"items":1,"summary":{{{counts}}},"exit_code":0,"input_sha256":"{input}"}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    fn problems(marks: Vec<Result<Mark>>, expect: Option<u64>) -> Vec<(String, Failure)> {
        let names: Vec<_> = (0..marks.len()).map(|index| index.to_string()).collect();
        let problems = whole(&names, marks, expect).err().unwrap_or_default();
        problems.into_iter().map(|(subject, error)| (subject, error.code)).collect()
    }

    #[test]
    fn what_is_not_a_whole_is_named() {
        let shards = "shards".to_owned();
        let one = || Ok(mark("1/2", true, "a"));
        let two = || Ok(mark("2/2", true, "a"));
        assert_eq!(problems(vec![two(), one()], Some(2)), []);
        assert_eq!(problems(vec![two()], None), [(shards.clone(), Failure::ShardMissing)]);
        let twice = problems(vec![one(), two(), one()], None);
        assert_eq!(twice, [("2".to_owned(), Failure::ShardDouble)]);
        assert_eq!(problems(vec![one(), two()], Some(3)), [(shards, Failure::CountDiffers)]);
        let interrupted = problems(vec![one(), Ok(mark("2/2", false, "a"))], None);
        assert_eq!(interrupted, [("1".to_owned(), Failure::ShardMissing)]);
        let other = problems(vec![one(), two(), Ok(mark("2/2", true, "b"))], None);
        assert_eq!(other, [("2".to_owned(), Failure::InputChanged)]);
        let cut = || Err(Error::new(Failure::EndMarkMissing, "cut"));
        let expected = [("1".to_owned(), Failure::EndMarkMissing)];
        assert_eq!(problems(vec![one(), cut()], None), expected, "its part is not missing besides");
    }

    #[test]
    fn rows_that_were_not_shown_are_counted_and_others_must_be_there() {
        let mark = mark("1/1", true, "a");
        assert_eq!(mark.summary.more["files"], 2);
        let hidden = mark.unshown(&Tally::default()).unwrap();
        assert_eq!((hidden.items, hidden.ok), (1, 1));
        let one = |ok, critical| Tally { items: 1, ok, critical, ..Tally::default() };
        assert_eq!(mark.unshown(&one(1, 0)), Some(Tally::default()));
        assert_eq!((mark.unshown(&one(2, 0)), mark.unshown(&one(0, 1))), (None, None));
    }

    #[test]
    fn missing_shards_are_named_in_ranges() {
        let name = String::new();
        let list = |seen: &[u64], count| {
            let seen = seen.iter().map(|index| (*index, &name)).collect();
            list(&seen, count)
        };
        assert_eq!(list(&[], 3), "1 to 3");
        assert_eq!(list(&[0, 1, 3, 9], 11), "3, 5 to 9, 11");
        let even: Vec<u64> = (0..1_000).map(|index| index * 2).collect();
        assert!(list(&even, 2_000).ends_with("38, 40 and 980 more ranges"));
    }
}
