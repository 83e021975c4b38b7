//! The template of the signed content: `{id}.{timestamp}.{body}`. All but its words is literal.

use std::borrow::Cow;
use std::fmt;

use zeroize::Zeroize;

/// Longest template or pattern, in bytes.
const LONGEST: usize = 4096;
/// Most words of a template.
const MOST_WORDS: usize = 64;
/// Most bytes of signed content that are put together; a body in a gap is not copied, and not counted.
pub const LONGEST_CONTENT: usize = 128 << 20;
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

/// The signed content would be longer than [`LONGEST_CONTENT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

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
    ("body_md5_base64", Word::BodyMd5Base64, "base64 of the MD5 of the body"),
    ("body_sha256_base64", Word::BodySha256Base64, "base64 of the SHA-256 of the body"),
    ("body_sha256_hex", Word::BodySha256Hex, "hex of the SHA-256 of the body"),
];

impl Word {
    /// Whether its text comes from the URL.
    pub fn is_url(&self) -> bool {
        matches!(self, Self::Url | Self::UrlNoQuery | Self::Path | Self::PathQuery)
    }

    /// Whether its text grows with the body.
    fn is_as_long_as_body(&self) -> bool {
        matches!(self, Self::Body | Self::FormSorted)
    }

    /// Whether its text is made from the whole body.
    pub fn needs_body(&self) -> bool {
        matches!(
            self,
            Self::Body
                | Self::FormSorted
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
    pub fn parse(text: &str, is_known: impl Fn(&str) -> bool) -> Result<Self, Unreadable> {
        short(text)?;
        let mut parts = Vec::new();
        let mut literal = String::new();
        let (mut words, mut bodies) = (0, 0);
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
            let word = word(name, &is_known).ok_or_else(|| unknown(open, name))?;
            words += 1;
            bodies += usize::from(word.is_as_long_as_body());
            if words > MOST_WORDS {
                let message = format!("a template has at most {MOST_WORDS} words");
                return Err(Unreadable::new(open, message));
            }
            if bodies > MOST_BODIES {
                let message = format!("the body stands in a template at most {MOST_BODIES} times");
                return Err(Unreadable::new(open, message));
            }
            if !literal.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut literal)));
            }
            parts.push(Part::Word(word));
            offset = open + close + 1;
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
            Part::Text(_) => None,
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
    pub fn fill<'a, E: From<TooLong>>(
        &self,
        mut text: impl FnMut(&Word) -> Result<Cow<'a, [u8]>, E>,
    ) -> Result<Content, E> {
        let gap = self.streams();
        // Room enough for most: what is moved stays behind in memory, and it may hold the secret.
        let is_secret = self.has(&Word::Secret);
        let mut content = Content { before: Vec::with_capacity(ROOM), after: None, is_secret };
        let mut known: Vec<(&Word, Cow<'a, [u8]>)> = Vec::new();
        for part in &self.0 {
            match part {
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

fn word(name: &str, is_known: &impl Fn(&str) -> bool) -> Option<Word> {
    if let Some((_, word, _)) = WORDS.iter().find(|(known, ..)| *known == name) {
        return Some(word.clone());
    }
    match name.strip_prefix("header:") {
        Some("") => None,
        Some(header) => Some(Word::Header(header.to_owned())),
        None => is_known(name).then(|| Word::Named(name.to_owned())),
    }
}

fn unknown(offset: usize, name: &str) -> Unreadable {
    let words: Vec<_> = WORDS.iter().map(|(word, ..)| format!("{{{word}}}")).collect();
    let words = words.join(" ");
    Unreadable::new(
        offset,
        format!("unknown word {{{name}}}; known are {words} {{header:NAME}}, fields and `vars`"),
    )
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(&text.replace('{', "{{")),
            Part::Word(Word::Header(name)) => write!(f, "{{header:{name}}}"),
            Part::Word(Word::Named(name)) => write!(f, "{{{name}}}"),
            Part::Word(word) => {
                let name = WORDS.iter().find(|(_, known, _)| known == word).map(|(name, ..)| *name);
                write!(f, "{{{}}}", name.unwrap_or_default())
            }
        })
    }
}

/// The signed content, with a gap for the body when it stands in it exactly once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// All bytes before the body; all bytes when there is no gap.
    pub before: Vec<u8>,
    /// All bytes after the body; `None` when there is no gap.
    pub after: Option<Vec<u8>>,
    /// Whether the secret stands in it, so that it is wiped after use.
    is_secret: bool,
}

