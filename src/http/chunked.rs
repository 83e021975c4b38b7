//! The chunked transfer coding, read piece by piece (RFC 9112 section 7.1).
//!
//! ```text
//! chunk-size [ ;extensions ] CRLF  chunk-data CRLF  ...  0 CRLF  [trailers] CRLF
//! ```

use super::head::{self, LineEnd, Scan};
use super::{Headers, Refusal};

/// Longest line with a chunk size and its extensions, in bytes.
const MAX_LINE: usize = 256;

/// State of a chunked body.
#[derive(Clone, Copy, Debug)]
pub(super) enum Chunks {
    /// Before a chunk size.
    Size,
    /// Inside a chunk; so many bytes are still to come.
    Data(u64),
    /// Before the CRLF that ends a chunk.
    DataEnd,
    /// After the last chunk.
    Trailers(Scan),
}

/// What a step found at the start of the bytes, and how many of them it used.
pub(super) enum Step {
    /// More bytes are needed.
    Starved,
    /// Structure only.
    Skip(usize),
    /// Bytes of the body.
    Data(usize),
    /// The end, with trailers.
    End(usize, Headers),
}

impl Chunks {
    /// Looks at `bytes`, which begin where the step before ended. `room` is how many bytes of
    /// body may still come.
    pub(super) fn step(
        &mut self,
        bytes: &[u8],
        room: u64,
        head_limit: usize,
    ) -> Result<Step, Refusal> {
        match self {
            Self::Size => {
                let window = &bytes[..bytes.len().min(MAX_LINE)];
                let Some(newline) = window.iter().position(|&byte| byte == b'\n') else {
                    return match window.len() {
                        MAX_LINE => Err(Refusal::malformed("a chunk size line is too long")),
                        _ => Ok(Step::Starved),
                    };
                };
                let size = size(&window[..newline])?;
                if size > room {
                    return Err(Refusal::with_status(413, "the body is larger than allowed"));
                }
                *self = match size {
                    0 => Self::Trailers(Scan::default()),
                    size => Self::Data(size),
                };
                Ok(Step::Skip(newline + 1))
            }
            Self::Data(_) if bytes.is_empty() => Ok(Step::Starved),
            Self::Data(left) => {
                let length = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                *left -= length as u64;
                if *left == 0 {
                    *self = Self::DataEnd;
                }
                Ok(Step::Data(length))
            }
            Self::DataEnd => match bytes {
                [b'\r', b'\n', ..] => {
                    *self = Self::Size;
                    Ok(Step::Skip(2))
                }
                [] | [b'\r'] => Ok(Step::Starved),
                _ => Err(Refusal::malformed("a chunk does not end where its size says")),
            },
            Self::Trailers(scan) => match scan.end(bytes, head_limit, LineEnd::Crlf)? {
                None => Ok(Step::Starved),
                Some(length) => Ok(Step::End(length, head::trailers(&bytes[..length])?)),
            },
        }
    }
}

/// Value of a chunk-size line without its LF.
fn size(line: &[u8]) -> Result<u64, Refusal> {
    let malformed = || Refusal::malformed("a chunk size is malformed");
    let line = line.strip_suffix(b"\r").ok_or_else(malformed)?;
    if line.contains(&b'\r') {
        return Err(malformed());
    }
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    // Blanks are allowed before the semicolon of an extension only ("bad whitespace").
    let rest = line[digits..].trim_ascii_start();
    if digits == 0 || digits > 16 || !(line.len() == digits || rest.starts_with(b";")) {
        return Err(malformed());
    }
    let text = std::str::from_utf8(&line[..digits]).map_err(|_| malformed())?;
    u64::from_str_radix(text, 16).map_err(|_| malformed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (line, expected) in [
            ("0\r", Some(0)),
            ("1f\r", Some(31)),
            ("1F;name=\"value\"\r", Some(31)),
            ("1F ;name\r", Some(31)),
            ("ffffffffffffffff\r", Some(u64::MAX)),
            ("10000000000000000\r", None),
            ("0000000000000000\r", Some(0)),
            ("00000000000000000\r", None),
            ("1F", None),
            ("1F \r", None),
            (" 1F\r", None),
            ("0x1F\r", None),
            ("+1\r", None),
            ("\r", None),
            ("1;a\rb\r", None),
            ("1 2\r", None),
        ] {
            assert_eq!(size(line.as_bytes()).ok(), expected, "{line:?}");
        }
    }

    #[test]
    fn a_chunk_fits_into_the_room_that_is_left() {
        let step = |text: &[u8]| Chunks::Size.step(text, 31, 100).map_err(|refusal| refusal.status);
        assert!(matches!(step(b"1f\r\n"), Ok(Step::Skip(4))));
        assert!(matches!(step(b"20\r\n"), Err(413)));
    }

    #[test]
    fn the_line_of_a_size_is_bounded() {
        let line = |length: usize| [b"1;", "x".repeat(length - 2).as_bytes()].concat();
        let step = |text: &[u8]| Chunks::Size.step(text, 31, 100).map_err(|refusal| refusal.status);
        assert!(matches!(step(&line(MAX_LINE - 1)), Ok(Step::Starved)));
        assert!(matches!(step(&line(MAX_LINE)), Err(400)));
        assert!(matches!(step(&line(MAX_LINE + 1)), Err(400)));
        assert!(matches!(
            step(&[&line(MAX_LINE - 2)[..], b"\r\n"].concat()),
            Ok(Step::Skip(MAX_LINE))
        ));
    }
}
