//! What is signed and what travels with it: the request as a scheme looks at it.

use std::borrow::Cow;

use super::message::Message;
use super::scheme::{Lookup, Scheme};
use super::template::{Absent, Content, LONGEST_CONTENT, TooLong, Word};
use super::{form, jcs, url};
use crate::digest;
use crate::http::Url;

/// Most headers that a request may say are signed.
const MOST_SIGNED_HEADERS: usize = 100;

/// Why the signed content cannot be put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Nothing stands where this word comes from.
    Missing(String),
    /// It stands there more than once, with this many values.
    Repeated(String, usize),
    /// The URL is not known.
    Url,
    /// What is signed is longer than can be put together here.
    TooLong,
    /// The form has more fields than are sorted here.
    Fields,
    /// The body is no JSON, and the scheme takes text from it.
    Json,
    /// The body is no UTF-8, and the scheme signs it as text.
    Text,
    /// The request names more signed headers than are put together here.
    Headers,
}

impl From<TooLong> for Gap {
    fn from(TooLong: TooLong) -> Self {
        Self::TooLong
    }
}

impl Absent for Gap {
    fn is_absent(&self) -> bool {
        matches!(self, Self::Missing(_))
    }
}

impl std::fmt::Display for Gap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing(what) => write!(f, "{what} is missing"),
            Self::Repeated(what, times) => write!(f, "{what} appears {times} times"),
            Self::Url => f.write_str("the URL that was called is not known"),
            Self::TooLong => write!(f, "the signed content is longer than {LONGEST_CONTENT} bytes"),
            Self::Fields => write!(f, "the form has more than {} fields", form::MOST_FIELDS),
            Self::Json => f.write_str("the body is not JSON"),
            Self::Text => f.write_str("the body is not UTF-8"),
            Self::Headers => {
                write!(f, "more than {MOST_SIGNED_HEADERS} headers are listed as signed")
            }
        }
    }
}

