//! Requests as API clients keep them, which is much alike in Postman, Insomnia and Bruno: a URL with its fields, header
//! lines, a body in one of a few ways, an authorization, and variables in all of them. Scripts are never run.
//!
//! A reader makes [`Template`]s, in folders that [`tree`] walks; [`fill`] makes requests of them.

pub(super) mod bruno;
pub(super) mod bruno_export;
mod fill;
pub(super) mod insomnia;
pub(super) mod insomnia_5;
mod list;
mod multipart;
pub(super) mod postman;
mod postman_url;
mod tree;
mod values;
mod yaml;

use super::Note;

/// What `encodeURIComponent` leaves as it is.
const IN_COMPONENTS: &[u8] = b"-_.!~*'()";

/// What is left as it is in forms (RFC 3986 section 2.3).
const IN_FORMS: &[u8] = b"-_.~";

/// The same in forms as the URL standard has them, where a blank is a plus sign.
const IN_BROWSER_FORMS: &[u8] = b"*-._ ";

/// A name and a value, with variables.
#[derive(Clone, Debug, PartialEq)]
struct Field {
    name: String,
    value: String,
}

/// A request with variables.
#[derive(Default)]
struct Template {
    name: String,
    method: String,
    url: String,
    /// Values of the segments `:name` of the path.
    path: Vec<Field>,
    /// Parameters that the URL does not have yet.
    query: Vec<Field>,
    headers: Vec<Field>,
    body: Body,
    /// What the body is, where no header line says so.
    content_type: Option<String>,
    auth: Auth,
    notes: Vec<Note>,
}

/// How a body is kept.
#[derive(Default)]
enum Body {
    #[default]
    None,
    Text(String),
    /// A GraphQL query, and its variables as JSON: as they are written, or without blanks.
    GraphQl {
        query: String,
        variables: Option<String>,
        is_exact: bool,
    },
    /// The fields of a form, and which characters of them the client leaves as they are.
    Form(Vec<Field>, &'static [u8]),
    Parts(Vec<Piece>),
    File(String),
}

/// A part of a form.
struct Piece {
    field: Field,
    /// Whether the value is the name of a file.
    is_file: bool,
    content_type: Option<String>,
}

/// How a request is authorized.
#[derive(Clone, Default)]
enum Auth {
    #[default]
    None,
    /// As the folder is.
    Inherited,
    Basic(String, String),
    /// A scheme and its token.
    Token(String, String),
    Header(Field),
    Query(Field),
    /// In a way that depends on the moment, or on somebody else.
    Other(String),
}

impl Field {
    fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}
