//! Exports of Insomnia in JSON, format 4: a flat list of resources, of which requests name their folder. Variables
//! have the values of the base environment and of folders; where two of them differ, they have none. Tags
//! (`{% ... %}`) are programs, and never run. [`insomnia_5`](super::insomnia_5) makes such a list of format 5.
//!
//! Sources: packages/insomnia/src/models (request.ts, environment.ts), common/export.ts, common/common-headers.ts and
//! network of github.com/Kong/insomnia.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::list::{fields, parsed, pieces};
use super::tree::{Node, Tree};
use super::values::Values;
use super::{Auth, Body, Field, IN_COMPONENTS, Template};
use crate::capture::json::{self, Elements};
use crate::capture::room::{Room, excerpt};
use crate::capture::{Captured, Captures, Note, Options, Source, whole};
use crate::error::{Error, Result};
use crate::failure::Failure;

/// Objects are followed so deep for variables.
const MAX_DEPTH: usize = 8;
/// Lines of a head of which the last counts; of others there is one with all values.
const SINGLE: [&str; 10] = [
    "proxy-authorization",
    "content-length",
    "content-type",
    "content-encoding",
    "content-location",
    "connection",
    "host",
    "upgrade",
    "range",
    "trailer",
];

#[derive(Deserialize)]
struct Resource<'a> {
    #[serde(rename = "_id", default)]
    id: String,
    #[serde(rename = "_type")]
    kind: String,
    #[serde(rename = "parentId")]
    parent: Option<String>,
    name: Option<String>,
    // an environment, or a folder
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    environment: Option<&'a RawValue>,
    // a request
    method: Option<String>,
    url: Option<String>,
    #[serde(borrow)]
    headers: Option<&'a RawValue>,
    #[serde(borrow)]
    parameters: Option<&'a RawValue>,
    #[serde(borrow, rename = "pathParameters")]
    path_parameters: Option<&'a RawValue>,
    #[serde(borrow)]
    body: Option<Posted<'a>>,
    #[serde(borrow)]
    authentication: Option<&'a RawValue>,
    #[serde(rename = "preRequestScript")]
    script: Option<String>,
}

#[derive(Deserialize)]
struct Posted<'a> {
    #[serde(rename = "mimeType")]
    mime_type: Option<String>,
    text: Option<String>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(rename = "fileName")]
    file_name: Option<String>,
}

#[derive(Default, Deserialize)]
struct Given {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    disabled: bool,
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    token: String,
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    value: String,
    #[serde(rename = "addTo", default)]
    add_to: String,
}

/// What a folder gives to the requests in it.
struct Folder {
    parent: Option<String>,
    auth: Auth,
    /// Whether a script runs before each of them.
    has_script: bool,
    headers: Vec<Field>,
}

/// Folders by their id.
type Folders = HashMap<String, Folder>;

/// An export with its resources.
pub(in crate::capture) fn looks_like(start: &[u8]) -> bool {
    start.trim_ascii_start().starts_with(b"{")
        && json::has_all(&json::keys(start), &["_type", "__export_format"])
}

/// Yields a request per resource that is one.
pub(in crate::capture) fn read<'a>(source: Source<'a>, options: &Options) -> Result<Captures<'a>> {
    let room = Room::new(options.record);
    let bytes = whole(source)?;
    let mut resources = b"[]".to_vec();
    let mut members = json::members(&bytes)?;
    while let Some((name, value)) = members.next()? {
        match name.as_str() {
            "resources" => resources = value,
            "__export_format" if value.trim_ascii() != b"4" => {
                let format = excerpt(&String::from_utf8_lossy(&value));
                let message = format!("an Insomnia export of format {format} is not supported");
                return Err(Error::new(Failure::Unsupported, message)
                    .help("open it in a newer Insomnia and export it as format 4, or as HAR"));
            }
            _ => {}
        }
    }
    drop(bytes);
    requests(resources, options, room)
}

/// Yields a request per resource of this list that is one.
pub(super) fn requests<'a>(
    resources: Vec<u8>,
    options: &Options,
    room: Room,
) -> Result<Captures<'a>> {
    let (values, folders) = around(&resources, options, room)?;
    let mut tree = Tree::new(resources, (), room)?;
    let options = options.clone();
    Ok(Box::new(std::iter::from_fn(move || {
        tree.next(|json, ()| node(json, &values, &folders, &options))
    })))
}

