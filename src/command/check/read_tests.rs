//! Policies in which something is spoiled: each is refused with the place of what is wrong, or is another policy.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;

/// The policy that fuzzing begins with: each kind of table is in it.
const SAMPLE: &str = include_str!("../../../fuzz/corpus/policy/sample");

/// What stands in the place of a byte.
const WORDS: [&str; 14] = [
    "",
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    "=",
    "\n",
    "#",
    "\u{0}",
    "\u{feff}",
    "1979-05-27",
    "[[bundle]]\n",
];

#[test]
fn the_sample_is_a_policy() {
    let policy = alone(Path::new("a.toml"), SAMPLE.into()).unwrap();
    assert_eq!((policy.checks.len(), policy.rotations.len(), policy.pins.len()), (6, 1, 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_spoiled_is_told_with_its_place(
        spoils in proptest::collection::vec((any::<Index>(), select(&WORDS[..])), 1..4),
        byte: Option<(Index, u8)>,
    ) {
        let mut bytes = SAMPLE.as_bytes().to_vec();
        for (at, word) in spoils {
            let at = at.index(bytes.len());
            bytes.splice(at..=at, word.bytes());
        }
        if let Some((at, byte)) = byte {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Err(error) = alone(Path::new("a.toml"), bytes) {
            let text = error.to_string();
            prop_assert!(text.starts_with("a.toml:"), "{}", text);
        }
    }
}
