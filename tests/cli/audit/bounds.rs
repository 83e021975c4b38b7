//! What is sent to whom, how much, how fast; and when nothing can be told.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::{accusations, folder, outcome, outcomes, tool, totals};
use crate::harness::peer::drain;
use crate::harness::receiver::{Receiver, answer};
use crate::harness::{Peer, Tool};

const GITHUB: &str = "--scheme github --secret env:S --json --only signature,time,replay";

#[test]
fn a_receiver_that_answers_alike_says_nothing() {
    let folder = folder();
    let receiver = Receiver::always(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let run = tool(folder.path(), &receiver.url(), GITHUB).run().code(3);
    assert_eq!(accusations(&run), ["unclear unsigned", "answers-alike all"]);
    assert_eq!(receiver.count(), 2);
}

#[test]
fn the_good_request_must_be_let_in_first() {
    let folder = folder();
    let receiver = Receiver::start(|_, stream| drop(stream.write_all(&answer("401 Unauthorized"))));
    let run = tool(folder.path(), &receiver.url(), GITHUB).run().code(3);
    assert_eq!(accusations(&run), ["control-refused all"]);
    assert!(run.stdout.contains("answered 401 Unauthorized (ok), expected 2xx"), "{}", run.stdout);
    assert_eq!(receiver.count(), 1);
    let nobody = tool(folder.path(), "http://127.0.0.1:1/", GITHUB).run().code(3);
    assert_eq!(accusations(&nobody), ["refused all"]);
}

#[test]
fn who_is_banned_can_tell_nothing() {
    let folder = folder();
    let (refused, good) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let receiver = Receiver::start(move |received, stream| {
        let is_good = received.head.contains("/control\r\n");
        let is_banned = refused.load(Ordering::SeqCst) >= 5;
        let status = match (is_banned, is_good) {
            (true, _) => "403 Forbidden",
            (false, true) => "200 OK",
            (false, false) => {
                refused.fetch_add(1, Ordering::SeqCst);
                "401 Unauthorized"
            }
        };
        good.fetch_add(1, Ordering::SeqCst);
        let _ = stream.write_all(&answer(status));
    });
    let run = tool(folder.path(), &receiver.url(), GITHUB).run().code(3);
    let told = accusations(&run);
    assert!(told.iter().all(|one| one.starts_with("unclear ")) && told.len() > 5, "{told:?}");
}

#[test]
fn nothing_is_sent_to_a_machine_that_nobody_owns() {
    let folder = folder();
    let plain = |url: &str, options: &str| {
        tool(folder.path(), url, &format!("--scheme github --secret env:S --rate 2/s {options}"))
    };
    let run = plain("https://192.0.2.1/pay", "").run().code(2);
    assert!(run.stdout.contains("unsigned: POST https://192.0.2.1/pay"), "{}", run.stdout);
    assert!(run.stderr.contains("--i-own-this-host"), "{}", run.stderr);
    let fast = plain("https://192.0.2.1/pay", "--i-own-this-host").args(["--rate", "3/s"]);
    assert!(fast.run().code(2).stderr.contains("rate"));
    let plain_http = plain("http://192.0.2.1/pay", "--i-own-this-host").run().code(2);
    assert!(plain_http.stderr.contains("not encrypted"), "{}", plain_http.stderr);
}

#[test]
fn a_dry_run_opens_no_connection() {
    let folder = folder();
    let receiver = Receiver::always(b"");
    let run =
        tool(folder.path(), &receiver.url(), "--scheme github --secret env:S --dry-run").run();
    let run = run.code(0);
    assert!(
        run.stdout.contains("stale: not tried: this scheme has no signed time"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("tampered-body: POST http://"), "{}", run.stdout);
    assert_eq!(receiver.count(), 0);
}

#[test]
fn no_more_is_sent_than_may_be() {
    let folder = folder();
    let receiver = Receiver::start(|received, stream| {
        let status = if received.head.contains("/control\r\n") { "200 OK" } else { "401 No" };
        let _ = stream.write_all(&answer(status));
    });
    let options = format!("{GITHUB} --max-requests 6");
    let report = tool(folder.path(), &receiver.url(), &options).run().code(0).json();
    assert!(receiver.count() <= 6, "{}", receiver.count());
    assert_eq!(totals(&report)["requests"], receiver.count());
    assert!(report.to_string().contains("the limit of 6 requests is reached"), "{report:#}");
    for (options, words) in [
        ("--max-requests 61", "61"),
        ("--rate 21/s", "20 requests a second"),
        ("--skip unsined", "did you mean unsigned?"),
        ("--accepted-body=", "empty text"),
        ("--tolerance 2d", "between"),
    ] {
        let run =
            tool(folder.path(), &receiver.url(), &format!("{GITHUB} {options}")).run().code(2);
        let said = run.stdout.clone() + &run.stderr;
        assert!(said.contains(words), "{options}: {said}");
    }
}

#[test]
fn a_good_request_goes_first_after_every_fifteen_and_last() {
    let folder = folder();
    let sent = Arc::new(Mutex::new(Vec::new()));
    let seen = sent.clone();
    let receiver = Receiver::start(move |received, stream| {
        let mark = received.head.lines().find(|line| line.starts_with("Hookprint-Audit: "));
        // The receiver takes the chunks of a body for another request.
        let Some(mark) = mark else { return };
        let id = mark.rsplit('/').next().unwrap().to_owned();
        let is_good = ["control", "chunked"].contains(&&*id);
        seen.lock().unwrap().push(id);
        let _ = stream.write_all(&answer(if is_good { "200 OK" } else { "401 No" }));
    });
    let options = "--scheme github --secret env:S --json";
    tool(folder.path(), &receiver.url(), options).run().code(0);
    let sent = sent.lock().unwrap();
    assert_eq!([&sent[0], sent.last().unwrap()], ["control"; 2], "{sent:?}");
    let between: Vec<usize> = sent.split(|id| id == "control").map(<[_]>::len).collect();
    assert!(between.iter().sum::<usize>() > 15, "{sent:?}");
    assert!(between.iter().all(|calls| *calls <= 15), "{sent:?}");
}

#[test]
fn a_busy_server_is_waited_for_once() {
    let folder = folder();
    let busy = AtomicUsize::new(0);
    let receiver = Receiver::start(move |received, stream| {
        let is_busy = received.head.contains("/wrong-secret\r\n");
        let answered = match (is_busy, busy.fetch_add(usize::from(is_busy), Ordering::SeqCst)) {
            (true, 0) => b"HTTP/1.1 429 x\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n".to_vec(),
            _ if received.head.contains("/control\r\n") => answer("200 OK"),
            _ if received.head.contains("/unsigned\r\n") => {
                b"HTTP/1.1 503 x\r\nRetry-After: 61\r\nContent-Length: 0\r\n\r\n".to_vec()
            }
            _ => answer("401 No"),
        };
        let _ = stream.write_all(&answered);
    });
    let started = Instant::now();
    let report = tool(folder.path(), &receiver.url(), GITHUB).run().code(3).json();
    assert!(started.elapsed() >= Duration::from_secs(1));
    let all = outcomes(&report);
    assert_eq!(outcome(&all, "wrong-secret"), "refused");
    assert_eq!(outcome(&all, "unsigned"), "unclear");
}

#[test]
fn what_is_accepted_for_a_while_is_said_and_then_no_more() {
    let folder = folder();
    let receiver = Receiver::start(|received, stream| {
        let takes = ["/control\r\n", "/unsigned\r\n"].iter().any(|end| received.head.contains(end));
        let status = if takes { "200 OK" } else { "401 No" };
        let _ = stream.write_all(&answer(status));
    });
    let accept = |until: &str, id: &str| {
        let text =
            format!("[[accepted]]\nid = \"{id}\"\nuntil = {until:?}\nwhy = \"moves in May\"\n");
        fs::write(folder.path().join("accepted.toml"), text).unwrap();
        let options =
            format!("{GITHUB} --accepted 2xx --baseline accepted.toml --at 2026-11-26T00:00:00Z");
        tool(folder.path(), &receiver.url(), &options).run()
    };
    let run = accept("2026-12-01", "unsigned").code(0);
    assert_eq!(accusations(&run), [""; 0]);
    assert!(run.stdout.contains("accepted until 2026-12-01: moves in May"), "{}", run.stdout);
    let ended = accept("2026-11-01", "unsigned").code(1);
    assert_eq!(accusations(&ended), ["forged-accepted unsigned", "baseline-stale all"]);
    let unused = accept("2026-12-01", "stale").code(1);
    assert_eq!(accusations(&unused), ["forged-accepted unsigned", "baseline-stale all"]);
    let unknown = accept("2026-12-01", "unsined").code(3);
    assert!(unknown.stderr.contains("did you mean unsigned?"), "{}", unknown.stderr);
}

#[test]
fn what_was_let_in_can_be_replayed() {
    let folder = folder();
    let receiver = Receiver::always(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let options = format!("{GITHUB} --accepted 2xx --evidence let-in.har.ndjson");
    tool(folder.path(), &receiver.url(), &options).run().code(1);
    let before = receiver.count();
    let replay = Tool::new(["replay", "let-in.har.ndjson", "--to", &receiver.url(), "--json"]);
    replay.dir(folder.path()).run().code(0);
    let received = receiver.received();
    assert!(received.len() > before);
    let again = &received[before];
    assert!(again.head.contains("/unsigned\r\n") && !again.head.contains("X-Hub-Signature"));
    assert_eq!(again.body, super::BODY.as_bytes());
}

#[test]
fn an_interrupt_ends_it_with_what_is_known() {
    let folder = folder();
    let receiver = Receiver::start(|received, stream| {
        let status = if received.head.contains("/control\r\n") { "200 OK" } else { "401 No" };
        let _ = stream.write_all(&answer(status));
    });
    let options = format!("{GITHUB} --rate 2/s");
    let mut command = tool(folder.path(), &receiver.url(), &options).into_command();
    let child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut child = crate::harness::Running(child);
    let started = Instant::now();
    while receiver.count() < 3 {
        assert!(started.elapsed() < Duration::from_secs(30), "nobody called");
        std::thread::sleep(Duration::from_millis(5));
    }
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let report: serde_json::Value = serde_json::from_reader(child.stdout.take().unwrap()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(report["exit_code"], 130);
    let sent = totals(&report)["requests"].as_u64().unwrap();
    assert!((3..8).contains(&sent), "{report:#}");
    assert_eq!(outcome(&outcomes(&report), "unsigned"), "refused");
    // What was tried by then was as it should be: that is no verdict on the rest.
    let failure = &report["items"].as_array().unwrap().last().unwrap()["failure"];
    assert_eq!(failure["code"], "interrupted", "{report:#}");
}

/// Whoever is in a hurry says it twice.
#[test]
fn a_second_interrupt_is_obeyed_at_once() {
    let folder = folder();
    let silent = Peer::start(drain);
    let options = format!("{GITHUB} --patience 1h --timeout 1h");
    let url = format!("http://{}", silent.target());
    let mut command = tool(folder.path(), &url, &options).into_command();
    let pipe = std::process::Stdio::piped;
    let child = command.stdout(pipe()).stderr(pipe()).spawn().unwrap();
    let mut child = crate::harness::Running(child);
    let started = Instant::now();
    while silent.calls() == 0 {
        assert!(started.elapsed() < Duration::from_secs(60), "nobody called");
        std::thread::sleep(Duration::from_millis(5));
    }
    let id = child.id().to_string();
    let interrupt = || {
        assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success())
    };
    interrupt();
    // Two signals that come at once are one.
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut told = String::new();
    while !told.contains("finishing the request under way; press Ctrl-C again to stop now\n") {
        assert_ne!(stderr.read_line(&mut told).unwrap(), 0, "{told}");
    }
    interrupt();
    let report: serde_json::Value = serde_json::from_reader(child.stdout.take().unwrap()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let failure = &report["items"].as_array().unwrap().last().unwrap()["failure"];
    assert_eq!(failure["code"], "interrupted", "{report:#}");
}
