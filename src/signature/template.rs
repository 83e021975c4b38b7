//! The template of the signed content: `{id}.{timestamp}.{body}`. All but its words is literal.

use std::borrow::Cow;
use std::fmt;

pub use super::signed_bytes::{Content, LONGEST_CONTENT, TooLong};

/// Longest template or pattern, in bytes.
const LONGEST: usize = 4096;
/// Most words of a template.
const MOST_WORDS: usize = 64;
/// Bytes that most signed contents have besides the body.
const ROOM: usize = 64;
/// How often the whole body may stand in a template.
const MOST_BODIES: usize = 2;

/// Why a template or pattern cannot be read, and at which byte of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Byte offset in the text.
    pub offset: usize,
    /// What is wrong there.
    pub message: String,
}

impl Unreadable {
    /// At byte `offset`, `message`.
    pub fn new(offset: usize, message: impl Into<String>) -> Self {
        Self { offset, message: message.into() }
    }
}

/// What a sender signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Part>);

/// One part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// These bytes.
    Text(String),
    /// What the request says for this word.
    Word(Word),
    /// What follows stands only where there is something for this word, or (`false`) nothing.
    Where(Word, bool),
    /// The end of that.
    End,
}

/// Whether an error means that nothing stands where a word comes from.
pub trait Absent {
    /// Whether it does.
    fn is_absent(&self) -> bool;
}

/// A word of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// The bytes of the body.
    Body,
    /// The time of signing as it was received.
    Timestamp,
    /// The secret itself.
    Secret,
    /// The request method.
    Method,
    /// The whole URL.
    Url,
    /// The URL up to its `?`.
    UrlNoQuery,
    /// The path of the URL.
    Path,
    /// Path and query of the URL.
    PathQuery,
    /// Parameters of a form body, sorted by name, names and values without separators (Twilio).
    FormSorted,
    /// Parameters of a form body, sorted by name and written `k=v&k=v`, but for those of these names.
    FormPairs(Vec<String>),
    /// The same of the query of the URL.
    QueryPairs(Vec<String>),
    /// The headers that the request itself says are signed.
    SignedHeaders,
    /// The body as a JSON string, in its quotes.
    BodyJsonString,
    /// The JSON of the body in its canonical form (RFC 8785).
    BodyJcs,
    /// The CRC-32 of the body (ISO 3309), as a decimal number.
    BodyCrc32,
    /// Base64 of the MD5 of the body.
    BodyMd5Base64,
    /// Base64 of the SHA-256 of the body.
    BodySha256Base64,
    /// Hex of the SHA-256 of the body.
    BodySha256Hex,
    /// The value of a header.
    Header(String),
    /// A variable of the scheme or a field of the signature header.
    Named(String),
}

/// Words that every scheme has, and what each stands for, as pages for people say it.
pub const WORDS: &[(&str, Word, &str)] = &[
    ("body", Word::Body, "the bytes of the body"),
    ("timestamp", Word::Timestamp, "the time of signing as it was received"),
    ("secret", Word::Secret, "the secret itself"),
    ("method", Word::Method, "the request method"),
    ("url", Word::Url, "the whole URL"),
    ("url_no_query", Word::UrlNoQuery, "the URL up to its `?`"),
    ("path", Word::Path, "the path of the URL"),
    ("path_query", Word::PathQuery, "path and query of the URL"),
    (
        "form_sorted",
        Word::FormSorted,
        "the fields of a form body, sorted by name, names and values without separators",
    ),
    (
        "form_pairs",
        Word::FormPairs(Vec::new()),
        "the fields of a form body, sorted, as k=v&k=v; {form_pairs:a,b} without a and b",
    ),
    ("query_pairs", Word::QueryPairs(Vec::new()), "the same of the query of the URL"),
    ("signed_headers", Word::SignedHeaders, "the headers that `signed_headers` tells of"),
    ("body_json_string", Word::BodyJsonString, "the body as a JSON string, in its quotes"),
    ("body_jcs", Word::BodyJcs, "the JSON of the body in its canonical form (RFC 8785)"),
    ("body_crc32", Word::BodyCrc32, "the CRC-32 of the body, as a decimal number"),
    ("body_md5_base64", Word::BodyMd5Base64, "base64 of the MD5 of the body"),
    ("body_sha256_base64", Word::BodySha256Base64, "base64 of the SHA-256 of the body"),
    ("body_sha256_hex", Word::BodySha256Hex, "hex of the SHA-256 of the body"),
];

