//! Places in a request: where a word of the signed content, a time, a digest or a signature is taken from.

use std::fmt;

use memchr::{memchr, memmem};

use super::pattern::Pattern;
use super::scheme::Encoding;

/// A place in a request from which a word of the template takes its text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lookup {
    /// The value of a header.
    Header(String),
    /// A `k=v` item of the signature header, or a word of its pattern.
    Field(String),
    /// A member of the JSON body, by its pointer (RFC 6901).
    Json {
        /// The pointer.
        pointer: String,
        /// Whether an absent member is the empty text.
        optional: bool,
    },
    /// A parameter of the URL.
    Query(String),
    /// A field of the form in the body, percent-decoded.
    Form(String),
    /// Fixed text.
    Literal(String),
    /// What `--param NAME=VALUE` says.
    Param(String),
    /// The first of these where something stands.
    First(Vec<Self>),
}

impl Lookup {
    /// Reads one of [`LOOKUPS`], or several with ` | ` between them, of which the first counts where
    /// something stands; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains(OR) && !text.starts_with("literal:") {
            return text.split(OR).map(Self::parse).collect::<Option<_>>().map(Self::First);
        }
        let (kind, rest) = text.split_once(':')?;
        let rest = rest.to_owned();
        match kind {
            "literal" => Some(Self::Literal(rest)),
            _ if rest.is_empty() => None,
            "header" => Some(Self::Header(rest)),
            "field" => Some(Self::Field(rest)),
            "query" => Some(Self::Query(rest)),
            "form" => Some(Self::Form(rest)),
            "param" => Some(Self::Param(rest)),
            "json" | "json?" if rest.starts_with('/') => {
                Some(Self::Json { pointer: rest, optional: kind == "json?" })
            }
            _ => None,
        }
    }

    /// The text that [`Self::parse`] reads.
    pub fn spelled(&self) -> String {
        match self {
            Self::Header(name) => format!("header:{name}"),
            Self::Field(name) => format!("field:{name}"),
            Self::Json { pointer, optional: false } => format!("json:{pointer}"),
            Self::Json { pointer, optional: true } => format!("json?:{pointer}"),
            Self::Query(name) => format!("query:{name}"),
            Self::Form(name) => format!("form:{name}"),
            Self::Literal(text) => format!("literal:{text}"),
            Self::Param(name) => format!("param:{name}"),
            Self::First(places) => places.iter().map(Self::spelled).collect::<Vec<_>>().join(OR),
        }
    }

    /// Whether the body has to be at hand.
    pub fn is_in_body(&self) -> bool {
        match self {
            Self::Json { .. } | Self::Form(_) => true,
            Self::First(places) => places.iter().any(Self::is_in_body),
            _ => false,
        }
    }

    /// Whether the URL has to be known.
    pub fn is_in_url(&self) -> bool {
        match self {
            Self::Query(_) => true,
            Self::First(places) => places.iter().any(Self::is_in_url),
            _ => false,
        }
    }

    /// Whether something may stand at this place of the body. `false` is certain, and nearly every body
    /// is told at a glance, without being taken apart: the names are not in it.
    pub fn may_be_in(&self, body: &[u8]) -> bool {
        let has = |text: &str| memmem::find(body, text.as_bytes()).is_some();
        match self {
            // A letter of a name may be spelled as an escape; a number may count the items of an array.
            Self::Json { pointer, .. } => {
                let mut names = pointer.split('/');
                let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
                names.all(|name| is_number(name) || name.contains('~') || has(name)) || has("\\u")
            }
            Self::Form(name) => has(name) || memchr(b'%', body).is_some(),
            Self::First(places) => places.iter().any(|place| place.may_be_in(body)),
            _ => true,
        }
    }
}

/// What stands between several places.
const OR: &str = " | ";

/// How a [`Lookup`] is written, and what it means, as pages for people say it.
pub const LOOKUPS: &[(&str, &str)] = &[
    ("header:NAME", "the value of that header"),
    ("field:NAME", "an item NAME=value of the signature header, or a word of its pattern"),
    ("json:/POINTER", "a member of the JSON body (RFC 6901)"),
    ("json?:/POINTER", "the same; the empty text where there is none"),
    ("form:NAME", "a field of the form in the body"),
    ("query:NAME", "a parameter of the URL"),
    ("param:NAME", "what --param NAME=VALUE says; only in `vars`"),
    ("literal:TEXT", "that text"),
];

impl fmt::Display for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "header {name}"),
            Self::Field(name) => write!(f, "field {name} of the signature header"),
            Self::Json { pointer, .. } => write!(f, "member {pointer} of the body"),
            Self::Query(name) => write!(f, "parameter {name} of the URL"),
            Self::Form(name) => write!(f, "field {name} of the form"),
            Self::Literal(text) => write!(f, "the text {text}"),
            Self::Param(name) => write!(f, "--param {name}=VALUE"),
            Self::First(places) => {
                let places: Vec<_> = places.iter().map(Self::to_string).collect();
                f.write_str(&places.join(", or "))
            }
        }
    }
}

/// A digest of the body that travels apart from the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyDigest {
    /// Where it stands.
    pub from: Lookup,
    /// How it is written; the digest is SHA-256.
    pub encoding: Encoding,
}

/// Headers that the request itself says are signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHeaders {
    /// Where their names stand.
    pub from: Lookup,
    /// What stands between the names.
    pub split: String,
    /// How each is signed.
    pub item: Pattern,
    /// What stands between them.
    pub join: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookups_have_a_kind_and_a_name() {
        assert_eq!(Lookup::parse("field:t"), Some(Lookup::Field("t".into())));
        assert_eq!(Lookup::parse("literal:"), Some(Lookup::Literal(String::new())));
        for text in ["t", "header:", "json:a", "cookie:a", "", "form:a | cookie:b"] {
            assert_eq!(Lookup::parse(text), None, "{text}");
        }
        for text in ["literal:a | b", "json:/a/b | form:b", "json?:/a", "query:a", "param:b"] {
            assert_eq!(Lookup::parse(text).map(|place| place.spelled()).as_deref(), Some(text));
        }
    }
}
