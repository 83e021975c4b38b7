//! What an earlier run left of numbered rows: how much of it stays, and where the next one goes on.
//!
//! A run can end at any byte. Rows are kept up to the last record of which all are known to be there:
//! that is the last but one, unless the end mark of an interrupted run says more. Where `-q` left out
//! what is fine, rows alone do not say how far the run came: without an end mark nothing is kept.

use std::io::{self, BufRead};

use serde::Deserialize;

use super::{Part, Status, Tally};
use crate::finding::Severity;

/// What an earlier run has reported already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resumed {
    /// The first record whose rows are not all there.
    pub next: u64,
    /// Records before that.
    pub records: u64,
    /// How their items came out.
    pub tally: Tally,
    /// The worst finding in them.
    pub worst: Option<Severity>,
}

/// What is in a file of numbered rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// All rows of this part of an input, and what the exit code is by them.
    Whole {
        /// The shard, as it is written.
        shard: String,
        /// What tells the input from others.
        input_sha256: String,
        /// What the exit code is by what was found.
        verdict: u8,
    },
    /// Some of them: so many bytes stay.
    Some(u64, Resumed),
}

/// A line: a row, or the end mark.
#[derive(Deserialize)]
struct Line<'a> {
    n: Option<u64>,
    #[serde(default)]
    status: &'a str,
    #[serde(borrow, default)]
    findings: Vec<Severe<'a>>,
    #[serde(borrow)]
    end: Option<End<'a>>,
}

#[derive(Deserialize)]
struct Severe<'a> {
    severity: &'a str,
}

#[derive(Deserialize)]
struct End<'a> {
    complete: bool,
    next: Option<u64>,
    shard: &'a str,
    input: u64,
    summary: Tally,
    exit_code: u8,
    input_sha256: &'a str,
}

/// A place between rows, and what stands before it.
#[derive(Clone, Copy, Default)]
struct Mark {
    bytes: u64,
    so_far: Resumed,
}

impl Found {
    /// Reads rows; with `is_quiet` those that are fine were left out.
    ///
    /// # Errors
    /// Those of reading. Lines that are no rows are none: what stands from there on is not kept.
    pub fn read(mut rows: impl BufRead, is_quiet: bool) -> io::Result<Self> {
        // Before the last record, behind its last row, and behind rows about the run after that.
        let (mut before, mut behind, mut last) =
            (Mark::default(), Mark::default(), Mark::default());
        let mut record = None;
        let mut line = Vec::new();
        loop {
            line.clear();
            rows.read_until(b'\n', &mut line)?;
            let read = line.strip_suffix(b"\n").and_then(|row| serde_json::from_slice(row).ok());
            let Some(Line { n, status, findings, end }) = read else { break };
            if let Some(end) = end {
                return Ok(Self::ended(&end, record, [before, behind, last], is_quiet));
            }
            let Some(status) = Status::named(status).filter(|_| n.is_none() || n >= record) else {
                break;
            };
            if n.is_some() && n != record {
                before = last;
                record = n;
                last.so_far.records += 1;
            }
            let worst =
                findings.iter().filter_map(|finding| Severity::named(finding.severity)).max();
            last.so_far.worst = last.so_far.worst.max(worst);
            last.so_far.tally.add(status);
            last.bytes += line.len() as u64;
            behind = if n.is_some() { last } else { behind };
        }
        Ok(match record {
            Some(next) if !is_quiet => before.until(next),
            _ => Mark::default().until(0),
        })
    }

    fn ended(end: &End<'_>, record: Option<u64>, marks: [Mark; 3], is_quiet: bool) -> Self {
        let [before, behind, last] = marks;
        let next = match (end.complete, end.next) {
            (true, _) => {
                let (shard, input_sha256) = (end.shard.to_owned(), end.input_sha256.to_owned());
                return Self::Whole { shard, input_sha256, verdict: end.exit_code };
            }
            (false, next) => next.unwrap_or_default(),
        };
        let is_begun = record.is_some_and(|record| record >= next);
        match (is_quiet, is_begun) {
            (false, true) => before.until(record.unwrap_or_default()),
            (false, false) => behind.until(next),
            // What was not shown is in the counts of the end mark, if nothing else is.
            (true, false) if behind.bytes == last.bytes => {
                let Mark { bytes, so_far: Resumed { worst, .. } } = behind;
                Self::Some(bytes, Resumed { next, records: end.input, tally: end.summary, worst })
            }
            (true, _) => Mark::default().until(0),
        }
    }

    /// What is said by the last bytes of rows that are whole.
    pub fn whole(tail: &[u8]) -> Option<Self> {
        let last = tail.strip_suffix(b"\n")?.rsplit(|byte| *byte == b'\n').next()?;
        let end = serde_json::from_slice::<Line<'_>>(last).ok()?.end.filter(|end| end.complete)?;
        Some(Self::ended(&end, None, [Mark::default(); 3], false))
    }

