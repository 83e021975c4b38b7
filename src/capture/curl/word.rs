//! A word of a shell's command line: its quotes and escapes, as bash takes them away.

use super::shell::Shell;
use crate::error::{Error, Malformed, Result};
use crate::failure::Failure;

impl Shell<'_> {
    /// Blanks, comments, and newlines that a backslash takes away.
    pub(super) fn skip_blanks(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            self.at += match rest {
                [b' ' | b'\t' | b'\r', ..] => 1,
                [b'\\', b'\n', ..] => 2,
                [b'\\', b'\r', b'\n', ..] => 3,
                [b'#', ..] => rest.iter().take_while(|byte| **byte != b'\n').count(),
                _ => return,
            };
        }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn bump(&mut self, expected: &str) -> Result<u8> {
        let byte = self.peek().ok_or_else(|| Malformed::new("command line", self.at, expected))?;
        self.at += 1;
        Ok(byte)
    }

    pub(super) fn word(&mut self) -> Result<Vec<u8>> {
        let mut word = Vec::new();
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'&' | b'<' | b'>' => break,
                b'\'' => {
                    self.at += 1;
                    loop {
                        match self.bump("a closing '")? {
                            b'\'' => break,
                            byte => word.push(byte),
                        }
                    }
                }
                b'"' => {
                    self.at += 1;
                    self.double_quoted(&mut word)?;
                }
                b'$' if self.text[self.at + 1..].starts_with(b"'") => {
                    self.at += 2;
                    self.ansi_quoted(&mut word)?;
                }
                b'$' => self.dollar(&mut word)?,
                b'\\' => {
                    self.at += 1;
                    match self.bump("a character after the backslash")? {
                        b'\n' => {}
                        byte => word.push(byte),
                    }
                }
                b'`' | b'(' | b')' => return Err(self.refused(byte)),
                b'^' if matches!(self.text.get(self.at + 1), Some(b'"' | b'\r' | b'\n')) => {
                    return Err(Error::new(
                        Failure::Unsupported,
                        "this is a Windows cmd command line",
                    )
                    .help("use \"Copy as cURL (bash)\" instead"));
                }
                _ => {
                    word.push(byte);
                    self.at += 1;
                }
            }
        }
        Ok(word)
    }

    fn double_quoted(&mut self, word: &mut Vec<u8>) -> Result<()> {
        loop {
            match self.bump("a closing \"")? {
                b'"' => return Ok(()),
                b'`' => return Err(self.refused(b'`')),
                b'$' => {
                    self.at -= 1;
                    self.dollar(word)?;
                }
                b'\\' => match self.bump("a character after the backslash")? {
                    b'\n' => {}
                    byte @ (b'$' | b'`' | b'"' | b'\\') => word.push(byte),
                    byte => word.extend([b'\\', byte]),
                },
                byte => word.push(byte),
            }
        }
    }

    /// A `$` that means itself; one that a shell would expand is refused.
    pub(super) fn dollar(&mut self, word: &mut Vec<u8>) -> Result<()> {
        match self.text.get(self.at + 1) {
            Some(next) if next.is_ascii_alphanumeric() || b"_{([@*#?$!-".contains(next) => {
                Err(self.refused(b'$'))
            }
            _ => {
                word.push(b'$');
                self.at += 1;
                Ok(())
            }
        }
    }

    /// Bash's `$'...'`: the escapes of C.
    fn ansi_quoted(&mut self, word: &mut Vec<u8>) -> Result<()> {
        loop {
            match self.bump("a closing '")? {
                b'\'' => return Ok(()),
                b'\\' => match self.bump("a character after the backslash")? {
                    b'n' => word.push(b'\n'),
                    b'r' => word.push(b'\r'),
                    b't' => word.push(b'\t'),
                    b'a' => word.push(7),
                    b'b' => word.push(8),
                    b'v' => word.push(11),
                    b'f' => word.push(12),
                    b'e' | b'E' => word.push(27),
                    b'x' => {
                        let byte = self.number(16, 2)?;
                        word.push(byte as u8);
                    }
                    b'u' => self.unicode(4, word)?,
                    b'U' => self.unicode(8, word)?,
                    b'0'..=b'7' => {
                        self.at -= 1;
                        let byte = self.number(8, 3)?;
                        word.push(byte as u8);
                    }
                    byte @ (b'\\' | b'\'' | b'"' | b'?') => word.push(byte),
                    byte => word.extend([b'\\', byte]),
                },
                byte => word.push(byte),
            }
        }
    }

    fn number(&mut self, radix: u32, most: usize) -> Result<u32> {
        let digits = self.text[self.at..]
            .iter()
            .take(most)
            .take_while(|byte| char::from(**byte).is_digit(radix))
            .count();
        let text = std::str::from_utf8(&self.text[self.at..self.at + digits]).unwrap_or_default();
        let number = u32::from_str_radix(text, radix)
            .map_err(|_| Malformed::new("command line", self.at, "digits of an escape"))?;
        self.at += digits;
        Ok(number)
    }

    /// `\uD83D\uDE00`: browsers write UTF-16, so two halves make one character.
    fn unicode(&mut self, digits: usize, word: &mut Vec<u8>) -> Result<()> {
        let start = self.at;
        let mut code = self.number(16, digits)?;
        if (0xd800..0xdc00).contains(&code) && self.text[self.at..].starts_with(b"\\u") {
            self.at += 2;
            let low = self.number(16, 4)?;
            if (0xdc00..0xe000).contains(&low) {
                code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            }
        }
        let character = char::from_u32(code)
            .ok_or_else(|| Malformed::new("command line", start, "a Unicode character"))?;
        word.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        Ok(())
    }

    pub(super) fn refused(&self, byte: u8) -> Error {
        let (byte, at) = (char::from(byte), self.at);
        Error::new(Failure::Unsupported, format!("the command line has '{byte}' at byte {at}"))
            .help("nothing is run or expanded: write out the value, in single quotes")
    }
}
