//! What we build on and what is tried on it: each dependency comes from the registry, under a licence that
//! `deny.toml` allows, and each fuzz target has a corpus. `cargo deny` says more; this is said everywhere.

use std::fs;
use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn toml(file: &str) -> toml::Table {
    fs::read_to_string(Path::new(ROOT).join(file)).unwrap().parse().unwrap()
}

fn texts(list: &toml::Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// Whether a licence expression (SPDX 2.3 annex D) can be met with these licences.
fn is_met(expression: &str, allowed: &[&str]) -> bool {
    // Older manifests write a slash for `OR`.
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let met = either(&mut words, allowed);
    assert_eq!(words.next(), None, "{expression}");
    met
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn either(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    let mut met = both(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        met |= both(words, allowed);
    }
    met
}

fn both(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    let mut met = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let met = either(words, allowed);
        assert_eq!(words.next(), Some(")"));
        return met;
    }
    let licence = words.next().unwrap();
    // What an exception permits comes on top.
    if words.next_if_eq(&"WITH").is_some() {
        words.next().unwrap();
    }
    allowed.contains(&licence)
}

#[test]
fn licence_expressions() {
    let allowed = ["MIT", "ISC"];
    for met in [
        "MIT",
        "Apache-2.0/MIT",
        "ISC AND (Apache-2.0 OR MIT)",
        "Apache-2.0 AND Zlib OR ISC",
        "MIT WITH Some-exception",
    ] {
        assert!(is_met(met, &allowed), "{met}");
    }
    for unmet in ["Apache-2.0", "MIT AND Zlib", "(MIT OR ISC) AND Zlib", "MIT-0"] {
        assert!(!is_met(unmet, &allowed), "{unmet}");
    }
}

#[test]
fn every_dependency_is_under_a_licence_that_is_allowed_and_none_is_banned() {
    let rules = toml("deny.toml");
    let allowed = texts(&rules["licenses"]["allow"]);
    let banned = rules["bans"]["deny"].as_array().unwrap();
    let banned: Vec<_> = banned.iter().map(|ban| ban["crate"].as_str().unwrap()).collect();
    // Of this platform: others' packages are not there without a network.
    let args = ["tree", "--locked", "--offline", "--prefix=none", "--format={p}|{l}"];
    let tree = Command::new(env!("CARGO")).args(args).current_dir(ROOT).output().unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    let mut count = 0;
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let (package, licence) = line.rsplit_once('|').unwrap();
        let licence = licence.trim_end_matches(" (*)");
        let name = package.split(' ').next().unwrap();
        assert!(is_met(licence, &allowed), "{package}: {licence}");
        assert!(!banned.contains(&name), "{package}");
        count += 1;
    }
    assert!(count > 100, "{count}");
}

#[test]
fn every_dependency_is_of_the_registry() {
    for package in toml("Cargo.lock")["package"].as_array().unwrap() {
        let (name, source) = (package["name"].as_str().unwrap(), package.get("source"));
        if name == env!("CARGO_PKG_NAME") {
            continue;
        }
        let source = source.and_then(|source| source.as_str());
        let registry = "registry+https://github.com/rust-lang/crates.io-index";
        assert_eq!(source, Some(registry), "{name}");
        assert_eq!(package["checksum"].as_str().map(str::len), Some(64), "{name}");
    }
}

/// The names in a folder, without their endings.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: std::path::PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut names: Vec<_> = entries.map(name).collect();
    names.sort();
    names
}

#[test]
fn every_fuzz_target_is_built_and_has_a_corpus() {
    let fuzz = Path::new(ROOT).join("fuzz");
    let targets = names(&fuzz.join("fuzz_targets"));
    let manifest = toml("fuzz/Cargo.toml");
    let mut built: Vec<_> = manifest["bin"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bin| bin["name"].as_str().unwrap())
        .collect();
    built.sort_unstable();
    assert_eq!(built, targets);
    assert_eq!(names(&fuzz.join("corpus")), targets);
    let mut bytes = 0;
    for target in &targets {
        let inputs: Vec<_> = fs::read_dir(fuzz.join("corpus").join(target)).unwrap().collect();
        assert!(!inputs.is_empty(), "{target}");
        bytes +=
            inputs.iter().map(|it| it.as_ref().unwrap().metadata().unwrap().len()).sum::<u64>();
    }
    assert!(bytes < 2 << 20, "{bytes} bytes: whoever clones this has to take them along");
}