impl Drop for Content {
    fn drop(&mut self) {
        if self.is_secret {
            self.before.zeroize();
            self.after.zeroize();
        }
    }
}

impl Content {
    fn push(&mut self, bytes: &[u8]) -> Result<(), TooLong> {
        if self.length() + bytes.len() > LONGEST_CONTENT {
            return Err(TooLong);
        }
        self.after.as_mut().unwrap_or(&mut self.before).extend_from_slice(bytes);
        Ok(())
    }

    /// Bytes that it holds; a body in a gap is not among them.
    pub fn length(&self) -> usize {
        self.before.len() + self.after.as_ref().map_or(0, Vec::len)
    }

    /// The three pieces to hash in order.
    pub fn pieces<'a>(&'a self, body: &'a [u8]) -> [&'a [u8]; 3] {
        match &self.after {
            Some(after) => [&self.before, body, after],
            None => [&self.before, &[], &[]],
        }
    }

    /// All bytes in one.
    pub fn bytes(&self, body: &[u8]) -> Vec<u8> {
        self.pieces(body).concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Template, Unreadable> {
        Template::parse(text, |word| word == "id")
    }

    fn filled(text: &str) -> Content {
        let template = parse(text).unwrap();
        template
            .fill(|word| Ok::<_, TooLong>(Cow::Owned(format!("<{word:?}>").into_bytes())))
            .unwrap()
    }

    #[test]
    fn the_body_is_a_gap_when_it_stands_once() {
        let content = filled("v0:{timestamp}:{body}!");
        assert_eq!(content.before, b"v0:<Timestamp>:");
        assert_eq!(content.after.as_deref(), Some(b"!".as_slice()));
        assert_eq!(content.bytes(b"x"), b"v0:<Timestamp>:x!");
        assert_eq!(filled("{body}{body}").before, b"<Body><Body>");
        assert_eq!(filled("{body}{body_md5_base64}").after, None);
    }

    #[test]
    fn an_unknown_word_is_named_with_its_place() {
        let error = parse("{id}.{idd}").unwrap_err();
        assert_eq!(error.offset, 5);
        assert!(error.message.starts_with("unknown word {idd}; known are {body}"), "{error:?}");
        assert!(parse("{header:}").is_err());
        assert!(parse("{").is_err());
    }

    #[test]
    fn a_template_is_short_and_repeats_the_body_seldom() {
        let message = |text: &str| parse(text).unwrap_err().message;
        assert_eq!(message(&"{body}".repeat(3)), "the body stands in a template at most 2 times");
        assert_eq!(message("{body}{form_sorted}{body}").len(), message("{body}{body}{body}").len());
        assert_eq!(message(&"{id}".repeat(65)), "a template has at most 64 words");
        assert_eq!(message(&"x".repeat(4097)), "4097 bytes; at most 4096 are read");
        assert!(parse(&"{body_sha256_base64}".repeat(64)).is_ok());
    }

    #[test]
    fn each_word_is_asked_for_once_and_the_content_ends_somewhere() {
        let template = parse("{id}{id}{method}{id}").unwrap();
        let mut asked = 0;
        let content = template.fill(|_| {
            asked += 1;
            Ok::<_, TooLong>(Cow::Borrowed(b"x"))
        });
        assert_eq!((asked, content.unwrap().before.as_slice()), (2, b"xxxx".as_slice()));
        let long = vec![b'x'; LONGEST_CONTENT / 3];
        let content = template.fill(|_| Ok::<_, TooLong>(Cow::Borrowed(&long[..])));
        assert_eq!(content, Err(TooLong));
    }

    #[test]
    fn printing_is_the_reverse_of_reading() {
        for text in ["{id}.{timestamp}.{body}", "{{a}{method}\n{header:host}", "", "a}b"] {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
    }
}
