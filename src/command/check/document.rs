//! Policy files as they are written: values, and where each of them stands. Places are bytes of all files
//! behind one another, so that a flaw says which file it is in.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Error, Result};
use crate::input::named;
use crate::nearest::nearest;
use crate::report::Place;

/// A policy file.
#[derive(Debug)]
pub struct Document {
    /// Where it is.
    pub path: PathBuf,
    text: String,
    /// The place of its first byte.
    start: usize,
}

/// The files of a policy.
#[derive(Debug, Default)]
pub struct Documents(Vec<Document>);

/// What is wrong, and at which place.
#[derive(Debug)]
pub struct Flaw {
    /// The byte.
    pub at: usize,
    /// Lower-case fragment. No value is repeated in it: that may be a secret.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// A value and the byte that it begins at.
#[derive(Clone, Debug)]
pub struct Node {
    /// The byte.
    pub at: usize,
    /// The value.
    pub value: Value,
}

/// A value.
#[derive(Clone, Debug)]
pub enum Value {
    /// A string.
    Text(String),
    /// An integer, in decimal digits.
    Integer(String),
    /// A number with a fraction, as it is written.
    Float(String),
    /// `true` or `false`.
    Flag(bool),
    /// A date, or a date and time, as it is written.
    Moment(String),
    /// An array.
    List(Vec<Node>),
    /// A table.
    Table(Table),
}

/// A table, in the order of the file.
pub type Table = Vec<(Word, Node)>;

/// A key and the byte that it begins at.
#[derive(Clone, Debug)]
pub struct Word {
    /// The byte.
    pub at: usize,
    /// The key.
    pub text: String,
}

impl Documents {
    /// Takes in a file with these bytes, and gives its tables.
    ///
    /// # Errors
    /// `usage` when it is not UTF-8 or no TOML.
    pub fn read(&mut self, path: &Path, bytes: Vec<u8>) -> Result<Table> {
        let start = self.0.last().map_or(0, |last| last.start + last.text.len() + 1);
        let broken = std::str::from_utf8(&bytes).err().map(|error| start + error.valid_up_to());
        let text = String::from_utf8_lossy(&bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
        self.0.push(Document { path: path.to_owned(), text, start });
        if let Some(at) = broken {
            return Err(self.error(Flaw::new(at, "it is not UTF-8")));
        }
        let text = self.0.last().map_or("", |document| &document.text);
        let parsed = DeTable::parse(text).map_err(|error| {
            // Only the first line: the parser goes on with what else could stand there.
            let message = error.message().lines().next().unwrap_or_default();
            self.error(Flaw::new(start + error.span().map_or(0, |span| span.start), message))
        })?;
        Ok(table(parsed.into_inner(), start))
    }

    /// Their paths.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().map(|document| document.path.as_path())
    }

    /// A place as editors and compilers write it: `hookprint.toml:12:5`, from 1, in characters.
    pub fn place(&self, at: usize) -> String {
        let Some((document, before)) = self.before(at) else { return String::new() };
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!("{}:{}:{column}", named::file(&document.path), line(before))
    }

    /// The line that holds a place, for reports that point at files.
    pub fn line(&self, at: usize) -> Option<Place> {
        let (document, before) = self.before(at)?;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let columns = document.text.get(start..)?.lines().next().map_or(1, |it| it.chars().count());
        let file = Place::file(named::file(&document.path));
        Some(Place { line: line(before) as u64, columns: columns.max(1) as u64, ..file })
    }

    /// The file of a place, and what stands in it before.
    fn before(&self, at: usize) -> Option<(&Document, &str)> {
        let document = self.0.iter().rfind(|document| document.start <= at)?;
        Some((document, document.text.get(..at - document.start).unwrap_or(&document.text)))
    }

    /// A flaw as an error, with its place.
    pub fn error(&self, flaw: Flaw) -> Error {
        let error = Error::usage(flaw.message).about(self.place(flaw.at));
        Error { help: flaw.help, ..error }
    }
}

/// The line behind this text, from 1.
fn line(before: &str) -> usize {
    before.matches('\n').count() + 1
}

impl Flaw {
    /// What is wrong at this byte.
    pub fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), help: None }
    }

    /// What a value at this place is refused for.
    pub fn of(at: usize, error: Error) -> Self {
        Self { at, message: error.message, help: error.help }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Adds the known word that was probably meant, or all of them.
    #[must_use]
    pub fn near<'a>(self, wrong: &str, known: impl Iterator<Item = &'a str> + Clone) -> Self {
        match nearest(wrong, known.clone()) {
            Some(near) => self.help(format!("did you mean {near}?")),
            None => self.help(match known.collect::<Vec<_>>().as_slice() {
                [] => "there are none".to_owned(),
                known => format!("there are: {}", known.join(", ")),
            }),
        }
    }
}

