//! ASN.1 values in DER and BER (X.690), as keystores carry them: a reader that walks and a writer.
//!
//! The reader knows definite and indefinite lengths and constructed strings, since NSS, Firefox and
//! Bouncy Castle write those. It never recurses on what the input says: depth is counted, lengths
//! are compared with what is there before anything is taken, and each error has its byte offset.

use std::borrow::Cow;

use crate::error::Malformed;

pub mod write;

/// How deep indefinite lengths and constructed strings may nest. Real files need 8.
const MAX_DEPTH: usize = 32;

/// Identifier octets (X.690 section 8.1.2) of the types that keystores are made of.
pub mod tag {
    /// INTEGER
    pub const INTEGER: u8 = 0x02;
    /// BIT STRING, primitive
    pub const BIT_STRING: u8 = 0x03;
    /// OCTET STRING, primitive
    pub const OCTET_STRING: u8 = 0x04;
    /// NULL
    pub const NULL: u8 = 0x05;
    /// OBJECT IDENTIFIER
    pub const OID: u8 = 0x06;
    /// UTF8String
    pub const UTF8_STRING: u8 = 0x0c;
    /// BMPString: UTF-16, big end first
    pub const BMP_STRING: u8 = 0x1e;
    /// SEQUENCE
    pub const SEQUENCE: u8 = 0x30;
    /// SET
    pub const SET: u8 = 0x31;
    /// The bit that says: content is made of values
    pub const CONSTRUCTED: u8 = 0x20;

    /// `[number]`, constructed: explicit tags, and implicit ones of structured types.
    pub const fn context(number: u8) -> u8 {
        0xa0 | number
    }
}

/// One value: identifier, length, content.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    format: &'static str,
    /// Identifier octet; the first one, where there are several.
    pub tag: u8,
    /// Byte offset of the identifier in the input.
    pub offset: usize,
    /// Byte offset of the content in the input.
    pub content_offset: usize,
    /// Content octets, without the end-of-contents mark of an indefinite length.
    pub content: &'a [u8],
    /// All octets of the value, identifier and length included.
    pub encoded: &'a [u8],
}

impl<'a> Value<'a> {
    /// Whether the content is made of values.
    pub fn is_constructed(&self) -> bool {
        self.tag & tag::CONSTRUCTED != 0
    }

    /// Reads the content as values.
    pub fn reader(&self) -> Reader<'a> {
        Reader::at(self.format, self.content, self.content_offset)
    }

    /// At this value, `expected` should have stood.
    pub fn malformed(&self, expected: impl Into<String>) -> Malformed {
        Malformed::new(self.format, self.offset, expected)
    }

    /// The octets of a string, put together if BER has cut it in pieces.
    pub fn octets(&self) -> Result<Cow<'a, [u8]>, Malformed> {
        if !self.is_constructed() {
            return Ok(Cow::Borrowed(self.content));
        }
        let mut joined = Vec::with_capacity(self.content.len());
        let mut open = vec![self.reader()];
        while let Some(mut reader) = open.pop() {
            let Some(piece) = reader.next("an OCTET STRING")? else { continue };
            open.push(reader);
            if piece.tag & !tag::CONSTRUCTED != tag::OCTET_STRING {
                return Err(piece.malformed("an OCTET STRING"));
            }
            if !piece.is_constructed() {
                joined.extend_from_slice(piece.content);
            } else if open.len() < MAX_DEPTH {
                open.push(piece.reader());
            } else {
                return Err(piece.malformed(format!("nesting of at most {MAX_DEPTH}")));
            }
        }
        Ok(Cow::Owned(joined))
    }

    /// The content of an INTEGER that is not negative and fits 64 bits.
    pub fn unsigned(&self, expected: &str) -> Result<u64, Malformed> {
        let digits = self.magnitude();
        if self.tag != tag::INTEGER || self.content.is_empty() || digits.len() > 8 {
            return Err(self.malformed(expected));
        }
        if self.content[0] & 0x80 != 0 {
            return Err(self.malformed(expected));
        }
        Ok(digits.iter().fold(0, |number, digit| number << 8 | u64::from(*digit)))
    }

    /// The content of an INTEGER without leading zeros: equal numbers are equal bytes.
    pub fn magnitude(&self) -> &'a [u8] {
        let zeros = self.content.iter().take_while(|byte| **byte == 0).count();
        &self.content[zeros..]
    }

    /// The content of an OBJECT IDENTIFIER as dotted numbers.
    pub fn oid(&self, expected: &str) -> Result<String, Malformed> {
        if self.tag != tag::OID {
            return Err(self.malformed(expected));
        }
        oid_text(self.content).ok_or_else(|| self.malformed(expected))
    }

    /// The bits of a BIT STRING of whole octets.
    pub fn bits(&self) -> Result<&'a [u8], Malformed> {
        match self.content.split_first() {
            Some((0, bits)) if self.tag & 0x1f == tag::BIT_STRING || self.tag & 0xc0 != 0 => {
                Ok(bits)
            }
            _ => Err(self.malformed("a BIT STRING of whole octets")),
        }
    }
}

