//! Targets as a stream: as they come, in constant memory, a bad line harms no other.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use crate::harness::pki::NOW;
use crate::harness::{Peer, Running, Tool};

/// Fails at once: nothing listens on port 1 of loopback.
const REFUSED: &str = "127.0.0.1:1";

#[test]
fn comments_blank_lines_and_wrong_lines() {
    let lines = format!("# hosts\n\n{REFUSED}\nno host\n  {REFUSED}  \r\nhttp://x\n");
    let args = ["thumbprint", "--targets", "-", "--format", "ndjson", "--at", NOW];
    let items = Tool::new(args).stdin(lines).run().code(3).ndjson();
    let mut codes: Vec<_> =
        items.iter().map(|item| item["failure"]["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["refused", "refused", "usage", "usage"]);
}

#[test]
fn results_come_while_the_stream_is_still_open() {
    let tool = Tool::new(["thumbprint", "--targets", "-", "--format", "ndjson"]);
    let mut command = tool.into_command();
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = Running(child.unwrap());
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..3 {
        stdin.write_all(format!("{REFUSED}\n").as_bytes()).unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert!(line.contains("refused"), "{line}");
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_what_is_known_and_says_that_it_is_not_all() {
    let silent = Peer::start(crate::harness::peer::drain);
    let args = ["thumbprint", REFUSED, &silent.target(), "--format", "ndjson", "--timeout", "1m"];
    let mut command = Tool::new(args).into_command();
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut child = Running(child);
    let mut rows = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(rows.next().unwrap().unwrap().contains("refused"));
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let last = rows.next().unwrap().unwrap();
    assert!(last.contains("interrupted after 1 of the targets"), "{last}");
    assert!(rows.next().is_none());
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn silent_peers_do_not_hold_up_the_others() {
    let silent = Peer::start(crate::harness::peer::drain);
    let mut lines = format!("{}\n", silent.target()).repeat(3);
    lines.push_str(&format!("{REFUSED}\n").repeat(200));
    let args = ["thumbprint", "--targets", "-", "--format", "ndjson", "--timeout", "5s"];
    let outcome = Tool::new(args).args(["--jobs", "8"]).stdin(lines).run().code(3);
    let items = outcome.ndjson();
    assert_eq!(items.len(), 203);
    assert!(items[..100].iter().all(|item| item["failure"]["code"] == "refused"));
}

#[cfg(unix)]
#[test]
fn with_few_files_fewer_run_at_once_and_nobody_is_called_unreachable() {
    let silent = Peer::start(crate::harness::peer::drain);
    let lines = format!("{}\n", silent.target()).repeat(100);
    let args = ["thumbprint", "--targets", "-", "--format", "ndjson", "--timeout", "300ms"];
    let tool = Tool::new(args).args(["--jobs", "300"]).stdin(lines).files(128);
    let outcome = tool.run().code(3);
    let items = outcome.ndjson();
    assert_eq!(items.len(), 100);
    assert!(items.iter().all(|item| item["failure"]["code"] == "timeout"), "{items:#?}");
    let told = "this process may open only 128 files: 32 of --jobs 300 run at once";
    assert!(outcome.stderr.contains(told), "{}", outcome.stderr);
}

#[test]
fn arguments_are_answered_in_their_order() {
    let silent = Peer::start(crate::harness::peer::drain);
    let args = ["thumbprint", &silent.target(), REFUSED, "--json", "--timeout", "500ms"];
    let report = Tool::new(args).run().code(3).json();
    let codes: Vec<_> = report["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["failure"]["code"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(codes, ["timeout", "refused"]);
}

/// A part of a list may have nothing to look at, and so may a list.
#[test]
fn nothing_to_look_at_is_said() {
    for (list, more) in [("# none\n\n", ""), ("127.0.0.1:1\n", "--shard 2/2")] {
        let args = ["thumbprint", "--targets", "-"].into_iter().chain(more.split_whitespace());
        let told = Tool::new(args).stdin(list).run().code(3);
        assert_eq!(told.stdout, "nothing was found to check\n", "{list:?}");
    }
}
