//! PEM that went through a word processor, a chat or a web page: long dashes, invisible
//! characters, a lost blank. What it was before is plain, so it is read.

use memchr::memmem;

use super::block::BEGIN;
use super::form::Form;
use crate::invisible;

/// Dashes that are no hyphen-minus: U+2010 to U+2015, U+2212, U+FE58, U+FE63, U+FF0D.
const DASHES: [&[u8]; 10] = [
    b"\xe2\x80\x90",
    b"\xe2\x80\x91",
    b"\xe2\x80\x92",
    b"\xe2\x80\x93",
    b"\xe2\x80\x94",
    b"\xe2\x80\x95",
    b"\xe2\x88\x92",
    b"\xef\xb9\x98",
    b"\xef\xb9\xa3",
    b"\xef\xbc\x8d",
];

/// Lines longer than this are no BEGIN or END line.
const LONGEST: usize = 160;

/// The text as it was meant, and what had become of it; `None` if there is nothing to mend.
pub fn mend(text: &[u8]) -> Option<(Vec<u8>, Form)> {
    let upper = |word: &[u8]| memmem::find(text, word).is_some();
    if !(upper(b"BEGIN") || upper(b"begin ")) {
        return None;
    }
    let (text, hidden) = without_invisible(text);
    let (text, has_dashes) = with_plain_lines(&text);
    let form = match (hidden, has_dashes) {
        (_, true) => Form::Dashes,
        (Some(form), false) => form,
        (None, false) => return None,
    };
    memmem::find(&text, BEGIN).map(|_| (text, form))
}

/// Text without invisible characters, and whether there were any: at the ends of lines only, or
/// elsewhere.
fn without_invisible(text: &[u8]) -> (Vec<u8>, Option<Form>) {
    let mut kept = Vec::with_capacity(text.len());
    let mut form = None;
    // A byte-order mark at the start is another matter.
    let mut at = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut is_open = false;
    while at < text.len() {
        match invisible::at_start(&text[at..]) {
            Some(length) => {
                at += length;
                is_open = true;
            }
            None => {
                if is_open && !text[at].is_ascii_whitespace() {
                    form = Some(Form::Invisible);
                }
                if is_open && text[at] == b'\n' {
                    form = form.or(Some(Form::InvisibleAtEnd));
                }
                is_open &= text[at].is_ascii_whitespace() && text[at] != b'\n';
                kept.push(text[at]);
                at += 1;
            }
        }
    }
    (kept, if is_open { form.or(Some(Form::InvisibleAtEnd)) } else { form })
}

/// Text whose BEGIN and END lines are as they should be, and whether any was not.
fn with_plain_lines(text: &[u8]) -> (Vec<u8>, bool) {
    let mut mended = Vec::with_capacity(text.len());
    let mut has_mended = false;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        match plain_line(line) {
            Some(plain) if plain.as_slice() != line.trim_ascii() => {
                mended.extend_from_slice(&plain);
                mended.push(b'\n');
                has_mended = true;
            }
            _ => mended.extend_from_slice(line),
        }
    }
    (mended, has_mended)
}

/// `-----BEGIN CERTIFICATE-----` for a line that is meant as that.
fn plain_line(line: &[u8]) -> Option<Vec<u8>> {
    let line = line.trim_ascii();
    if line.len() > LONGEST {
        return None;
    }
    let (inner, before) = without_dashes(line, false);
    let (inner, after) = without_dashes(inner, true);
    if before == 0 || after == 0 {
        return None;
    }
    let inner = std::str::from_utf8(inner).ok()?.trim().to_ascii_uppercase();
    let is_label = |text: &str| {
        text.bytes().all(|byte| {
            byte.is_ascii_uppercase() || byte.is_ascii_digit() || b" #.".contains(&byte)
        })
    };
    ["BEGIN", "END"].iter().find_map(|word| {
        let label = inner.strip_prefix(word)?.trim_start();
        (!label.is_empty() && is_label(label))
            .then(|| format!("-----{word} {label}-----").into_bytes())
    })
}

/// A line without the dashes, of any kind, that it begins or ends with, and how many those are.
fn without_dashes(mut line: &[u8], at_end: bool) -> (&[u8], usize) {
    let mut count = 0;
    loop {
        let is_there =
            |dash: &&[u8]| if at_end { line.ends_with(dash) } else { line.starts_with(dash) };
        let Some(dash) = DASHES.into_iter().chain([&b"-"[..]]).find(is_there) else {
            return (line, count);
        };
        line = if at_end { &line[..line.len() - dash.len()] } else { &line[dash.len()..] };
        count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "-----BEGIN A-----\nAAEC\n-----END A-----\n";

    #[test]
    fn what_word_processors_do_is_undone() {
        for (text, form) in [
            (PLAIN.replace("-----", "—–-"), Form::Dashes),
            (PLAIN.replace("-----", "----"), Form::Dashes),
            (PLAIN.replace("BEGIN A", "BEGINA").replace("END A", "ENDA"), Form::Dashes),
            (PLAIN.replace("BEGIN A", "begin a"), Form::Dashes),
            (PLAIN.replace("AAEC", "AA\u{200b}EC"), Form::Invisible),
            (format!("\u{200b}{PLAIN}"), Form::Invisible),
            (PLAIN.replace('\n', "\u{a0}\n"), Form::InvisibleAtEnd),
        ] {
            let (mended, found) = mend(text.as_bytes()).unwrap();
            assert_eq!(
                (String::from_utf8(mended).unwrap().as_str(), found),
                (PLAIN, form),
                "{text}"
            );
        }
        assert!(mend(PLAIN.as_bytes()).is_none());
        assert!(mend("no \u{200b} PEM".as_bytes()).is_none());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_mended_or_left(text in "([—–-]{1,5}(BEGIN|END|begin) ?[A-C ]{0,4}[—-]{0,5}|[\u{200b}\u{a0}A-Za\r\n]{0,8}){0,12}") {
            if let Some((mended, _)) = mend(text.as_bytes()) {
                proptest::prop_assert!(memmem::find(&mended, BEGIN).is_some());
            }
        }
    }
}
