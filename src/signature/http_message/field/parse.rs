//! Structured field values, read (RFC 9651 section 4.2).
//!
//! The crate `sfv` would take the last of two equal keys or parameters without a word, as a reader of
//! fields may and a judge of signatures must not, and as many of them as come.

use super::{Bare, Dictionary, Item, Member, Parameters};
use crate::digest;
use crate::error::Malformed;

/// More members, items or parameters than this are refused: keys are compared one by one.
const MOST: usize = 256;

/// Reads a dictionary. The lines of a repeated header are joined by `, ` first; of a key that stands
/// twice the last value counts (RFC 9651 section 4.2.2).
pub fn dictionary(text: &[u8]) -> Result<Dictionary, Malformed> {
    Input { text, at: 0, is_distinct: false }.dictionary()
}

/// Reads a dictionary in which no key, and no parameter of anything, may stand twice: what one reader
/// takes from the first and another from the last is no evidence.
pub fn distinct(text: &[u8]) -> Result<Dictionary, Malformed> {
    Input { text, at: 0, is_distinct: true }.dictionary()
}

/// Reads one item that stands alone.
pub fn item(text: &[u8]) -> Result<Item, Malformed> {
    let mut input = Input { text, at: 0, is_distinct: true };
    let item = input.item()?;
    if input.is_done() { Ok(item) } else { Err(input.expected("nothing more")) }
}

struct Input<'a> {
    text: &'a [u8],
    at: usize,
    /// Whether a key that stands twice is an error.
    is_distinct: bool,
}

