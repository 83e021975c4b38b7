//! Every file of the shared corpus, judged as `expect.jsonl` says: which certificates, which
//! entries, how many private keys, or which failure.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use hookprint::error::{Error, Result};
use hookprint::secret::Secret;
use hookprint::store::{self, Bundle, Kind, Passwords};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::needs;

tests!(
    files_are_judged_as_expected,
    wrong_passwords_are_told_as_such,
    every_truncation_is_answered,
    changed_files_never_panic,
);

/// Files whose expectation is not followed, and why.
const DISAGREED: [(&str, &str); 2] = [
    // Java gave the Latin-1 of the password to PKCS#5: it is tried after the password as it is.
    ("bc-java--empty.p12", "opens with the password in Latin-1"),
    ("bc-java--with-key-entry.p12", "opens with the password in Latin-1"),
];

fn corpus() -> PathBuf {
    needs::shared("corpus")
}

fn rows(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn open(corpus: &Path, row: &Value) -> Result<Bundle> {
    let bytes = fs::read(corpus.join("files").join(row["file"].as_str().unwrap())).unwrap();
    opened(&bytes, row["password"].as_str())
}

fn opened(bytes: &[u8], password: Option<&str>) -> Result<Bundle> {
    let password = password.map(|text| Secret::new(text.as_bytes().to_vec()));
    store::open(bytes, &Passwords::new(password.into_iter().collect()))
}

/// The failure of a file as a whole, wherever it shows.
fn failure(opened: &Result<Bundle>) -> Option<&Error> {
    match opened {
        Ok(bundle) => bundle.first_failure(),
        Err(error) => Some(error),
    }
}

fn class(error: &Error) -> &'static str {
    match error.code.id() {
        "malformed" => "corrupt",
        "password-wrong" | "password-required" => "wrong-password",
        "unsupported" => "unsupported",
        "unrecognised" => "no-certificate",
        other => other,
    }
}

