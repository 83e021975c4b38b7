//! Whether a line, written as [`super::record`] writes it, shows exactly these bytes. A comparison
//! byte by byte: nothing is parsed or copied, so that it costs a bulk check next to nothing.
//!
//! `true` is certain; `false` says nothing, the line may be written in another way.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::record::parameters;
use super::shown::is_url_of;
use crate::json;

/// The exact bytes, taken apart.
pub(super) struct Bytes<'a> {
    /// The whole head, which method, target and headers stand in.
    pub(super) head: &'a [u8],
    pub(super) method: &'a str,
    pub(super) target: &'a str,
    pub(super) headers: &'a [(&'a str, &'a [u8])],
    pub(super) body: &'a [u8],
    pub(super) body_base64: &'a [u8],
}

/// Whether `line`, which begins with the entry's brace, shows these bytes and no others.
pub(super) fn shows(line: &[u8], bytes: &Bytes<'_>) -> bool {
    let mut line = Line(line);
    let means_itself = memchr::memchr2(b'"', b'\\', bytes.head).is_none();
    line.entry(bytes, means_itself).is_some() && !line.says_more()
}

/// After so many steps of eight bytes the rest of a run, up to what does not mean itself, is searched for and
/// compared at once: that costs as much as these steps, however long it is.
const STEPS: usize = 4;

/// What is left of a line.
struct Line<'a>(&'a [u8]);

impl<'a> Line<'a> {
    /// Everything up to the response; `means_itself` if the head has neither quote nor backslash.
    fn entry(&mut self, bytes: &Bytes<'_>, means_itself: bool) -> Option<()> {
        self.literal(b"{\"startedDateTime\":\"")?;
        self.string()?;
        self.literal(b",\"time\":")?;
        self.number();
        self.literal(b",\"request\":{\"method\":\"")?;
        self.word(bytes.method.as_bytes(), means_itself)?;
        self.literal(b"\",\"url\":\"")?;
        let url = std::str::from_utf8(self.string()?).ok()?;
        is_url_of(url, bytes.target).then_some(())?;
        self.literal(b",\"httpVersion\":\"HTTP/1.1\",\"cookies\":[],\"headers\":")?;
        let mut before = b"[{\"name\":\"";
        for (name, value) in bytes.headers {
            self.literal(before)?;
            self.word(name.as_bytes(), means_itself)?;
            self.literal(b"\",\"value\":\"")?;
            self.word(value, means_itself)?;
            self.literal(b"\"}")?;
            before = b",{\"name\":\"";
        }
        match bytes.headers.is_empty() {
            true => self.literal(b"[],\"queryString\":")?,
            false => self.literal(b"],\"queryString\":")?,
        }
        match bytes.target.contains('?') {
            true => self.bytes(json::text(&parameters(bytes.target)).ok()?.as_bytes())?,
            false => self.literal(b"[]")?,
        }
        if !bytes.body.is_empty() {
            self.body(bytes)?;
        }
        self.literal(b",\"headersSize\":")?;
        self.number();
        self.literal(b",\"bodySize\":")?;
        let size = std::str::from_utf8(self.number()).ok()?;
        (size.parse() == Ok(bytes.body.len())).then_some(())?;
        self.literal(b"},\"response\":")
    }

    fn body(&mut self, bytes: &Bytes<'_>) -> Option<()> {
        let is_type = |(name, _): &&(&str, &[u8])| name.eq_ignore_ascii_case("Content-Type");
        let kind = bytes.headers.iter().find(is_type).map_or(&b""[..], |(_, value)| value);
        self.literal(b",\"postData\":{\"mimeType\":\"")?;
        self.text(kind)?;
        self.literal(b"\",\"text\":\"")?;
        let text = self.0;
        if self.text(bytes.body).and_then(|()| self.literal(b"\"}")).is_some() {
            return Some(());
        }
        // What is no UTF-8.
        self.0 = text;
        self.bytes(bytes.body_base64)?;
        self.literal(b"\",\"encoding\":\"base64\"}")
    }

    /// Whether what is left could show another request: a second member of that name, which some
    /// readers would take, or a name that is written with escapes.
    fn says_more(&self) -> bool {
        static MORE: LazyLock<[Finder<'_>; 2]> =
            LazyLock::new(|| [Finder::new("\"request\""), Finder::new("\\u")]);
        MORE.iter().any(|finder| finder.find(self.0).is_some())
    }

    /// Compared in place: a call for each would cost more than the comparison.
    #[inline(always)]
    fn literal<const N: usize>(&mut self, text: &[u8; N]) -> Option<()> {
        let (start, rest) = self.0.split_first_chunk()?;
        self.0 = (start == text).then_some(rest)?;
        Some(())
    }

    fn bytes(&mut self, text: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    fn number(&mut self) -> &'a [u8] {
        let is_part = |byte: &&u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
        let (number, rest) = self.0.split_at(self.0.iter().take_while(is_part).count());
        self.0 = rest;
        number
    }

    /// The rest of a string without escapes, and its closing quote.
    fn string(&mut self) -> Option<&'a [u8]> {
        let end = memchr::memchr2(b'"', b'\\', self.0)?;
        let (string, rest) = self.0.split_at(end);
        self.0 = rest.strip_prefix(b"\"")?;
        Some(string)
    }

