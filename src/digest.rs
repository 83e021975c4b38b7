//! Digests, text forms of bytes (hex, base64), and comparison in constant time.

use std::io::{self, Write};
use std::sync::LazyLock;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use sha1::Digest as _;

/// Base64 that takes padding or none; writes padding (RFC 4648 section 4).
const BASE64: GeneralPurpose = engine(&alphabet::STANDARD, true, true);
/// The URL alphabet, written without padding (RFC 4648 section 5).
const BASE64URL: GeneralPurpose = engine(&alphabet::URL_SAFE, false, true);
/// The same two, for what must not be written in two ways: unused bits are zero (section 3.5).
const EXACT: [GeneralPurpose; 2] =
    [engine(&alphabet::STANDARD, true, false), engine(&alphabet::URL_SAFE, false, false)];

/// Reads and writes much base64 at a time, with the vector instructions of the processor. To find out
/// which it has takes as long as a signature is made in: not for what is short.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub type Bulk = base64::engine::Simd;
/// Where no vector instructions are known of.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub type Bulk = GeneralPurpose;

/// An engine for the standard alphabet.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub fn bulk(config: GeneralPurposeConfig) -> Bulk {
    Bulk::standard(config)
}

/// An engine for the standard alphabet.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub fn bulk(config: GeneralPurposeConfig) -> Bulk {
    Bulk::new(&alphabet::STANDARD, config)
}

const fn engine(alphabet: &alphabet::Alphabet, padding: bool, any_bits: bool) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new()
        .with_encode_padding(padding)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(any_bits);
    GeneralPurpose::new(alphabet, config)
}

/// SHA-1 (FIPS 180-4), 20 bytes.
pub fn sha1(bytes: &[u8]) -> [u8; 20] {
    sha1::Sha1::digest(bytes).into()
}

/// SHA-256 (FIPS 180-4), 32 bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    sha2::Sha256::digest(bytes).into()
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = vec![0; bytes.len() * 2];
    for (pair, byte) in text.as_chunks_mut().0.iter_mut().zip(bytes) {
        *pair = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    }
    // Digits are ASCII. To push them one by one costs as much as a digest.
    String::from_utf8(text).unwrap_or_default()
}

/// Bytes of hex in either case; `None` for anything else.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some((digit(*high)? * 16 + digit(*low)?) as u8)).collect()
}

/// Label and bytes of every PEM block (RFC 7468) in a header, a variable or a secret, where it may stand
/// in one line or be indented, as pki-types does not take it; `None` for a block that is damaged. Files
/// are read by `store`.
pub fn pem_blocks(text: &str) -> impl Iterator<Item = (&str, Option<Vec<u8>>)> {
    text.split("-----BEGIN ").skip(1).filter_map(|rest| {
        let (label, rest) = rest.split_once("-----")?;
        let body = rest.split_once("-----END ").map(|(body, _)| body);
        let base64 = body.map(|body| body.split_whitespace().collect::<String>());
        Some((label, base64.and_then(|base64| unbase64(&base64))))
    })
}

/// Bytes in PEM (RFC 7468): 64 characters a line.
pub fn pem(label: &str, bytes: &[u8]) -> String {
    let body = base64(bytes);
    let mut text = String::with_capacity(body.len() + body.len() / 64 + 60);
    text.push_str(&format!("-----BEGIN {label}-----\n"));
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = more;
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

/// Base64 with the standard alphabet and padding.
pub fn base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// The same, written piece by piece: for what may be long.
///
/// # Errors
/// Those of the writer.
pub fn write_base64(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    static BULK: LazyLock<Bulk> = LazyLock::new(|| bulk(GeneralPurposeConfig::new()));
    // Three bytes are four characters.
    let mut text = [0; 1024];
    for piece in bytes.chunks(text.len() / 4 * 3) {
        let length = BULK.encode_slice(piece, &mut text).map_err(io::Error::other)?;
        out.write_all(&text[..length])?;
    }
    Ok(())
}

/// Base64 with the URL alphabet, without padding.
pub fn base64url(bytes: &[u8]) -> String {
    BASE64URL.encode(bytes)
}

/// Bytes of base64 in either alphabet, padded or not; `None` for anything else.
pub fn unbase64(text: &str) -> Option<Vec<u8>> {
    let url = is_url_alphabet(text);
    let engine = if url { &BASE64URL } else { &BASE64 };
    engine.decode(text).ok()
}

/// As [`unbase64`], and `None` where a bit that no byte needs is set: such a text is another spelling
/// of the same bytes, which no sender writes.
pub fn unbase64_exact(text: &str) -> Option<Vec<u8>> {
    // What has letters of both is refused by both.
    EXACT.iter().find_map(|engine| engine.decode(text).ok())
}

/// Whether a letter stands there that only the URL alphabet has. Without `memchr`, whose first search
/// asks the processor for its instructions: a secret is read in less time.
fn is_url_alphabet(text: &str) -> bool {
    text.bytes().fold(false, |is_any, byte| is_any | matches!(byte, b'-' | b'_'))
}

/// Whether two byte strings are equal, in a time that depends on their lengths only.
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a, b).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_both_ways() {
        assert_eq!(hex(&[0, 0xff, 0x1a]), "00ff1a");
        assert_eq!(unhex("00FF1a"), Some(vec![0, 0xff, 0x1a]));
        assert_eq!(unhex("0"), None);
        assert_eq!(unhex("0g"), None);
        assert_eq!(unhex("é"), None);
    }

    #[test]
    fn base64_both_ways_with_and_without_padding() {
        assert_eq!(base64(&[0xfb, 0xff]), "+/8=");
        assert_eq!(base64url(&[0xfb, 0xff]), "-_8");
        for text in ["+/8=", "+/8", "-_8", "-_8="] {
            assert_eq!(unbase64(text), Some(vec![0xfb, 0xff]), "{text}");
        }
        assert_eq!(unbase64("+_8"), None);
    }

    #[test]
    fn base64_in_pieces_is_the_same() {
        let bytes: Vec<u8> = (0..2000_u32).map(|number| (number * 7) as u8).collect();
        for length in [0, 1, 2, 3, 767, 768, 769, 1536, 2000] {
            let mut text = b"=".to_vec();
            write_base64(&mut text, &bytes[..length]).unwrap();
            assert_eq!(text[1..], *base64(&bytes[..length]).as_bytes(), "{length}");
        }
    }

    #[test]
    fn unused_bits_are_zero_where_it_matters() {
        for (text, bytes) in [("Jk==", Some(vec![0x26])), ("JkA=", Some(vec![0x26, 0x40]))] {
            assert_eq!(unbase64_exact(text), bytes.filter(|_| text != "Jk=="), "{text}");
        }
        assert_eq!(unbase64_exact("Jl=="), None);
        assert_eq!(unbase64_exact("_-9"), None);
        assert_eq!(unbase64("Jl=="), Some(vec![0x26]));
    }
}