/// Walks values one after the other.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    format: &'static str,
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    /// Reads from the start of an input; errors will name `format`.
    pub fn new(format: &'static str, bytes: &'a [u8]) -> Self {
        Self::at(format, bytes, 0)
    }

    /// Reads bytes that stand at `offset` of the input.
    pub fn at(format: &'static str, bytes: &'a [u8], offset: usize) -> Self {
        Self { format, rest: bytes, offset }
    }

    /// Whether everything has been read.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Byte offset of what comes next.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Identifier octet of the next value.
    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Here, `expected` should have stood.
    pub fn malformed(&self, expected: impl Into<String>) -> Malformed {
        Malformed::new(self.format, self.offset, expected)
    }

    /// The next value of any type, or nothing at the end.
    pub fn next(&mut self, expected: &str) -> Result<Option<Value<'a>>, Malformed> {
        if self.is_empty() { Ok(None) } else { self.any(expected).map(Some) }
    }

    /// The next value of any type.
    pub fn any(&mut self, expected: &str) -> Result<Value<'a>, Malformed> {
        if self.is_empty() {
            return Err(self.malformed(expected));
        }
        let head = self.head(0)?;
        let (content, end) = match head.length {
            Some(length) => (head.size..head.size + length, head.size + length),
            None => {
                let end = self.end_of_contents(head.size)?;
                (head.size..end - 2, end)
            }
        };
        let value = Value {
            format: self.format,
            tag: head.tag,
            offset: self.offset,
            content_offset: self.offset + head.size,
            content: &self.rest[content],
            encoded: &self.rest[..end],
        };
        self.rest = &self.rest[end..];
        self.offset += end;
        Ok(value)
    }

    /// The next value, which must have this tag.
    pub fn expect(&mut self, tag: u8, expected: &str) -> Result<Value<'a>, Malformed> {
        if self.peek() == Some(tag) { self.any(expected) } else { Err(self.malformed(expected)) }
    }

    /// The next value if it has this tag.
    pub fn optional(&mut self, tag: u8, expected: &str) -> Result<Option<Value<'a>>, Malformed> {
        if self.peek() == Some(tag) { self.any(expected).map(Some) } else { Ok(None) }
    }

    /// Goes into the next value, a SEQUENCE.
    pub fn sequence(&mut self, expected: &str) -> Result<Reader<'a>, Malformed> {
        Ok(self.expect(tag::SEQUENCE, expected)?.reader())
    }

    /// An OBJECT IDENTIFIER as dotted numbers.
    pub fn oid(&mut self, expected: &str) -> Result<String, Malformed> {
        self.expect(tag::OID, expected)?.oid(expected)
    }

    /// An INTEGER that is not negative and fits 64 bits.
    pub fn unsigned(&mut self, expected: &str) -> Result<u64, Malformed> {
        self.expect(tag::INTEGER, expected)?.unsigned(expected)
    }

    /// An OCTET STRING, put together if BER has cut it in pieces.
    pub fn octets(&mut self, expected: &str) -> Result<Cow<'a, [u8]>, Malformed> {
        match self.peek() {
            Some(tag) if tag & !tag::CONSTRUCTED == tag::OCTET_STRING => {
                self.any(expected)?.octets()
            }
            _ => Err(self.malformed(expected)),
        }
    }

    /// Identifier and length `at` bytes from here.
    fn head(&self, at: usize) -> Result<Head, Malformed> {
        let cut = |more: &str| Malformed::new(self.format, self.offset + self.rest.len(), more);
        let bytes = &self.rest[at..];
        let tag = *bytes.first().ok_or_else(|| cut("a value"))?;
        let mut size = 1;
        if tag & 0x1f == 0x1f {
            // The tag number follows in groups of seven bits; the last has the high bit clear.
            let more = bytes[1..].iter().take_while(|byte| **byte & 0x80 != 0).count();
            size += more + 1;
        }
        let first = *bytes.get(size).ok_or_else(|| cut("a length"))?;
        size += 1;
        let length = match first {
            0x80 if tag & tag::CONSTRUCTED != 0 => return Ok(Head { tag, size, length: None }),
            0..0x80 => usize::from(first),
            0x81..=0x88 => {
                let count = usize::from(first & 0x7f);
                let digits = bytes.get(size..size + count).ok_or_else(|| cut("a length"))?;
                size += count;
                let length = digits.iter().fold(0, |sum, digit| sum << 8 | u64::from(*digit));
                usize::try_from(length).unwrap_or(usize::MAX)
            }
            _ => return Err(Malformed::new(self.format, self.offset + at + size - 1, "a length")),
        };
        let there = bytes.len() - size;
        if length > there {
            let more = format!("{length} bytes of content where {there} are left,");
            return Err(Malformed::new(self.format, self.offset + at + size, more));
        }
        Ok(Head { tag, size, length: Some(length) })
    }

    /// The end, mark included, of the indefinite-length content that begins `at` bytes from here.
    fn end_of_contents(&self, mut at: usize) -> Result<usize, Malformed> {
        let mut depth = 1;
        while depth > 0 {
            if self.rest[at..].starts_with(&[0, 0]) {
                depth -= 1;
                at += 2;
                continue;
            }
            let head = self.head(at)?;
            at += head.size;
            match head.length {
                Some(length) => at += length,
                None if depth == MAX_DEPTH => {
                    let expected = format!("nesting of at most {MAX_DEPTH}");
                    return Err(Malformed::new(self.format, self.offset + at, expected));
                }
                None => depth += 1,
            }
        }
        Ok(at)
    }
}

/// Identifier and length of a value; no length where the end is marked instead.
struct Head {
    tag: u8,
    size: usize,
    length: Option<usize>,
}

/// Appends a number; formatters take several times as long, and a bundle has half a million.
fn push_number(number: u64, text: &mut String) {
    if number >= 10 {
        push_number(number / 10, text);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

/// Dotted numbers of an encoded OBJECT IDENTIFIER (X.690 section 8.19).
pub fn oid_text(content: &[u8]) -> Option<String> {
    if content.is_empty() || content.len() > 64 || content.last()? & 0x80 != 0 {
        return None;
    }
    let mut text = String::with_capacity(content.len() * 4);
    let mut number: u64 = 0;
    for byte in content {
        number = number.checked_mul(128)? | u64::from(byte & 0x7f);
        if byte & 0x80 != 0 {
            continue;
        }
        if text.is_empty() {
            let first = (number / 40).min(2);
            push_number(first, &mut text);
            number -= first * 40;
        }
        text.push('.');
        push_number(number, &mut text);
        number = 0;
    }
    Some(text)
}

#[cfg(test)]
mod tests;