    /// A piece of the head. Most can be compared as they stand, which costs a tenth.
    fn word(&mut self, content: &[u8], means_itself: bool) -> Option<()> {
        match means_itself && self.bytes(content).is_some() {
            true => Some(()),
            false => self.text(content),
        }
    }

    /// Exactly `content`, as it stands in a string.
    fn text(&mut self, mut content: &[u8]) -> Option<()> {
        let mut line = self.0;
        loop {
            let mut steps = 0;
            while let (Some(a), Some(b)) = (line.first_chunk(), content.first_chunk()) {
                let same = same(u64::from_le_bytes(*a), u64::from_le_bytes(*b));
                (line, content) = (&line[same..], &content[same..]);
                if same < 8 {
                    break;
                }
                steps += 1;
                if steps == STEPS {
                    let end = memchr::memchr2(b'"', b'\\', line)?;
                    let (run, rest) = line.split_at(end);
                    (line, content) = (rest, content.strip_prefix(run)?);
                }
            }
            let Some((&byte, rest)) = content.split_first() else {
                self.0 = line;
                return Some(());
            };
            if line.starts_with(b"\\u") {
                (line, content) = same_character(line, content)?;
                continue;
            }
            let escaped = match byte {
                b'"' | b'\\' => Some(byte),
                b'\n' => Some(b'n'),
                b'\r' => Some(b'r'),
                b'\t' => Some(b't'),
                0..b' ' => return None,
                _ => None,
            };
            // Of a fixed length each, so that nothing is called for two bytes.
            line = match escaped {
                Some(letter) => {
                    let (written, rest) = line.split_first_chunk()?;
                    (*written == [b'\\', letter]).then_some(rest)?
                }
                None => {
                    let (written, rest) = line.split_first()?;
                    (*written == byte).then_some(rest)?
                }
            };
            content = rest;
        }
    }
}

/// What is left behind a character of the content and its escape in the line.
fn same_character<'a, 'b>(line: &'a [u8], content: &'b [u8]) -> Option<(&'a [u8], &'b [u8])> {
    let start = content.get(..4).unwrap_or(content);
    let char = start.utf8_chunks().next()?.valid().chars().next()?;
    Some((line.strip_prefix(json::escaped(char).as_bytes())?, content.get(char.len_utf8()..)?))
}

/// How many of eight bytes, from the lowest, are the same and mean themselves in a string: neither
/// a quote nor a backslash.
fn same(a: u64, b: u64) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // The lowest byte that is zero has its high bit set, and no lower one has.
    let zero = |x: u64| x.wrapping_sub(ONES) & !x & (ONES << 7);
    let quote = zero(a ^ (ONES * b'"' as u64));
    let backslash = zero(a ^ (ONES * b'\\' as u64));
    ((a ^ b) | quote | backslash).trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_same_bytes_up_to_one_that_does_not_mean_itself() {
        let same = |a: &[u8; 8], b: &[u8; 8]| same(u64::from_le_bytes(*a), u64::from_le_bytes(*b));
        assert_eq!(same(b"abcdefgh", b"abcdefgh"), 8);
        assert_eq!(same(b"abcdefgh", b"abcdefgH"), 7);
        assert_eq!(same(b"abc\"efgh", b"abc\"efgh"), 3);
        assert_eq!(same(b"abcd\\fgh", b"abcd\\fg\""), 4);
        assert_eq!(same(b"#\"!\"!\"!\"", b"#\"!\"!\"!\""), 1);
        assert_eq!(
            same(
                &[0xa2, 0xdc, 1, 0, 0xff, 0x80, b'!', b'['],
                &[0xa2, 0xdc, 1, 0, 0xff, 0x80, b'!', b'[']
            ),
            8
        );
    }

    proptest! {
        #[test]
        fn a_text_is_what_a_writer_of_json_makes_of_it(text in "[a\"\\\\\n\t\u{e9}\u{1f600} -~]{0,40}x{0,200}[a\"\\\\]{0,3}", more in "[a\",]{0,9}") {
            let json = serde_json::to_string(&text).unwrap() + &more;
            let mut line = Line(&json.as_bytes()[1..]);
            prop_assert_eq!(line.text(text.as_bytes()), Some(()));
            let rest = format!("\"{more}");
            prop_assert_eq!(line.0, rest.as_bytes());
        }

        #[test]
        fn whatever_is_taken_for_a_text_is_that_text(json in "[a\"\\\\n]{0,20}", text in "[a\"\\\\n]{0,20}") {
            let mut line = Line(json.as_bytes());
            if line.text(text.as_bytes()).and_then(|()| line.literal(b"\"")).is_some() {
                let taken = &json[..json.len() - line.0.len()];
                let read: String = serde_json::from_str(&format!("\"{taken}")).unwrap();
                prop_assert_eq!(read, text);
            }
        }
    }
}