impl Word {
    /// Whether its text comes from the URL.
    pub fn is_url(&self) -> bool {
        matches!(
            self,
            Self::Url | Self::UrlNoQuery | Self::Path | Self::PathQuery | Self::QueryPairs(_)
        )
    }

    /// Whether its text grows with the body.
    fn is_as_long_as_body(&self) -> bool {
        matches!(
            self,
            Self::Body
                | Self::FormSorted
                | Self::FormPairs(_)
                | Self::BodyJsonString
                | Self::BodyJcs
        )
    }

    /// Whether its text is made from the whole body.
    pub fn needs_body(&self) -> bool {
        self.is_as_long_as_body()
            || matches!(
                self,
                Self::BodyCrc32
                    | Self::BodyMd5Base64
                    | Self::BodySha256Base64
                    | Self::BodySha256Hex
            )
    }
}

/// Refuses what is longer than any template or pattern.
pub(super) fn short(text: &str) -> Result<(), Unreadable> {
    match text.len() {
        0..=LONGEST => Ok(()),
        many => Err(Unreadable::new(0, format!("{many} bytes; at most {LONGEST} are read"))),
    }
}

impl Default for Template {
    /// The body alone.
    fn default() -> Self {
        Self(vec![Part::Word(Word::Body)])
    }
}

impl Template {
    /// Reads a template. `is_known` says which further words the scheme has; `{{` is a literal `{`.
    /// What stands between `{?word}` and `{/}` is left out where there is nothing for the word, between
    /// `{!word}` and `{/}` where there is something.
    pub fn parse(text: &str, is_known: impl Fn(&str) -> bool) -> Result<Self, Unreadable> {
        short(text)?;
        let mut parts = Vec::new();
        let mut literal = String::new();
        let (mut words, mut bodies) = (0, 0);
        let mut open_parts = Vec::new();
        let mut offset = 0;
        while let Some(found) = text[offset..].find('{') {
            let open = offset + found;
            literal.push_str(&text[offset..open]);
            if text[open + 1..].starts_with('{') {
                literal.push('{');
                offset = open + 2;
                continue;
            }
            let close = text[open..].find('}').ok_or(Unreadable::new(open, "`{` has no `}`"))?;
            let name = &text[open + 1..open + close];
            let part = part(name, &is_known).ok_or_else(|| unknown(open, name))?;
            words += 1;
            match &part {
                Part::Word(word) => bodies += usize::from(word.is_as_long_as_body()),
                Part::Where(..) => open_parts.push(open),
                Part::End if open_parts.pop().is_none() => {
                    return Err(Unreadable::new(open, "{/} ends nothing"));
                }
                Part::End | Part::Text(_) => {}
            }
            if matches!(part, Part::Word(Word::Body)) && !open_parts.is_empty() {
                return Err(Unreadable::new(open, "the body cannot be left out"));
            }
            if words > MOST_WORDS {
                let message = format!("a template has at most {MOST_WORDS} words");
                return Err(Unreadable::new(open, message));
            }
            if bodies > MOST_BODIES {
                let message = format!("the body appears in a template at most {MOST_BODIES} times");
                return Err(Unreadable::new(open, message));
            }
            if !literal.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut literal)));
            }
            parts.push(part);
            offset = open + close + 1;
        }
        if let Some(open) = open_parts.pop() {
            return Err(Unreadable::new(open, "what begins here has no end: {/}"));
        }
        literal.push_str(&text[offset..]);
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        Ok(Self(parts))
    }

    /// All words in order.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        self.0.iter().filter_map(|part| match part {
            Part::Word(word) => Some(word),
            Part::Text(_) | Part::Where(..) | Part::End => None,
        })
    }

    /// The words without which a part is left out.
    pub fn optional(&self) -> impl Iterator<Item = &Word> {
        self.0.iter().filter_map(|part| match part {
            Part::Where(word, true) => Some(word),
            _ => None,
        })
    }

    /// Whether this word stands in it.
    pub fn has(&self, word: &Word) -> bool {
        self.words().any(|other| other == word)
    }

    /// Whether the body stands in it once and in no other form, so that it can be streamed through.
    pub fn streams(&self) -> bool {
        self.words().filter(|word| word.needs_body()).eq([&Word::Body])
    }

    /// Puts text for each word but the body, which stays a gap when it stands there once. Each word is
    /// asked for once, however often it stands there.
    ///
    /// # Errors
    /// Those of `text`, and [`TooLong`] for what would not fit into memory.
    pub fn fill<'a, E: From<TooLong> + Absent>(
        &self,
        mut text: impl FnMut(&Word) -> Result<Cow<'a, [u8]>, E>,
    ) -> Result<Content, E> {
        let gap = self.streams();
        // Room enough for most: what is moved stays behind in memory, and it may hold the secret.
        let is_secret = self.has(&Word::Secret);
        let mut content = Content { before: Vec::with_capacity(ROOM), after: None, is_secret };
        let mut known: Vec<(&Word, Cow<'a, [u8]>)> = Vec::new();
        // How many parts are open in one that is left out.
        let mut left_out: usize = 0;
        for part in &self.0 {
            match part {
                Part::Where(..) if left_out > 0 => left_out += 1,
                Part::End => left_out = left_out.saturating_sub(1),
                _ if left_out > 0 => {}
                Part::Where(word, wanted) => {
                    let is_there = match text(word) {
                        Ok(text) => {
                            matches!(word, Word::Named(_) | Word::Header(_)) || !text.is_empty()
                        }
                        Err(error) if error.is_absent() => false,
                        Err(error) => return Err(error),
                    };
                    left_out = usize::from(is_there != *wanted);
                }
                Part::Text(literal) => content.push(literal.as_bytes())?,
                Part::Word(Word::Body) if gap => content.after = Some(Vec::new()),
                Part::Word(word) => match known.iter().find(|(other, _)| *other == word) {
                    Some((_, text)) => content.push(text)?,
                    None => {
                        let text = text(word)?;
                        content.push(&text)?;
                        if self.words().filter(|other| *other == word).nth(1).is_some() {
                            known.push((word, text));
                        }
                    }
                },
            }
        }
        Ok(content)
    }
}