fn judge(row: &Value, opened: &Result<Bundle>) -> Result<(), String> {
    let wanted = row["result"].as_str().unwrap();
    if wanted == "fail" {
        let accepted: Vec<_> =
            row["class_accept"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
        return match failure(opened) {
            Some(error) if accepted.contains(&class(error)) => Ok(()),
            Some(error) => Err(format!("{} ({error}), not {accepted:?}", error.code.id())),
            // A file without any certificate may be read as just that.
            None if accepted.contains(&"no-certificate")
                && opened.as_ref().is_ok_and(|it| it.certificates().count() == 0) =>
            {
                Ok(())
            }
            None => Err(format!("opened, not {accepted:?}")),
        };
    }
    // Nothing in it but what is named instead.
    if let Err(error) = opened
        && class(error) == wanted
        && row["private_keys"] == 0
    {
        return Ok(());
    }
    let bundle = opened.as_ref().map_err(|error| format!("{}: {error}", error.code.id()))?;
    let sealed_key_without_password = row["encrypted_key"] == true;
    if let Some(error) = bundle.first_failure().filter(|_| !sealed_key_without_password) {
        let key_password_differs = error.code.id() == "password-wrong"
            && row["kind"] != "pkcs12"
            && bundle.integrity_verified;
        if !key_password_differs {
            return Err(format!("{}: {error}", error.code.id()));
        }
    }
    same("certificates", &certificates_wanted(row), &certificates_found(row, bundle))?;
    if let Some(keys) = row["private_keys"].as_u64() {
        let found =
            bundle.entries.iter().filter(|it| matches!(it.kind(), Kind::Key | Kind::Sealed));
        same("private keys", &keys, &(found.count() as u64))?;
    }
    if let Some(entries) = row["entries"].as_array() {
        let wanted: Vec<_> = entries
            .iter()
            .map(|it| format!("{} {} {}", it["alias"], it["kind"], it["certs"]))
            .collect();
        let found: Vec<_> = bundle
            .entries
            .iter()
            .map(|entry| {
                let kind = match entry.kind() {
                    Kind::Key | Kind::Sealed => "private",
                    Kind::Trusted => "trusted",
                    Kind::Secret => "secret",
                };
                format!("{:?} {kind:?} {}", entry.alias.as_deref().unwrap(), entry.chain.len())
            })
            .collect();
        let sorted = |mut list: Vec<String>| {
            list.sort();
            list
        };
        same("entries", &sorted(wanted), &sorted(found))?;
    }
    Ok(())
}

fn certificates_wanted(row: &Value) -> Vec<String> {
    let field = |it: &Value, name: &str| it[name].as_str().unwrap_or("?").to_owned();
    let certificates = row["certificates"].as_array().into_iter().flatten();
    arranged(
        row,
        certificates
            .map(|it| format!("{} {}", field(it, "sha256"), field(it, "spki_sha256_base64"))),
    )
}

fn certificates_found(row: &Value, bundle: &Bundle) -> Vec<String> {
    let digest = hookprint::digest::sha256;
    let line = |it: &hookprint::cert::Certificate| {
        format!(
            "{} {}",
            hookprint::digest::hex(&digest(it.der())),
            hookprint::digest::base64(&digest(it.spki()))
        )
    };
    arranged(row, bundle.certificates().map(line))
}

/// PEM in file order, PKCS#12 as a set, keystores in any order of their aliases.
fn arranged(row: &Value, lines: impl Iterator<Item = String>) -> Vec<String> {
    match row["kind"].as_str().unwrap() {
        "pem" | "der" | "pkcs7" => lines.collect(),
        "pkcs12" => lines.collect::<BTreeSet<_>>().into_iter().collect(),
        _ => {
            let mut lines: Vec<_> = lines.collect();
            lines.sort();
            lines
        }
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, wanted: &T, found: &T) -> Result<(), String> {
    if wanted == found {
        Ok(())
    } else {
        Err(format!("{what}: wanted {wanted:?}, found {found:?}"))
    }
}

fn files_are_judged_as_expected() {
    let corpus = corpus();
    let rows = rows(&corpus.join("expect.jsonl"));
    let mut wrong = Vec::new();
    for row in &rows {
        let file = row["file"].as_str().unwrap();
        let opened = open(&corpus, row);
        let disagreed = DISAGREED.iter().any(|(name, _)| *name == file);
        match judge(row, &opened) {
            Err(why) if !disagreed => wrong.push(format!("{file} ({}): {why}", row["kind"])),
            Ok(()) if disagreed => wrong.push(format!("{file}: is judged as expected by now")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

fn wrong_passwords_are_told_as_such() {
    let corpus = corpus();
    let rows = rows(&corpus.join("expect-wrong-password.jsonl"));
    let mut wrong = Vec::new();
    for row in &rows {
        let opened = open(&corpus, row);
        let found = failure(&opened).map_or("opens-anyway", class);
        if found != row["class"] {
            wrong.push(format!("{}: {found}, {:?}", row["file"], failure(&opened)));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

/// Small files of every kind, with their rows.
fn small(corpus: &Path) -> Vec<(Value, Vec<u8>)> {
    let mut taken = HashMap::<String, usize>::new();
    let mut small = Vec::new();
    for row in rows(&corpus.join("expect.jsonl")) {
        let count = taken.entry(row["kind"].to_string()).or_default();
        *count += 1;
        let bytes = fs::read(corpus.join("files").join(row["file"].as_str().unwrap())).unwrap();
        if *count <= 3 && bytes.len() < 5000 {
            small.push((row, bytes));
        }
    }
    small
}

fn every_truncation_is_answered() {
    for (row, bytes) in small(&corpus()) {
        for length in (0..bytes.len()).step_by(1 + bytes.len() / 40) {
            let opened = opened(&bytes[..length], row["password"].as_str().or(Some("x")));
            let file = row["file"].as_str().unwrap();
            let is_text = file.ends_with(".pem") || file.ends_with(".crt");
            assert!(failure(&opened).is_some() || is_text, "{file} cut at {length}");
        }
    }
}

fn changed_files_never_panic() {
    let small = small(&corpus());
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(64));
    let tried = runner.run(&changes, |changes| {
        for (row, bytes) in &small {
            let mut bytes = bytes.clone();
            for (at, to) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *to;
            }
            let _ = opened(&bytes, row["password"].as_str().or(Some("x")));
        }
        Ok(())
    });
    tried.unwrap();
}
