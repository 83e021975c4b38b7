//! A body of several parts (RFC 7578), written with a delimiter of ours: the one that was sent is made anew each
//! time, and kept nowhere.

use crate::capture::room::Room;
use crate::error::Result;

/// One field of the form.
#[derive(Default)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) file_name: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) content: Vec<u8>,
}

/// The Content-Type and the body.
///
/// # Errors
/// `too-large` when there is no room.
pub(super) fn written(parts: &[Part], room: &mut Room) -> Result<(String, Vec<u8>)> {
    let boundary = boundary(parts);
    let mut body = Vec::new();
    for Part { name, file_name, content_type, content } in parts {
        let mut head =
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", escaped(name));
        if let Some(file_name) = file_name {
            head.push_str(&format!("; filename=\"{}\"", escaped(file_name)));
        }
        if let Some(content_type) = content_type {
            head.push_str(&format!("\r\nContent-Type: {}", escaped(content_type)));
        }
        head.push_str("\r\n\r\n");
        room.line(&head, content)?;
        for piece in [head.as_bytes(), content, b"\r\n"] {
            body.extend_from_slice(piece);
        }
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok((format!("multipart/form-data; boundary={boundary}"), body))
}

/// A delimiter that stands in no part, the same each time.
fn boundary(parts: &[Part]) -> String {
    const NAME: &str = "----hookprint";
    let is_in = |part: &Part| memchr::memmem::find(&part.content, NAME.as_bytes()).is_some();
    if !parts.iter().any(is_in) {
        return NAME.to_owned();
    }
    let all: Vec<u8> = parts.iter().flat_map(|part| &part.content).copied().collect();
    format!("{NAME}{}", crate::digest::hex(&crate::digest::sha256(&all)))
}

/// As browsers write it: what would end the name, or its line, in percent signs.
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str, content: &[u8]) -> Part {
        Part { name: name.into(), content: content.into(), ..Part::default() }
    }

    #[test]
    fn parts_are_written_as_browsers_write_them() {
        let file = Part {
            file_name: Some("a\r\nb.bin".into()),
            content_type: Some("application/octet-stream".into()),
            ..part("f", b"\xff\0")
        };
        let (kind, body) =
            written(&[part("a \"b\"", b"1\r\n2"), file], &mut Room::new(1000)).unwrap();
        assert_eq!(kind, "multipart/form-data; boundary=----hookprint");
        let expected = "------hookprint\r\nContent-Disposition: form-data; name=\"a %22b%22\"\r\n\r\n1\r\n2\r\n\
            ------hookprint\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a%0D%0Ab.bin\"\r\n\
            Content-Type: application/octet-stream\r\n\r\n";
        assert_eq!(body, [expected.as_bytes(), b"\xff\0\r\n------hookprint--\r\n"].concat());
    }

    #[test]
    fn no_part_ends_another() {
        let (kind, body) =
            written(&[part("a", b"\r\n------hookprint--\r\n")], &mut Room::new(1000)).unwrap();
        let boundary = kind.rsplit_once('=').unwrap().1;
        assert!(
            boundary.len() > 60 && body.ends_with(format!("\r\n--{boundary}--\r\n").as_bytes())
        );
        assert!(written(&[part("a", b"x")], &mut Room::new(50)).is_err());
    }
}
