//! JSON taken apart and written again.

use proptest::prelude::*;
use serde_json::Value as Any;

use super::super::dialect::{ESCAPES, LAYOUTS, VARIATIONS};
use super::super::layout::{Layout, Style};
use super::super::spelling::quote;
use super::*;

const COMPACT: Layout = Layout {
    comma: ",",
    colon: ":",
    indent: None,
    line_end: "",
    padded: false,
    inline_arrays: false,
};

fn written(text: &str, layout: Layout) -> Option<String> {
    let bytes = Tree::parse(text.as_bytes())?.write(&Style::of(layout));
    Some(String::from_utf8(bytes).unwrap())
}

#[test]
fn layouts() {
    let text = r#" {"b" :1.0,"a":[ ],"b":{"x":[1,"\u00e9\"" ,null]}} "#;
    let compact = r#"{"b":1.0,"a":[],"b":{"x":[1,"\u00e9\"",null]}}"#;
    assert_eq!(written(text, COMPACT).unwrap(), compact);
    let indent = Layout { colon: ": ", indent: Some("  "), line_end: "\n", ..COMPACT };
    let indented = "{\n  \"b\": 1.0,\n  \"a\": [],\n  \"b\": {\n    \"x\": [\n      1,\n      \"\\u00e9\\\"\",\n      null\n    ]\n  }\n}";
    assert_eq!(written(text, indent).unwrap(), indented);
    let jackson = Layout { colon: " : ", inline_arrays: true, ..indent };
    let inline = "{\n  \"b\" : 1.0,\n  \"a\" : [],\n  \"b\" : {\n    \"x\" : [ 1, \"\\u00e9\\\"\", null ]\n  }\n}";
    assert_eq!(written(text, jackson).unwrap(), inline);
    let nested = "{\n  \"a\" : [ {\n    \"b\" : 1\n  }, 2 ]\n}";
    assert_eq!(written(r#"{"a":[{"b":1},2]}"#, jackson).unwrap(), nested);
    let padded = Layout { comma: ", ", colon: " : ", padded: true, ..COMPACT };
    assert_eq!(written(r#"{"a":[1,2]}"#, padded).unwrap(), r#"{ "a" : [ 1, 2 ] }"#);
}

#[test]
fn members_are_found_and_sorted() {
    let mut tree = Tree::parse(r#"{"b":"\ud83d\ude00\ud800","a":true}"#.as_bytes()).unwrap();
    assert_eq!(tree.text("b").unwrap(), "\u{1f600}\u{fffd}");
    assert!(tree.is_word("a", "true"));
    tree.sort();
    let sorted = r#"{"a":true,"b":"\ud83d\ude00\ud800"}"#;
    assert_eq!(tree.write(&Style::of(COMPACT)), sorted.as_bytes());
    assert_eq!(Tree::parse(br#""a\n""#).unwrap().lone_text().unwrap(), "a\n");
}

#[test]
fn what_is_no_json_or_too_deep_is_left_alone() {
    for text in ["", "{", "{]", "[1 2]", "{\"a\"}", "\u{feff}{}", "\"\\", "1 2"] {
        assert!(Tree::parse(text.as_bytes()).is_none(), "{text}");
    }
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    assert!(Tree::parse(deep.as_bytes()).is_none());
}

/// Any JSON value, a few levels deep.
fn any_json() -> impl Strategy<Value = Any> {
    let leaf = prop_oneof![
        Just(Any::Null),
        any::<bool>().prop_map(Any::from),
        any::<i32>().prop_map(Any::from),
        "\\PC{0,6}".prop_map(Any::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Any::from),
            proptest::collection::vec(("[a-z\"\u{e9}]{0,3}", inner), 0..5)
                .prop_map(|members| Any::Object(members.into_iter().collect())),
        ]
    })
}

/// The value of that number in a style, as one would write it first.
fn slowly(tree: &Tree<'_>, place: usize, style: &Style, depth: usize) -> String {
    let quoted = |raw: &str| {
        let mut out = Vec::new();
        quote(raw, style.escape, &mut out);
        String::from_utf8(out).unwrap()
    };
    let (members, brackets) = match &tree.values[place] {
        Value::Word(word) => return style.word.map_or((*word).to_owned(), |write| write(word)),
        Value::Text(raw) => return quoted(raw),
        Value::Array(items) => (items, "[]"),
        Value::Object(members) => (members, "{}"),
    };
    if members.is_empty() {
        return (style.empty)(brackets).to_owned();
    }
    let layout = &style.layout;
    let is_inline = layout.indent.is_none() || layout.inline_arrays && brackets == "[]";
    let depth = depth + usize::from(!is_inline);
    let line =
        |depth| layout.line_end.to_owned() + &layout.indent.unwrap_or_default().repeat(depth);
    let (start, comma, end) = match (is_inline, layout.indent) {
        (false, _) => (line(depth), layout.comma.to_owned() + &line(depth), line(depth - 1)),
        (true, Some(_)) => (" ".into(), ", ".into(), " ".into()),
        (true, None) if layout.padded => (" ".into(), layout.comma.into(), " ".into()),
        (true, None) => (String::new(), layout.comma.to_owned(), String::new()),
    };
    let members = members.iter().map(|place| *place as usize).map(|place| {
        let name = tree.names[place].map_or(String::new(), |name| quoted(name) + layout.colon);
        name + &slowly(tree, place, style, depth)
    });
    let members = members.collect::<Vec<_>>().join(&comma);
    format!("{}{start}{members}{end}{}", &brackets[..1], &brackets[1..])
}

proptest! {
    /// In every style, sorted or not, and with one value replaced.
    #[test]
    fn each_style_is_written_as_slowly(
        value in any_json(),
        picks in any::<[proptest::sample::Index; 4]>(),
    ) {
        let [layout, escape, variation, instead] = picks;
        let (layout, escape) = (layout.get(LAYOUTS), escape.get(ESCAPES));
        let variation = variation.get(VARIATIONS);
        let text = value.to_string();
        let mut tree = Tree::parse(text.as_bytes()).unwrap();
        if variation.sorted {
            tree.sort_by(std::cmp::Reverse);
        }
        let style = Style {
            layout: layout.layout,
            escape: escape.escape,
            word: variation.word,
            empty: variation.empty,
        };
        prop_assert_eq!(tree.write(&style), slowly(&tree, 0, &style, 0).into_bytes());
        let words: Vec<_> = tree.words_at(&text).map(|(number, _)| number).collect();
        if !words.is_empty() {
            let number = *instead.get(&words);
            let mut out = b"what was written before".to_vec();
            let spelled = tree.spelled(&style).with(&[(number, "-1.50".to_owned())]);
            let length = spelled.write_into(&mut out, &tree.steps(), &style.layout);
            out.truncate(length);
            tree.values[number] = Value::Word("-1.50");
            let style = Style { word: None, ..style };
            if variation.word.is_none() {
                prop_assert_eq!(out, slowly(&tree, 0, &style, 0).into_bytes());
            }
        }
    }

    #[test]
    fn compact_and_indented_are_what_serde_json_writes(value in any_json()) {
        let (compact, pretty) = (value.to_string(), format!("{value:#}"));
        prop_assert_eq!(written(&pretty, COMPACT), Some(compact.clone()));
        let indent = Layout { colon: ": ", indent: Some("  "), line_end: "\n", ..COMPACT };
        prop_assert_eq!(written(&compact, indent), Some(pretty));
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        let _ = Tree::parse(&bytes);
    }
}
