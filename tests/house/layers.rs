//! A module uses only rows below its own. The rows are those of the map in `src/lib.rs`.

use std::collections::HashMap;

use crate::source::{Source, sources};

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

/// The modules that code names after `crate::`, groups in braces too.
fn uses(source: &Source) -> Vec<(usize, String)> {
    let mut uses = Vec::new();
    let mut group = 0_i32;
    for (number, line) in source.code() {
        let mut rest = line;
        if group > 0 {
            // Inside `use crate::{ ... };`: a name at depth 1 is a module.
            rest = names(line, &mut group, number, &mut uses);
        }
        while let Some((before, after)) = rest.split_once("crate::") {
            // `$crate` is ours too; `some_crate::` is not.
            let is_other = before.ends_with(|char: char| char.is_alphanumeric() || char == '_');
            rest = after;
            if is_other {
                continue;
            }
            if let Some(inside) = after.strip_prefix('{') {
                group = 1;
                rest = names(inside, &mut group, number, &mut uses);
            } else {
                uses.push((number, word(after)));
            }
        }
    }
    uses
}

/// Collects the names at depth 1 of a group; returns what stands after its end.
fn names<'a>(
    line: &'a str,
    depth: &mut i32,
    number: usize,
    uses: &mut Vec<(usize, String)>,
) -> &'a str {
    let mut begins = true;
    for (position, char) in line.char_indices() {
        match char {
            '{' => *depth += 1,
            '}' => *depth -= 1,
            ',' => begins = true,
            _ if char.is_alphabetic() && begins && *depth == 1 => {
                uses.push((number, word(&line[position..])));
                begins = false;
            }
            _ => {}
        }
        if *depth == 0 {
            return &line[position..];
        }
    }
    ""
}

fn word(text: &str) -> String {
    text.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect()
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
            let Some(&row) = rows.get(&used) else { continue };
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

/// What `verify` says of a request and what `listen` does about it come from one check, below both.
#[test]
fn the_check_of_requests_knows_no_command() {
    for source in sources() {
        let forbidden: &[&str] = match source.path.split('/').nth(1).unwrap_or_default() {
            of if of.starts_with("checking") => &["command::verify", "command::listen"],
            of if of.starts_with("verify") => &["command::listen"],
            of if of.starts_with("listen") => &["command::verify"],
            _ => continue,
        };
        let wrong = source.places(forbidden);
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

#[test]
fn uses_are_found_in_every_form() {
    let text = "//! x\nuse crate::a::B;\nuse crate::{c, d::{E, F},\n  g::H};\nlet x = crate::i::j();\nother_crate::k\n// crate::l\n#[cfg(test)]\nmod tests {\nuse crate::m;";
    let source = Source { path: "x.rs".to_owned(), text: text.to_owned() };
    let found: Vec<_> = uses(&source).into_iter().map(|(_, module)| module).collect();
    assert_eq!(found, ["a", "c", "d", "g", "i"]);
}