/// What is around the requests: variables and folders.
fn around(resources: &[u8], options: &Options, mut room: Room) -> Result<(Values, Folders)> {
    let (mut variables, mut folders) = (HashMap::new(), Folders::new());
    for element in Elements::under(resources, &[])? {
        let element = element?;
        let Ok(resource) = parsed::<Resource>(&element) else { continue };
        let is_base = resource.parent.as_ref().is_none_or(|parent| !parent.starts_with("env_"));
        match resource.kind.as_str() {
            "environment" if is_base => collect(resource.data, &mut variables, &mut room)?,
            "request_group" => {
                collect(resource.environment, &mut variables, &mut room)?;
                room.line(&resource.id, b"")?;
                let (auth, has_script) = (auth(resource.authentication)?, has_script(&resource));
                let headers = fields(resource.headers, &mut room)?;
                let folder = Folder { parent: resource.parent, auth, has_script, headers };
                folders.insert(resource.id, folder);
            }
            _ => {}
        }
    }
    let known = variables.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let spelt = |(name, value): (String, String)| {
        let names = [format!("_.{name}"), format!("_['{name}']"), name];
        names.map(|name| Field::new(name, value.clone()))
    };
    Ok((Values::new(known.flat_map(spelt).collect(), options), folders))
}

/// Takes the variables out of an environment; one that has two values has none.
fn collect(
    environment: Option<&RawValue>,
    variables: &mut HashMap<String, Option<String>>,
    room: &mut Room,
) -> Result<()> {
    let Some(environment) = environment.filter(|it| it.get().starts_with('{')) else {
        return Ok(());
    };
    // A value of JSON takes several times its text.
    room.take(environment.get().len().saturating_mul(10))?;
    flatten("", &parsed(environment.get().as_bytes())?, MAX_DEPTH, &mut |name, value| {
        // Each has three spellings.
        room.take(3 * (name.len() + value.len()) + 200)?;
        let known = variables.entry(name).or_insert_with(|| Some(value.clone()));
        if known.as_ref() != Some(&value) {
            *known = None;
        }
        Ok(())
    })
}

/// The texts in a value, with the names that lead to them.
fn flatten(
    name: &str,
    value: &Value,
    depth: usize,
    each: &mut impl FnMut(String, String) -> Result<()>,
) -> Result<()> {
    match value {
        Value::Object(members) if depth > 0 => {
            for (member, value) in members {
                let name =
                    if name.is_empty() { member.clone() } else { format!("{name}.{member}") };
                flatten(&name, value, depth - 1, each)?;
            }
            Ok(())
        }
        Value::String(text) => each(name.to_owned(), text.clone()),
        Value::Number(_) | Value::Bool(_) => each(name.to_owned(), value.to_string()),
        _ => Ok(()),
    }
}

fn node(
    json: &[u8],
    values: &Values,
    folders: &Folders,
    options: &Options,
) -> Result<Node<(), Captured>> {
    let resource: Resource = parsed(json)?;
    let kind = resource.kind.as_str();
    if kind != "request" {
        if !kind.ends_with("_request") {
            return Ok(Node::Nothing);
        }
        let name = excerpt(resource.name.as_deref().unwrap_or(kind));
        let message = format!("{name}: a {} is not an HTTP request", excerpt(kind));
        return Err(Error::new(Failure::Unsupported, message).help("leave it out of the export"));
    }
    let name = resource.name.clone().unwrap_or_else(|| "request".to_owned());
    let read = template(resource, name.clone(), folders, &mut Room::new(options.record));
    let template = read.map_err(|error| error.about(excerpt(&name)))?;
    template.captured(values, options).map(Node::Leaf)
}

