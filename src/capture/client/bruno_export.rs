//! Collections of Bruno as it exports them, in JSON. Variables have the values of the collection and of each request,
//! and of its environment if it has only one.
//!
//! Sources: packages/bruno-schema and bruno-app/src/utils/collections/export.js of github.com/usebruno/bruno.

use std::rc::Rc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::list::{fields, parsed, pieces};
use super::tree::{Node, Tree};
use super::values::Values;
use super::{Auth, Body, Field, IN_BROWSER_FORMS, Template};
use crate::capture::json::{self, Elements};
use crate::capture::room::{Room, excerpt};
use crate::capture::{Captured, Captures, Note, Options, Source, whole};
use crate::error::{Error, Result};
use crate::failure::Failure;

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(rename = "type")]
    kind: Option<String>,
    name: Option<String>,
    #[serde(borrow)]
    items: Option<&'a RawValue>,
    #[serde(borrow)]
    request: Option<Wanted<'a>>,
    #[serde(borrow)]
    root: Option<Root<'a>>,
}

/// What a collection or a folder has for all of its requests.
#[derive(Deserialize)]
struct Root<'a> {
    #[serde(borrow)]
    request: Option<Wanted<'a>>,
}

/// A request, or what all requests of a folder have.
#[derive(Deserialize)]
struct Wanted<'a> {
    method: Option<String>,
    url: Option<String>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(borrow)]
    headers: Option<&'a RawValue>,
    #[serde(borrow)]
    body: Option<Posted<'a>>,
    auth: Option<Given>,
    script: Option<Script>,
    #[serde(borrow)]
    vars: Option<Variables<'a>>,
}

#[derive(Deserialize)]
struct Posted<'a> {
    mode: Option<String>,
    json: Option<String>,
    text: Option<String>,
    xml: Option<String>,
    sparql: Option<String>,
    graphql: Option<GraphQl>,
    #[serde(borrow, rename = "formUrlEncoded")]
    form: Option<&'a RawValue>,
    #[serde(borrow, rename = "multipartForm")]
    parts: Option<&'a RawValue>,
    #[serde(borrow)]
    file: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct GraphQl {
    query: Option<String>,
    variables: Option<String>,
}

#[derive(Deserialize)]
struct Given {
    mode: Option<String>,
    basic: Option<Basic>,
    bearer: Option<Bearer>,
    apikey: Option<ApiKey>,
}

#[derive(Default, Deserialize)]
struct Basic {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
}

#[derive(Default, Deserialize)]
struct Bearer {
    #[serde(default)]
    token: String,
}

#[derive(Default, Deserialize)]
struct ApiKey {
    #[serde(default)]
    key: String,
    #[serde(default)]
    value: String,
    #[serde(default)]
    placement: String,
}

#[derive(Deserialize)]
struct Script {
    req: Option<String>,
}

#[derive(Deserialize)]
struct Variables<'a> {
    #[serde(borrow)]
    req: Option<&'a RawValue>,
}

/// What the requests of a folder have of it.
#[derive(Clone, Default)]
struct Inherited {
    headers: Vec<Field>,
    variables: Vec<Field>,
    auth: Auth,
    has_script: bool,
}

/// A collection with its items.
pub(in crate::capture) fn looks_like(start: &[u8]) -> bool {
    let keys = json::keys(start);
    start.trim_ascii_start().starts_with(b"{")
        && json::has_all(&keys, &["name", "version", "items"])
        && keys
            .iter()
            .any(|key| ["environments", "brunoConfig", "root", "uid"].contains(&key.as_str()))
        || json::has_all(&keys, &["brunoConfig", "items"])
}

