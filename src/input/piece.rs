//! Part of a file of lines: whole lines, found without reading the others as such.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::unpack::is_packed;
use super::{Input, cannot_read};
use crate::error::Result;
use crate::shard::{By, Deal};

/// Bytes read at once while lines are only counted: they stay in the cache of the processor.
const BLOCK: usize = 128 << 10;

/// Lines of an input, to be read one after the other.
pub struct Piece {
    /// Its bytes.
    pub reader: Box<dyn Read + Send>,
    /// Lines before it.
    pub before: Before,
    /// Bytes before it.
    pub offset: u64,
    /// What is still to be taken of its lines, by their numbers in the whole or by their subjects.
    pub deal: Deal,
}

/// How many lines stand before a piece. They are part of the numbers of its own, and counted when that is first
/// asked for: reading them all takes time, and a line of which there is nothing to report needs no number.
pub struct Before {
    lines: OnceLock<Result<u64>>,
    path: PathBuf,
    bytes: u64,
}

impl From<u64> for Before {
    fn from(lines: u64) -> Self {
        Self { lines: Ok(lines).into(), path: PathBuf::new(), bytes: 0 }
    }
}

impl Before {
    /// Their number.
    ///
    /// # Errors
    /// Those of opening and reading a file.
    pub fn lines(&self) -> Result<u64> {
        let count = || newlines(File::open(&self.path)?.take(self.bytes));
        let counted = || count().map_err(|error| cannot_read(&self.path, &error));
        self.lines.get_or_init(counted).clone()
    }

    /// Their number, if anybody has asked for it.
    pub fn known(&self) -> Option<u64> {
        self.lines.get()?.as_ref().ok().copied()
    }
}

/// How many lines a file has that say something: no blank ones, and none that begin with `#`; `None` for
/// what is no file, is compressed, or cannot be read.
pub fn lines(path: &Path) -> Option<u64> {
    Input::default().length(path)?;
    let mut reader = BufReader::with_capacity(BLOCK, File::open(path).ok()?);
    if is_packed(reader.fill_buf().ok()?) {
        return None;
    }
    let (mut line, mut count) = (Vec::new(), 0);
    while reader.read_until(b'\n', &mut line).ok()? > 0 {
        let said = line.trim_ascii_start();
        count += u64::from(!said.is_empty() && said[0] != b'#');
        line.clear();
    }
    Some(count)
}

impl Input {
    /// The lines of `path` that belong to a part, as far as that shows from where they stand: those
    /// whose first bytes lie in its range. `None` where records are to be dealt out one by one: by
    /// their subjects, or because the input can only be read from its beginning.
    ///
    /// The lines before it are counted, because they are part of the numbers of its own.
    ///
    /// # Errors
    /// Those of opening and reading a file.
    pub fn piece(&self, path: &Path, deal: Deal) -> Result<Option<Piece>> {
        let size = match self.length(path) {
            Some(size) if !deal.shard.is_whole() && deal.by == By::Place => size,
            _ => return Ok(None),
        };
        let cut = || -> io::Result<Option<Piece>> {
            let mut file = File::open(path)?;
            let mut start = Vec::new();
            (&mut file).take(4).read_to_end(&mut start)?;
            // Of what is compressed no part can be read alone.
            if is_packed(&start) {
                return Ok(None);
            }
            let range = deal.shard.range(size);
            let (from, to) =
                (line(&mut file, range.start, size)?, line(&mut file, range.end, size)?);
            let before = Before { lines: OnceLock::new(), path: path.to_owned(), bytes: from };
            file.seek(SeekFrom::Start(from))?;
            let reader = BufReader::with_capacity(64 << 10, file.take(to - from));
            let deal = Deal::default();
            Ok(Some(Piece { reader: Box::new(reader), before, offset: from, deal }))
        };
        cut().map_err(|error| cannot_read(path, &error))
    }
}

/// Where the first line begins that does so at `at` or behind it, in a file of so many bytes.
fn line(file: &mut File, at: u64, size: u64) -> io::Result<u64> {
    let Some(mut before) = at.checked_sub(1) else { return Ok(0) };
    file.seek(SeekFrom::Start(before))?;
    let mut block = vec![0; 8 << 10];
    while before < size {
        let count = match file.read(&mut block) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        match memchr::memchr(b'\n', &block[..count]) {
            Some(end) => return Ok((before + end as u64 + 1).min(size)),
            None if count == 0 => break,
            None => before += count as u64,
        }
    }
    Ok(size)
}

/// How many lines end in what comes.
fn newlines(mut reader: impl Read) -> io::Result<u64> {
    let mut block = vec![0; BLOCK];
    let mut lines = 0;
    loop {
        match reader.read(&mut block) {
            Ok(0) => return Ok(lines),
            Ok(count) => lines += memchr::memchr_iter(b'\n', &block[..count]).count() as u64,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What all pieces hold, one behind the other, each where it says that it stands.
    fn pieces(path: &Path, text: &[u8], count: u64) -> Vec<u8> {
        let mut all = Vec::new();
        for index in 1..=count {
            let shard = format!("{index}/{count}").parse().unwrap();
            let deal = Deal { shard, by: By::Place };
            let Some(mut piece) = Input::default().piece(path, deal).unwrap() else {
                assert_eq!(count, 1);
                return text.to_vec();
            };
            assert_eq!(piece.offset, all.len() as u64);
            assert_eq!(piece.before.known(), None);
            let lines = memchr::memchr_iter(b'\n', &all).count() as u64;
            assert_eq!(piece.before.lines().unwrap(), lines);
            assert_eq!(piece.before.known(), Some(lines));
            assert_eq!(piece.deal, Deal::default());
            assert!(all.is_empty() || all.ends_with(b"\n") || piece.offset == text.len() as u64);
            piece.reader.read_to_end(&mut all).unwrap();
        }
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn pieces_are_whole_lines_and_together_the_whole(
            lines in proptest::collection::vec((0_usize..40, any::<bool>()), 0..60),
            is_ended: bool,
        ) {
            let mut text: Vec<u8> = Vec::new();
            for (length, is_crlf) in lines {
                text.extend(vec![b'x'; length]);
                text.extend(if is_crlf { &b"\r\n"[..] } else { b"\n" });
            }
            if !is_ended {
                text.extend(b"last");
            }
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("lines");
            std::fs::write(&path, &text).unwrap();
            for count in [1, 2, 7, 64] {
                prop_assert!(pieces(&path, &text, count) == text);
            }
        }
    }

    #[test]
    fn a_line_longer_than_its_range_is_in_one_piece() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        let text = [b"a\n", "x".repeat(5 << 20).as_bytes(), b"\nb\nc"].concat();
        std::fs::write(&path, &text).unwrap();
        for count in [2, 7, 64] {
            assert!(pieces(&path, &text, count) == text);
        }
    }

    #[test]
    fn what_is_compressed_or_dealt_out_by_subject_is_read_from_its_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        let (input, shard) = (Input::default(), "1/2".parse().unwrap());
        std::fs::write(&path, b"\x1f\x8b\x08\n\n").unwrap();
        assert!(input.piece(&path, Deal { shard, by: By::Place }).unwrap().is_none());
        std::fs::write(&path, b"a\nb\n").unwrap();
        assert!(input.piece(&path, Deal { shard, by: By::Place }).unwrap().is_some());
        assert!(input.piece(&path, Deal { shard, by: By::Hash }).unwrap().is_none());
        assert!(input.piece(Path::new("-"), Deal { shard, by: By::Place }).unwrap().is_none());
    }
}
