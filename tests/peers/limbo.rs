//! Path validation against x509-limbo (C2SP, Apache-2.0): the cases on which OpenSSL and
//! `cryptography` both give the answer that their author expects.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use hookprint::cert::{Certificate, Chain};
use hookprint::tls::path::{Demand, Strictness, verdict};
use hookprint::tls::{Anchors, Purpose};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::needs;

tests!(
    every_core_case_gets_the_expected_answer,
    no_case_takes_long_or_panics,
    the_command_gives_the_same_answers,
);

/// A case takes no longer than this, also the ones made to.
const PATIENCE: Duration = Duration::from_secs(2);

fn folder() -> PathBuf {
    needs::shared("corpus/limbo")
}

struct Case(Value);

impl Case {
    fn text(&self, key: &str) -> Option<&str> {
        self.0[key].as_str()
    }

    fn id(&self) -> &str {
        self.text("id").unwrap()
    }

    fn certificates(&self, key: &str) -> Vec<&str> {
        match &self.0[key] {
            Value::Array(list) => list.iter().map(|pem| pem.as_str().unwrap()).collect(),
            Value::String(pem) => vec![pem],
            _ => Vec::new(),
        }
    }

    /// End entity first.
    fn chain(&self) -> Vec<&str> {
        let mut chain = self.certificates("peer_certificate");
        chain.extend(self.certificates("untrusted_intermediates"));
        chain
    }

    fn moment(&self) -> OffsetDateTime {
        let given = self.text("validation_time").map(|text| OffsetDateTime::parse(text, &Rfc3339));
        given.map_or_else(OffsetDateTime::now_utc, Result::unwrap)
    }

    fn name(&self) -> Option<&str> {
        self.0["expected_peer_name"]["value"].as_str()
    }

    fn is_server(&self) -> bool {
        self.text("validation_kind") == Some("SERVER")
    }

    fn depth(&self) -> Option<usize> {
        self.0["max_chain_depth"].as_u64().map(|depth| usize::try_from(depth).unwrap())
    }

    fn should_pass(&self) -> bool {
        self.text("expected_result") == Some("SUCCESS")
    }
}

fn cases(folder: &Path) -> Vec<Case> {
    std::fs::read_to_string(folder.join("limbo.jsonl"))
        .unwrap()
        .lines()
        .map(|line| Case(serde_json::from_str(line).unwrap()))
        .collect()
}

fn core(folder: &Path) -> Vec<String> {
    let list = std::fs::read_to_string(folder.join("core.txt")).unwrap();
    list.lines().map(str::to_owned).collect()
}

/// What is wrong with a case, in words; nothing if it passes.
fn judged(case: &Case) -> Option<String> {
    let der = |pem: &&str| CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let chain: Result<Vec<_>, _> =
        case.chain().iter().map(|pem| Certificate::parse(der(pem).to_vec())).collect();
    let chain = match chain {
        Ok(chain) => Chain::new(chain),
        Err(malformed) => return Some(malformed.to_string()),
    };
    let anchors = Anchors::new(case.certificates("trusted_certs").iter().map(der));
    let name = case.name().and_then(|name| ServerName::try_from(name).ok());
    let demand = Demand {
        anchors: &anchors,
        now: case.moment(),
        purpose: if case.is_server() { Purpose::Server } else { Purpose::Client },
        name: name.as_ref(),
        max_intermediates: case.depth(),
        strictness: Strictness::Whole,
    };
    verdict(&chain, &demand).text()
}

fn every_core_case_gets_the_expected_answer() {
    let folder = folder();
    let core = core(&folder);
    assert!(core.len() >= 137);
    let mut wrong = Vec::new();
    for case in cases(&folder).iter().filter(|case| core.iter().any(|id| id == case.id())) {
        let started = Instant::now();
        let reasons = judged(case);
        if reasons.is_none() != case.should_pass() {
            wrong.push(format!("{}: {reasons:?}", case.id()));
        }
        assert!(started.elapsed() < PATIENCE, "{} took {:?}", case.id(), started.elapsed());
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), core.len(), wrong.join("\n"));
}

fn no_case_takes_long_or_panics() {
    let folder = folder();
    for case in cases(&folder) {
        let started = Instant::now();
        let _ = judged(&case);
        assert!(started.elapsed() < PATIENCE, "{} took {:?}", case.id(), started.elapsed());
    }
}

/// The exit code and what was said about a case, by the command.
fn commanded(case: &Case, folder: &Path) -> (i32, String) {
    let write = |name: &str, pems: Vec<&str>| {
        let path = folder.join(name);
        std::fs::write(&path, pems.join("\n")).unwrap();
        path
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_hookprint"));
    command.arg("inspect").arg(write("chain.pem", case.chain()));
    command.args(["--for", if case.is_server() { "server" } else { "client" }]);
    command.arg("--ca").arg(write("roots.pem", case.certificates("trusted_certs")));
    command.args(["--at", &case.moment().format(&Rfc3339).unwrap()]);
    // A date without a certificate that ends soon is not what these cases are about.
    command.args(["--warn", "0s", "--crit", "0s"]);
    // Nor is the key, which they do not have.
    command.args(["--allow", "key-missing"]);
    if let Some(name) = case.name() {
        command.args(["--servername", name]);
    }
    if let Some(depth) = case.depth() {
        command.args(["--verify-depth", &depth.to_string()]);
    }
    let outcome = command.output().unwrap();
    let said = [outcome.stdout, outcome.stderr].concat();
    (outcome.status.code().unwrap(), String::from_utf8_lossy(&said).into_owned())
}

fn the_command_gives_the_same_answers() {
    let folder = folder();
    let core = core(&folder);
    let scratch = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for case in cases(&folder).iter().filter(|case| core.iter().any(|id| id == case.id())) {
        let (code, said) = commanded(case, scratch.path());
        // A certificate that cannot even be read is a failure, any other a critical finding.
        let is_right = if case.should_pass() { code == 0 } else { matches!(code, 1 | 3) };
        if !is_right {
            wrong.push(format!("{}: exit code {code}\n{said}", case.id()));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), core.len(), wrong.join("\n"));
}
