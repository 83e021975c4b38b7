//! Structured field values (RFC 9651): read from header lines, written in their one canonical form.
//!
//! ```text
//! dictionary  = member *( "," member )        member = key [ "=" ( item / inner-list ) ] parameters
//! inner-list  = "(" *item ")" parameters      parameters = *( ";" key [ "=" bare-item ] )
//! ```

use std::fmt;

use crate::digest;
use crate::error::Malformed;

/// More members, items or parameters than this are refused: keys are compared one by one.
const MOST: usize = 256;

/// A bare item. Decimals are kept in thousandths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bare {
    /// A whole number of at most 15 digits.
    Integer(i64),
    /// A number with up to three decimals, in thousandths.
    Decimal(i64),
    /// A quoted string of printable ASCII.
    Text(String),
    /// An unquoted word.
    Token(String),
    /// Bytes, as base64 between colons.
    Bytes(Vec<u8>),
    /// `?1` or `?0`.
    Boolean(bool),
    /// Unix seconds after an at sign.
    Date(i64),
}

/// Keys and values after an item or list, in order, each key once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(pub Vec<(String, Bare)>);

impl Parameters {
    /// The value of that key.
    pub fn get(&self, key: &str) -> Option<&Bare> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// The text of that key, when it is a string.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Bare::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Adds a key, or gives it another value.
    pub fn set(&mut self, key: &str, value: Bare) {
        replace(&mut self.0, key.to_owned(), value);
    }
}

/// A bare item with parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What stands in front.
    pub value: Bare,
    /// What follows it.
    pub parameters: Parameters,
}

/// What a member of a dictionary holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    /// One item.
    Item(Item),
    /// Items in parentheses, with parameters of the list.
    List(Vec<Item>, Parameters),
}

/// A dictionary: keys with their members, in order, each key once (the last value counts).
pub type Dictionary = Vec<(String, Member)>;

/// Reads a dictionary. The lines of a repeated header are joined by `, ` first.
pub fn dictionary(text: &[u8]) -> Result<Dictionary, Malformed> {
    let mut input = Input { text, at: 0 };
    let mut members = Dictionary::new();
    input.skip(b" ");
    while !input.is_done() {
        let key = input.key()?;
        let member = match input.take(b'=') {
            true => input.member()?,
            false => {
                Member::Item(Item { value: Bare::Boolean(true), parameters: input.parameters()? })
            }
        };
        replace(&mut members, key, member);
        input.limit(members.len())?;
        input.skip(b" \t");
        if input.is_done() {
            break;
        }
        input.expect(b',', "a comma")?;
        input.skip(b" \t");
        if input.is_done() {
            return Err(input.expected("a member after the comma"));
        }
    }
    Ok(members)
}

fn replace<T>(pairs: &mut Vec<(String, T)>, key: String, value: T) {
    match pairs.iter_mut().find(|(known, _)| *known == key) {
        Some(slot) => slot.1 = value,
        None => pairs.push((key, value)),
    }
}

struct Input<'a> {
    text: &'a [u8],
    at: usize,
}

impl Input<'_> {
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
            replace(&mut parameters.0, key, value);
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
        digest::unbase64(&text)
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

impl fmt::Display for Bare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => write!(f, "{number}"),
            Self::Decimal(number) => {
                let sign = if *number < 0 { "-" } else { "" };
                let (whole, rest) = (number.unsigned_abs() / 1000, number.unsigned_abs() % 1000);
                let fraction = format!("{rest:03}");
                let fraction = fraction.trim_end_matches('0');
                write!(f, "{sign}{whole}.{}", if fraction.is_empty() { "0" } else { fraction })
            }
            Self::Text(text) => {
                write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
            }
            Self::Token(text) => f.write_str(text),
            Self::Bytes(bytes) => write!(f, ":{}:", digest::base64(bytes)),
            Self::Boolean(truth) => write!(f, "?{}", u8::from(*truth)),
            Self::Date(seconds) => write!(f, "@{seconds}"),
        }
    }
}

impl fmt::Display for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(key, value)| match value {
            Bare::Boolean(true) => write!(f, ";{key}"),
            _ => write!(f, ";{key}={value}"),
        })
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.value, self.parameters)
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(item) => write!(f, "{item}"),
            Self::List(items, parameters) => {
                let items: Vec<String> = items.iter().map(Item::to_string).collect();
                write!(f, "({}){parameters}", items.join(" "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> Result<String, usize> {
        let members = dictionary(text.as_bytes()).map_err(|malformed| malformed.offset)?;
        let member = |(key, member): &(String, Member)| format!("{key}={member}");
        Ok(members.iter().map(member).collect::<Vec<_>>().join(", "))
    }

    #[test]
    fn canonical_forms() {
        for (text, canonical) in [
            ("a=1;x,b=( \"q\"  t );y=?1", "a=1;x, b=(\"q\" t);y"),
            ("a, b;c=-1.50", "a=?1, b=?1;c=-1.5"),
            ("a=1.0,a=2", "a=2"),
            ("a=:aGk:;d=@12", "a=:aGk=:;d=@12"),
            ("a=\"\\\"\\\\\"", "a=\"\\\"\\\\\""),
            ("  a=*x/y:z  ", "a=*x/y:z"),
            ("", ""),
        ] {
            assert_eq!(written(text).as_deref(), Ok(canonical), "{text}");
        }
    }

    #[test]
    fn refusals_name_the_place() {
        for (text, offset) in [
            ("A=1", 0),
            ("a=1,", 4),
            ("a=1 b=2", 4),
            ("a=(1", 4),
            ("a=\"x", 4),
            ("a=\"\u{e9}\"", 3),
            ("a=:a b:", 4),
            ("a=1234567890123456", 18),
            ("a=1.2345", 8),
            ("a=?2", 3),
            ("a=", 2),
        ] {
            assert_eq!(written(text), Err(offset), "{text}");
        }
        let many: Vec<String> = (0..300).map(|index| format!("a{index}")).collect();
        assert!(written(&many.join(",")).is_err());
        assert!(written(&format!("a;{}", many.join(";"))).is_err());
        assert!(written(&format!("a=({})", many.join(" "))).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = dictionary(&bytes);
        }

        #[test]
        fn canonical_text_is_a_fixed_point(text in "([a-c](=(-?[0-9]{1,3}(\\.[0-9])?|\"[a-z\\\\\"]{0,3}\"|\\(t? ?u?\\)|:YQ==:))?(;[x-z](=t)?)?,? ?){0,4}") {
            if let Ok(once) = written(&text) {
                prop_assert_eq!(written(&once), Ok(once.clone()));
            }
        }
    }
}
