//! The same signature, written otherwise; and the same address, written otherwise.

use crate::driver::Headers;
use crate::ours::{Given, in_form};

/// One way to write it: its name, and the request in which it is written so, where there is one.
pub type Spelling = (&'static str, fn(&Written<'_>) -> Option<Given>);

/// A signed request, and where in it the signature stands.
pub struct Written<'a> {
    given: &'a Given,
    /// The header line, or the body; and what stands before and after the signature.
    line: Option<usize>,
    before: &'a str,
    signature: &'a str,
    after: &'a str,
}

/// A signature is at least this long; nothing else in a header that carries one is.
const SHORTEST: usize = 27;

fn is_hex(text: &str) -> bool {
    let digits = |letters: [u8; 2]| {
        let is_digit =
            |byte: u8| byte.is_ascii_digit() || (letters[0]..=letters[1]).contains(&byte);
        text.bytes().all(is_digit)
    };
    text.len().is_multiple_of(2) && (digits(*b"af") || digits(*b"AF"))
}

impl<'a> Written<'a> {
    /// Finds the signature in the headers, or in the body as it was printed. Of a token it is the end.
    pub fn find(given: &'a Given) -> Option<Self> {
        if let Some(signature) = given.in_body.as_deref() {
            return Some(Self { given, line: None, before: "", signature, after: "" });
        }
        given.headers.iter().enumerate().find_map(|(line, (_, value))| {
            let is_of_it = |letter: char| letter.is_ascii_alphanumeric() || "+/-_".contains(letter);
            let mut runs =
                value.split(|letter| !is_of_it(letter)).filter(|run| run.len() >= SHORTEST);
            let first = runs.next()?;
            let run = if first.starts_with("eyJ") { runs.next_back()? } else { first };
            // A slash is of base64, or parts a signature in hex from what stands before it.
            let last = run.rsplit('/').next().filter(|last| last.len() >= SHORTEST && is_hex(last));
            let run = last.unwrap_or(run);
            let start = run.as_ptr() as usize - value.as_ptr() as usize;
            let end = start + run.len();
            let end = end + value[end..].bytes().take_while(|&byte| byte == b'=').count();
            let (before, signature, after) = (&value[..start], &value[start..end], &value[end..]);
            Some(Self { given, line: Some(line), before, signature, after })
        })
    }

    fn is_hex(&self) -> bool {
        is_hex(self.signature)
    }

    /// Whether it has letters and digits and, in base64, padding and a letter of one alphabet only.
    pub fn can_be_spelled_otherwise(&self) -> bool {
        let has = |is_one: fn(char) -> bool| self.signature.contains(is_one);
        let is_padded = self.signature.ends_with('=') && self.signature.contains(['+', '/']);
        let is_based = is_padded || self.signature.contains(['-', '_']);
        has(|letter| letter.is_ascii_digit())
            && has(|letter| letter.is_ascii_alphabetic())
            && (self.is_hex() || is_based)
    }

    /// The request with the digits of its hex in that case, where they are in the other one.
    fn in_hex(&self, case: fn(&str) -> String) -> Option<Given> {
        let written = case(self.signature);
        (self.is_hex() && written != self.signature).then(|| self.with_signature(&written))
    }

    fn value(&self) -> &'a str {
        self.line.map_or(self.signature, |line| &self.given.headers[line].1)
    }

    /// The request with another value in that line.
    fn with(&self, value: impl Into<String>) -> Given {
        let value = value.into();
        self.with_lines(std::slice::from_ref(&value)).unwrap_or_else(|| {
            let (old, new) = match self.given.body.starts_with('{') {
                true => (self.signature.to_owned(), value.replace('"', "\\\"")),
                false => (in_form(self.signature), in_form(&value)),
            };
            Given { body: self.given.body.replace(&old, &new), ..self.given.clone() }
        })
    }

    /// The request with these lines in the place of that one.
    fn with_lines(&self, values: &[String]) -> Option<Given> {
        let line = self.line?;
        let name = &self.given.headers[line].0;
        let mut headers: Headers = self.given.headers.clone();
        let lines = values.iter().map(|value| (name.clone(), value.clone()));
        headers.splice(line..=line, lines);
        Some(Given { headers, ..self.given.clone() })
    }

    fn with_signature(&self, signature: &str) -> Given {
        self.with(format!("{}{signature}{}", self.before, self.after))
    }

    fn with_url(&self, url: String) -> Option<Given> {
        (url != self.given.url).then(|| Given { url, ..self.given.clone() })
    }

    /// What parts the items of the header, where it has several.
    fn separator(&self) -> Option<char> {
        let value = self.value();
        if value.starts_with("v1,") {
            return Some(' ');
        }
        [';', ',', '&'].into_iter().find(|&mark| value.contains(mark))
    }

    /// A signature of the same form that is wrong.
    fn wrong(&self) -> String {
        let swapped = self.signature.bytes().map(|byte| match byte {
            b'0'..=b'8' => byte + 1,
            b'9' => b'0',
            other => other,
        });
        String::from_utf8(swapped.collect()).unwrap()
    }

    /// The header with a wrong signature beside the right one.
    fn beside(&self, is_wrong_first: bool) -> Option<Given> {
        let mark = self.separator().unwrap_or(',');
        let start = self.before.rfind(mark).map_or(0, |at| at + 1);
        let (head, word) = self.before.split_at(start);
        let (right, wrong) = (self.signature.to_owned(), self.wrong());
        let (one, two) = if is_wrong_first { (wrong, right) } else { (right, wrong) };
        Some(self.with(format!("{head}{word}{one}{mark}{word}{two}{}", self.after)))
    }

    fn twice(&self, is_wrong_first: bool) -> Option<Given> {
        let wrong = format!("{}{}{}", self.before, self.wrong(), self.after);
        let mut lines = [wrong, self.value().to_owned()];
        if !is_wrong_first {
            lines.reverse();
        }
        self.with_lines(&lines)
    }
}