impl Node {
    /// Its text.
    ///
    /// # Errors
    /// When it is something else.
    pub fn text(&self) -> Result<&str, Flaw> {
        match &self.value {
            Value::Text(text) => Ok(text),
            other => Err(Flaw::new(self.at, format!("expected a string, not {}", other.what()))),
        }
    }

    /// Its table.
    ///
    /// # Errors
    /// When it is something else.
    pub fn table(&self) -> Result<&Table, Flaw> {
        match &self.value {
            Value::Table(table) => Ok(table),
            other => Err(Flaw::new(self.at, format!("expected a table, not {}", other.what()))),
        }
    }

    /// What is in its array; of anything else that alone.
    pub fn each(&self) -> &[Self] {
        match &self.value {
            Value::List(list) => list,
            _ => std::slice::from_ref(self),
        }
    }
}

impl Value {
    /// What it is, in the words of TOML.
    pub fn what(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Integer(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Flag(_) => "a boolean",
            Self::Moment(_) => "a date",
            Self::List(_) => "an array",
            Self::Table(_) => "a table",
        }
    }
}

fn table(table: DeTable<'_>, start: usize) -> Table {
    let entries = table.into_iter().map(|(key, value)| {
        let word = Word { at: start + key.span().start, text: key.into_inner().into_owned() };
        (word, node(value, start))
    });
    let mut entries: Table = entries.collect();
    entries.sort_by_key(|(word, _)| word.at);
    entries
}

fn node(value: Spanned<DeValue<'_>>, start: usize) -> Node {
    let at = start + value.span().start;
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => {
            let digits = i64::from_str_radix(number.as_str(), number.radix());
            Value::Integer(digits.map_or_else(|_| number.to_string(), |it| it.to_string()))
        }
        DeValue::Float(number) => Value::Float(number.to_string()),
        DeValue::Boolean(flag) => Value::Flag(flag),
        DeValue::Datetime(moment) => Value::Moment(moment.to_string()),
        DeValue::Array(list) => {
            Value::List(list.into_iter().map(|value| node(value, start)).collect())
        }
        DeValue::Table(entries) => Value::Table(table(entries, start)),
    };
    Node { at, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_characters_and_what_is_no_toml_says_where() {
        let mut read = Documents::default();
        let path = Path::new("teams/a.toml");
        read.read(path, b"a = 1\n".to_vec()).unwrap();
        let text = "\u{feff}a = 'ü' # ü\n[b]\nc = 0x10";
        let tables = read.read(Path::new("b.toml"), text.into()).unwrap();
        let inner = tables[1].1.table().unwrap();
        assert_eq!(read.place(inner[0].1.at), "b.toml:3:5");
        assert_eq!(read.place(0), "teams/a.toml:1:1");
        assert!(matches!(&inner[0].1.value, Value::Integer(digits) if digits == "16"));
        for (text, place) in [
            (&b"a = "[..], "1:5"),
            (b"a = 1\na = 2", "2:1"),
            (b"[[a]\n", "1:5"),
            (b"a = 1\n# \xff", "2:3"),
        ] {
            let error = read.read(path, text.to_vec()).unwrap_err();
            assert!(error.message.starts_with(&format!("teams/a.toml:{place}: ")), "{error}");
        }
    }

    #[test]
    fn tables_keep_the_order_of_the_file() {
        let text = b"b = 1\na = { z = 1, y = [1, 'x'] }".to_vec();
        let tables = Documents::default().read(Path::new("a.toml"), text).unwrap();
        let keys: Vec<_> = tables.iter().map(|(word, _)| word.text.as_str()).collect();
        assert_eq!(keys, ["b", "a"]);
        let error = tables[1].1.text().unwrap_err();
        assert_eq!((error.at, error.message.as_str()), (10, "expected a string, not a table"));
        assert_eq!(tables[1].1.table().unwrap()[1].1.each().len(), 2);
    }
}
