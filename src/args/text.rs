//! Texts that become part of a header line, as they are typed.

use crate::error::{Error, Result};
use crate::http::write::{is_control, is_token};

/// A text of one line: what it becomes part of ends where it should.
pub fn line(text: &str) -> Result<String> {
    match text.bytes().position(is_control) {
        Some(at) => Err(Error::usage(format!("has a control character at byte {at}"))
            .help("it could end the header it becomes part of: give a single line of text")),
        None => Ok(text.to_owned()),
    }
}

/// A line that says something: what an unset variable leaves behind is no value.
pub fn filled(text: &str) -> Result<String> {
    match text.trim().is_empty() {
        true => Err(Error::usage("the value is empty").help("is a variable unset?")),
        false => line(text),
    }
}

/// A method or the name of a header (`token` of RFC 9110 section 5.6.2).
pub fn token(text: &str) -> Result<String> {
    match is_token(text.as_bytes()) {
        true => Ok(text.to_owned()),
        false => Err(Error::usage("is not an HTTP token")
            .help("only letters, digits and !#$%&'*+-.^_`|~ are allowed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_and_one_word() {
        assert_eq!(line("a b\té").unwrap(), "a b\té");
        for text in ["a\r\nX: y", "\n", "a\0", "\x7f", "\x1b["] {
            assert!(line(text).is_err() && token(text).is_err(), "{text:?}");
        }
        for text in ["", " ", "\t", "a\r\nX: y"] {
            assert!(filled(text).is_err(), "{text:?}");
        }
        assert_eq!(filled("https://hooks.example/").unwrap(), "https://hooks.example/");
        assert_eq!(token("X-Sig").unwrap(), "X-Sig");
        assert!(token("").is_err() && token("a b").is_err() && token("a:").is_err());
    }
}
