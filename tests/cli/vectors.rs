//! Signatures that senders and standards publish: `verify` takes each as it stands, and none of them
//! with a character changed in secret, body or signature.

use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Deserialize;

use crate::harness::{Outcome, Tool};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    vector: Vec<Vector>,
}

/// As `tests/data/vectors.toml` explains.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    scheme: String,
    what: String,
    source: Vec<String>,
    own: Option<String>,
    secret: Option<String>,
    jwks: Option<String>,
    url: Option<String>,
    at: Option<String>,
    #[serde(default)]
    options: Vec<String>,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    body: String,
    body_hex: Option<String>,
    #[serde(default = "yes")]
    verifies: bool,
    method: Option<String>,
}

fn yes() -> bool {
    true
}

fn vectors() -> Vec<Vector> {
    toml::from_str::<Table>(include_str!("../data/vectors.toml")).unwrap().vector
}

/// A character that is surely another one, in whatever alphabet.
fn changed(text: &str, at: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
    String::from_utf8(bytes).unwrap()
}

impl Vector {
    fn body(&self) -> Vec<u8> {
        match &self.body_hex {
            Some(hex) => hookprint::digest::unhex(hex).unwrap(),
            None => self.body.clone().into_bytes(),
        }
    }

    fn judged(&self) -> Outcome {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            fs::write(folder.path().join(name), text).unwrap();
            name.to_owned()
        };
        let mut args = vec!["verify".to_owned(), "-".into(), "--no-diagnose".into()];
        args.extend(["--scheme".into(), self.scheme.clone()]);
        let mut option = |name: &str, value: Option<String>| {
            args.extend(value.into_iter().flat_map(|value| [name.to_owned(), value]));
        };
        let table = self.own.as_ref().map(|own| format!("[own]\n{own}"));
        option("--scheme-file", table.map(|table| file("schemes.toml", &table)));
        option("--jwks", self.jwks.as_ref().map(|keys| file("keys", keys)));
        option("--secret", self.secret.as_ref().map(|_| "env:SECRET".to_owned()));
        option("--url", self.url.clone());
        option("--method", self.method.clone());
        option("--at", self.at.clone());
        for (name, value) in &self.headers {
            option("--header", Some(format!("{name}: {value}")));
        }
        args.extend(self.options.clone());
        let tool = Tool::new(args).dir(folder.path()).stdin(self.body());
        tool.env("SECRET", self.secret.as_deref().unwrap_or_default()).run()
    }

    /// What is wrong with the answers to it and to its forgeries.
    fn faults(&self) -> Vec<String> {
        let about = |what: &str, outcome: &Outcome| {
            let Outcome { code, stdout, stderr, .. } = outcome;
            format!("{}, {}{what}: exit {code}\n{stdout}{stderr}", self.scheme, self.what)
        };
        let outcome = self.judged();
        if (outcome.code == 0) != self.verifies {
            return vec![about("", &outcome)];
        }
        if !self.verifies {
            return Vec::new();
        }
        let judged = self.forgeries().into_iter().map(|(what, forged)| (what, forged.judged()));
        let passed = judged.filter(|(what, outcome)| {
            let is_uncovered = self.scheme == "jwt" || outcome.stdout.contains("body-uncovered");
            outcome.code == 0 && !(*what == "body" && is_uncovered)
        });
        passed.map(|(what, outcome)| about(&format!(", {what} changed"), &outcome)).collect()
    }

    /// The same with a character changed in each thing that its signature rests on.
    fn forgeries(&self) -> Vec<(&'static str, Self)> {
        let mut forged = Vec::new();
        if let Some(secret) = &self.secret {
            let secret = Some(changed(secret, secret.len() / 2));
            forged.push(("secret", Self { secret, ..self.clone() }));
        }
        if let Some((name, value)) = self.headers.last() {
            // Not its end: in base64 some bits of the last character say nothing.
            let header = (name.clone(), changed(value, value.len() - 8));
            let mut headers = self.headers.clone();
            headers.splice(headers.len() - 1.., [header]);
            forged.push(("signature", Self { headers, ..self.clone() }));
        }
        let body_hex = Some(hookprint::digest::hex(&[&self.body()[..], b"0"].concat()));
        forged.push(("body", Self { body_hex, ..self.clone() }));
        forged
    }
}

#[test]
fn every_published_signature_is_judged_as_published_and_no_forgery_passes() {
    let vectors = vectors();
    let wrong = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(vector) = vectors.get(next.fetch_add(1, Ordering::Relaxed)) {
                    wrong.lock().unwrap().extend(vector.faults());
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_vector_says_where_it_is_published() {
    for Vector { scheme, what, source, .. } in vectors() {
        let is_address = |one: &String| one.starts_with("https://") && !one.contains(' ');
        assert!(
            !source.is_empty() && source.iter().all(is_address),
            "{scheme}, {what}: {source:?}"
        );
    }
}
