//! Commands that turn a payload's file into the body that was signed. Each is run in memory first: only
//! one whose outcome is that body, to the byte, is offered.

use super::cause::NO_FILE;
use super::dialect::{ESCAPES, LAYOUTS};
use super::json::Tree;
use super::layout::{Layout, Style};
use super::{Case, charset, wrapping};
use crate::digest;

/// A command and what it does.
struct Repair {
    /// `{file}` stands for the payload's file, `{after}` for the number of bytes that were signed.
    command: &'static str,
    /// What comes out for the bytes of the file; `None` where programs differ, or fail.
    run: fn(&[u8], usize) -> Option<Vec<u8>>,
}

/// The shortest and most usual ones first.
const REPAIRS: &[Repair] = &[
    Repair {
        command: "printf %s \"$(cat {file})\" > {file}",
        run: |body, _| substituted(body.to_vec()),
    },
    Repair {
        command: "printf %s \"$(tr -d '\\r' < {file})\" > {file}",
        run: |body, _| substituted(without(body, b'\r')),
    },
    Repair { command: "printf '\\n' >> {file}", run: |body, _| Some([body, b"\n"].concat()) },
    Repair { command: "printf '\\r\\n' >> {file}", run: |body, _| Some([body, b"\r\n"].concat()) },
    Repair {
        command: "head -c {after} {file} > {file}.fixed",
        run: |body, after| body.get(..after).map(<[u8]>::to_vec),
    },
    Repair {
        command: "tail -c +4 {file} > {file}.fixed",
        run: |body, _| body.get(3..).map(<[u8]>::to_vec),
    },
    Repair {
        command: "tr -d '\\r' < {file} > {file}.fixed",
        run: |body, _| Some(without(body, b'\r')),
    },
    Repair {
        command: "perl -pe 's/\\r?\\n/\\r\\n/' {file} > {file}.fixed",
        run: |body, _| Some(with_crlf(body)),
    },
    Repair {
        command: "jq -cj . {file} > {file}.fixed",
        run: |body, _| by_jq(body, &LAYOUTS.first()?.layout),
    },
    Repair {
        command: "jq -j . {file} > {file}.fixed",
        run: |body, _| {
            let indented = LAYOUTS.iter().find(|row| row.name == "indent-2")?;
            by_jq(body, &indented.layout)
        },
    },
    Repair {
        command: "jq -j . {file} > {file}.fixed",
        run: |body, _| serde_json::from_slice::<String>(body).ok().map(String::into_bytes),
    },
    Repair { command: "jq -j .body {file} > {file}.fixed", run: |body, _| body_member(body) },
    Repair { command: "base64 -d {file} > {file}.fixed", run: |body, _| base64_decoded(body) },
    Repair {
        command: "gzip -dc < {file} > {file}.fixed",
        run: |body, _| wrapping::inflated(body).filter(|_| body.starts_with(b"\x1f\x8b")),
    },
    Repair {
        command: "iconv -f UTF-16 -t UTF-8 {file} > {file}.fixed",
        run: |body, _| charset::utf16_decoded(body).filter(|_| body.len().is_multiple_of(2)),
    },
    Repair {
        command: "iconv -f UTF-8 -t ISO-8859-1 {file} > {file}.fixed",
        run: |body, _| charset::latin1(body),
    },
    Repair {
        command: "iconv -f ISO-8859-1 -t UTF-8 {file} > {file}.fixed",
        run: |body, _| charset::utf8_of_latin1(body),
    },
    Repair {
        command: "iconv -f UTF-8 -t WINDOWS-1252 {file} > {file}.fixed",
        run: |body, _| charset::mojibake_undone(body).filter(|_| !has_c1(body)),
    },
];

/// The command that makes `signed` of the payload's file; where no usual one does, our own.
pub(super) fn command(case: &Case<'_>, signed: &[u8]) -> Option<String> {
    if case.file == NO_FILE {
        return None;
    }
    let given = case.message.body;
    let found = REPAIRS
        .iter()
        .find(|repair| (repair.run)(given, signed.len()).is_some_and(|made| made == signed));
    let filled = found.map(|repair| {
        repair.command.replace("{after}", &signed.len().to_string()).replace("{file}", &case.file)
    });
    filled.or_else(|| case.writer.clone())
}

/// What a shell makes of the output of a command: NUL is dropped or ends it, final newlines go.
fn substituted(mut output: Vec<u8>) -> Option<Vec<u8>> {
    let end = output.iter().rposition(|byte| *byte != b'\n').map_or(0, |last| last + 1);
    output.truncate(end);
    (!output.contains(&0)).then_some(output)
}

fn without(body: &[u8], unwanted: u8) -> Vec<u8> {
    body.iter().copied().filter(|byte| *byte != unwanted).collect()
}

fn with_crlf(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + body.len() / 16);
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(bare) => {
                out.extend_from_slice(bare.strip_suffix(b"\r").unwrap_or(bare));
                out.extend_from_slice(b"\r\n");
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}

/// What jq writes, where every version writes the same: it reads numbers as binary fractions, drops
/// names that repeat, and writes strings anew.
fn by_jq(body: &[u8], layout: &Layout) -> Option<Vec<u8>> {
    let tree = Tree::parse(body).filter(Tree::is_plain)?;
    let javascript = ESCAPES.iter().find(|row| row.name == "javascript")?;
    let style = Style {
        layout: *layout,
        escape: javascript.escape,
        word: None,
        empty: |brackets| brackets,
    };
    Some(tree.write(&style))
}

/// The text of the member `body` of an object.
fn body_member(body: &[u8]) -> Option<Vec<u8>> {
    let event: serde_json::Value = serde_json::from_slice(body).ok()?;
    event.get("body")?.as_str().map(|text| text.as_bytes().to_vec())
}

/// What `base64 -d` reads everywhere: the standard alphabet, padded, in lines.
fn base64_decoded(body: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8(without(body, b'\n')).ok()?;
    let is_standard = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    let is_whole = text.len().is_multiple_of(4) && text.bytes().all(is_standard);
    is_whole.then(|| digest::unbase64(&text))?
}

/// Whether it has characters at which conversions to Windows-1252 differ.
fn has_c1(body: &[u8]) -> bool {
    std::str::from_utf8(body)
        .is_ok_and(|text| text.contains(|char| ('\u{80}'..='\u{9f}').contains(&char)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jq_is_offered_only_for_what_it_does_not_change() {
        let compact = |text: &str| by_jq(text.as_bytes(), &LAYOUTS[0].layout);
        let same = r#"{"a":1,"b":[true,null,-20,"é\"\n"],"c":{}}"#;
        assert_eq!(compact(&same.replace(':', " : ")).unwrap(), same.as_bytes());
        for text in [
            "[1.0]",
            "[12.50]",
            "[12345678901234567890]",
            "[9007199254740993]",
            "[1e2]",
            "[-0]",
            r#"{"a":1,"a":2}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"["\ud800"]"#,
            "[\"\u{7f}\"]",
        ] {
            assert_eq!(compact(text), None, "{text}");
        }
    }

    #[test]
    fn what_a_shell_and_perl_make_of_a_body() {
        assert_eq!(substituted(b"a\n\n".to_vec()).unwrap(), b"a");
        assert_eq!(substituted(b"a\0".to_vec()), None);
        assert_eq!(with_crlf(b"a\nb\r\nc"), b"a\r\nb\r\nc");
        assert_eq!(base64_decoded(b"aGk=\n").unwrap(), b"hi");
        assert_eq!(base64_decoded(b"aGk"), None);
    }
}
