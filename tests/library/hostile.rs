//! Hostile keystores: truncated, changed, length-bombed, iteration-bombed, deeply nested. Each must
//! give an answer, soon, and none may panic.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use hookprint::der::{tag, write};
use hookprint::secret::Secret;
use hookprint::store::{self, Passwords};
use proptest::prelude::*;

/// The promise is two seconds in a release build; a debug build on a busy machine needs more.
const SOON: Duration = Duration::from_secs(20);

fn given(password: &str) -> Passwords {
    Passwords::new(vec![Secret::new(password.as_bytes().to_vec())])
}

/// Opens everything there is to open; the failure code, if there is one.
fn open(bytes: &[u8], passwords: &Passwords) -> Option<&'static str> {
    let begin = Instant::now();
    let code = match store::open(bytes, passwords) {
        Ok(bundle) => bundle.first_failure().map(|error| error.code.id()),
        Err(error) => Some(error.code.id()),
    };
    assert!(begin.elapsed() < SOON, "{code:?} after {:?}", begin.elapsed());
    code
}

/// Some of our stores of every format, each with its password.
fn samples() -> Vec<(String, Vec<u8>, Passwords)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/stores");
    let mut samples = Vec::new();
    let mut taken = std::collections::HashMap::<String, usize>::new();
    for line in fs::read_to_string(folder.join("expect.jsonl")).unwrap().lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let count = taken.entry(row["format"].to_string()).or_default();
        *count += 1;
        let file = row["file"].as_str().unwrap();
        let path = folder.join(file);
        if *count <= 3 && fs::metadata(&path).unwrap().len() < 5000 {
            let password = given(row["password"].as_str().unwrap_or("x"));
            samples.push((file.to_owned(), fs::read(path).unwrap(), password));
        }
    }
    samples
}

#[test]
fn every_truncation_is_answered() {
    for (file, bytes, passwords) in samples() {
        for length in (0..bytes.len()).step_by(1 + bytes.len() / 40) {
            let code = open(&bytes[..length], &passwords);
            let is_text = file.ends_with(".pem") || file.ends_with(".crt");
            assert!(code.is_some() || is_text, "{file} cut at {length} of {}", bytes.len());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn changed_files_never_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        for (_, mut bytes, passwords) in samples() {
            for (at, to) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *to;
            }
            open(&bytes, &passwords);
        }
    }

    #[test]
    fn any_bytes_behind_any_magic_never_panic(
        head in prop::sample::select(vec![
            &b"\x30\x80\x02\x01\x03\x30"[..], b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
            b"\xfe\xed\xfe\xed\0\0\0\x02\0\0\0\x02", b"\xce\xce\xce\xce\0\0\0\x02\0\0\0\x01\0\0\0\x03\0\x01a",
            b"\0\0\0\x02\0\0\0\x08saltsalt\0\0\0\x01\x01", b"-----BEGIN CERTIFICATE-----\n", b"0\x82",
        ]),
        rest: Vec<u8>,
    ) {
        open(&[head, &rest].concat(), &Passwords::none());
        open(&[head, &rest].concat(), &given("x"));
    }
}

/// PKCS#12 with encrypted contents under this algorithm.
fn encrypted(algorithm: &[u8], copies: usize) -> Vec<u8> {
    let data = write::oid("1.2.840.113549.1.7.1");
    let text = write::value(0x80, &[0; 16]);
    let info = write::sequence(&[&data, algorithm, &text]);
    let content = write::context(0, &write::sequence(&[&write::unsigned(0), &info]));
    let one = write::sequence(&[&write::oid("1.2.840.113549.1.7.6"), &content]);
    let safe = write::octets(&write::value(tag::SEQUENCE, &one.repeat(copies)));
    let safe = write::sequence(&[&data, &write::context(0, &safe)]);
    write::sequence(&[&write::unsigned(3), &safe])
}

fn pbes1(iterations: u64) -> Vec<u8> {
    let parameters = write::sequence(&[&write::octets(&[1; 8]), &write::unsigned(iterations)]);
    write::sequence(&[&write::oid("1.2.840.113549.1.12.1.3"), &parameters])
}

#[test]
fn iteration_bombs_are_refused_with_the_number() {
    for (bytes, number) in [
        (encrypted(&pbes1(10_000_001), 1), "10000001"),
        (encrypted(&pbes1(u64::MAX / 2), 1), "9223372036854775807"),
        (encrypted(&pbes1(9_000_000), 1), "9000000"),
        (encrypted(&pbes1(100_000), 2000), "100000"),
    ] {
        let begin = Instant::now();
        let error = store::open(&bytes, &given("x")).unwrap_err();
        // The many small ones are a wrong password first, then too much work.
        assert!(matches!(error.code.id(), "unsupported" | "password-wrong"), "{error}");
        assert!(error.code.id() != "unsupported" || error.message.contains(number), "{error}");
        assert!(begin.elapsed() < SOON, "{number}: {:?}", begin.elapsed());
    }
}

#[test]
fn nesting_and_length_bombs_are_refused() {
    let deep = |open: &[u8]| open.repeat(20_000);
    let mut definite = vec![0x30, 0];
    for _ in 0..2_000 {
        definite = write::value(tag::SEQUENCE, &definite);
    }
    for bytes in [
        deep(b"\x30\x80"),
        definite,
        [&b"\x30\x80\x02\x01\x03\x30\x80"[..], &deep(b"\x24\x80")].concat(),
        b"\x30\x84\xff\xff\xff\xff\x02\x01\x03\x30\x80".to_vec(),
        b"\xfe\xed\xfe\xed\0\0\0\x02\xff\xff\xff\xff".to_vec(),
        b"\xfe\xed\xfe\xed\0\0\0\x02\0\0\0\x01\0\0\0\x01\0\x01a12345678\xff\xff\xff\xff".to_vec(),
        b"\0\0\0\x02\0\0\0\x08saltsalt\0\0\0\x01\x01\0\x01a12345678\xff\xff\xff\xff".to_vec(),
        "-----BEGIN CERTIFICATE-----\n".repeat(600_000).into_bytes(),
    ] {
        assert!(open(&bytes, &given("x")).is_some());
        assert!(open(&bytes, &Passwords::none()).is_some());
    }
}
