//! `audit` against receivers of other languages: each planted hole is named by its id and nothing else, and
//! correct ones are accused of nothing.

mod code;
mod nginx;
mod planted;
mod terminators;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rcgen::ExtendedKeyUsagePurpose;
use serde_json::Value;

use crate::harness::pki::{Pki, Wish};
use crate::harness::{Running, Tool};
use crate::needs;

pub const TESTS: &[crate::Test] = &[
    ("planted_holes_are_named", planted::holes_are_named),
    ("correct_receivers_are_accused_of_nothing", planted::correct_ones_are_accused_of_nothing),
    ("who_bans_leaves_it_unclear", planted::who_bans_leaves_it_unclear),
    ("who_says_yes_to_everything_is_told_apart_by_a_word", planted::who_always_says_yes),
    ("express_believes_a_header", terminators::express),
    ("flask_behind_nginx_believes_a_header", terminators::flask),
    ("go_believes_a_header", terminators::go),
    ("envoys_header_is_believed", terminators::envoy),
    ("who_pins_is_accused_of_nothing", terminators::pinned),
    ("an_open_rule_in_nginx_lets_lookalikes_in", terminators::open_rule),
    ("the_page_in_javascript", code::javascript),
    ("the_page_in_python", code::python),
    ("the_page_in_go", code::go),
    ("the_page_in_java", code::java),
    ("the_page_in_php", code::php),
    ("the_page_in_ruby", code::ruby),
];

/// What they share with whoever calls.
const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// For schemes with ids.
const STANDARD: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";
const BODY: &str = r#"{"id":"evt_1","type":"order.paid","amount":1.5}"#;
const PUBLIC_KEY: &str = include_str!("../../data/rsa-public.pem");
const PRIVATE_KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/rsa.pem");
/// Whose certificate is let in.
const PARTNER: &str = "hooks.partner.example";

/// A file of these tests.
fn ours(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/audit").join(below)
}

/// A receiver of another language; it ends with its standard input, which goes with it.
struct Receiver {
    _process: Running,
    port: u16,
}

impl Receiver {
    /// Starts it, and reads its port from the first line that it prints.
    fn start(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = Running(command.spawn().unwrap());
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().unwrap_or_else(|_| panic!("{command:?} has not started"));
        Self { _process: process, port }
    }

    /// One of `receivers`, by the ending of its name; TLS with the files of this folder.
    fn of(name: &str, folder: Option<&Path>) -> Self {
        let program = if name.ends_with(".py") { "python3" } else { "node" };
        needs::program(program);
        let mut command = Command::new(program);
        command.arg(ours("receivers").join(name)).args(folder);
        command.env("SECRET", SECRET).env("PUBLIC_KEY", PUBLIC_KEY);
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        Self::start(command)
    }

    fn url(&self, scheme: &str) -> String {
        format!("{scheme}://127.0.0.1:{}/in", self.port)
    }
}

/// How an audit came out.
#[derive(Debug)]
struct Audited {
    code: i32,
    /// Tests that came out otherwise than they should.
    accused: BTreeSet<String>,
    /// Tests that could not be judged.
    unclear: usize,
    /// Codes of findings, without those that only inform.
    codes: BTreeSet<String>,
    report: Value,
}

/// Audits an endpoint as fast as is allowed.
fn audit(url: &str, args: &[&str], secret: &str) -> Audited {
    let folder = tempfile::tempdir().unwrap();
    let body = folder.path().join("body.json");
    std::fs::write(&body, BODY).unwrap();
    let args = [&["audit", url, "--json", "--rate", "20/s"], args].concat();
    let args: Vec<&str> = args
        .into_iter()
        .map(|arg| if arg == "BODY" { body.to_str().unwrap() } else { arg })
        .collect();
    let run =
        Tool::new(&args).env("SECRET", secret).deadline(std::time::Duration::from_secs(90)).run();
    let report = run.json();
    let items = report["items"].as_array().unwrap();
    let tests = || items.iter().filter(|item| item["facts"]["test"].is_string());
    let is = |item: &Value, outcome: &str| item["facts"]["outcome"] == outcome;
    // What is signed is what comes out of a compressed body: that this is let in only informs.
    let informs = |item: &Value| {
        let finding = &item["findings"][0];
        finding["code"] == "forged-accepted" && finding["severity"] == "info"
    };
    let accused = tests().filter(|item| {
        let facts = &item["facts"];
        (is(item, "accepted") || is(item, "refused"))
            && facts["outcome"] != facts["expected"]
            && !informs(item)
    });
    let accused = accused.map(|item| item["facts"]["test"].as_str().unwrap().to_owned()).collect();
    let findings = items.iter().flat_map(|item| item["findings"].as_array().unwrap());
    let codes = findings
        .filter(|finding| finding["severity"] != "info")
        .map(|finding| finding["code"].as_str().unwrap().to_owned())
        .collect();
    let unclear = tests().filter(|item| is(item, "unclear")).count();
    Audited { code: run.code, accused, unclear, codes, report }
}

impl Audited {
    /// Fails unless exactly these tests are named, and nothing else is said.
    #[track_caller]
    fn names(&self, what: &str, ids: &[&str]) {
        let ids: BTreeSet<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        assert_eq!(self.accused, ids, "{what}: {:#}", self.report);
        assert_eq!(self.unclear, 0, "{what}: {:#}", self.report);
        let of_tests =
            ["forged-accepted", "good-refused", "tolerance-wide", "signature-replay-unbounded"];
        let further: Vec<_> =
            self.codes.iter().filter(|code| !of_tests.contains(&code.as_str())).collect();
        assert!(further.is_empty(), "{what}: {further:?}: {:#}", self.report);
        let is_critical =
            |code: &String| matches!(code.as_str(), "forged-accepted" | "good-refused");
        let is_failed = self.codes.iter().any(is_critical);
        assert_eq!(self.code, i32::from(is_failed), "{what}: {:#}", self.report);
    }
}

/// A folder with what receivers and callers need: `server`, `client` (of the partner) and `ca`, as `.pem` and
/// `.key`, and the thumbprint that is `allowed`.
fn identities() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let pki = Pki::new("partners");
    let partner = Wish {
        name: PARTNER,
        purpose: ExtendedKeyUsagePurpose::ClientAuth,
        key: 7,
        ..Wish::live()
    };
    let client = pki.issue(&partner);
    let thumbprint = hookprint::digest::hex(&hookprint::digest::sha256(&client.certificate_der));
    std::fs::write(folder.path().join("allowed"), thumbprint).unwrap();
    let server = pki.issue(&Wish::live());
    for (name, pair) in [("server", &server), ("client", &client), ("ca", &pki.ca)] {
        for (ending, text) in [("pem", &pair.certificate_pem), ("key", &pair.key_pem)] {
            std::fs::write(folder.path().join(format!("{name}.{ending}")), text).unwrap();
        }
    }
    let both = format!("{}{}", pki.ca.certificate_pem, pki.ca.key_pem);
    std::fs::write(folder.path().join("authority.pem"), both).unwrap();
    folder
}

/// The partner's certificate for `audit`, and the authority that made it.
fn partner(folder: &Path) -> Vec<String> {
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    [
        ("--cert", file("client.pem")),
        ("--key", file("client.key")),
        ("--ca", file("ca.pem")),
        ("--test-ca", file("authority.pem")),
    ]
    .into_iter()
    .flat_map(|(option, value)| [option.to_owned(), value])
    .collect()
}
