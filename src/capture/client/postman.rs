//! Collections of Postman, 2.0 and 2.1: folders of requests. Variables have the values of the collection; what is only
//! in an environment is given with `--var`.
//!
//! Sources: schema.getpostman.com/json/collection/v2.1.0/collection.json; what is sent, of
//! github.com/postmanlabs/postman-runtime (lib/requester) and postman-url-encoder.

use std::rc::Rc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::list::{fields, parsed, pieces};
use super::postman_url::url;
use super::tree::{Node, Tree};
use super::values::Values;
use super::{Auth, Body, Field, IN_FORMS, Template};
use crate::capture::room::{Room, excerpt};
use crate::capture::{Captured, Captures, Note, Options, Source, json, whole};
use crate::error::{Error, Result};
use crate::failure::Failure;

/// Methods whose body it leaves out, unless that is switched off.
const WITHOUT_BODY: [&str; 5] = ["GET", "COPY", "HEAD", "PURGE", "UNLOCK"];

/// A folder or a request.
#[derive(Deserialize)]
struct Item<'a> {
    name: Option<String>,
    #[serde(borrow)]
    item: Option<&'a RawValue>,
    #[serde(borrow)]
    request: Option<&'a RawValue>,
    #[serde(borrow)]
    auth: Option<&'a RawValue>,
    #[serde(borrow)]
    event: Option<&'a RawValue>,
    #[serde(rename = "protocolProfileBehavior", default)]
    behavior: Behavior,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Behavior {
    disable_body_pruning: bool,
}

#[derive(Deserialize)]
struct Wanted<'a> {
    method: Option<String>,
    #[serde(borrow)]
    url: Option<&'a RawValue>,
    #[serde(borrow)]
    header: Option<&'a RawValue>,
    #[serde(borrow)]
    body: Option<Posted<'a>>,
    #[serde(borrow)]
    auth: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Posted<'a> {
    mode: Option<String>,
    raw: Option<String>,
    #[serde(borrow)]
    urlencoded: Option<&'a RawValue>,
    #[serde(borrow)]
    formdata: Option<&'a RawValue>,
    graphql: Option<GraphQl>,
    file: Option<File>,
    options: Option<Settings>,
    #[serde(default)]
    disabled: bool,
}

#[derive(Default, Deserialize)]
struct GraphQl {
    #[serde(default)]
    query: String,
    #[serde(default)]
    variables: String,
}

#[derive(Deserialize)]
struct File {
    src: Option<String>,
    content: Option<String>,
}

#[derive(Deserialize)]
struct Settings {
    raw: Option<Language>,
}

#[derive(Deserialize)]
struct Language {
    language: Option<String>,
}

/// What the requests of a folder have of it.
struct Inherited {
    auth: Auth,
    has_script: bool,
}

/// An object with `info` and `item`.
pub(in crate::capture) fn looks_like(start: &[u8]) -> bool {
    start.trim_ascii_start().starts_with(b"{")
        && json::has_all(&json::keys(start), &["info", "item"])
}

/// Yields a request per item that is one, in the order of the folders.
pub(in crate::capture) fn read<'a>(source: Source<'a>, options: &Options) -> Result<Captures<'a>> {
    let mut room = Room::new(options.record);
    let (mut items, mut variables) = (b"[]".to_vec(), Vec::new());
    let mut inherited = Inherited { auth: Auth::None, has_script: false };
    let bytes = whole(source)?;
    let mut members = json::members(&bytes)?;
    while let Some((name, value)) = members.next()? {
        match name.as_str() {
            "item" => items = value,
            "variable" => variables = fields(Some(parsed(&value)?), &mut room)?,
            "auth" => inherited.auth = auth(parsed(&value)?)?.unwrap_or_default(),
            "event" => inherited.has_script = has_script(Some(parsed(&value)?))?,
            _ => {}
        }
    }
    drop(bytes);
    let values = Values::new(variables, options);
    let mut tree = Tree::new(items, Rc::new(inherited), room)?;
    let options = options.clone();
    Ok(Box::new(std::iter::from_fn(move || {
        tree.next(|json, inherited| node(json, inherited, &values, &options))
    })))
}

fn node(
    json: &[u8],
    inherited: &Rc<Inherited>,
    values: &Values,
    options: &Options,
) -> Result<Node<Rc<Inherited>, Captured>> {
    let item: Item = parsed(json)?;
    let own = item.auth.map(auth).transpose()?.flatten();
    let has_script = inherited.has_script || has_script(item.event)?;
    if let Some(items) = item.item {
        let auth = own.unwrap_or_else(|| inherited.auth.clone());
        let inherited = Rc::new(Inherited { auth, has_script });
        return Ok(Node::Folder(items.get().as_bytes().to_vec(), inherited));
    }
    let Some(request) = item.request else { return Ok(Node::Nothing) };
    let name = item.name.unwrap_or_else(|| "request".to_owned());
    let read = template(request, name.clone(), &mut Room::new(options.record));
    let mut template = read.map_err(|error| error.about(excerpt(&name)))?;
    if WITHOUT_BODY.contains(&&*template.method) && !item.behavior.disable_body_pruning {
        (template.body, template.content_type) = (Body::None, None);
    }
    if let Auth::Inherited = template.auth {
        template.auth = own.unwrap_or_else(|| inherited.auth.clone());
    }
    if has_script {
        template
            .notes
            .push(Note::head_rebuilt("its pre-request script, which may change it, was not run"));
    }
    template.captured(values, options).map(Node::Leaf)
}

