//! Stepping over a serialised Java object: JCEKS stores secret keys so, without their length.
//! Only what `javax.crypto.SealedObject` is made of (Java Object Serialization, chapter 6).

use super::Cursor;
use crate::error::{Error, Malformed, Result};
use crate::failure::Failure;

/// How deep objects may stand in objects. A sealed key needs 4.
const MAX_DEPTH: usize = 16;
/// Handles begin here.
const BASE_HANDLE: u32 = 0x007e_0000;

/// Classes that secret keys are sealed in.
const SEALED: [&str; 2] =
    ["com.sun.crypto.provider.SealedObjectForKeyProtector", "javax.crypto.SealedObject"];

const STREAM_MAGIC: u32 = 0xaced_0005;
const NULL: u8 = 0x70;
const REFERENCE: u8 = 0x71;
const CLASS_DESCRIPTION: u8 = 0x72;
const OBJECT: u8 = 0x73;
const STRING: u8 = 0x74;
const ARRAY: u8 = 0x75;
const BLOCK_DATA: u8 = 0x77;
const END_BLOCK_DATA: u8 = 0x78;
/// Flag of a class whose writeObject adds data after the fields.
const WRITE_METHOD: u8 = 1;

/// A class as described in the stream.
struct Class {
    name: String,
    /// Type code of each field.
    fields: Vec<u8>,
    flags: u8,
    parent: Option<usize>,
}

/// Objects that can be referred to; only classes are kept.
type Handles = Vec<Option<Class>>;

/// Steps over one sealed object. Another class is `unsupported`, as Java itself refuses it.
pub fn step_over(cursor: &mut Cursor<'_>) -> Result<()> {
    if cursor.u32("a serialised object")? != STREAM_MAGIC {
        return Err(cursor.malformed("a serialised Java object").into());
    }
    let mut handles = Handles::new();
    value(cursor, &mut handles, 0)?;
    match handles.first() {
        Some(Some(class)) if SEALED.contains(&class.name.as_str()) => Ok(()),
        Some(Some(class)) => {
            let message = format!("a secret key sealed as {} is not supported", class.name);
            Err(Error::new(Failure::Unsupported, message))
        }
        _ => Err(cursor.malformed("a sealed object").into()),
    }
}

/// Reads one value; gives the handle of a class description.
fn value(
    cursor: &mut Cursor<'_>,
    handles: &mut Handles,
    depth: usize,
) -> Result<Option<usize>, Malformed> {
    if depth > MAX_DEPTH {
        return Err(cursor.malformed("objects nested less deeply"));
    }
    match cursor.u8("an object")? {
        NULL => Ok(None),
        REFERENCE => {
            let handle = cursor.u32("a reference")?.wrapping_sub(BASE_HANDLE) as usize;
            Ok(Some(handle))
        }
        CLASS_DESCRIPTION => class(cursor, handles, depth).map(Some),
        OBJECT => {
            let class = value(cursor, handles, depth + 1)?;
            handles.push(None);
            fields(cursor, handles, class, depth)?;
            Ok(None)
        }
        STRING => {
            cursor.text("a string")?;
            handles.push(None);
            Ok(None)
        }
        ARRAY => {
            let class = value(cursor, handles, depth + 1)?;
            handles.push(None);
            let element = class.and_then(|handle| handles.get(handle)?.as_ref());
            let element = element.and_then(|class| class.name.as_bytes().get(1).copied());
            let element = element.ok_or_else(|| cursor.malformed("the class of an array"))?;
            let count = cursor.u32("the length of an array")?;
            for _ in 0..count {
                field(cursor, handles, element, depth)?;
            }
            Ok(None)
        }
        BLOCK_DATA => {
            let length = cursor.u8("a length")?;
            cursor.take(usize::from(length), "data of an object")?;
            Ok(None)
        }
        _ => Err(cursor.malformed("an object of Java's serialisation")),
    }
}

/// `text name, 8 bytes version, u8 flags, u16 count, fields, annotations, parent`
fn class(cursor: &mut Cursor<'_>, handles: &mut Handles, depth: usize) -> Result<usize, Malformed> {
    let name = cursor.text("the name of a class")?;
    cursor.take(8, "the version of a class")?;
    let handle = handles.len();
    handles.push(None);
    let flags = cursor.u8("the flags of a class")?;
    let count = cursor.u16("the number of fields")?;
    let mut fields = Vec::new();
    for _ in 0..count {
        let kind = cursor.u8("the type of a field")?;
        cursor.text("the name of a field")?;
        if matches!(kind, b'L' | b'[') {
            value(cursor, handles, depth + 1)?;
        }
        fields.push(kind);
    }
    annotations(cursor, handles, depth)?;
    let parent = value(cursor, handles, depth + 1)?;
    handles[handle] = Some(Class { name, fields, flags, parent });
    Ok(handle)
}

/// Values up to the end mark.
fn annotations(
    cursor: &mut Cursor<'_>,
    handles: &mut Handles,
    depth: usize,
) -> Result<(), Malformed> {
    while cursor.rest.first() != Some(&END_BLOCK_DATA) {
        value(cursor, handles, depth + 1)?;
    }
    cursor.u8("the end of data").map(drop)
}

/// The fields of an object, those of its topmost class first.
fn fields(
    cursor: &mut Cursor<'_>,
    handles: &mut Handles,
    class: Option<usize>,
    depth: usize,
) -> Result<(), Malformed> {
    let mut classes = Vec::new();
    let mut next = class;
    while let Some(handle) = next {
        let Some(Some(class)) = handles.get(handle) else {
            return Err(cursor.malformed("the class of an object"));
        };
        classes.push((class.fields.clone(), class.flags));
        if classes.len() > MAX_DEPTH {
            return Err(cursor.malformed("classes nested less deeply"));
        }
        next = class.parent;
    }
    for (fields, flags) in classes.into_iter().rev() {
        for kind in fields {
            field(cursor, handles, kind, depth)?;
        }
        if flags & WRITE_METHOD != 0 {
            annotations(cursor, handles, depth)?;
        }
    }
    Ok(())
}

/// One field or element of this type code.
fn field(
    cursor: &mut Cursor<'_>,
    handles: &mut Handles,
    kind: u8,
    depth: usize,
) -> Result<(), Malformed> {
    let size = match kind {
        b'B' | b'Z' => 1,
        b'S' | b'C' => 2,
        b'I' | b'F' => 4,
        b'J' | b'D' => 8,
        b'L' | b'[' => return value(cursor, handles, depth + 1).map(drop),
        _ => return Err(cursor.malformed("the type of a field")),
    };
    cursor.take(size, "the value of a field").map(drop)
}