const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Ways to write a signature.
pub const SIGNATURES: &[Spelling] = &[
    ("upper-case hex", |w| w.in_hex(str::to_ascii_uppercase)),
    ("lower-case hex", |w| w.in_hex(str::to_ascii_lowercase)),
    ("no padding", |w| {
        let bare = w.signature.trim_end_matches('=');
        (bare != w.signature).then(|| w.with_signature(bare))
    }),
    ("more padding", |w| (!w.is_hex()).then(|| w.with_signature(&format!("{}=", w.signature)))),
    ("other alphabet", |w| {
        let swap = |letter| match letter {
            '+' => '-',
            '/' => '_',
            '-' => '+',
            '_' => '/',
            other => other,
        };
        let other: String = w.signature.chars().map(swap).collect();
        (other != w.signature).then(|| w.with_signature(&other))
    }),
    ("unused bits", |w| {
        let bare = w.signature.trim_end_matches('=');
        let padding = &w.signature[bare.len()..];
        let last = BASE64.iter().position(|letter| bare.as_bytes().last() == Some(letter))?;
        let other = BASE64.get(last + 1)?;
        let start = &bare[..bare.len() - 1];
        let spelled = format!("{start}{}{padding}", char::from(*other));
        (!bare.len().is_multiple_of(4)).then(|| w.with_signature(&spelled))
    }),
    ("blank inside", |w| {
        let (one, two) = w.signature.split_at(20);
        Some(w.with_signature(&format!("{one} {two}")))
    }),
    ("rubbish after", |w| Some(w.with_signature(&format!("{}!!", w.signature)))),
    ("in quotes", |w| Some(w.with(format!("\"{}\"", w.value())))),
    ("word before", |w| Some(w.with(format!("Bearer {}", w.value())))),
    ("prefix missing", |w| (!w.before.is_empty()).then(|| w.with(w.signature))),
    ("prefix in capitals", |w| {
        let capital = w.before.to_uppercase();
        (capital != w.before).then(|| w.with(format!("{capital}{}{}", w.signature, w.after)))
    }),
    ("blank after prefix", |w| {
        (!w.before.is_empty()).then(|| w.with_signature(&format!(" {}", w.signature)))
    }),
    ("different spaces", |w| {
        let mark = w.separator().filter(|&mark| mark != ' ')?;
        let (tight, wide) = (mark.to_string(), format!("{mark} "));
        let value = w.value();
        let is_wide = value.contains(&wide);
        let (from, to) = if is_wide { (&wide, &tight) } else { (&tight, &wide) };
        Some(w.with(value.replace(from.as_str(), to)))
    }),
    ("blank before mark", |w| {
        let mark = w.separator().filter(|&mark| mark != ' ')?;
        Some(w.with(w.value().replacen(mark, &format!(" {mark}"), 1)))
    }),
    // HTTP has no blank at the beginning or the end of a value.
    ("empty item", |w| {
        Some(w.with(match w.separator()? {
            ' ' => format!("{}{}  {}", w.before, w.wrong(), w.value()),
            mark => format!("{mark}{}", w.value()),
        }))
    }),
    ("empty item after", |w| {
        let mark = w.separator().filter(|&mark| mark != ' ')?;
        Some(w.with(format!("{}{mark}", w.value())))
    }),
    ("unknown item", |w| {
        let mark = w.separator().filter(|&mark| mark != ' ')?;
        Some(w.with(format!("{}{mark}x=1", w.value())))
    }),
    ("items turned round", |w| {
        let mark = w.separator().filter(|&mark| mark != ' ')?;
        let items: Vec<&str> = w.value().split(mark).map(str::trim).rev().collect();
        Some(w.with(items.join(&mark.to_string())))
    }),
    ("two, wrong first", |w| w.beside(true)),
    ("two, right first", |w| w.beside(false)),
    ("two lines, wrong first", |w| w.twice(true)),
    ("two lines, right first", |w| w.twice(false)),
];

/// Ways to write an address.
pub const ADDRESSES: &[Spelling] = &[
    ("http", |w| w.with_url(w.given.url.replacen("https:", "http:", 1))),
    (":443", |w| w.with_url(w.given.url.replacen(".example", ".example:443", 1))),
    (":8443", |w| w.with_url(w.given.url.replacen(".example", ".example:8443", 1))),
    ("capital host", |w| w.with_url(w.given.url.replacen("hooks.example", "HOOKS.example", 1))),
    ("slash at the end", |w| w.with_url(w.given.url.replacen("/in", "/in/", 1))),
    ("fragment", |w| w.with_url(format!("{}#x", w.given.url))),
    ("escaped path", |w| w.with_url(w.given.url.replacen("/in", "/%69n", 1))),
    ("other query", |w| w.with_url(w.given.url.replacen("b=1", "b=2", 1))),
    ("query turned round", |w| {
        w.with_url(w.given.url.replacen("data.id=42&b=1", "b=1&data.id=42", 1))
    }),
    ("no query", |w| w.with_url(w.given.url.split('?').next()?.to_owned())),
];
