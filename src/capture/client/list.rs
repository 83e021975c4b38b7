//! Lists of fields, as any of the clients writes them: objects with a name and a value that may be switched off.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Field, Piece};
use crate::capture::fields::plain;
use crate::capture::json::Elements;
use crate::capture::room::Room;
use crate::error::{Error, Result};
use crate::failure::Failure;

/// An element of a list of fields, as any of the clients writes it.
#[derive(Deserialize)]
struct Element<'a> {
    #[serde(alias = "name")]
    key: Option<String>,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
    #[serde(default)]
    disabled: bool,
    enabled: Option<bool>,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(borrow)]
    src: Option<&'a RawValue>,
    #[serde(rename = "fileName")]
    file_name: Option<String>,
    #[serde(rename = "contentType")]
    content_type: Option<String>,
}

/// The parts of a list that are not switched off.
pub(super) fn pieces(list: Option<&RawValue>, room: &mut Room) -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    let Some(list) = list else { return Ok(pieces) };
    for json in Elements::under(list.get().as_bytes(), &[])? {
        let json = json?;
        let element: Element = parsed(&json)?;
        if element.disabled || element.enabled == Some(false) {
            continue;
        }
        let is_file = element.kind.as_deref() == Some("file");
        let value = match is_file {
            true => match (element.file_name, element.src.or(element.value)) {
                (Some(name), _) if !name.is_empty() => name,
                (_, Some(path)) => only_path(path)?,
                (..) => String::new(),
            },
            false => element.value.map(text_of).unwrap_or_default(),
        };
        let name = element.key.unwrap_or_default();
        room.line(&name, value.as_bytes())?;
        let field = Field { name, value };
        pieces.push(Piece { field, is_file, content_type: element.content_type });
    }
    Ok(pieces)
}

/// The fields of a list that are not switched off and have a name.
pub(super) fn fields(list: Option<&RawValue>, room: &mut Room) -> Result<Vec<Field>> {
    let fields = pieces(list, room)?.into_iter().map(|piece| piece.field);
    Ok(fields.filter(|field| !field.name.is_empty()).collect())
}

/// A text; of anything else, what is written.
pub(super) fn text_of(value: &RawValue) -> String {
    match value.get() {
        "null" => String::new(),
        other => plain(value).unwrap_or_else(|| other.to_owned()),
    }
}

/// The one path of a list, or a path.
fn only_path(value: &RawValue) -> Result<String> {
    let several = || {
        Error::new(Failure::Unsupported, "a field of the form has several files")
            .help("give each its own field")
    };
    match serde_json::from_str::<Vec<String>>(value.get()) {
        Ok(paths) if paths.len() > 1 => Err(several()),
        Ok(paths) => Ok(paths.into_iter().next().unwrap_or_default()),
        Err(_) => Ok(text_of(value)),
    }
}

pub(super) fn parsed<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T> {
    serde_json::from_slice(json)
        .map_err(|error| Error::new(Failure::Malformed, format!("damaged collection: {error}")))
}
