//! How PEM departs from what other programs read. It is read all the same, and said.
//!
//! Which programs refuse what was tried with OpenSSL 3.0, node 20, Python 3 and keytool 17; nginx
//! and curl read PEM with OpenSSL's functions.

use memchr::{memchr, memmem};

use super::block::Block;
use crate::invisible;

/// Most programs: those that read with OpenSSL's functions, and keytool.
const ALL: &str = "openssl, nginx, node, Python, curl and keytool refuse it";
/// Java steps over it.
const OPENSSL: &str = "openssl, nginx, node, Python and curl refuse it";
/// Only Java does not.
const KEYTOOL: &str = "keytool refuses it";

/// One way to depart from RFC 7468 that a known program does not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `-----END A----------BEGIN B-----`
    Joined,
    /// `\n` instead of line breaks.
    Escaped,
    /// No line break at all.
    OneLine,
    /// Blanks instead of line breaks.
    Blanks,
    /// Carriage returns alone.
    CarriageReturns,
    /// Blanks before BEGIN or END.
    Indented,
    /// Something else in the line of BEGIN or END: a quote, a name.
    Quoted,
    /// No END line.
    NoEnd,
    /// END of another label than BEGIN.
    OtherEnd,
    /// Empty lines between the lines of base64.
    BlankLines,
    /// The `=` at the end was lost.
    Unpadded,
    /// Characters that nobody sees.
    Invisible,
    /// The same, where only Java minds.
    InvisibleAtEnd,
    /// A byte-order mark before the first block.
    Mark,
    /// Dashes of a word processor, too few of them, or a lost blank.
    Dashes,
    /// `CERTIFICATE CHAIN`, as some CAs write.
    Label,
    /// PKCS#7 that is called a certificate.
    Pkcs7,
    /// PKCS#12 as text, as certtool writes.
    Pkcs12,
    /// Two octets a character.
    Utf16,
    /// Base64 around everything.
    Base64,
    /// DER or PKCS#12 of which an editor or transfer made text.
    SavedAsText,
}

impl Form {
    /// What it looks like, as a lower-case fragment.
    pub fn what(self) -> &'static str {
        match self {
            Self::Joined => "two blocks are joined on one line, END with BEGIN",
            Self::Escaped => "line breaks are written out as \\n",
            Self::OneLine => "BEGIN, base64 and END are not on separate lines",
            Self::Blanks => "there are spaces instead of line breaks",
            Self::CarriageReturns => "lines end with only a carriage return",
            Self::Indented => "BEGIN or END is indented, as in YAML",
            Self::Quoted => "BEGIN or END shares its line with other text, as in JSON or dotenv",
            Self::NoEnd => "a block has no END line",
            Self::OtherEnd => "a block ends with a different label than it begins",
            Self::BlankLines => "there are empty lines between the lines of base64",
            Self::Unpadded => "the = at the end of the base64 is missing",
            Self::Invisible => {
                "it contains invisible characters (a zero-width space, a no-break space)"
            }
            Self::InvisibleAtEnd => "there are invisible characters at the end of lines",
            Self::Mark => "it starts with a byte order mark",
            Self::Dashes => {
                "its BEGIN and END lines were changed, as a word processor does (long dashes, a \
                 lost space)"
            }
            Self::Label => "the label is CERTIFICATE CHAIN",
            Self::Pkcs7 => "it is PKCS#7 under the label CERTIFICATE",
            Self::Pkcs12 => "it is PKCS#12 as text (BEGIN PKCS12), as certtool writes",
            Self::Utf16 => "it is UTF-16 text, as PowerShell's `>` writes",
            Self::Base64 => "it is base64 of the file itself",
            Self::SavedAsText => "it was saved or sent as text, which changed its bytes",
        }
    }

    /// Which programs refuse it.
    pub fn refused_by(self) -> &'static str {
        match self {
            Self::CarriageReturns | Self::BlankLines | Self::Unpadded | Self::Label => OPENSSL,
            Self::Mark | Self::InvisibleAtEnd => KEYTOOL,
            Self::Pkcs12 => "openssl, node, keytool and Windows refuse it",
            _ => ALL,
        }
    }

    /// Whether more than Java refuses it.
    pub fn breaks(self) -> bool {
        self.refused_by() != KEYTOOL
    }
}

/// How a block that could be read departs. `length` is that of its decoded bytes.
pub fn forms(block: &Block<'_>, length: usize) -> Vec<Form> {
    let mut forms = Vec::new();
    match block.before {
        [] if block.is_joined => forms.push(Form::Joined),
        [] => {}
        b"\xef\xbb\xbf" if block.offset == 3 => forms.push(Form::Mark),
        before if before.trim_ascii().is_empty() => forms.push(Form::Indented),
        before if is_invisible(before) => forms.push(Form::Invisible),
        _ => forms.push(Form::Quoted),
    }
    forms.extend(lines(block));
    match block.end_label {
        None => forms.push(Form::NoEnd),
        Some(end) if end != block.label.as_bytes() => forms.push(Form::OtherEnd),
        Some(_) => {
            let after = block.after.trim_ascii();
            if !after.is_empty() && !after.starts_with(b"-----BEGIN") && !after.starts_with(b"\\n")
            {
                forms.push(Form::Quoted);
            }
        }
    }
    if forms.is_empty() && !length.is_multiple_of(3) && !block.body.trim_ascii_end().ends_with(b"=")
    {
        forms.push(Form::Unpadded);
    }
    forms
}