    /// Whether the rows are all of this part.
    pub fn is_of(&self, part: &Part) -> bool {
        match self {
            Self::Whole { shard, input_sha256, .. } => {
                *shard == part.shard.to_string() && *input_sha256 == part.input_sha256
            }
            Self::Some(..) => false,
        }
    }
}

impl Mark {
    /// What stands before this stays, unless no record does: what is about the run is said with the
    /// first.
    fn until(self, next: u64) -> Found {
        match self.so_far.records {
            0 => Found::Some(0, Resumed::default()),
            _ => Found::Some(self.bytes, Resumed { next, ..self.so_far }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &str = concat!(
        r#"{"n":null,"subject":"s","status":"warning","findings":[{"severity":"warning"}]}"#,
        "\n",
        r#"{"n":0,"subject":"a","status":"ok","findings":[]}"#,
        "\n",
        r#"{"n":3,"subject":"b","status":"failed","findings":[{"severity":"critical"}]}"#,
        "\n",
        r#"{"n":3,"subject":"b","status":"ok","findings":[]}"#,
        "\n",
    );

    fn end(complete: bool, next: u64) -> String {
        format!(
            r#"{{"end":{{"complete":{complete},"next":{next},"shard":"1/2","input":9,"items":9,"summary":{{"items":9,"ok":7,"info":0,"warning":1,"critical":0,"failed":1}},"exit_code":3,"input_sha256":"x"}}}}"#
        ) + "\n"
    }

    #[track_caller]
    fn some(text: &str, is_quiet: bool) -> (usize, u64, u64, u64) {
        match Found::read(text.as_bytes(), is_quiet).unwrap() {
            Found::Some(bytes, Resumed { next, records, tally, .. }) => {
                (usize::try_from(bytes).unwrap(), next, records, tally.items)
            }
            Found::Whole { .. } => panic!("{text}"),
        }
    }

    /// Wherever it was cut, rows of records that are all there stay, and none of the last one.
    #[test]
    fn rows_end_at_any_byte() {
        let ends: Vec<usize> = ROWS.match_indices('\n').map(|(at, _)| at + 1).collect();
        for cut in 0..=ROWS.len() {
            let expected = match cut {
                cut if cut < ends[2] => (0, 0, 0, 0),
                _ => (ends[1], 3, 1, 2),
            };
            assert_eq!(some(&ROWS[..cut], false), expected, "{cut}");
            assert_eq!(some(&ROWS[..cut], true), (0, 0, 0, 0), "{cut}");
        }
        let strange = format!("{ROWS}{{\"a\":1}}\n{ROWS}");
        assert_eq!(some(&strange, false).1, 3);
        let unordered = format!("{ROWS}{ROWS}");
        assert_eq!(some(&unordered, false).1, 3);
    }

    #[test]
    fn an_interrupted_run_says_where_it_was() {
        let length = ROWS.len();
        assert_eq!(some(&(ROWS.to_owned() + &end(false, 8)), false), (length, 8, 2, 4));
        assert_eq!(some(&(ROWS.to_owned() + &end(false, 8)), true), (length, 8, 9, 9));
        let begun = ROWS.to_owned() + &end(false, 3);
        assert_eq!((some(&begun, false).1, some(&begun, true).1), (3, 0));
        let about_run =
            r#"{"n":null,"subject":"s","status":"failed","findings":[]}"#.to_owned() + "\n";
        let failed = ROWS.to_owned() + &about_run + &end(false, 8);
        assert_eq!((some(&failed, false), some(&failed, true).1), ((length, 8, 2, 4), 0));
    }

    #[test]
    fn what_is_whole_says_of_what() {
        let found = Found::read((ROWS.to_owned() + &end(true, 0)).as_bytes(), true).unwrap();
        let part = |shard: &str, hash: &str| {
            let shard = shard.parse().unwrap();
            Part { shard, input_sha256: hash.to_owned() }
        };
        assert!(found.is_of(&part("1/2", "x")));
        assert!(!found.is_of(&part("2/2", "x")) && !found.is_of(&part("1/2", "y")));
        assert!(matches!(found, Found::Whole { verdict: 3, .. }));
        assert_eq!(Found::whole((ROWS.to_owned() + &end(true, 0)).as_bytes()), Some(found));
        let torn = ROWS.to_owned() + end(true, 0).trim_end();
        for tail in [&torn, ROWS, &(ROWS.to_owned() + &end(false, 8)), ""] {
            assert_eq!(Found::whole(tail.as_bytes()), None, "{tail}");
        }
    }
}
