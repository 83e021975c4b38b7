//! JSON in its canonical form (JCS, RFC 8785): one text for all that a parser of JavaScript cannot tell
//! apart. Members stand in the order of their names in UTF-16, numbers as ECMAScript writes them.

use super::diagnose::dialect::javascript_number;
use super::diagnose::json::Tree;
use super::diagnose::layout::{Layout, Style};
use super::diagnose::spelling;

/// The canonical form of a document; `None` for what has none: no JSON, a name that stands twice, half a
/// surrogate pair, a number that is too large, or nesting that is too deep.
pub fn canonical(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut tree = Tree::parse(bytes)?;
    let is_distinct = tree.sort_by(|name| name.encode_utf16().collect::<Vec<_>>());
    let is_whole = tree.texts().all(spelling::is_whole);
    // `true`, `false` and `null` are no numbers.
    let is_finite = tree
        .words()
        .all(|word| word.parse().is_ok_and(f64::is_finite) || word.ends_with(['e', 'l']));
    if !(is_distinct && is_whole && is_finite) {
        return None;
    }
    Some(tree.write(&Style {
        layout: Layout { comma: ",", colon: ":", ..Layout::default() },
        escape: Some(spelling::javascript),
        word: Some(javascript_number),
        empty: |brackets| brackets,
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn form(text: &str) -> Option<String> {
        canonical(text.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    /// RFC 8785, appendix B, and the edges of ECMA-262.
    #[test]
    fn numbers_are_those_of_ecmascript() {
        for (bits, expected) in [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            let value = f64::from_bits(bits);
            assert_eq!(javascript_number(&format!("{value:e}")), expected);
        }
        for (word, expected) in [("1.0", "1"), ("1E2", "100"), ("-0.0", "0"), ("null", "null")] {
            assert_eq!(javascript_number(word), expected);
        }
    }

    /// RFC 8785, sections 3.2.2 and 3.2.3.
    #[test]
    fn examples_of_the_standard() {
        let text = r#"{
            "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
            "literals": [null, true, false]
        }"#;
        let expected = "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
                        \"string\":\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}";
        assert_eq!(form(text).as_deref(), Some(expected));
        let text = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
            "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
        let names = form(text).unwrap();
        let places: Vec<_> = ["\\r", "1", "\u{80}", "\u{f6}", "\u{20ac}", "\u{1f600}", "\u{fb33}"]
            .iter()
            .map(|name| names.find(&format!("\"{name}\":")).unwrap())
            .collect();
        assert!(places.is_sorted(), "{names}");
    }

    #[test]
    fn what_has_no_canonical_form() {
        for text in ["", "{", r#"{"a":1,"\u0061":2}"#, r#"["\ud800"]"#, "[1e999]"] {
            assert_eq!(form(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_number_reads_back_as_the_same_double(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            if value.is_finite() {
                let text = javascript_number(&format!("{value:e}"));
                prop_assert_eq!(text.parse::<f64>().unwrap().to_bits() << 1, value.to_bits() << 1);
            }
        }

        #[test]
        fn the_canonical_form_is_its_own(text in "[\\[{\\]},:\"a-c0-9.e+\\\\u -]{0,24}") {
            if let Some(once) = canonical(text.as_bytes()) {
                prop_assert_eq!(canonical(&once), Some(once.clone()));
            }
        }
    }
}