/// What is wrong with the lines between BEGIN and END.
fn lines(block: &Block<'_>) -> Option<Form> {
    let body = block.body;
    let Some(first) = memchr(b'\n', body) else {
        return Some(if memmem::find(body, b"\\n").is_some() {
            Form::Escaped
        } else if memchr(b'\r', body).is_some() {
            Form::CarriageReturns
        } else if body.trim_ascii().contains(&b' ') {
            Form::Blanks
        } else {
            Form::OneLine
        });
    };
    if !body[..first].trim_ascii().is_empty() {
        return Some(if memmem::find(body, b"\\n").is_some() {
            Form::Escaped
        } else {
            Form::OneLine
        });
    }
    if block.end_label.is_some() && body.last() != Some(&b'\n') {
        let last = memchr::memrchr(b'\n', body).map_or(body, |at| &body[at + 1..]);
        return Some(if last.trim_ascii().is_empty() { Form::Indented } else { Form::OneLine });
    }
    let (headers, base64) = block.split();
    // An empty line may stand between headers and base64, also where there are no headers.
    let base64 = if headers.is_empty() { &base64[first + 1..] } else { base64 };
    let base64 = base64.strip_prefix(b"\r").unwrap_or(base64);
    let base64 = base64.strip_prefix(b"\n").unwrap_or(base64);
    let mut start = 0;
    let has_blank = memchr::memchr_iter(b'\n', base64).any(|end| {
        let line = &base64[start..end];
        start = end + 1;
        matches!(line, [] | b"\r")
    });
    has_blank.then_some(Form::BlankLines)
}

fn is_invisible(mut text: &[u8]) -> bool {
    while let Some(first) = text.first() {
        match invisible::at_start(text) {
            Some(length) => text = &text[length..],
            None if first.is_ascii_whitespace() => text = &text[1..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::block::blocks;
    use super::*;

    #[test]
    fn each_departure_has_its_name() {
        for (text, expected) in [
            ("-----BEGIN A-----\nAAEC\nAwQF\n-----END A-----\n", &[][..]),
            ("-----BEGIN A-----\r\nAAEC\r\nAwQF\r\n-----END A-----", &[]),
            ("text\n-----BEGIN A----- \n\n  AAEC\nAwQF \n-----END A-----  \nmore text", &[]),
            ("-----BEGIN A-----\nX: y\n\nAAEC\n-----END A-----\n", &[]),
            ("-----BEGIN A----- AAEC AwQF -----END A-----", &[Form::Blanks]),
            ("-----BEGIN A-----AAECAwQF-----END A-----", &[Form::OneLine]),
            (
                "    -----BEGIN A-----\n    AAEC\n    -----END A-----\n",
                &[Form::Indented, Form::Indented],
            ),
            ("\u{feff}-----BEGIN A-----\nAAEC\n-----END A-----\n", &[Form::Mark]),
            ("\u{200b}-----BEGIN A-----\nAAEC\n-----END A-----\n", &[Form::Invisible]),
            ("-----BEGIN A-----\n\nAAEC\n\nAwQF\n-----END A-----\n", &[Form::BlankLines]),
            ("-----BEGIN A-----\\nAAEC\\nAwQF\\n-----END A-----\\n", &[Form::Escaped]),
            ("-----BEGIN A-----\rAAEC\rAwQF\r-----END A-----\r", &[Form::CarriageReturns]),
            ("-----BEGIN A-----\nAAEC\nAwQF\n", &[Form::NoEnd]),
            ("-----BEGIN A-----\nAAEC\n-----END B-----\n", &[Form::OtherEnd]),
            ("-----BEGIN A-----\nAAE\n-----END A-----\n", &[Form::Unpadded]),
            ("-----BEGIN A-----\nAAE=\n-----END A-----\n", &[]),
            ("X=\"-----BEGIN A-----\nAAEC\n-----END A-----\"\n", &[Form::Quoted, Form::Quoted]),
        ] {
            let block = blocks(text.as_bytes()).next().unwrap();
            assert_eq!(forms(&block, block.decode().unwrap().len()), expected, "{text}");
        }
        let joined =
            "-----BEGIN A-----\nAAEC\n-----END A----------BEGIN A-----\nAAEC\n-----END A-----\n";
        let found: Vec<_> = blocks(joined.as_bytes()).map(|block| forms(&block, 3)).collect();
        assert_eq!(found, [vec![], vec![Form::Joined]]);
    }
}
