//! What the tool prints about itself is committed: completions, man pages, the schema's codes.
//! `UPDATE=1 cargo test --test library generated` writes all of it again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hookprint::failure::FAILURES;
use hookprint::finding::RULES;
use serde_json::{Value, json};

use super::tables;

const REMEDY: &str = "run: UPDATE=1 cargo test --test library generated";

/// A path in the project.
fn path(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some()
}

fn hookprint(args: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_hookprint")).args(args).output().unwrap();
    assert!(output.status.success(), "hookprint {args:?}: {output:?}");
    output.stdout
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap());
    entries
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect()
}

/// Compares a committed folder with what should stand in it; rewrites it when asked to.
fn in_step(folder: &str, expected: &BTreeMap<String, Vec<u8>>) {
    let path = path(folder);
    if is_update() {
        fs::create_dir_all(&path).unwrap();
        for name in files(&path).keys().filter(|name| !expected.contains_key(*name)) {
            fs::remove_file(path.join(name)).unwrap();
        }
        for (name, bytes) in expected {
            fs::write(path.join(name), bytes).unwrap();
        }
    }
    let committed = files(&path);
    for (name, bytes) in expected {
        let is_same = committed.get(name).is_some_and(|known| known == bytes);
        assert!(is_same, "{folder}/{name} is not what the tool prints; {REMEDY}");
    }
    for name in committed.keys() {
        assert!(expected.contains_key(name), "{folder}/{name} is no longer printed; {REMEDY}");
    }
}

/// Shells, with the file name that each looks for.
const SHELLS: [(&str, &str); 5] = [
    ("bash", "hookprint.bash"),
    ("zsh", "_hookprint"),
    ("fish", "hookprint.fish"),
    ("elvish", "hookprint.elv"),
    ("powershell", "_hookprint.ps1"),
];

fn completions() -> BTreeMap<String, Vec<u8>> {
    SHELLS
        .iter()
        .map(|(shell, file)| ((*file).to_owned(), hookprint(&["completions", shell])))
        .collect()
}

#[test]
fn completions_are_what_the_tool_prints() {
    in_step("completions", &completions());
}

#[test]
fn man_pages_are_what_the_tool_prints() {
    let folder = tempfile::tempdir().unwrap();
    hookprint(&["man", "--dir", folder.path().to_str().unwrap()]);
    let pages = files(folder.path());
    for (name, page) in pages.iter().filter(|(name, _)| name.ends_with(".1")) {
        let page = String::from_utf8_lossy(page);
        let (_, examples) = page.split_once(".SH EXAMPLES\n").unwrap_or_else(|| panic!("{name}"));
        let (examples, after) = examples.split_once(".SH").unwrap();
        assert!(examples.contains("\nhookprint "), "{name} has no example: {examples}");
        assert!(after.starts_with(" \"EXIT STATUS\""), "{name}: {after}");
    }
    in_step("man", &pages);
}

#[test]
fn the_page_about_files_of_schemes_is_what_the_loader_takes() {
    let file = path("docs/schemes.md");
    let page = hookprint::command::man::scheme_files::page().markdown();
    if is_update() {
        fs::write(&file, &page).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == page, "docs/schemes.md is not what the loader takes; {REMEDY}");
}

#[test]
fn the_page_of_codes_is_what_explain_says() {
    let file = path("docs/codes.md");
    let page = hookprint::command::man::codes::markdown();
    if is_update() {
        fs::write(&file, &page).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == page, "docs/codes.md is not what explain says; {REMEDY}");
}

#[test]
fn the_page_about_audit_tells_every_test() {
    use hookprint::command::man::audit;
    let file = path("docs/audit.md");
    let committed = fs::read_to_string(&file).unwrap();
    let (written, _) = committed.split_once(audit::FROM).expect("the mark of what is generated");
    let page = format!("{written}{}", audit::markdown());
    if is_update() {
        fs::write(&file, &page).unwrap();
    } else {
        assert!(committed == page, "docs/audit.md is not what explain says; {REMEDY}");
    }
}

#[test]
fn the_schema_knows_every_code() {
    let file = path("schema/report.schema.json");
    let committed = fs::read_to_string(&file).unwrap();
    let findings: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
    let failures: Vec<_> = FAILURES.iter().map(|row| row.id).collect();
    let mut schema: Value = serde_json::from_str(&committed).unwrap();
    schema["$defs"]["finding_code"]["enum"] = json!(findings);
    schema["$defs"]["failure_code"]["enum"] = json!(failures);
    let expected = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    if is_update() {
        fs::write(&file, &expected).unwrap();
    } else {
        assert!(committed == expected, "schema/report.schema.json lacks a code; {REMEDY}");
    }
}

#[test]
fn the_schema_of_policy_files_is_what_check_reads() {
    let file = path("schema/check.schema.json");
    let schema = hookprint::command::check::schema::schema();
    let expected = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    if is_update() {
        fs::write(&file, &expected).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == expected, "schema/check.schema.json is not what check reads; {REMEDY}");
}

#[test]
fn tables_are_those_of_the_schema() {
    let schema = fs::read_to_string(path("schema/report.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    for (name, expected) in
        [("report.ddl", tables::ddl(&schema)), ("report.sql", tables::sql(&schema))]
    {
        let file = path("schema").join(name);
        if is_update() {
            fs::write(&file, &expected).unwrap();
        }
        assert!(
            fs::read_to_string(&file).unwrap_or_default() == expected,
            "schema/{name}: {REMEDY}"
        );
    }
}
