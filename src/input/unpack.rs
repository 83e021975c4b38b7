//! Compressed input, told from its first bytes: gzip (RFC 1952) and Zstandard (RFC 8878), with any
//! number of members or frames. Unpacked as it is read, so memory does not grow with it; and no more
//! than so many times of what was read, because a small file could fill a disk.

use std::fmt;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use std::mem;
use std::str::FromStr;

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::error::{Error, Result, said};
use crate::failure::Failure;

/// So many first bytes tell whether anything is compressed.
const MAGIC: usize = 4;
/// Bytes that any file may unpack to, however small it is.
const FREE: u64 = 1 << 20;
/// The most memory that a Zstandard frame may ask for: what `zstd -d` grants, 128 MiB.
const MAX_WINDOW: u64 = 128 << 20;
/// Bytes read at once.
const PIECE: usize = 64 << 10;

/// How many times longer than the file what it unpacks to may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio(u64);

impl Default for Ratio {
    fn default() -> Self {
        Self(200)
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Ratio {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.parse() {
            Ok(ratio) if ratio > 0 => Ok(Self(ratio)),
            _ => Err(Error::usage("not a number of 1 or more, for example 1000")),
        }
    }
}

/// Whether what begins with these bytes is compressed.
pub fn is_packed(start: &[u8]) -> bool {
    packing(start).is_some()
}

/// What comes out of `reader`, unpacked when it is compressed, else as it is. A stream that is cut
/// off or damaged fails with an [`Error`] that [`said`] finds, after everything before that place.
pub fn unpack(reader: impl Read + Send + 'static, ratio: Ratio) -> impl Read + Send + 'static {
    Unpack { reader: Box::new(reader), ratio, is_begun: false }
}

type Source = Box<dyn Read + Send>;

/// A stream of which nothing is read before somebody wants it: it may be a pipe without a writer yet.
struct Unpack {
    reader: Source,
    ratio: Ratio,
    is_begun: bool,
}

impl Read for Unpack {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if !self.is_begun {
            let mut start = Vec::with_capacity(MAGIC);
            (&mut self.reader).take(MAGIC as u64).read_to_end(&mut start)?;
            let packing = packing(&start);
            let rest = mem::replace(&mut self.reader, Box::new(io::empty()));
            let whole: Source = Box::new(Cursor::new(start).chain(rest));
            self.reader = match packing {
                None => whole,
                Some(packing) => Box::new(Unpacked::new(whole, packing, self.ratio)),
            };
            self.is_begun = true;
        }
        self.reader.read(out)
    }
}

/// The first bytes of a stream, `limit` at most. One that is cut off among them says so to whoever
/// reads on.
///
/// # Errors
/// Those of the reader.
pub fn head(reader: &mut (impl Read + ?Sized), limit: u64) -> io::Result<Vec<u8>> {
    head_until(reader, limit, |_| false)
}

/// The same, until it is enough: whoever writes a stream may not go on for hours.
///
/// # Errors
/// Those of the reader.
pub fn head_until(
    reader: &mut (impl Read + ?Sized),
    limit: u64,
    is_enough: impl Fn(&[u8]) -> bool,
) -> io::Result<Vec<u8>> {
    let size = usize::try_from(limit).map_or(PIECE, |limit| limit.min(PIECE));
    let (mut head, mut piece) = (Vec::new(), vec![0; size]);
    let mut reader = reader.take(limit);
    loop {
        match reader.read(&mut piece) {
            Ok(0) => return Ok(head),
            Ok(length) => head.extend_from_slice(&piece[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) if head.is_empty() || said(&error).is_none() => return Err(error),
            Err(_) => return Ok(head),
        }
        if is_enough(&head) {
            return Ok(head);
        }
    }
}

#[derive(Clone, Copy)]
enum Packing {
    Gzip,
    Zstd,
}

/// How a file is compressed that begins so. The other method of gzip was never defined.
fn packing(start: &[u8]) -> Option<Packing> {
    match start {
        [0x1f, 0x8b, 0x08, ..] => Some(Packing::Gzip),
        // A frame, or one that is to be skipped, as parallel compressors write first.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Packing::Zstd),
        _ => None,
    }
}

type Bytes = BufReader<Counted<Source>>;

enum Decoder {
    Gzip(Box<MultiGzDecoder<Bytes>>),
    Zstd(Box<Zstd<Bytes>>),
}

/// A compressed stream. Once it has failed it fails again in the same way.
struct Unpacked {
    decoder: Decoder,
    ratio: Ratio,
    /// Bytes that came out of it.
    length: u64,
    failure: Option<Error>,
}

impl Unpacked {
    fn new(reader: Source, packing: Packing, ratio: Ratio) -> Self {
        let counted = Counted { reader, bytes: 0, has_ended: false, failure: None };
        let bytes = BufReader::with_capacity(PIECE, counted);
        let decoder = match packing {
            Packing::Gzip => Decoder::Gzip(Box::new(MultiGzDecoder::new(bytes))),
            Packing::Zstd => Decoder::Zstd(Box::new(Zstd::new(bytes))),
        };
        Self { decoder, ratio, length: 0, failure: None }
    }

    fn source(&self) -> &Bytes {
        match &self.decoder {
            Decoder::Gzip(gzip) => gzip.get_ref(),
            Decoder::Zstd(zstd) => &zstd.source,
        }
    }

    /// Compressed bytes that were used so far.
    fn used(&self) -> u64 {
        self.source().get_ref().bytes - self.source().buffer().len() as u64
    }

    fn failed(&self, error: &io::Error) -> Error {
        let name = match self.decoder {
            Decoder::Gzip(_) => "gzip",
            Decoder::Zstd(_) => "zstd",
        };
        let Counted { has_ended, failure, .. } = self.source().get_ref();
        let used = self.used();
        match (said(error), failure) {
            (Some(error), _) => error.clone(),
            (None, Some(why)) => Error::new(Failure::Unreadable, why.clone()),
            (None, None) if *has_ended => {
                let message = format!("the {name} data is truncated after {used} bytes");
                Error::new(Failure::Malformed, message)
                    .help("copy the file again, or wait until it has been written")
            }
            (None, None) => {
                let message = format!("damaged {name} data before byte {used}: {error}");
                Error::new(Failure::Malformed, message)
            }
        }
    }
}

impl Read for Unpacked {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let Some(failure) = &self.failure {
            return Err(io::Error::other(failure.clone()));
        }
        let read = match &mut self.decoder {
            Decoder::Gzip(gzip) => gzip.read(out),
            Decoder::Zstd(zstd) => zstd.read(out),
        };
        let failure = match read {
            Ok(count) => {
                self.length += count as u64;
                let most = self.used().saturating_mul(self.ratio.0).saturating_add(FREE);
                if self.length <= most {
                    return Ok(count);
                }
                let message = format!("unpacks to more than {} times its size", self.ratio);
                Error::new(Failure::TooLarge, message)
                    .help("if that is expected, allow more with --max-ratio")
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => return Err(error),
            Err(error) => self.failed(&error),
        };
        self.failure = Some(failure.clone());
        Err(io::Error::other(failure))
    }
}

/// Counts what is read, and notes how it ended: decoders have many ways to say it.
struct Counted<R> {
    reader: R,
    bytes: u64,
    /// More was wanted than there is.
    has_ended: bool,
    /// What the system said.
    failure: Option<String>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(out);
        match &read {
            Ok(count) => {
                self.bytes += *count as u64;
                self.has_ended |= *count == 0;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => self.failure = Some(error.to_string()),
        }
        read
    }
}

/// Frame after frame of Zstandard data.
struct Zstd<R> {
    source: R,
    frame: FrameDecoder,
    in_frame: bool,
}

impl<R: BufRead> Zstd<R> {
    fn new(source: R) -> Self {
        let mut frame = FrameDecoder::new();
        frame.set_max_window_size(MAX_WINDOW);
        Self { source, frame, in_frame: false }
    }

    /// Begins the next frame, or passes over one that holds something else.
    fn begin(&mut self) -> io::Result<()> {
        use FrameDecoderError as Frame;
        let failure = match self.frame.init(&mut self.source) {
            Ok(()) => {
                self.in_frame = true;
                return Ok(());
            }
            Err(Frame::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length, ..
            })) => {
                let length = u64::from(length);
                let skipped = io::copy(&mut self.source.by_ref().take(length), &mut io::sink())?;
                return if skipped == length {
                    Ok(())
                } else {
                    Err(ErrorKind::UnexpectedEof.into())
                };
            }
            Err(Frame::WindowSizeTooBig { requested, .. }) => Error::new(
                Failure::TooLarge,
                format!("needs {} MiB to unpack, more than {}", requested >> 20, MAX_WINDOW >> 20),
            )
            .help("compress it without --long or --ultra"),
            Err(Frame::DictNotProvided { dict_id }) => {
                let message = format!("compressed with a dictionary, number {dict_id}");
                Error::new(Failure::Unsupported, message)
                    .help("unpack it with zstd -d -D DICTIONARY")
            }
            Err(error) => return Err(io::Error::other(error)),
        };
        Err(io::Error::other(failure))
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.in_frame {
                if self.source.fill_buf()?.is_empty() {
                    return Ok(0);
                }
                self.begin()?;
                continue;
            }
            let frame = &mut self.frame;
            while frame.can_collect() == 0 && !frame.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                frame.decode_blocks(&mut self.source, one).map_err(io::Error::other)?;
            }
            let count = frame.read(out)?;
            if count > 0 || out.is_empty() {
                return Ok(count);
            }
            let stated = frame.get_checksum_from_data();
            if stated.is_some() && stated != frame.get_calculated_checksum() {
                return Err(io::Error::other("the checksum of a frame is wrong"));
            }
            self.in_frame = false;
        }
    }
}

#[cfg(test)]
#[path = "unpack_tests.rs"]
mod tests;