impl<'a> Message<'a> {
    /// The only value of that header.
    pub fn header(&self, name: &str) -> Result<&'a [u8], Gap> {
        let mut values = self.all(name);
        let first = values.next().ok_or_else(|| Gap::Missing(format!("header {name}")))?;
        match values.count() {
            0 => Ok(first),
            more => Err(Gap::Repeated(format!("header {name}"), more + 1)),
        }
    }

    /// The text at that place. `fields` answers for the items of the signature header.
    pub fn look_up<'b>(
        &self,
        lookup: &Lookup,
        fields: &dyn Fn(&str) -> Result<&'b [u8], Gap>,
    ) -> Result<Cow<'b, [u8]>, Gap>
    where
        'a: 'b,
    {
        match lookup {
            Lookup::Header(name) => self.header(name).map(Cow::Borrowed),
            Lookup::Field(name) => fields(name).map(Cow::Borrowed),
            Lookup::Literal(text) => Ok(Cow::Owned(text.clone().into_bytes())),
            Lookup::Param(_) => Err(Gap::Missing(lookup.to_string())),
            Lookup::Form(name) => form::field(self.body, name)
                .map_err(|times| match times {
                    0 => Gap::Missing(lookup.to_string()),
                    many => Gap::Repeated(lookup.to_string(), many),
                })
                .map(Cow::Owned),
            Lookup::First(places) => {
                let found = places.iter().map(|place| self.look_up(place, fields));
                let mut gaps = Vec::new();
                for text in found {
                    match text {
                        Err(gap @ (Gap::Missing(_) | Gap::Json)) => gaps.push(gap),
                        other => return other,
                    }
                }
                let is_missing = |gap: &Gap| matches!(gap, Gap::Missing(_));
                let gap = gaps.iter().find(|gap| is_missing(gap)).or(gaps.first()).cloned();
                Err(gap.unwrap_or_else(|| Gap::Missing(lookup.to_string())))
            }
            Lookup::Query(name) => {
                let url = self.url.ok_or(Gap::Url)?;
                let value = url::parameter(url, name);
                let value = value.ok_or_else(|| Gap::Missing(lookup.to_string()))?;
                Ok(Cow::Owned(value.into_bytes()))
            }
            Lookup::Json { pointer, optional } => match self.json(pointer)? {
                Some(text) => Ok(Cow::Owned(text.into_bytes())),
                None if *optional => Ok(Cow::Borrowed(b"")),
                None => Err(Gap::Missing(lookup.to_string())),
            },
        }
    }

    /// The text of the member of the JSON body at `pointer`; numbers as they are written.
    pub fn json(&self, pointer: &str) -> Result<Option<String>, Gap> {
        let body: serde_json::Value = serde_json::from_slice(self.body).map_err(|_| Gap::Json)?;
        Ok(body.pointer(pointer).and_then(|member| match member {
            serde_json::Value::String(text) => Some(text.clone()),
            serde_json::Value::Number(number) => Some(number.to_string()),
            serde_json::Value::Bool(truth) => Some(truth.to_string()),
            _ => None,
        }))
    }

    /// The signed content under `scheme`.
    pub fn content<'b>(
        &self,
        scheme: &Scheme,
        secret: &'b [u8],
        fields: &dyn Fn(&str) -> Result<&'b [u8], Gap>,
    ) -> Result<Content, Gap>
    where
        'a: 'b,
    {
        scheme.signed.fill(|word| self.word(word, scheme, secret, fields))
    }

    /// The text of one word of a template.
    pub(super) fn word<'b>(
        &self,
        word: &Word,
        scheme: &Scheme,
        secret: &'b [u8],
        fields: &dyn Fn(&str) -> Result<&'b [u8], Gap>,
    ) -> Result<Cow<'b, [u8]>, Gap>
    where
        'a: 'b,
    {
        let url = || self.url.ok_or(Gap::Url);
        Ok(match word {
            Word::Body => Cow::Borrowed(self.body),
            Word::Secret => Cow::Borrowed(secret),
            Word::Method => Cow::Borrowed(self.method.as_bytes()),
            Word::Url => Cow::Borrowed(url()?.as_bytes()),
            Word::UrlNoQuery => Cow::Borrowed(url::without_query(url()?).as_bytes()),
            Word::Path => Cow::Borrowed(url::path(url()?).as_bytes()),
            Word::PathQuery => Cow::Borrowed(url::path_query(url()?).as_bytes()),
            Word::FormSorted => Cow::Owned(form::sorted(self.body).ok_or(Gap::Fields)?),
            Word::FormPairs(without) => {
                Cow::Owned(form::sorted_pairs(self.body, without).ok_or(Gap::Fields)?)
            }
            Word::QueryPairs(without) => {
                let query = url::query(url()?).as_bytes();
                Cow::Owned(form::sorted_pairs(query, without).ok_or(Gap::Fields)?)
            }
            Word::SignedHeaders => Cow::Owned(self.signed_headers(scheme, fields)?),
            Word::BodyJsonString => {
                let text = std::str::from_utf8(self.body).map_err(|_| Gap::Text)?;
                Cow::Owned(serde_json::to_vec(text).map_err(|_| Gap::Text)?)
            }
            Word::BodyJcs => Cow::Owned(jcs::canonical(self.body).ok_or(Gap::Json)?),
            Word::BodyCrc32 => Cow::Owned(crc32fast::hash(self.body).to_string().into_bytes()),
            Word::BodyMd5Base64 => Cow::Owned(digest::base64(&form::md5(self.body)).into_bytes()),
            Word::BodySha256Base64 => {
                Cow::Owned(digest::base64(&digest::sha256(self.body)).into_bytes())
            }
            Word::BodySha256Hex => Cow::Owned(digest::hex(&digest::sha256(self.body)).into_bytes()),
            Word::Header(name) if name.eq_ignore_ascii_case("host") => match self.header(name) {
                Err(Gap::Missing(_)) if self.url.is_some() => {
                    Cow::Borrowed(Url::of(url()?).authority.as_bytes())
                }
                other => Cow::Borrowed(other?),
            },
            Word::Header(name) => Cow::Borrowed(self.header(name)?),
            Word::Timestamp => match &scheme.timestamp {
                Some(timestamp) => self.look_up(&timestamp.from, fields)?,
                None => Cow::Borrowed(fields("timestamp")?),
            },
            Word::Named(name) => {
                match scheme.variables.iter().find(|(variable, _)| variable == name) {
                    Some((_, lookup)) => self.look_up(lookup, fields)?,
                    None => Cow::Borrowed(fields(name)?),
                }
            }
        })
    }

    /// The headers that the request says are signed, as the scheme writes them.
    fn signed_headers<'b>(
        &self,
        scheme: &Scheme,
        fields: &dyn Fn(&str) -> Result<&'b [u8], Gap>,
    ) -> Result<Vec<u8>, Gap>
    where
        'a: 'b,
    {
        let absent = || Gap::Missing("the list of signed headers".to_owned());
        let list = scheme.signed_headers.as_ref().ok_or_else(absent)?;
        let names = self.look_up(&list.from, fields)?;
        let names = String::from_utf8_lossy(&names).to_ascii_lowercase();
        let names = names.split(list.split.as_str()).map(str::trim).filter(|name| !name.is_empty());
        // A time that is not signed says nothing.
        if let Some(Lookup::Header(time)) =
            scheme.timestamp.as_ref().map(|timestamp| &timestamp.from)
            && !names.clone().any(|name| name.eq_ignore_ascii_case(time))
        {
            return Err(Gap::Missing(format!("{time} among the signed headers")));
        }
        let mut items = Vec::new();
        for name in names {
            let value = self.header(name)?.trim_ascii();
            // A pattern is text: what is no UTF-8 cannot be signed so.
            let value =
                std::str::from_utf8(value).map_err(|_| Gap::Missing(format!("header {name}")))?;
            let item = list.item.fill(|word| match word {
                "name" => Some(name.to_owned()),
                _ => Some(value.to_owned()),
            });
            items.extend(item);
            if items.len() > MOST_SIGNED_HEADERS {
                return Err(Gap::Headers);
            }
        }
        Ok(items.join(list.join.as_str()).into_bytes())
    }
}
