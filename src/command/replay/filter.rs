//! Which requests of a capture to send: a small language.
//!
//! ```text
//! method=POST path~"/hooks" (status=5xx or status=429) not header.X-Test~yes size<10KB
//! ```
//!
//! | field | what it is | operators |
//! |---|---|---|
//! | `method`, `host` | of the request, whatever the case | `=` `!=` `~` `!~` |
//! | `path`, `url`, `body`, `name` | path with query; URL it was sent to; body; name in the capture | same |
//! | `header.NAME` | any of the lines of that name | same |
//! | `status` | what was answered then: `500`, `5xx` | `=` `!=` `<` `<=` `>` `>=` |
//! | `size` | bytes of the body: `64KiB` | same |
//! | `at` | when it was received: `2026-11-22`, RFC 3339 | same |
//!
//! `~` means "contains". Terms side by side must all hold; `or` binds weaker than that; `not` and
//! brackets as usual. A value with blanks stands in double quotes, with `\"` and `\\` inside. What a
//! capture does not know (a status, a time) fits no term but `!=` and `!~`.

use std::cmp::Ordering;
use std::str::FromStr;

use time::OffsetDateTime;

use crate::args::{moment, size};
use crate::capture::Captured;
use crate::error::{Error, Result};

/// Brackets and `not` may stand inside each other so often.
const DEEPEST: usize = 32;

/// A filter, ready to be asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter(Node);

#[derive(Clone, Debug, PartialEq)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Text(Field, Match, String),
    Number(Field, Op, Number),
}

#[derive(Clone, Debug, PartialEq)]
enum Field {
    Method,
    Path,
    Url,
    Host,
    Body,
    Name,
    Header(String),
    Status,
    Size,
    At,
}

/// How texts are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Match {
    Equals,
    Contains,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Op {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    NotContains,
}

/// Longest spelling first, so that `<=` is not read as `<`.
const OPS: [(&str, Op); 8] = [
    ("!=", Op::NotEqual),
    ("!~", Op::NotContains),
    ("<=", Op::LessOrEqual),
    (">=", Op::GreaterOrEqual),
    ("=", Op::Equal),
    ("~", Op::Contains),
    ("<", Op::Less),
    (">", Op::Greater),
];

/// A range of numbers: `5xx` is 500 to 599.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Number {
    first: i128,
    last: i128,
}

impl Filter {
    /// Whether this request is one to send.
    pub fn takes(&self, captured: &Captured) -> bool {
        self.0.holds(captured)
    }
}

impl Node {
    fn holds(&self, captured: &Captured) -> bool {
        match self {
            Self::All(nodes) => nodes.iter().all(|node| node.holds(captured)),
            Self::Any(nodes) => nodes.iter().any(|node| node.holds(captured)),
            Self::Not(node) => !node.holds(captured),
            Self::Text(field, how, wanted) => field.texts(captured, &mut |text| {
                let wanted = wanted.as_bytes();
                match (how, field.ignores_case()) {
                    (Match::Equals, true) => text.eq_ignore_ascii_case(wanted),
                    (Match::Equals, false) => text == wanted,
                    (Match::Contains, true) => contains(&text.to_ascii_lowercase(), wanted),
                    (Match::Contains, false) => contains(text, wanted),
                }
            }),
            Self::Number(field, op, wanted) => match field.number(captured) {
                Some(number) => wanted.compare(*op, number),
                None => *op == Op::NotEqual,
            },
        }
    }
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    wanted.is_empty() || text.windows(wanted.len()).any(|window| window == wanted)
}

impl Field {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "method" => Self::Method,
            "path" => Self::Path,
            "url" => Self::Url,
            "host" => Self::Host,
            "body" => Self::Body,
            "name" => Self::Name,
            "status" => Self::Status,
            "size" => Self::Size,
            "at" => Self::At,
            _ => Self::Header(name.strip_prefix("header.").filter(|n| !n.is_empty())?.to_owned()),
        })
    }

    fn ignores_case(&self) -> bool {
        matches!(self, Self::Method | Self::Host)
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Status | Self::Size | Self::At)
    }

    /// Whether the text of this field, or one of several, passes the test.
    fn texts(&self, captured: &Captured, test: &mut dyn FnMut(&[u8]) -> bool) -> bool {
        let request = &captured.request;
        match self {
            Self::Method => test(request.method.as_bytes()),
            Self::Path => test(request.target.as_bytes()),
            Self::Url => test(captured.url.as_deref().unwrap_or(&request.target).as_bytes()),
            Self::Host => request.headers.get("host").is_some_and(test),
            Self::Body => test(&request.body),
            Self::Name => test(captured.name.as_bytes()),
            Self::Header(name) => request.headers.all(name).any(test),
            Self::Status | Self::Size | Self::At => false,
        }
    }

    fn number(&self, captured: &Captured) -> Option<i128> {
        match self {
            Self::Status => captured.status.map(i128::from),
            Self::Size => i128::try_from(captured.request.body.len()).ok(),
            Self::At => captured.received_at.map(OffsetDateTime::unix_timestamp_nanos),
            _ => None,
        }
    }

    fn parse_number(&self, text: &str) -> Result<Number> {
        let one = |number| Number { first: number, last: number };
        match self {
            Self::Status => status(text).ok_or_else(|| Error::usage("a status is 404 or 4xx")),
            Self::Size => size(text).map(|bytes| one(i128::from(bytes))),
            _ => moment(text).map(|at| one(at.unix_timestamp_nanos())),
        }
    }
}

