//! The stores of `tests/data/stores`, made by `tests/data/make.sh`: each is read as `expect.jsonl`
//! beside them says.

use std::fs;
use std::path::PathBuf;

use hookprint::secret::Secret;
use hookprint::store::{self, Kind, Passwords};
use serde_json::Value;

fn path(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/stores")).join(name)
}

fn rows() -> Vec<Value> {
    let text = fs::read_to_string(path("expect.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_file_has_a_row_and_every_row_a_file() {
    let rows = rows();
    let mut named: Vec<&str> = rows.iter().map(|row| row["file"].as_str().unwrap()).collect();
    named.push("expect.jsonl");
    named.sort_unstable();
    let mut there: Vec<String> = fs::read_dir(path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort_unstable();
    assert_eq!(named, there);
    assert!(rows.len() >= 50);
}

#[test]
fn every_store_is_read_as_expected() {
    for row in rows() {
        let name = row["file"].as_str().unwrap();
        let password = row["password"].as_str().map(|text| Secret::new(text.as_bytes().to_vec()));
        let bytes = fs::read(path(name)).unwrap();
        let opened = store::open(&bytes, &Passwords::new(password.into_iter().collect()));
        let Ok(bundle) = opened else {
            assert_eq!((name, row["certificates"].as_u64()), ("sid-protected.pfx", Some(0)));
            continue;
        };
        let keys: Vec<_> = bundle
            .entries
            .iter()
            .filter(|entry| matches!(entry.kind(), Kind::Key | Kind::Sealed))
            .collect();
        let matches = keys.first().and_then(|entry| entry.key_matches());
        let seen =
            (bundle.format, bundle.certificates().count() as u64, keys.len() as u64, matches);
        let wanted = (
            row["format"].as_str().unwrap(),
            row["certificates"].as_u64().unwrap(),
            row["keys"].as_u64().unwrap(),
            row["matches"].as_bool(),
        );
        assert_eq!(seen, wanted, "{name}");
    }
}
