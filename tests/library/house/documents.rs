//! What documents name is there: a promise whose test has gone is none, nor is a walk past a file that has.

use std::fs;
use std::path::{Path, PathBuf};

use hookprint::capture::FORMATS;
use hookprint::command::VERBS;

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

/// README and every page of the manual, with its path from the root.
fn pages() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    let mut folders = vec![root.join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                paths.push(path);
            }
        }
    }
    let text = |path: PathBuf| (path.clone(), fs::read_to_string(path).unwrap());
    paths.into_iter().map(text).collect()
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut dead = Vec::new();
    for (path, text) in pages() {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            let is_ours = !file.is_empty() && !file.contains(':') && !file.contains(' ');
            if is_ours && !path.parent().unwrap().join(file).exists() {
                dead.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}

#[test]
fn every_command_has_its_page_in_the_manual() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let manual = fs::read_to_string(root.join("README.md")).unwrap();
    // `demo` is what the README begins with.
    for verb in VERBS.iter().filter(|verb| verb.name != "demo") {
        let is_linked = manual.lines().any(|line| {
            let links = line.split('|').nth(1).unwrap_or_default();
            let named = links.split(['[', ']', ',']).map(str::trim).any(|word| word == verb.name);
            named && links.contains(".md)")
        });
        assert!(is_linked, "docs/README.md has no page for {}", verb.name);
    }
}

#[test]
fn options_that_the_manual_names_are_options() {
    let tree = hookprint::command::tree();
    let own = tree.get_subcommands().flat_map(clap::Command::get_arguments);
    let known: Vec<String> = tree
        .get_arguments()
        .chain(own)
        .flat_map(|option| option.get_long_and_visible_aliases().unwrap_or_default())
        .map(|name| format!("--{name}"))
        .chain(["--help".to_owned(), "--version".to_owned()])
        .collect();
    // These two speak of the options of other programs as well.
    let others = ["captures.md", "scale.md"];
    let mut unknown = Vec::new();
    for (path, text) in
        pages().into_iter().filter(|(path, _)| !others.iter().any(|name| path.ends_with(name)))
    {
        for code in text.split('`').skip(1).step_by(2).filter(|code| !code.contains('\n')) {
            let ours = code.split(['|', '<']).next().unwrap_or_default();
            if !ours.starts_with("--") && !ours.starts_with("hookprint ") {
                continue;
            }
            let options = ours.split([' ', '=', '[', ',']).filter(|word| word.starts_with("--"));
            for option in options.filter(|word| !known.iter().any(|option| option == word)) {
                unknown.push(format!("{}: {option}", path.display()));
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn the_readme_is_short() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    assert!(fs::read_to_string(readme).unwrap().lines().count() <= 250);
}
