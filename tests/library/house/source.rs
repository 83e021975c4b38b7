//! The source files as the rules of the house read them.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file: its path below `src/` and what stands in it.
pub struct Source {
    /// For example `render/json.rs`.
    pub path: String,
    /// Everything.
    pub text: String,
}

impl Source {
    /// The module it belongs to: `render` for `render/json.rs`.
    pub fn module(&self) -> &str {
        self.path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// Its code with line numbers: without comments, and without what is compiled for tests only.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_test = self.path.ends_with("tests.rs");
        self.lines()
            .filter(move |(_, line, of_tests)| {
                !is_test && !of_tests && !line.trim_start().starts_with("//")
            })
            .map(|(number, line, _)| (number, line))
    }

    /// Its tests.
    pub fn tests(&self) -> String {
        let is_test = self.path.ends_with("tests.rs");
        let lines = self.lines().filter(|(_, _, of_tests)| is_test || *of_tests);
        lines.map(|(_, line, _)| format!("{line}\n")).collect()
    }

    /// Its lines with their numbers, and whether they belong to an item under `#[cfg(test)]`.
    fn lines(&self) -> impl Iterator<Item = (usize, &str, bool)> {
        // The indentation of the item that is being passed over, once its attribute was seen.
        let mut item: Option<usize> = None;
        let mut begun = false;
        self.text.lines().enumerate().map(move |(index, line)| {
            let code = line.trim_start();
            let indent = line.len() - code.len();
            let Some(own) = item else {
                if code == "#[cfg(test)]" {
                    (item, begun) = (Some(indent), false);
                }
                return (index + 1, line, item.is_some());
            };
            // As rustfmt sets it: an item of one line, or one to the brace at its own indentation.
            let is_ended = match begun {
                _ if code.starts_with(['#', '/']) => false,
                false => code.ends_with([';', ',', '}']),
                true => indent == own && code.starts_with('}'),
            };
            begun |= !code.starts_with(['#', '/']);
            if is_ended {
                item = None;
            }
            (index + 1, line, true)
        })
    }

    /// Where code has one of those words, not as the end of a longer one: `path:line: text`.
    pub fn places(&self, words: &[&str]) -> Vec<String> {
        let is_part = |char: char| char.is_alphanumeric() || char == '_';
        let has = |line: &str, word: &str| {
            line.match_indices(word)
                .any(|(at, _)| word.starts_with('.') || !line[..at].ends_with(is_part))
        };
        self.code()
            .filter(|(_, line)| words.iter().any(|word| has(line, word)))
            .map(|(number, line)| format!("src/{}:{number}: {}", self.path, line.trim()))
            .collect()
    }
}

/// Every source file.
pub fn sources() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
                sources.push(Source { path, text });
            }
        }
    }
    assert!(sources.len() > 50, "where is the source?");
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// Every Rust file below this folder of the project.
pub fn texts_of(folder: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                texts.push(fs::read_to_string(&path).unwrap());
            }
        }
    }
    texts
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    for Source { path, text } in sources() {
        assert!(text.starts_with("//! "), "src/{path} does not open with //!");
        let lines = text.lines().count();
        assert!(lines <= 400, "src/{path} has {lines} lines: which second job does it hold?");
    }
}

/// A file that no `mod` names is not compiled, and nobody notices: a layout, say, that is never used.
#[test]
fn every_file_is_a_module() {
    let sources = sources();
    let has = |path: &str, line: &str| {
        let mut parents = sources.iter().filter(|source| source.path == path);
        parents.any(|source| source.text.lines().any(|one| one.trim_start().ends_with(line)))
    };
    for Source { path, .. } in sources.iter().filter(|one| !matches!(one.module(), "lib" | "main"))
    {
        let name = path.trim_end_matches("/mod.rs").trim_end_matches(".rs");
        let (folder, name) = name.rsplit_once('/').unwrap_or(("", name));
        let parents = ["lib.rs".to_owned(), format!("{folder}.rs"), format!("{folder}/mod.rs")];
        let parents = if folder.is_empty() { &parents[..1] } else { &parents[1..] };
        let is_named = parents.iter().any(|parent| has(parent, &format!("mod {name};")))
            || sources.iter().any(|one| one.text.contains(&format!("#[path = \"{name}.rs\"]")));
        assert!(is_named, "no `mod {name};` names src/{path}: it is not compiled");
    }
}