impl Input<'_> {
    fn dictionary(&mut self) -> Result<Dictionary, Malformed> {
        let mut members = Dictionary::new();
        self.skip(b" ");
        while !self.is_done() {
            let key = self.key()?;
            let member = match self.take(b'=') {
                true => self.member()?,
                false => Member::Item(Item {
                    value: Bare::Boolean(true),
                    parameters: self.parameters()?,
                }),
            };
            self.put(&mut members, key, member)?;
            self.limit(members.len())?;
            self.skip(b" \t");
            if self.is_done() {
                break;
            }
            self.expect(b',', "a comma")?;
            self.skip(b" \t");
            if self.is_done() {
                return Err(self.expected("a member after the comma"));
            }
        }
        Ok(members)
    }

    fn put<T>(&self, pairs: &mut Vec<(String, T)>, key: String, value: T) -> Result<(), Malformed> {
        match pairs.iter_mut().find(|(known, _)| *known == key) {
            Some(_) if self.is_distinct => {
                return Err(self.expected(&format!("{key} once, and not again")));
            }
            Some(slot) => slot.1 = value,
            None => pairs.push((key, value)),
        }
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn is_done(&self) -> bool {
        self.at >= self.text.len()
    }

    fn expected(&self, what: &str) -> Malformed {
        Malformed::new("structured field", self.at, what)
    }

    fn limit(&self, count: usize) -> Result<(), Malformed> {
        if count > MOST { Err(self.expected("fewer of these")) } else { Ok(()) }
    }

    fn skip(&mut self, blanks: &[u8]) {
        self.run(|byte| blanks.contains(&byte));
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8, what: &str) -> Result<(), Malformed> {
        if self.take(byte) { Ok(()) } else { Err(self.expected(what)) }
    }

    /// The longest run of such bytes from here; all callers allow ASCII only.
    fn run(&mut self, allowed: impl Fn(u8) -> bool) -> &str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| allowed(**byte)).count();
        self.at += length;
        std::str::from_utf8(rest.get(..length).unwrap_or_default()).unwrap_or_default()
    }

    fn key(&mut self) -> Result<String, Malformed> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'*') {
            return Err(self.expected("a key of lower-case letters"));
        }
        let inner = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.*".contains(&byte)
        };
        Ok(self.run(inner).to_owned())
    }

    fn member(&mut self) -> Result<Member, Malformed> {
        if !self.take(b'(') {
            return Ok(Member::Item(self.item()?));
        }
        let mut items = Vec::new();
        loop {
            self.skip(b" ");
            if self.take(b')') {
                return Ok(Member::List(items, self.parameters()?));
            }
            items.push(self.item()?);
            self.limit(items.len())?;
            if !matches!(self.peek(), Some(b' ' | b')')) {
                return Err(self.expected("a space or a closing parenthesis"));
            }
        }
    }

    fn item(&mut self) -> Result<Item, Malformed> {
        Ok(Item { value: self.bare()?, parameters: self.parameters()? })
    }

    fn parameters(&mut self) -> Result<Parameters, Malformed> {
        let mut parameters = Parameters::default();
        while self.take(b';') {
            self.skip(b" ");
            let key = self.key()?;
            let value = if self.take(b'=') { self.bare()? } else { Bare::Boolean(true) };
            self.put(&mut parameters.0, key, value)?;
            self.limit(parameters.0.len())?;
        }
        Ok(parameters)
    }

    fn bare(&mut self) -> Result<Bare, Malformed> {
        match self.peek() {
            Some(b'"') => self.string().map(Bare::Text),
            Some(b':') => self.bytes().map(Bare::Bytes),
            Some(b'?') => self.boolean().map(Bare::Boolean),
            Some(b'@') => {
                self.at += 1;
                match self.number()? {
                    Bare::Integer(seconds) => Ok(Bare::Date(seconds)),
                    _ => Err(self.expected("a whole number of seconds")),
                }
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'*' => {
                let inner =
                    |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:/".contains(&byte);
                Ok(Bare::Token(self.run(inner).to_owned()))
            }
            _ => Err(self.expected("an item")),
        }
    }

    fn string(&mut self) -> Result<String, Malformed> {
        self.at += 1;
        let mut text = String::new();
        loop {
            text.push_str(self.run(|byte| matches!(byte, 0x20..=0x7e) && !b"\"\\".contains(&byte)));
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    self.at += 1;
                    match self.peek() {
                        Some(byte @ (b'"' | b'\\')) => text.push(char::from(byte)),
                        _ => return Err(self.expected("a quote or a backslash")),
                    }
                    self.at += 1;
                }
                _ => return Err(self.expected("printable ASCII or a closing quote")),
            }
        }
    }

    fn bytes(&mut self) -> Result<Vec<u8>, Malformed> {
        self.at += 1;
        let start = self.at;
        let text =
            self.run(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)).to_owned();
        self.expect(b':', "base64 and a closing colon")?;
        // What stands in the bits that no byte uses would be a second spelling of the same bytes.
        let is_canonical = |bytes: &Vec<u8>| {
            digest::base64(bytes).trim_end_matches('=') == text.trim_end_matches('=')
        };
        digest::unbase64(&text)
            .filter(is_canonical)
            .ok_or_else(|| Malformed::new("structured field", start, "valid base64"))
    }

    fn boolean(&mut self) -> Result<bool, Malformed> {
        self.at += 1;
        if self.take(b'1') {
            return Ok(true);
        }
        self.expect(b'0', "0 or 1")?;
        Ok(false)
    }

    /// RFC 9651 section 4.2.4: at most 15 digits, or 12 before and 3 after the point.
    fn number(&mut self) -> Result<Bare, Malformed> {
        let sign = if self.take(b'-') { -1 } else { 1 };
        let whole = self.run(|byte| byte.is_ascii_digit()).to_owned();
        let parse = |digits: &str| digits.parse::<i64>().unwrap_or_default();
        if !(1..=15).contains(&whole.len()) {
            return Err(self.expected("1 to 15 digits"));
        }
        if !self.take(b'.') {
            return Ok(Bare::Integer(sign * parse(&whole)));
        }
        let fraction = self.run(|byte| byte.is_ascii_digit()).to_owned();
        if whole.len() > 12 || !(1..=3).contains(&fraction.len()) {
            return Err(self.expected("at most 12 digits, a point and 1 to 3 digits"));
        }
        Ok(Bare::Decimal(sign * (parse(&whole) * 1000 + parse(&format!("{fraction:0<3}")))))
    }
}