/// What stands between two braces.
fn part(name: &str, is_known: &impl Fn(&str) -> bool) -> Option<Part> {
    match name.split_at_checked(1) {
        Some(("/", "")) => Some(Part::End),
        Some((mark @ ("?" | "!"), name)) => Some(Part::Where(word(name, is_known)?, mark == "?")),
        _ => word(name, is_known).map(Part::Word),
    }
}

fn word(name: &str, is_known: &impl Fn(&str) -> bool) -> Option<Word> {
    if let Some((_, word, _)) = WORDS.iter().find(|(known, ..)| *known == name) {
        return Some(word.clone());
    }
    let names = |list: &str| list.split(',').map(str::to_owned).collect();
    match name.split_once(':') {
        Some((_, "")) => None,
        Some(("header", header)) => Some(Word::Header(header.to_owned())),
        Some(("form_pairs", without)) => Some(Word::FormPairs(names(without))),
        Some(("query_pairs", without)) => Some(Word::QueryPairs(names(without))),
        _ => is_known(name).then(|| Word::Named(name.to_owned())),
    }
}

fn unknown(offset: usize, name: &str) -> Unreadable {
    let words: Vec<_> = WORDS.iter().map(|(word, ..)| format!("{{{word}}}")).collect();
    let words = words.join(" ");
    Unreadable::new(
        offset,
        format!(
            "unknown word {{{name}}}; known are {words} {{header:NAME}}, fields and `vars`, and \
             {{?word}}...{{/}} or {{!word}}...{{/}} around what is included only with or without one"
        ),
    )
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(&text.replace('{', "{{")),
            Part::Word(word) => write!(f, "{{{word}}}"),
            Part::Where(word, true) => write!(f, "{{?{word}}}"),
            Part::Where(word, false) => write!(f, "{{!{word}}}"),
            Part::End => f.write_str("{/}"),
        })
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let but = |names: &[String]| match names {
            [] => String::new(),
            names => format!(":{}", names.join(",")),
        };
        match self {
            Self::Header(name) => write!(f, "header:{name}"),
            Self::Named(name) => f.write_str(name),
            Self::FormPairs(names) => write!(f, "form_pairs{}", but(names)),
            Self::QueryPairs(names) => write!(f, "query_pairs{}", but(names)),
            word => {
                let name = WORDS.iter().find(|(_, known, _)| known == word).map(|(name, ..)| *name);
                f.write_str(name.unwrap_or_default())
            }
        }
    }
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
