//! A signature scheme as `schemes` shows it.

use serde::Serialize;

use crate::signature::scheme::Origin;

/// A scheme: what the list has of it, and everything where one was named.
#[derive(Clone, Debug, Serialize)]
pub struct Scheme {
    /// Who signs so.
    pub title: String,
    /// Where the signature travels.
    pub header: String,
    /// By which algorithm; a standard has several.
    pub algorithm: &'static str,
    /// How its bytes are written.
    pub encoding: &'static str,
    /// The signed content.
    pub signed: String,
    /// How sure all this is, where only the list is shown: the page of one has it beside the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub details: Option<Details>,
    /// The table to copy from, where that is what people want.
    #[serde(skip)]
    pub table: Option<String>,
    /// The part of the list that begins with it.
    #[serde(skip)]
    pub heading: Option<&'static str>,
}

impl Scheme {
    /// Where its table comes from; nothing in the list, and nothing for a standard.
    pub fn origin(&self) -> Option<&Origin> {
        match self.details.as_ref()? {
            Details::Table(table) => Some(&table.origin),
            Details::Standard(_) => None,
        }
    }
}

/// What only the page of one scheme shows.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Details {
    /// A scheme that is a table.
    Table(Box<Table>),
    /// A standard, which is code.
    Standard(Box<Standard>),
}

/// The table of a scheme, key by key.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// How the header is written.
    pub value: String,
    /// What stands between its fields.
    pub split: Option<String>,
    /// How the secret becomes a key.
    pub secret: &'static str,
    /// What stands before it.
    pub secret_prefix: Option<String>,
    /// Where the timestamp is.
    pub timestamp: Option<String>,
    /// What it counts.
    pub unit: Option<&'static str>,
    /// How far it may be off, in seconds.
    pub tolerance_seconds: Option<u64>,
    /// The digest of the body that travels elsewhere.
    pub body_digest: Option<String>,
    /// Where the request says which headers are signed.
    pub signed_headers: Option<String>,
    /// Names and addresses of the certificate that the sender signs with.
    pub certificate: Vec<String>,
    /// What has to be given beside the secret.
    pub params: Vec<String>,
    /// Headers that must be there, with their values.
    pub require: Vec<String>,
    /// Where several signatures can stand.
    pub several: Vec<&'static str>,
    /// Which other spellings count as well.
    pub tolerates: Vec<&'static str>,
    /// In which forms the URL is signed.
    pub url_forms: Vec<&'static str>,
    /// Names in the content, and where their values are.
    pub variables: Vec<String>,
    /// Header lines of an example; none where a key pair or more of the request is needed.
    pub example: Vec<String>,
    /// Where all this was read, and how sure it is.
    #[serde(flatten)]
    pub origin: Origin,
}

/// A standard, and the options that say the rest.
#[derive(Clone, Debug, Serialize)]
pub struct Standard {
    /// How the header is written.
    pub value: &'static str,
    /// Which keys it takes.
    pub secret: &'static str,
    /// Its options.
    pub options: &'static [&'static str],
    /// Header lines of an example.
    pub example: Vec<String>,
    /// Where it was read.
    pub source: &'static str,
    /// When.
    pub read_on: &'static str,
    /// How sure it is.
    pub grade: &'static str,
    /// What to know besides.
    pub note: &'static str,
    /// Why nobody can sign with it, and what to do instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign: Option<String>,
}
