//! Makes the request that a template is with the values of its variables.

use super::multipart::{self, Part};
use super::values::Values;
use super::{Auth, Body, Field, IN_COMPONENTS, Piece, Template};
use crate::capture::room::{Room, excerpt};
use crate::capture::{Captured, Note, Options, file, json};
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::{Headers, Request, Url, percent};

/// What is written with percent signs in a path and in a query, besides what no URL may have: the sets of the URL
/// standard, which all of them go by.
const NOT_IN_PATHS: &[u8] = b"\"#<>?^`{}";
const NOT_IN_QUERIES: &[u8] = b"\"#'<>";

impl Template {
    /// The request that it is with these values.
    ///
    /// # Errors
    /// `variable-unknown`, `files-not-allowed`, `too-large`; `unsupported` for an authorization that is made anew
    /// for each request.
    pub(super) fn captured(self, values: &Values, options: &Options) -> Result<Captured> {
        let name = self.name.clone();
        let filling = Filling { values, options, room: Room::new(options.record) };
        filling.captured(self).map_err(|error| error.about(excerpt(&name)))
    }
}

/// What one request is made of.
struct Filling<'a> {
    values: &'a Values,
    options: &'a Options,
    room: Room,
}

impl Filling<'_> {
    fn text(&mut self, text: &str) -> Result<String> {
        self.values.filled(text, &mut self.room)
    }

    /// Of what is kept, a blank is a plus sign.
    fn encoded(&mut self, text: &str, kept: &[u8]) -> Result<String> {
        let text = percent::encode(self.text(text)?.as_bytes(), kept).replace(' ', "+");
        self.room.take(text.len())?;
        Ok(text)
    }

    /// `a=1&b=2`
    fn joined(&mut self, fields: &[Field], kept: &[u8]) -> Result<String> {
        let mut joined = String::new();
        for Field { name, value } in fields {
            let (name, value) = (self.encoded(name, kept)?, self.encoded(value, kept)?);
            let mark = if joined.is_empty() { "" } else { "&" };
            joined.push_str(&format!("{mark}{name}={value}"));
        }
        Ok(joined)
    }

    fn captured(mut self, mut template: Template) -> Result<Captured> {
        let mut headers = Headers::new();
        for Field { name, value } in &template.headers {
            let (name, value) = (self.text(name)?, self.text(value)?);
            self.room.line(&name, value.as_bytes())?;
            headers.push(name.trim(), value.trim());
        }
        self.authorize(&mut template, &mut headers)?;
        let url = self.url(&template)?;
        let mut notes = template.notes;
        let mut content_type = template.content_type;
        let body = match template.body {
            Body::None => Vec::new(),
            Body::Text(text) => self.text(&text)?.into_bytes(),
            Body::GraphQl { query, variables, is_exact } => {
                self.graphql(&query, variables.as_deref(), is_exact)?
            }
            Body::Form(fields, kept) => {
                content_type = Some("application/x-www-form-urlencoded".into());
                self.joined(&fields, kept)?.into_bytes()
            }
            Body::File(path) => self.file(&path)?,
            Body::Parts(pieces) => {
                let (kind, body) = self.parts(pieces)?;
                // One without its delimiter says nothing.
                headers.remove("Content-Type");
                content_type = Some(kind);
                notes.push(Note::body_rebuilt(
                    "the delimiter between the parts of the form is new: a client generates one \
                     each time",
                ));
                body
            }
        };
        if let Some(kind) = content_type.filter(|_| headers.get("Content-Type").is_none()) {
            headers.push("Content-Type", kind);
        }
        if headers.get("Host").is_none() {
            headers.push("Host", Url::of(&url).host_and_port());
        }
        let method = self.text(&template.method)?;
        let request = Request { method, target: Url::of(&url).target(), headers, body };
        Ok(Captured { name: template.name, request, url: Some(url), notes, ..Captured::default() })
    }

    /// The URL with its path and its query filled in.
    fn url(&mut self, template: &Template) -> Result<String> {
        let text = self.text(&template.url)?;
        let text = text.split('#').next().unwrap_or_default().trim();
        let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::of(&text);
        let mut path = String::new();
        for segment in url.path().split_inclusive('/') {
            let name = segment.trim_end_matches('/').strip_prefix(':');
            let value = name.and_then(|name| template.path.iter().find(|field| field.name == name));
            match value {
                Some(field) => {
                    path.push_str(&self.text(&field.value)?);
                    path.push_str(if segment.ends_with('/') { "/" } else { "" });
                }
                None => path.push_str(segment),
            }
        }
        let path =
            if path.is_empty() { "/".to_owned() } else { percent::escape(&path, NOT_IN_PATHS) };
        let own = percent::escape(url.query().unwrap_or_default(), NOT_IN_QUERIES);
        let query = [own, self.joined(&template.query, IN_COMPONENTS)?];
        let query: Vec<_> = query.into_iter().filter(|part| !part.is_empty()).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        let text = format!("{}{path}{mark}{}", url.origin(), query.join("&"));
        self.room.take(text.len())?;
        Ok(text)
    }

    /// Adds what an authorization adds; what the collection says itself stays.
    fn authorize(&mut self, template: &mut Template, headers: &mut Headers) -> Result<()> {
        let (name, value) = match std::mem::take(&mut template.auth) {
            Auth::None | Auth::Inherited => return Ok(()),
            Auth::Basic(user, password) => {
                let pair = format!("{}:{}", self.text(&user)?, self.text(&password)?);
                ("Authorization".to_owned(), format!("Basic {}", digest::base64(pair.as_bytes())))
            }
            Auth::Token(scheme, token) => {
                let value = format!("{} {}", self.text(&scheme)?, self.text(&token)?);
                ("Authorization".to_owned(), value)
            }
            Auth::Header(Field { name, value }) => (self.text(&name)?, self.text(&value)?),
            Auth::Query(field) => {
                template.query.push(field);
                return Ok(());
            }
            Auth::Other(kind) => {
                let message =
                    format!("its authorization, {}, is computed for each request", excerpt(&kind));
                return Err(Error::new(Failure::Unsupported, message).help(
                    "capture what the client sends with listen --capture, or disable it and give \
                     the header with --header",
                ));
            }
        };
        if headers.get(&name).is_none() {
            headers.push(name, value);
        }
        Ok(())
    }

    /// Variables are written as they are, or without blanks.
    fn graphql(&mut self, query: &str, variables: Option<&str>, is_exact: bool) -> Result<Vec<u8>> {
        let query = serde_json::Value::from(self.text(query)?).to_string();
        let mut body = [b"{\"query\":", query.as_bytes()].concat();
        if let Some(variables) = variables {
            let variables = self.text(variables)?;
            if serde_json::from_str::<serde::de::IgnoredAny>(&variables).is_err() {
                let message = "the variables of the GraphQL query are not JSON";
                return Err(Error::new(Failure::Malformed, message));
            }
            body.extend_from_slice(b",\"variables\":");
            match is_exact {
                true => body.extend_from_slice(variables.as_bytes()),
                false => body.extend(json::compact(&variables)),
            }
        }
        body.push(b'}');
        self.room.take(body.len())?;
        Ok(body)
    }

    fn parts(&mut self, pieces: Vec<Piece>) -> Result<(String, Vec<u8>)> {
        let mut parts = Vec::new();
        for Piece { field, is_file, content_type } in pieces {
            let name = self.text(&field.name)?;
            let mut part = Part { name, content_type, ..Part::default() };
            if is_file {
                part.content = self.file(&field.value)?;
                let path = field.value.replace('\\', "/");
                part.file_name = path.rsplit('/').next().map(str::to_owned);
                part.content_type.get_or_insert_with(|| "application/octet-stream".into());
            } else {
                part.content = self.text(&field.value)?.into_bytes();
            }
            parts.push(part);
        }
        multipart::written(&parts, &mut self.room)
    }

    fn file(&mut self, path: &str) -> Result<Vec<u8>> {
        let path = self.options.folder.join(self.text(path)?);
        file(path.to_string_lossy().as_bytes(), self.options, &mut self.room)
    }
}