fn template(
    resource: Resource,
    name: String,
    folders: &Folders,
    room: &mut Room,
) -> Result<Template> {
    let mut notes = Vec::new();
    let mut is_scripted = has_script(&resource);
    let mut auth = auth(resource.authentication)?;
    let mut headers = fields(resource.headers, room)?;
    let mut parent = resource.parent;
    // As deep as folders go; a ring of them ends, too.
    for _ in 0..64 {
        let Some(folder) = parent.and_then(|id| folders.get(&id)) else { break };
        is_scripted |= folder.has_script;
        if matches!(auth, Auth::Inherited) {
            auth = folder.auth.clone();
        }
        for Field { name, value } in &folder.headers {
            room.line(name, value.as_bytes())?;
        }
        headers.splice(..0, folder.headers.iter().cloned());
        parent = folder.parent.clone();
    }
    if is_scripted {
        notes.push(Note::head_rebuilt("its pre-request script, which may change it, was not run"));
    }
    let (body, content_type) =
        resource.body.map(|body| posted(body, room)).transpose()?.unwrap_or_default();
    let template = Template {
        name,
        method: resource.method.unwrap_or_else(|| "GET".to_owned()),
        url: resource.url.unwrap_or_default(),
        path: fields(resource.path_parameters, room)?,
        query: fields(resource.parameters, room)?,
        headers: joined(headers),
        body,
        content_type,
        auth,
        notes,
    };
    match has_tag(&template) {
        false => Ok(template),
        true => {
            Err(Error::new(Failure::Unsupported, "it contains a tag, {% ... %}, which is code")
                .help("replace the tag with its value, or export it as HAR"))
        }
    }
}

fn posted(posted: Posted, room: &mut Room) -> Result<(Body, Option<String>)> {
    let kind = posted.mime_type.filter(|kind| !kind.is_empty());
    Ok(match kind.as_deref() {
        Some("application/x-www-form-urlencoded") if posted.params.is_some() => {
            (Body::Form(fields(posted.params, room)?, IN_COMPONENTS), kind)
        }
        Some("multipart/form-data") => (Body::Parts(pieces(posted.params, room)?), None),
        Some("application/graphql") => {
            (Body::Text(posted.text.unwrap_or_default()), Some("application/json".into()))
        }
        _ => match (posted.file_name.filter(|name| !name.is_empty()), posted.text) {
            (Some(path), _) => (Body::File(path), kind),
            (None, Some(text)) => (Body::Text(text), kind),
            (None, None) => (Body::None, None),
        },
    })
}

/// One line of each name, as the last of them writes it.
fn joined(lines: Vec<Field>) -> Vec<Field> {
    let mut joined: Vec<Field> = Vec::with_capacity(lines.len());
    let mut places = HashMap::new();
    for Field { name, value } in lines {
        let folded = name.to_lowercase();
        let is_single = SINGLE.contains(&folded.as_str());
        match places.get(&folded) {
            Some(&place) => {
                let known: &mut Field = &mut joined[place];
                known.name = name;
                match is_single {
                    true => known.value = value,
                    false => known.value.extend([", ", &value]),
                }
            }
            None => {
                places.insert(folded, joined.len());
                joined.push(Field { name, value });
            }
        }
    }
    joined
}

fn has_script(resource: &Resource) -> bool {
    resource.script.as_deref().is_some_and(|script| !script.trim().is_empty())
}

/// Whether a part of it would be made by a program.
fn has_tag(template: &Template) -> bool {
    let is_tag = |text: &str| text.contains("{%");
    let in_field = |field: &Field| is_tag(&field.name) || is_tag(&field.value);
    let in_body = match &template.body {
        Body::Text(text) => is_tag(text),
        Body::Form(fields, _) => fields.iter().any(in_field),
        Body::Parts(pieces) => pieces.iter().any(|piece| in_field(&piece.field)),
        _ => false,
    };
    let lists = [&template.path, &template.query, &template.headers];
    in_body || is_tag(&template.url) || lists.into_iter().flatten().any(in_field)
}

fn auth(value: Option<&RawValue>) -> Result<Auth> {
    let Some(value) = value else { return Ok(Auth::Inherited) };
    let given: Given = parsed(value.get().as_bytes())?;
    Ok(match given.kind.as_str() {
        // What is switched off leaves it to the folder.
        _ if given.disabled => Auth::Inherited,
        "" => Auth::Inherited,
        "none" => Auth::None,
        "basic" => Auth::Basic(given.username, given.password),
        "bearer" => {
            let prefix = if given.prefix.is_empty() { "Bearer".to_owned() } else { given.prefix };
            Auth::Token(prefix, given.token)
        }
        "apikey" => {
            let field = Field::new(given.key, given.value);
            match given.add_to.as_str() {
                "queryParams" => Auth::Query(field),
                "cookie" => {
                    Auth::Header(Field::new("Cookie", format!("{}={}", field.name, field.value)))
                }
                _ => Auth::Header(field),
            }
        }
        _ => Auth::Other(given.kind),
    })
}

#[cfg(test)]
#[path = "insomnia_tests.rs"]
mod tests;
