//! What documents name is there: a promise whose test has gone is none, nor is a walk past a file that has.

use std::path::Path;

use hookprint::capture::FORMATS;

/// A document of at most so many lines names only what is there.
fn names_what_is_there(document: &str, most: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join(document)).unwrap();
    let is_path = |word: &&str| {
        let folders = ["src/", "tests/", "fuzz/"];
        word.ends_with(".rs") || folders.iter().any(|folder| word.starts_with(folder))
    };
    let named: Vec<&str> = text.split('`').skip(1).step_by(2).filter(is_path).collect();
    assert!(named.len() > 20, "{named:?}");
    // A walk leaves out the folder that all of its files are in.
    let is_there = |path: &&str| root.join(path).exists() || root.join("src").join(path).exists();
    let gone: Vec<_> = named.into_iter().filter(|path| !is_there(path)).collect();
    assert!(gone.is_empty(), "{document} names what is not there: {gone:?}");
    assert!(text.lines().count() <= most, "who reads that much?");
}

#[test]
fn the_tests_of_each_promise_are_there() {
    names_what_is_there("docs/security.md", 150);
}

#[test]
fn the_files_of_each_walk_are_there() {
    names_what_is_there("docs/architecture.md", 120);
}

#[test]
fn every_capture_format_has_its_row_in_the_page_about_them() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/captures.md");
    let text = std::fs::read_to_string(page).unwrap();
    let table = text.split("\n\n").find(|part| part.starts_with("| format |")).unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let named: Vec<_> = rows.filter_map(|row| row.split_once("` |")).map(|row| row.0).collect();
    let formats: Vec<_> = FORMATS.iter().map(|format| format.name).collect();
    assert_eq!(named, formats, "the first table of docs/captures.md, and FORMATS");
}
