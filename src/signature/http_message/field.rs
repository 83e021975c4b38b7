//! Structured field values (RFC 9651): read from header lines, written in their one canonical form.
//!
//! ```text
//! dictionary  = member *( "," member )        member = key [ "=" ( item / inner-list ) ] parameters
//! inner-list  = "(" *item ")" parameters      parameters = *( ";" key [ "=" bare-item ] )
//! ```

mod parse;

use std::fmt;

use crate::digest;

pub use parse::{dictionary, distinct, item};

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
        match self.0.iter_mut().find(|(known, _)| known == key) {
            Some(slot) => slot.1 = value,
            None => self.0.push((key.to_owned(), value)),
        }
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
