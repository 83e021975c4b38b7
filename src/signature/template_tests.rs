//! Templates: what is read, what is left out, and where it is wrong.

use super::*;

impl Absent for TooLong {
    fn is_absent(&self) -> bool {
        false
    }
}

/// Why a word of these tests has no text.
#[derive(Debug, PartialEq)]
struct Nothing;

impl From<TooLong> for Nothing {
    fn from(_: TooLong) -> Self {
        Self
    }
}

impl Absent for Nothing {
    fn is_absent(&self) -> bool {
        true
    }
}

fn parse(text: &str) -> Result<Template, Unreadable> {
    Template::parse(text, |word| word == "id")
}

fn filled(text: &str) -> Content {
    let template = parse(text).unwrap();
    template.fill(|word| Ok::<_, TooLong>(Cow::Owned(format!("<{word:?}>").into_bytes()))).unwrap()
}

#[test]
fn the_body_is_a_gap_when_it_stands_once() {
    let content = filled("v0:{timestamp}:{body}!");
    assert_eq!(content.before, b"v0:<Timestamp>:");
    assert_eq!(content.after.as_deref(), Some(b"!".as_slice()));
    assert_eq!(content.bytes(b"x"), b"v0:<Timestamp>:x!");
    assert_eq!(filled("{body}{body}").before, b"<Body><Body>");
    assert_eq!(filled("{body}{body_md5_base64}").after, None);
}

#[test]
fn an_unknown_word_is_named_with_its_place() {
    let error = parse("{id}.{idd}").unwrap_err();
    assert_eq!(error.offset, 5);
    assert!(error.message.starts_with("unknown word {idd}; known are {body}"), "{error:?}");
    assert!(parse("{header:}").is_err());
    assert!(parse("{").is_err());
}

#[test]
fn a_template_is_short_and_repeats_the_body_seldom() {
    let message = |text: &str| parse(text).unwrap_err().message;
    assert_eq!(message(&"{body}".repeat(3)), "the body appears in a template at most 2 times");
    assert_eq!(message("{body}{form_sorted}{body}").len(), message("{body}{body}{body}").len());
    assert_eq!(message(&"{id}".repeat(65)), "a template has at most 64 words");
    assert_eq!(message(&"x".repeat(4097)), "4097 bytes; at most 4096 are read");
    assert!(parse(&"{body_sha256_base64}".repeat(64)).is_ok());
}

#[test]
fn each_word_is_asked_for_once_and_the_content_ends_somewhere() {
    let template = parse("{id}{id}{method}{id}").unwrap();
    let mut asked = 0;
    let content = template.fill(|_| {
        asked += 1;
        Ok::<_, TooLong>(Cow::Borrowed(b"x"))
    });
    assert_eq!((asked, content.unwrap().before.as_slice()), (2, b"xxxx".as_slice()));
    let long = vec![b'x'; LONGEST_CONTENT / 3];
    let content = template.fill(|_| Ok::<_, TooLong>(Cow::Borrowed(&long[..])));
    assert_eq!(content, Err(TooLong));
}

#[test]
fn printing_is_the_reverse_of_reading() {
    for text in [
        "{id}.{timestamp}.{body}",
        "{{a}{method}\n{header:host}",
        "",
        "a}b",
        "{?id}{id}{!method}x{/}{/}{query_pairs}{form_pairs:sign,sign_type}",
    ] {
        assert_eq!(parse(text).unwrap().to_string(), text);
    }
}

#[test]
fn parts_stand_only_with_or_without_a_word() {
    let template = parse("<{?id}i{id}{?method}m{/}{!method}n{/}{/}{!id}-{/}>").unwrap();
    let filled = |there: &[&str]| {
        let text = |word: &Word| match there.contains(&word.to_string().as_str()) {
            true => Ok(Cow::Borrowed(b"#".as_slice())),
            false => Err(Nothing),
        };
        template.fill(text).map(|content| String::from_utf8(content.before.clone()).unwrap())
    };
    assert_eq!(filled(&["id", "method"]).unwrap(), "<i#m>");
    assert_eq!(filled(&["id"]).unwrap(), "<i#n>");
    assert_eq!(filled(&["method"]).unwrap(), "<->");
    let outside = parse("{?id}{/}{id}").unwrap().fill(|_| Err(Nothing));
    assert_eq!(outside, Err(Nothing), "what is not optional must be there");
}

#[test]
fn parts_begin_and_end_and_never_hold_the_body() {
    for (text, offset, message) in [
        ("a{/}", 1, "{/} ends nothing"),
        ("a{?id}{!method}{/}", 1, "what begins here has no end: {/}"),
        ("{?id}{body}{/}", 5, "the body cannot be left out"),
        ("{?}", 0, "unknown word {?}"),
        ("{?idd}{/}", 0, "unknown word {?idd}"),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!(error.offset, offset, "{text}");
        assert!(error.message.starts_with(message), "{text}: {error:?}");
    }
}