fn template(request: &RawValue, name: String, room: &mut Room) -> Result<Template> {
    let mut template = Template { name, ..Template::default() };
    // A request may be its URL alone.
    if let Ok(url) = serde_json::from_str::<String>(request.get()) {
        let (method, auth) = ("GET".into(), Auth::Inherited);
        return Ok(Template { url, method, auth, ..template });
    }
    let wanted: Wanted = parsed(request.get().as_bytes())?;
    template.method = wanted.method.unwrap_or_else(|| "GET".to_owned());
    template.headers =
        match wanted.header.map(|header| serde_json::from_str::<String>(header.get())) {
            Some(Ok(text)) => lines(&text),
            _ => fields(wanted.header, room)?,
        };
    if let Some(address) = wanted.url {
        url(address, &mut template, room)?;
    }
    template.auth = match wanted.auth {
        Some(own) => auth(own)?.unwrap_or(Auth::Inherited),
        None => Auth::Inherited,
    };
    if let Some(posted) = wanted.body.filter(|body| !body.disabled) {
        (template.body, template.content_type) = body(posted, room)?;
    }
    Ok(template)
}

/// Header lines as text.
fn lines(text: &str) -> Vec<Field> {
    let pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs.map(|(name, value)| Field::new(name.trim(), value.trim())).collect()
}

fn body(posted: Posted, room: &mut Room) -> Result<(Body, Option<String>)> {
    let language = posted.options.and_then(|options| options.raw?.language);
    let content_type = match language.as_deref() {
        Some("json") => "application/json",
        Some("javascript") => "application/javascript",
        Some("html") => "text/html",
        Some("xml") => "application/xml",
        _ => "text/plain",
    };
    Ok(match posted.mode.as_deref() {
        None | Some("none") => (Body::None, None),
        Some("raw") => {
            let text = posted.raw.unwrap_or_default();
            let kind = (!text.is_empty()).then(|| content_type.to_owned());
            (Body::Text(text), kind)
        }
        Some("urlencoded") => (Body::Form(fields(posted.urlencoded, room)?, IN_FORMS), None),
        Some("formdata") => (Body::Parts(pieces(posted.formdata, room)?), None),
        Some("graphql") => {
            let GraphQl { query, variables } = posted.graphql.unwrap_or_default();
            let variables = Some(variables).filter(|text| !text.trim().is_empty());
            (Body::GraphQl { query, variables, is_exact: true }, Some("application/json".into()))
        }
        Some("file") => match posted.file {
            Some(File { content: Some(content), .. }) => (Body::Text(content), None),
            Some(File { src: Some(path), .. }) => (Body::File(path), None),
            _ => (Body::None, None),
        },
        Some(other) => {
            let message = format!("a body of mode {} is not supported", excerpt(other));
            return Err(Error::new(Failure::Unsupported, message)
                .help("capture what Postman sends with listen --capture"));
        }
    })
}

/// An authorization; `None` where it is the folder's.
fn auth(value: &RawValue) -> Result<Option<Auth>> {
    #[derive(Deserialize)]
    struct Given<'a> {
        #[serde(rename = "type")]
        kind: String,
        #[serde(borrow)]
        basic: Option<&'a RawValue>,
        #[serde(borrow)]
        bearer: Option<&'a RawValue>,
        #[serde(borrow)]
        apikey: Option<&'a RawValue>,
    }
    if value.get() == "null" {
        return Ok(None);
    }
    let given: Given = parsed(value.get().as_bytes())?;
    let of = |list: Option<&RawValue>| -> Result<Vec<Field>> {
        // A list of fields in 2.1, an object in 2.0.
        match list {
            Some(object) if object.get().starts_with('{') => {
                let pairs = crate::capture::fields::pairs(object, &mut Room::new(1 << 20))?;
                Ok(pairs.into_iter().map(|(name, value)| Field::new(name, value)).collect())
            }
            list => fields(list, &mut Room::new(1 << 20)),
        }
    };
    let get = |list: &[Field], name: &str| {
        list.iter().find(|field| field.name == name).map(|field| field.value.clone())
    };
    Ok(Some(match given.kind.as_str() {
        "noauth" => Auth::None,
        "basic" => {
            let list = of(given.basic)?;
            let part = |name| get(&list, name).unwrap_or_default();
            Auth::Basic(part("username"), part("password"))
        }
        "bearer" => {
            Auth::Token("Bearer".into(), get(&of(given.bearer)?, "token").unwrap_or_default())
        }
        "apikey" => {
            let list = of(given.apikey)?;
            let field = Field::new(
                get(&list, "key").unwrap_or_default(),
                get(&list, "value").unwrap_or_default(),
            );
            match get(&list, "in").as_deref() {
                Some("query") => Auth::Query(field),
                _ => Auth::Header(field),
            }
        }
        other => Auth::Other(other.to_owned()),
    }))
}

/// Whether something would run before the request.
fn has_script(events: Option<&RawValue>) -> Result<bool> {
    #[derive(Deserialize)]
    struct Event<'a> {
        listen: Option<String>,
        #[serde(borrow)]
        script: Option<Script<'a>>,
        #[serde(default)]
        disabled: bool,
    }
    #[derive(Deserialize)]
    struct Script<'a> {
        #[serde(borrow)]
        exec: Option<&'a RawValue>,
    }
    let Some(events) = events.filter(|events| events.get() != "null") else { return Ok(false) };
    for event in json::Elements::under(events.get().as_bytes(), &[])? {
        let event = event?;
        let Event { listen, script, disabled } = parsed(&event)?;
        let is_empty =
            |exec: &RawValue| exec.get().bytes().all(|byte| b"[]\", \t\r\n".contains(&byte));
        let code = script.and_then(|script| script.exec).filter(|exec| !is_empty(exec));
        if listen.as_deref() == Some("prerequest") && !disabled && code.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
#[path = "postman_tests.rs"]
mod tests;
