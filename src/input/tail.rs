//! The end of a file, without reading what comes before where that is possible.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::cannot_read;
use super::unpack::{Ratio, head, is_packed, unpack};
use crate::error::{Error, Result};
use crate::failure::Failure;

/// The last bytes of a file, `limit` at most; of a compressed one those of what is in it.
///
/// # Errors
/// As of reading it; `unrecognised` when it is not a regular file, of which the end cannot be seen first.
pub fn tail(path: &Path, limit: usize, ratio: Ratio) -> Result<Vec<u8>> {
    let failed = |error| cannot_read(path, &error);
    // A pipe without a writer would be opened for ever.
    let metadata = std::fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        let message = format!("{}: not a regular file", path.display());
        return Err(Error::new(Failure::Unrecognised, message));
    }
    let mut file = File::open(path).map_err(failed)?;
    let is_packed = is_packed(&head(&mut file, 4).map_err(failed)?);
    let start = if is_packed { 0 } else { metadata.len().saturating_sub(limit as u64) };
    file.seek(SeekFrom::Start(start)).map_err(failed)?;
    let mut reader = unpack(file, ratio);
    if !is_packed {
        // What grows meanwhile is not looked at.
        let mut bytes = Vec::new();
        (&mut reader).take(limit as u64).read_to_end(&mut bytes).map_err(failed)?;
        return Ok(bytes);
    }
    let mut bytes = Vec::with_capacity(2 * limit);
    loop {
        let room = (2 * limit).saturating_sub(bytes.len()) as u64;
        match (&mut reader).take(room).read_to_end(&mut bytes).map_err(failed)? {
            0 => break,
            _ => drop(bytes.drain(..bytes.len().saturating_sub(limit))),
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn the_end_is_seen_of_short_long_and_compressed_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let end = |bytes: &[u8], limit| {
            std::fs::write(&path, bytes).unwrap();
            tail(&path, limit, Ratio::default())
        };
        let text: Vec<u8> = (0..20_000_u32).flat_map(|n| format!("{n}\n").into_bytes()).collect();
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&text).unwrap();
        let packed = packed.finish().unwrap();
        for limit in [1, 6, 1_000, 1 << 20] {
            let expected = &text[text.len().saturating_sub(limit)..];
            assert_eq!(end(&text, limit).unwrap(), expected);
            assert_eq!(end(&packed, limit).unwrap(), expected);
        }
        assert_eq!(end(b"", 9).unwrap(), b"");
        assert_eq!(end(&packed[..99], 9).unwrap_err().code, Failure::Malformed);
        let none = tail(folder.path(), 9, Ratio::default()).unwrap_err();
        assert_eq!(none.code, Failure::Unrecognised);
    }
}
