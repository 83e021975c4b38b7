//! One process a language, which answers for all its libraries.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};

use crate::library::Language;

/// Name and value of header lines.
pub type Headers = Vec<(String, String)>;

/// What a library is asked.
#[derive(Clone, Debug, Serialize)]
pub struct Request<'a> {
    pub sdk: &'a str,
    pub scheme: &'a str,
    pub op: &'static str,
    /// Seconds since 1970.
    pub now: i64,
    /// The secret; of a key pair the private key to sign, and the public one to verify.
    pub secret: &'a str,
    /// The certificate that the sender signs with and its authority in PEM, where it has one.
    pub certificate: &'a str,
    pub method: &'static str,
    pub url: &'a str,
    pub headers: &'a [(String, String)],
    pub body: &'a str,
}

/// What it answers.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    pub accepted: bool,
    /// Why it refuses, in its own words.
    pub said: String,
    pub headers: Headers,
    pub body: String,
    /// The question could not be put to it.
    broken: Option<String>,
}

struct Driver {
    _child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

/// Asks a library.
pub fn ask(language: Language, request: &Request<'_>) -> Answer {
    static PYTHON: OnceLock<Mutex<Driver>> = OnceLock::new();
    static JAVASCRIPT: OnceLock<Mutex<Driver>> = OnceLock::new();
    let mut command = language.driver();
    let driver = match language {
        Language::Python => &PYTHON,
        Language::JavaScript => &JAVASCRIPT,
    };
    let driver = driver.get_or_init(|| {
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = piped.spawn().unwrap();
        let stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Mutex::new(Driver { _child: child, stdin, stdout })
    });
    let line = {
        let mut driver = driver.lock().unwrap_or_else(PoisonError::into_inner);
        let request = serde_json::to_string(request).unwrap();
        writeln!(driver.stdin, "{request}").unwrap();
        let mut line = String::new();
        driver.stdout.read_line(&mut line).unwrap();
        line
    };
    let answer: Answer = serde_json::from_str(&line)
        .unwrap_or_else(|error| panic!("{}: {error}: {line:?}", request.sdk));
    if let Some(broken) = &answer.broken {
        panic!("{} of {} cannot be asked: {broken}", request.op, request.sdk);
    }
    answer
}
