//! What documents name is there: a promise whose test has gone is none.

use std::path::Path;

#[test]
fn the_tests_of_each_promise_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("docs/security.md")).unwrap();
    let named: Vec<&str> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| ["src/", "tests/", "fuzz/"].iter().any(|folder| word.starts_with(folder)))
        .collect();
    assert!(named.len() > 20, "{named:?}");
    let gone: Vec<_> = named.into_iter().filter(|path| !root.join(path).exists()).collect();
    assert!(gone.is_empty(), "docs/security.md names what is not there: {gone:?}");
    assert!(text.lines().count() <= 150, "who reads that much?");
}