fn status(text: &str) -> Option<Number> {
    let bytes = text.as_bytes();
    if bytes.len() != 3 || !bytes[0].is_ascii_digit() {
        return None;
    }
    if text[1..].eq_ignore_ascii_case("xx") {
        let first = i128::from(bytes[0] - b'0') * 100;
        return Some(Number { first, last: first + 99 });
    }
    let number = text.parse().ok()?;
    Some(Number { first: number, last: number })
}

impl Number {
    fn compare(self, op: Op, number: i128) -> bool {
        match op {
            Op::Equal => (self.first..=self.last).contains(&number),
            Op::NotEqual => !(self.first..=self.last).contains(&number),
            Op::Less => number.cmp(&self.first) == Ordering::Less,
            Op::LessOrEqual => number <= self.last,
            Op::Greater => number > self.last,
            Op::GreaterOrEqual => number >= self.first,
            Op::Contains | Op::NotContains => false,
        }
    }
}

impl FromStr for Filter {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut parser = Parser { text, at: 0 };
        let node = parser.any(0).map_err(|message| parser.refuse(&message))?;
        match parser.rest() {
            "" => Ok(Self(node)),
            _ => Err(parser.refuse("a bracket is closed but never opened")),
        }
    }
}

/// Reads by recursive descent; `at` is the byte to read next.
struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn refuse(&self, message: &str) -> Error {
        Error::usage(format!(
            "{message} (at character {})",
            self.text[..self.at].chars().count() + 1
        ))
        .help("for example: method=POST path~/hooks (status=5xx or status=429) not header.X-Test=1")
    }

    fn rest(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        &self.text[self.at..]
    }

    /// Takes `word` when it stands there as a word of its own.
    fn word(&mut self, word: &str) -> bool {
        let taken = begins(self.rest(), word);
        if taken {
            self.at += word.len();
        }
        taken
    }

    fn any(&mut self, depth: usize) -> Result<Node, String> {
        let mut nodes = vec![self.all(depth)?];
        while self.word("or") {
            nodes.push(self.all(depth)?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::Any(nodes) })
    }

    fn all(&mut self, depth: usize) -> Result<Node, String> {
        let mut nodes = vec![self.one(depth)?];
        loop {
            let joined = self.word("and");
            let rest = self.rest();
            let over = rest.is_empty() || rest.starts_with(')') || begins(rest, "or");
            if over && !joined {
                return Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::All(nodes) });
            }
            nodes.push(self.one(depth)?);
        }
    }

    fn one(&mut self, depth: usize) -> Result<Node, String> {
        if depth > DEEPEST {
            return Err(format!("brackets are nested more than {DEEPEST} deep"));
        }
        if self.word("not") {
            return Ok(Node::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.rest().starts_with('(') {
            self.at += 1;
            let node = self.any(depth + 1)?;
            if !self.rest().starts_with(')') {
                return Err("a bracket is not closed".to_owned());
            }
            self.at += 1;
            return Ok(node);
        }
        self.term()
    }

    fn term(&mut self) -> Result<Node, String> {
        let rest = self.rest();
        let name = |char: char| char.is_ascii_alphanumeric() || "._-".contains(char);
        let (field, after) = rest.split_at(rest.find(|char| !name(char)).unwrap_or(rest.len()));
        if field.is_empty() {
            return Err("a term like method=POST is missing".to_owned());
        }
        let known = Field::parse(field).ok_or_else(|| {
            format!("no such field: {field} (there are: method, path, url, host, body, name, header.NAME, status, size, at)")
        })?;
        self.at += field.len();
        let (sign, op) = OPS
            .iter()
            .find(|(sign, _)| after.starts_with(sign))
            .ok_or_else(|| format!("an operator is missing after {field}: = != ~ !~ < <= > >="))?;
        self.at += sign.len();
        let value = self.value()?;
        if known.is_number() {
            if matches!(op, Op::Contains | Op::NotContains) {
                return Err(format!("{field} is a number: {sign} compares texts"));
            }
            let number = known.parse_number(&value).map_err(|error| error.message)?;
            return Ok(Node::Number(known, *op, number));
        }
        let value = match known.ignores_case() {
            true => value.to_ascii_lowercase(),
            false => value,
        };
        let negated = |node| Node::Not(Box::new(node));
        Ok(match op {
            Op::Equal => Node::Text(known, Match::Equals, value),
            Op::NotEqual => negated(Node::Text(known, Match::Equals, value)),
            Op::Contains => Node::Text(known, Match::Contains, value),
            Op::NotContains => negated(Node::Text(known, Match::Contains, value)),
            _ => return Err(format!("{field} is a text: {sign} compares numbers")),
        })
    }

    fn value(&mut self) -> Result<String, String> {
        let rest = &self.text[self.at..];
        let Some(quoted) = rest.strip_prefix('"') else {
            let end = rest.find(|char: char| char.is_whitespace() || char == ')');
            let value = &rest[..end.unwrap_or(rest.len())];
            self.at += value.len();
            return Ok(value.to_owned());
        };
        let mut value = String::new();
        let mut chars = quoted.char_indices();
        while let Some((at, char)) = chars.next() {
            match char {
                '"' => {
                    self.at += at + 2;
                    return Ok(value);
                }
                '\\' => match chars.next() {
                    Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                    _ => return Err(r#"after \ only " and \ may stand"#.to_owned()),
                },
                _ => value.push(char),
            }
        }
        Err("the quotes are not closed".to_owned())
    }
}

/// Whether `word` stands at the start of `rest`, as a word of its own.
fn begins(rest: &str, word: &str) -> bool {
    rest.strip_prefix(word).is_some_and(|after| {
        after.is_empty() || after.starts_with(|char: char| char.is_whitespace() || char == '(')
    })
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