/// Yields a request per item that is one, in the order of the folders.
pub(in crate::capture) fn read<'a>(source: Source<'a>, options: &Options) -> Result<Captures<'a>> {
    let mut room = Room::new(options.record);
    let bytes = whole(source)?;
    let (mut items, mut environment) = (b"[]".to_vec(), Vec::new());
    let mut inherited = Inherited::default();
    let mut members = json::members(&bytes)?;
    while let Some((name, value)) = members.next()? {
        match name.as_str() {
            "items" => items = value,
            "root" => {
                let root: Option<Root> = parsed(&value)?;
                inherited = inherited.with(root.and_then(|root| root.request), &mut room)?;
            }
            "environments" => environment = only_environment(&value, &mut room)?,
            _ => {}
        }
    }
    drop(bytes);
    // What a request says itself comes after what the environment says.
    inherited.variables.splice(0..0, environment);
    let mut tree = Tree::new(items, Rc::new(inherited), room)?;
    let options = options.clone();
    Ok(Box::new(std::iter::from_fn(move || tree.next(|json, above| node(json, above, &options)))))
}

/// The variables of the environment, if there is one to choose from.
fn only_environment(json: &[u8], room: &mut Room) -> Result<Vec<Field>> {
    #[derive(Deserialize)]
    struct Environment<'a> {
        #[serde(borrow)]
        variables: Option<&'a RawValue>,
    }
    let mut environments = Elements::under(json, &[])?;
    match (environments.next().transpose()?, environments.next()) {
        (Some(only), None) => fields(parsed::<Environment>(&only)?.variables, room),
        _ => Ok(Vec::new()),
    }
}

impl Inherited {
    /// This, and what a folder adds.
    fn with(&self, folder: Option<Wanted>, room: &mut Room) -> Result<Self> {
        let mut all = self.clone();
        let Some(folder) = folder else { return Ok(all) };
        all.headers.extend(fields(folder.headers, room)?);
        all.variables.extend(fields(folder.vars.as_ref().and_then(|vars| vars.req), room)?);
        all.has_script |= has_script(folder.script.as_ref());
        if let Some(auth) = folder.auth.map(auth).filter(|auth| !matches!(auth, Auth::Inherited)) {
            all.auth = auth;
        }
        // It is held as long as its folder is open, by each of its folders.
        let fields = all.headers.iter().chain(&all.variables);
        room.take(fields.map(|field| field.name.len() + field.value.len() + 80).sum())?;
        Ok(all)
    }
}

fn node(
    json: &[u8],
    above: &Rc<Inherited>,
    options: &Options,
) -> Result<Node<Rc<Inherited>, Captured>> {
    let item: Item = parsed(json)?;
    let mut room = Room::new(options.record);
    if let Some(items) = item.items {
        let folder = item.root.and_then(|root| root.request);
        let inherited = above.with(folder, &mut room)?;
        return Ok(Node::Folder(items.get().as_bytes().to_vec(), Rc::new(inherited)));
    }
    let Some(request) = item.request else { return Ok(Node::Nothing) };
    let name = item.name.unwrap_or_else(|| "request".to_owned());
    let kind = item.kind.unwrap_or_default();
    if kind.contains("grpc") || kind.contains("ws") {
        let message = format!("{}: {} is not an HTTP request", excerpt(&name), excerpt(&kind));
        return Err(Error::new(Failure::Unsupported, message).help("leave it out of the export"));
    }
    let all = above.with(None, &mut room)?;
    let read = template(request, name.clone(), all, &mut room);
    let (template, variables) = read.map_err(|error| error.about(excerpt(&name)))?;
    template.captured(&Values::new(variables, options), options).map(Node::Leaf)
}

/// The request that an item is by itself.
///
/// # Errors
/// `malformed` when it is none, and those of [`Template::captured`].
pub(super) fn request(json: &[u8], options: &Options) -> Result<Captured> {
    match node(json, &Rc::default(), options)? {
        Node::Leaf(captured) => Ok(captured),
        _ => Err(Error::new(Failure::Malformed, "request of Bruno: it has no method")),
    }
}

