//! What is made on all processors is what one would make first: one after the other, nothing kept.

use std::collections::HashSet;

use proptest::prelude::*;

use super::super::body::ROWS;
use super::super::dialect::{ESCAPES, LAYOUTS, VARIATIONS, javascript_number, with_fraction};
use super::super::form_dialect::WRITERS;
use super::super::json::{Tree, Value};
use super::super::layout::Style;
use super::super::spelling::respell_strings;
use super::super::tests::{SECRET, changed_bodies, changes};
use super::super::wrapping;
use super::*;

/// Every changed body in its order, of a body of a few numbers.
fn one_by_one(body: &[u8], common: bool) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(Change, Vec<u8>)> = Vec::new();
    for row in ROWS.iter().filter(|row| row.common || !common) {
        all.extend((row.apply)(body).map(|changed| (Change::Row(row), changed)));
    }
    if !common {
        let fields = wrapping::fields(body).into_iter().enumerate();
        all.extend(fields.map(|(index, field)| (Change::Field(index + 1), field)));
        for writer in WRITERS {
            all.extend(writer.again(body).map(|changed| (Change::Form(writer), changed)));
            all.extend(writer.of_json(body).map(|changed| (Change::JsonForm(writer), changed)));
        }
    }
    let bare = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if let (Some(tree), Ok(text)) = (Tree::parse(bare), std::str::from_utf8(bare)) {
        documents(&mut all, tree, text, common);
    }
    let mut seen = HashSet::from([body.to_vec()]);
    all.retain(|(_, changed)| seen.insert(changed.clone()));
    all.into_iter().map(|(change, changed)| (change.cause(0, 0).change, changed)).collect()
}

fn documents(all: &mut Vec<(Change, Vec<u8>)>, mut tree: Tree<'_>, text: &str, common: bool) {
    let (mut escapes, mut strings) = (Vec::new(), HashSet::new());
    for row in ESCAPES.iter().filter(|row| row.common || !common) {
        let spelled = row.escape.map_or(Some(text.into()), |it| respell_strings(text, it)).unwrap();
        all.push((Change::Strings(row), spelled.clone()));
        escapes.extend(strings.insert(spelled).then_some(row));
    }
    for (number, place) in tree.words_at(text).filter(|_| !common) {
        let word = &text[place.clone()];
        let (whole, fraction) = (javascript_number(word), with_fraction(word));
        let (name, other) = if whole == word { (".0", fraction) } else { ("", whole) };
        if other == word {
            continue;
        }
        let mut changed = text.to_owned();
        changed.replace_range(place, &other);
        all.push((Change::Number(name), changed.into_bytes()));
        let mut tree = Tree::parse(text.as_bytes()).unwrap();
        tree.values[number] = Value::Word(&other);
        let layouts = LAYOUTS.iter().take(2);
        all.extend(layouts.map(|row| (Change::Number(name), tree.write(&Style::of(row.layout)))));
    }
    for variation in VARIATIONS.iter().filter(|variation| variation.common || !common) {
        if variation.sorted {
            tree.sort();
        }
        for escape in &escapes {
            let layouts = LAYOUTS.iter().take(variation.layouts);
            for row in layouts.filter(|row| row.common || !common) {
                let mut written = tree.write(&Style {
                    layout: row.layout,
                    escape: escape.escape,
                    word: variation.word,
                    empty: variation.empty,
                });
                all.push((Change::Json(row, escape, variation), written.clone()));
                written.push(b'\n');
                let ended = variation.with_newline.filter(|_| !common);
                all.extend(ended.map(|ended| (Change::Json(row, escape, ended), written)));
            }
        }
    }
}

/// A body that is long enough for threads; every writer spells it otherwise.
fn long_body() -> Vec<u8> {
    let text = "\\u00e9\u{20ac}/<b>&='`+\\b\\\"".repeat(SHORT / 16);
    format!("{{ \"z\":[1.0, 20,{{}} ,[]],\r\n\"text\": \"{text}\",\"a\":true}}\r\n").into_bytes()
}

#[test]
fn a_long_body_is_changed_in_the_same_order() {
    let body = long_body();
    assert!(body.len() > SHORT);
    for common in [true, false] {
        let all = changed_bodies(&body, common);
        assert!(all == one_by_one(&body, common), "{common}");
        assert!(all.len() > if common { 30 } else { 600 }, "{}", all.len());
    }
}

#[test]
fn the_first_that_ends_it_is_the_first_in_order() {
    let body = long_body();
    let all = one_by_one(&body, false);
    for most in [1, 7, 100, all.len()] {
        let mut taken = Vec::new();
        let made = |_: Change, changed: &Body<'_>, (): &mut ()| changed.bytes.to_vec();
        let ended = super::super::bodies::each(&body, None, false, &made, &mut |changed| {
            taken.push(changed);
            if taken.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(ended.is_break());
        assert!(taken.iter().eq(all.iter().take(most).map(|(_, changed)| changed)), "{most}");
    }
}

#[test]
fn a_long_body_is_explained() {
    let body = long_body();
    for (name, signed) in one_by_one(&body, false).iter().step_by(97) {
        assert_eq!(changes(SECRET, &body, SECRET, signed), [name.as_str()]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_short_body_is_changed_in_the_same_order(
        names in proptest::collection::vec("[a-c/<\u{e9}]{0,2}", 1..4),
        number in proptest::sample::select(&["1", "-20", "1.0", "-0.50", "1e2", "null"][..]),
        text in "[a-z/<&+\u{e9}]{0,4}",
        start in prop_oneof![Just(""), Just("\u{feff}"), Just(" ")],
        end in "[\r\n ]{0,2}",
        common in any::<bool>(),
    ) {
        let member = |name: &String| format!("\"{name}\": [{number} ,\"{text}\", {{}}]");
        let members: Vec<_> = names.iter().map(member).collect();
        let body = format!("{start}{{{}}}{end}", members.join(", ")).into_bytes();
        prop_assert_eq!(changed_bodies(&body, common), one_by_one(&body, common));
        let form = [b"a=b+", &body[..]].concat();
        prop_assert_eq!(changed_bodies(&form, common), one_by_one(&form, common));
    }
}
