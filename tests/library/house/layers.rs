//! A module uses only rows below its own. The rows are those of the map in `src/lib.rs`.

use std::collections::HashMap;

use hookprint::command::VERBS;

use super::source::{Source, sources};

/// The row of each module, from the map.
fn rows(sources: &[Source]) -> HashMap<String, u32> {
    let lib = sources.iter().find(|source| source.path == "lib.rs").unwrap();
    let is_module = |word: &str| lib.text.contains(&format!("\npub mod {word};"));
    let mut rows = HashMap::new();
    for line in lib.text.lines().filter_map(|line| line.strip_prefix("//!")) {
        let mut words = line.split_whitespace();
        let Some(row) = words.next().and_then(|word| word.parse::<u32>().ok()) else { continue };
        for module in words.filter(|word| is_module(word)) {
            rows.entry(module.to_owned()).or_insert(row);
        }
    }
    rows
}

/// The paths that code names after `crate::`, groups in braces taken apart: `(line, "store::open")`.
fn uses(source: &Source) -> Vec<(usize, String)> {
    let mut text = String::new();
    let mut numbers = Vec::new();
    for (number, line) in source.code() {
        text.extend([line, "\n"]);
        numbers.push(number);
    }
    let mut uses = Vec::new();
    for (at, root) in text.match_indices("crate::") {
        // `$crate` is ours too; `some_crate::` is not.
        if text[..at].ends_with(|char: char| char.is_alphanumeric() || char == '_') {
            continue;
        }
        let mut paths = Vec::new();
        take_apart(&text[at + root.len()..], "", &mut paths);
        let number = numbers[text[..at].matches('\n').count()];
        uses.extend(paths.into_iter().map(|path| (number, path)));
    }
    uses
}

/// Collects the paths of one tree of a `use`, behind a prefix; returns what stands after it.
fn take_apart<'a>(text: &'a str, prefix: &str, paths: &mut Vec<String>) -> &'a str {
    let Some(mut rest) = text.strip_prefix('{') else {
        let word = text.split(|char: char| !char.is_alphanumeric() && char != '_').next().unwrap();
        let (path, rest) = (format!("{prefix}{word}"), &text[word.len()..]);
        return match rest.strip_prefix("::") {
            Some(deeper) if !word.is_empty() => take_apart(deeper, &format!("{path}::"), paths),
            _ => {
                paths.push(path);
                rest
            }
        };
    };
    loop {
        rest = rest.trim_start_matches(|char: char| char.is_whitespace() || char == ',');
        match rest.strip_prefix('}') {
            Some(after) => return after,
            None if rest.is_empty() => return rest,
            None => {
                rest = take_apart(rest, prefix, paths);
                // ` as other`
                rest = &rest[rest.find([',', '}']).unwrap_or(rest.len())..];
            }
        }
    }
}

#[test]
fn a_module_uses_only_rows_below_its_own() {
    let sources = sources();
    let rows = rows(&sources);
    let lib = sources.iter().find(|source| source.path == "lib.rs").unwrap();
    for line in lib.text.lines() {
        if let Some(module) = line.strip_prefix("pub mod ") {
            let module = module.trim_end_matches(';');
            assert!(rows.contains_key(module), "{module} does not stand in the map of src/lib.rs");
        }
    }
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|source| !matches!(source.module(), "lib" | "main")) {
        let own = rows[source.module()];
        for (number, used) in uses(source) {
            let used = used.split("::").next().unwrap();
            let Some(&row) = rows.get(used) else { continue };
            // The ground floor knows its neighbours.
            let is_allowed = used == source.module() || row < own || (row == own && own == 1);
            if !is_allowed {
                let path = &source.path;
                wrong.push(format!("src/{path}:{number}: row {own} uses {used} of row {row}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// No command uses another's inside: what two share lies beside the commands, and knows none of them.
#[test]
fn commands_do_not_know_each_other() {
    let is_command = |module: &str| VERBS.iter().any(|verb| verb.name == module);
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(own) = source.path.strip_prefix("command/") else { continue };
        let own = own.split(['/', '.']).next().unwrap();
        for (number, path) in uses(&source) {
            let Some(used) = path.strip_prefix("command::") else { continue };
            let used = used.split("::").next().unwrap();
            if own != "mod" && used != own && is_command(used) {
                wrong.push(format!("src/{}:{number}: uses {path}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn uses_are_found_in_every_form() {
    let text = "//! x\nuse crate::a::B;\nuse crate::{c, d::{E, f::{G, H as I}},\n  h::H};\n\
        let x = crate::i::j();\nother_crate::k\n// crate::l\n#[cfg(test)]\nmod tests {\n    \
        use crate::m;\n}\nuse crate::n;\n#[cfg(test)]\nmod tests;\ncrate::o::p";
    let source = Source { path: "x.rs".to_owned(), text: text.to_owned() };
    let (numbers, found): (Vec<_>, Vec<_>) = uses(&source).into_iter().unzip();
    let expected = ["a::B", "c", "d::E", "d::f::G", "d::f::H", "h::H", "i::j", "n", "o::p"];
    assert_eq!(found, expected);
    assert_eq!(numbers, [2, 3, 3, 3, 3, 3, 5, 12, 15]);
}