fn template(
    wanted: Wanted,
    name: String,
    above: Inherited,
    room: &mut Room,
) -> Result<(Template, Vec<Field>)> {
    let mut notes = Vec::new();
    if above.has_script || has_script(wanted.script.as_ref()) {
        notes.push(Note::head_rebuilt("its pre-request script, which may change it, was not run"));
    }
    let mut variables = above.variables;
    variables.extend(fields(wanted.vars.and_then(|vars| vars.req), room)?);
    let mut headers = fields(wanted.headers, room)?;
    // Of two, that of the request counts.
    let own: Vec<_> = headers.iter().map(|field| field.name.to_ascii_lowercase()).collect();
    headers.extend(
        above.headers.into_iter().filter(|it| !own.contains(&it.name.to_ascii_lowercase())),
    );
    let (body, content_type) =
        wanted.body.map(|body| posted(body, room)).transpose()?.unwrap_or_default();
    let auth = match wanted.auth.map(auth) {
        None | Some(Auth::Inherited) => above.auth,
        Some(own) => own,
    };
    let template = Template {
        name,
        method: wanted.method.unwrap_or_else(|| "GET".to_owned()).to_uppercase(),
        url: wanted.url.unwrap_or_default(),
        // Those of the query stand in the URL, too, as far as they are switched on.
        path: fields(wanted.params, room)?,
        query: Vec::new(),
        headers,
        body,
        content_type,
        auth,
        notes,
    };
    Ok((template, variables))
}

fn posted(posted: Posted, room: &mut Room) -> Result<(Body, Option<String>)> {
    let text = |text: Option<String>, kind: &str| {
        (Body::Text(text.unwrap_or_default()), Some(kind.to_owned()))
    };
    Ok(match posted.mode.as_deref() {
        None | Some("none") => (Body::None, None),
        Some("json") => text(posted.json, "application/json"),
        Some("text") => text(posted.text, "text/plain"),
        Some("xml") => text(posted.xml, "application/xml"),
        Some("sparql") => text(posted.sparql, "application/sparql-query"),
        Some("graphql") => {
            let GraphQl { query, variables } = posted.graphql.unwrap_or_default();
            let variables = variables.filter(|text| !text.trim().is_empty());
            let variables = Some(variables.unwrap_or_else(|| "{}".to_owned()));
            let query = query.unwrap_or_default();
            (Body::GraphQl { query, variables, is_exact: false }, Some("application/json".into()))
        }
        Some("formUrlEncoded") => (Body::Form(fields(posted.form, room)?, IN_BROWSER_FORMS), None),
        Some("multipartForm") => (Body::Parts(pieces(posted.parts, room)?), None),
        Some("file") => chosen_file(posted.file)?,
        Some(other) => {
            let message = format!("a body of mode {} is not supported", excerpt(other));
            return Err(Error::new(Failure::Unsupported, message)
                .help("capture what Bruno sends with listen --capture"));
        }
    })
}

/// The file of a list that is chosen.
fn chosen_file(list: Option<&RawValue>) -> Result<(Body, Option<String>)> {
    #[derive(Deserialize)]
    struct File {
        #[serde(rename = "filePath", default)]
        path: String,
        #[serde(rename = "contentType")]
        content_type: Option<String>,
        #[serde(default)]
        selected: bool,
    }
    let Some(list) = list else { return Ok((Body::None, None)) };
    for file in Elements::under(list.get().as_bytes(), &[])? {
        let file: File = parsed(&file?)?;
        if file.selected && !file.path.is_empty() {
            return Ok((Body::File(file.path), file.content_type));
        }
    }
    Ok((Body::None, None))
}

fn has_script(script: Option<&Script>) -> bool {
    script.and_then(|script| script.req.as_deref()).is_some_and(|text| !text.trim().is_empty())
}

fn auth(given: Given) -> Auth {
    match given.mode.as_deref() {
        None | Some("inherit") => Auth::Inherited,
        Some("none") => Auth::None,
        Some("basic") => {
            let Basic { username, password } = given.basic.unwrap_or_default();
            Auth::Basic(username, password)
        }
        Some("bearer") => Auth::Token("Bearer".into(), given.bearer.unwrap_or_default().token),
        Some("apikey") => {
            let ApiKey { key, value, placement } = given.apikey.unwrap_or_default();
            let field = Field::new(key, value);
            if placement == "queryparams" { Auth::Query(field) } else { Auth::Header(field) }
        }
        Some(other) => Auth::Other(other.to_owned()),
    }
}

#[cfg(test)]
#[path = "bruno_export_tests.rs"]
mod tests;
