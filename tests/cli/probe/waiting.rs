//! Waiting until everything is as wanted, and being interrupted.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use super::{codes, folder, port, receiver, receiver_with, tool};
use crate::harness::peer::drain;
use crate::harness::{Peer, Running};

/// Where a receiver keeps what came.
const CAPTURE: [&str; 2] = ["--capture", "seen.har.ndjson"];

/// Waits until it has so many.
fn has_come(folder: &Path, count: usize) {
    let seen = || fs::read_to_string(folder.join(CAPTURE[1])).unwrap_or_default().lines().count();
    while seen() < count {
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_server_that_learns_the_new_authority_ends_the_wait() {
    let folder = folder();
    let before = receiver_with(folder.path(), "127.0.0.1:0", "pki/ca.pem", &CAPTURE);
    let port = before.addr.port();
    let options = "--json --ca pki/ca.pem --accept old=pki/client.pem --accept new=other/client.pem \
                   --tls 1.3 --until pass --every 1s --for 1h --stay 2";
    let path = folder.path().to_owned();
    let minutes = Duration::from_secs(300);
    let waiting = thread::spawn(move || tool(&path, port, options).deadline(minutes).run());
    // Both of the first round, and nobody.
    has_come(folder.path(), 3);
    before.interrupt();
    let _after = receiver(folder.path(), &format!("127.0.0.1:{port}"), "both.pem");
    let outcome = waiting.join().unwrap().code(0);
    let report = outcome.json();
    let last = report["items"].as_array().unwrap().last().unwrap();
    assert_eq!(last["facts"]["passed"], true, "{last:#}");
    assert!(last["facts"]["rounds"].as_u64().unwrap() >= 3, "{last:#}");
    let changes = last["facts"]["changes"].as_array().unwrap();
    let change = changes.iter().find(|change| change["identity"] == "new").unwrap();
    assert_eq!(change["protocol"], "TLSv1.3");
    let to = changes.iter().rfind(|change| change["identity"] == "new").unwrap();
    assert_eq!(to["to"], "accepted", "{changes:#?}");
    // One line a change on the terminal.
    assert!(outcome.stderr.contains("127.0.0.1 TLS 1.3  new  "), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("-> in"), "{}", outcome.stderr);
}

#[test]
fn it_is_said_how_long_it_took_and_what_holds() {
    let folder = folder();
    let receiver = receiver(folder.path(), ":0", "pki/ca.pem");
    let options = "--ca pki/ca.pem --accept good=pki/client.pem --until pass --every 1s --stay 2";
    let run = tool(folder.path(), receiver.addr.port(), options).run().code(0);
    let words = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.starts_with("ok passed after "), "{}", run.stdout);
    assert!(words.ends_with("held for 2 rounds: good in, none out on 2 columns"), "{}", run.stdout);
}

#[test]
fn what_never_comes_is_a_finding_and_nobody_there_is_none() {
    let folder = folder();
    let receiver = receiver(folder.path(), ":0", "pki/ca.pem");
    let port = receiver.addr.port();
    let waits = "--json --ca pki/ca.pem --tls 1.3 --until pass --every 1s --for 1500ms";
    let refused = format!("{waits} --accept new=other/client.pem");
    let outcome = tool(folder.path(), port, &refused).run().code(1);
    let report = outcome.json();
    assert_eq!(codes(&report), ["client-certificate-refused", "enforcement-differs"], "{report:#}");
    let last = report["items"].as_array().unwrap().last().unwrap();
    assert_eq!(last["facts"]["passed"], false);
    receiver.kill();
    let outcome = tool(folder.path(), 1, waits).run().code(3);
    assert_eq!(codes(&outcome.json()), ["refused"]);
}

#[test]
fn a_server_that_dies_in_the_middle_is_unclear() {
    let folder = folder();
    let receiver = receiver_with(folder.path(), ":0", "pki/ca.pem", &CAPTURE);
    let port = receiver.addr.port();
    let path = folder.path().to_owned();
    let options =
        "--json --ca pki/ca.pem --accept good=pki/client.pem --reject stranger --rate 2/s";
    let running = thread::spawn(move || tool(&path, port, options).run());
    has_come(folder.path(), 2);
    receiver.kill();
    let outcome = running.join().unwrap().code(3);
    let report = outcome.json().to_string();
    assert!(report.contains("\"outcome\":\"unclear\""), "{report}");
    // Who was just being answered sees it go; who comes later finds nobody.
    let codes = codes(&outcome.json());
    let is_gone = |code: &String| ["refused", "closed", "reset"].contains(&code.as_str());
    assert!(codes.iter().all(is_gone) && codes.contains(&"refused".to_owned()), "{report}");
}

#[test]
fn an_interrupt_ends_it_at_once_with_what_is_known() {
    let folder = folder();
    let silent = Peer::start(drain);
    let options = "--json --ca pki/ca.pem --until pass --timeout 1h --patience 1h";
    let mut command = tool(folder.path(), port(&silent), options).into_command();
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut child = Running(child);
    let started = Instant::now();
    while silent.calls() == 0 {
        assert!(started.elapsed() < Duration::from_secs(20), "nobody called");
        thread::sleep(Duration::from_millis(5));
    }
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let mut stdout = child.stdout.take().unwrap();
    let report: serde_json::Value = serde_json::from_reader(&mut stdout).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(report["exit_code"], 130, "{report:#}");
    assert_eq!(report["items"][0]["facts"]["columns"], 0, "{report:#}");
    let failure = &report["items"][0]["failure"];
    assert_eq!(failure["code"], "interrupted", "{report:#}");
}

/// What was tried by then may be as wanted: that is no verdict.
#[test]
fn an_interrupt_leaves_no_verdict_on_what_was_not_tried() {
    let folder = folder();
    let receiver = receiver_with(folder.path(), ":0", "pki/ca.pem", &CAPTURE);
    let options = "--ca pki/ca.pem --accept good=pki/client.pem --rate 1/h";
    let mut command = tool(folder.path(), receiver.addr.port(), options).into_command();
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut child = Running(child);
    has_come(folder.path(), 1);
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
    assert!(said.starts_with("????  https://") && said.contains(": interrupted "), "{said}");
    assert!(said.contains("next: run it again, to its end"), "{said}");
}
