//! What the tests found out, as a table for people: `docs/interop.md`. `UPDATE=1` writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use hookprint::signature::loader;

use crate::rows::{CODE, EXPLAINED, PATCHED, ROWS, Row, Signer};
use crate::trial::Findings;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/interop.md");

const HEAD: &str = "# Beside the providers' own libraries

Written by `UPDATE=1 cargo test --test sdk`, and held by it: each row is a test. In every row, what is
signed beside the library (by itself, by its helper for tests, or by the lines that the provider's
documentation gives) verifies here, what `hookprint sign` signs the library accepts, and both refuse it
after the content was changed. `hookprint` refuses what is stale wherever a time is signed.

Where the library is *documented code*, the sender has none that checks, or none in these languages: the lines
or steps of its documentation, of a sample of its own or of the program that sends are written out in the
driver, with their address. `@pipedream/clio`, `async-customerio`, `connectwise-rest` and
`nuxt-webhook-validators` are not the senders' own. SHA-1 with a key pair is verified here and never signed.

*Refused* are spellings of the same signature, time or address that the library refuses; `hookprint` calls
none of them plainly ok. *Stricter here* are those that the library takes while `hookprint verify` refuses
or says `signature-spelling`: other libraries of the same provider, or whoever compares text, refuse them.

| scheme | library | signed by | verifies here | verifies there | changed | stale | refused | stricter here |
|---|---|---|---|---|---|---|---|---|
";

/// Lines of the rows that were tried in this run, by their place in the table.
static LINES: Mutex<BTreeMap<usize, String>> = Mutex::new(BTreeMap::new());

/// Compares a row with the file, or keeps it for [`update`].
pub fn hold(row: &Row, findings: &Findings) {
    let line = line(row, findings);
    if is_updated() {
        let place = ROWS.iter().position(|other| start(other) == start(row)).unwrap();
        LINES.lock().unwrap_or_else(PoisonError::into_inner).insert(place, line);
        return;
    }
    let file = file();
    let written = written(&file, row).unwrap_or("nothing");
    assert_eq!(line, written, "docs/interop.md; UPDATE=1 writes it");
}

/// The file has a line for each row, and no other.
pub fn has_these_rows() {
    if !is_updated() {
        let file = file();
        let rows: Vec<_> =
            ROWS.iter().map(|row| written(&file, row).unwrap_or("nothing")).collect();
        let expected = format!("{HEAD}{}\n{}", rows.join("\n"), explained());
        assert_eq!(file, expected, "docs/interop.md; UPDATE=1 writes it");
    }
}

/// With `UPDATE=1`, writes the file: rows that were not tried stay as they are.
pub fn update() {
    if !is_updated() {
        return;
    }
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    let old = file();
    let rows = ROWS.iter().enumerate();
    let rows = rows.filter_map(|(place, row)| {
        lines.get(&place).map(String::as_str).or_else(|| written(&old, row))
    });
    let rows: Vec<_> = rows.collect();
    let new = format!("{HEAD}{}\n{}", rows.join("\n"), explained());
    std::fs::write(FILE, new).unwrap();
}

fn is_updated() -> bool {
    std::env::var_os("UPDATE").is_some()
}

fn file() -> String {
    std::fs::read_to_string(FILE).unwrap_or_default()
}

fn written<'a>(file: &'a str, row: &Row) -> Option<&'a str> {
    let start = start(row);
    file.lines().find(|line| line.starts_with(&start))
}

/// The beginning of a row's line, which no other has.
fn start(row: &Row) -> String {
    let language = row.language.title();
    let package = match row.package {
        CODE => CODE.to_owned(),
        package => format!("{package} {}", row.language.version(package)),
    };
    format!("| `{}` | {package} ({language}) |", row.scheme)
}

fn line(row: &Row, findings: &Findings) -> String {
    let signer = match row.signer {
        Signer::Library => "itself",
        Signer::Helper => "its helper",
        Signer::Documentation => "documentation",
    };
    let stale = match findings.refuses_stale {
        Some(true) => "both refuse",
        Some(false) => "refused here, it looks at no clock",
        None => "no time signed",
    };
    let (refused, stricter) = (findings.refused.join(", "), findings.stricter.join(", "));
    let there = if findings.signed_here { "yes" } else { "not signed here" };
    // Held by assertions: without them there is no line.
    let held = format!("yes | {there} | both refuse");
    format!("{} {signer} | {held} | {stale} | {refused} | {stricter} |", start(row))
}

/// The schemes that nothing of the sender's was tried with, by how sure they are.
fn unproven() -> String {
    let file: toml::Table = toml::from_str(include_str!("../data/vectors.toml")).unwrap();
    let vectors = file["vector"].as_array().unwrap().iter();
    let proven: BTreeSet<_> = vectors
        .filter_map(|vector| vector["scheme"].as_str())
        .chain(ROWS.iter().map(|row| row.scheme))
        .collect();
    let mut names: Vec<_> = loader::names().filter(|name| !proven.contains(name)).collect();
    names.sort_unstable();
    let is_sure =
        |name: &&str| loader::built_in(name).unwrap().origin.grade.as_deref() == Some("confirmed");
    let (sure, partly): (Vec<_>, Vec<_>) = names.into_iter().partition(is_sure);
    let about = |names: Vec<_>, what: &str| match names.is_empty() {
        true => String::new(),
        false => format!(
            "\nNeither a library nor a published signature was found for these, {what}: {}.\n",
            names.join(", ")
        ),
    };
    about(
        sure,
        "whose rules were read in documentation or code that `hookprint schemes NAME` names",
    ) + &about(
        partly,
        "and not all of their rules were read at the sender, so that `hookprint schemes` calls them \
             partly confirmed",
    )
}

/// What a library refuses and is ok here, with the reason.
fn explained() -> String {
    let mut text = String::from("\nRefused by one library, and ok here for a reason:\n\n");
    for row in EXPLAINED {
        let spellings = row.spellings.join(", ");
        let (scheme, package, language) = (row.scheme, row.package, row.language.title());
        writeln!(text, "- `{scheme}`, {package} ({language}): {spellings}. {}", row.reason)
            .unwrap();
    }
    text.push_str(&unproven());
    text.push_str(
        "\nPut in the place of the network, of a clock or of what is no longer there:\n\n",
    );
    for (package, what) in PATCHED {
        writeln!(text, "- {package}: {what}").unwrap();
    }
    text
}
