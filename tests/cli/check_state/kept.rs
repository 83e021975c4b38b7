//! The file of the state: whoever takes it away, writes it at the same time, ends the run, or sets the clock back.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{begin, certificate, codes, day, item, json, known, policy, tool, world};
use crate::harness::{Peer, Running, Tool};

#[test]
fn a_lost_or_damaged_state_is_said() {
    let folder = world();
    let path = folder.path();
    json(path, 1);
    let state = fs::read_to_string(path.join("state.json")).unwrap();
    assert!(!state.contains("PRIVATE"));
    let lost = |words: &str| {
        let report = tool(path, 2, "--json").run().code(0).json();
        let about = item(&report, "state");
        assert_eq!(codes(about), ["state-lost"]);
        let message = about["findings"][0]["message"].as_str().unwrap();
        assert!(
            message.starts_with("the state of earlier runs is lost: ") && message.contains(words),
            "{message}"
        );
        assert_eq!(known(item(&report, "bundle a")).0, "new");
        let next = json(path, 3);
        assert_eq!(known(item(&next, "bundle a")).0, "same", "it is kept anew");
    };
    fs::remove_file(path.join("state.json")).unwrap();
    lost("state.json");
    for (text, words) in [
        ("", "EOF"),
        ("{}", "schema"),
        (&state[..state.len() / 2], "EOF"),
        (&state.replace("\"schema\":1", "\"schema\":7"), "schema 7"),
        (&state.replace("\"ok\"", "\"well\""), "no status has that name"),
        (&"[".repeat(100_000), "invalid type: sequence"),
    ] {
        fs::write(path.join("state.json"), text).unwrap();
        lost(words);
    }
}

#[test]
fn two_runs_do_not_share_a_state() {
    let folder = world();
    let path = folder.path();
    let silent = Peer::start(|_stream| thread::sleep(Duration::from_secs(20)));
    let endpoint = format!(
        "[[endpoint]]\nname = \"x\"\ntarget = \"{}\"\ntimeout = \"20s\"\n",
        silent.target()
    );
    fs::write(path.join("slow.toml"), endpoint).unwrap();
    let slow = Tool::new(["check", "slow.toml", "--state", "state.json"]).dir(path);
    let mut slow = slow.into_command();
    let slow =
        slow.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let slow = Running(slow);
    let started = Instant::now();
    while !path.join("state.json.lock").exists() || silent.calls() == 0 {
        assert!(started.elapsed() < Duration::from_secs(10), "it does not begin");
        thread::sleep(Duration::from_millis(5));
    }
    let second = tool(path, 1, "--json").run().code(3);
    assert_eq!(second.item()["failure"]["code"], "state-in-use");
    assert_eq!(begin(&second), "error: state.json: another run is keeping its state there");
    drop(slow);
    // It was ended before it had kept anything: nothing is lost.
    let report = tool(path, 1, "--json").run().code(0).json();
    assert!(!report.to_string().contains("state-lost"), "{report:#}");
}

#[test]
fn the_clock_may_go_back() {
    let folder = world();
    let path = folder.path();
    json(path, 20);
    let back = tool(path, 10, "--json").run().code(0);
    assert!(
        back.stderr.contains("the state is from 2026-11-20T06:00:00Z, which is in the future"),
        "{}",
        back.stderr
    );
    assert_eq!(known(item(&back.json(), "bundle a")), ("same", &*day(10), 2));
    let state = fs::read_to_string(path.join("state.json")).unwrap();
    assert!(!state.contains("2026-11-20"), "no moment lies in the future: {state}");
    assert_eq!(known(item(&json(path, 11), "bundle a")), ("same", &*day(10), 3));
}

/// Nobody can write into `/proc`, not even root.
#[cfg(target_os = "linux")]
#[test]
fn where_nothing_can_be_written_what_was_found_is_said_all_the_same() {
    let folder = world();
    let path = folder.path();
    fs::write(path.join("b.pem"), "no certificate\n").unwrap();
    let args = ["check", "--state", "/proc/hookprint.json", "--json"];
    let report = Tool::new(args).dir(path).run().code(3).json();
    assert_eq!(item(&report, "bundle a")["status"], "ok");
    assert_eq!(item(&report, "bundle b")["failure"]["code"], "unrecognised");
    let state = &item(&report, "state")["failure"];
    assert_eq!(state["code"], "write");
    assert!(
        state["message"].as_str().unwrap().contains("cannot write /proc/hookprint.json"),
        "{state}"
    );
}

#[test]
fn a_state_of_its_own_is_found_again() {
    let folder = world();
    let path = folder.path();
    let auto = |home: &str| {
        let tool = Tool::new(["check", "--state", "auto", "--json"]).env("XDG_STATE_HOME", home);
        tool.dir(path).run().code(0).json()
    };
    let home = path.join("home");
    let home = home.to_str().unwrap();
    assert_eq!(known(item(&auto(home), "bundle a")).0, "new");
    assert_eq!(known(item(&auto(home), "bundle a")).0, "same");
    let mut names: Vec<String> = fs::read_dir(path.join("home/hookprint"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!((names.len(), names[0].len()), (2, "0123456789abcdef0123456789abcdef.json".len()));
    let nowhere = Tool::new(["check", "--state", "auto"]).dir(path).run().code(2);
    assert_eq!(begin(&nowhere), "error: neither XDG_STATE_HOME nor HOME names a folder");
    let none = Tool::new(["check", "--changes-only"]).dir(path).run().code(2);
    assert!(none.stderr.contains("--state"), "{}", none.stderr);
    assert!(
        Tool::new(["check", "--state", "."])
            .dir(path)
            .run()
            .code(3)
            .stderr
            .contains("not a regular file")
    );
}

/// Killed at any moment, a run leaves what it found or what the run before left.
#[test]
fn a_run_that_is_killed_leaves_the_old_state_or_the_new_one() {
    let kills: usize = std::env::var("HOOKPRINT_KILLS").map_or(20, |kills| kills.parse().unwrap());
    let folder = world();
    let path = folder.path();
    let names: Vec<String> = (0..200).map(|number| format!("c{number}")).collect();
    for name in &names {
        certificate(path, &format!("{name}.pem"), 21);
    }
    let tables: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    policy(path, &tables);
    let started = Instant::now();
    tool(path, 1, "").run().code(0);
    let whole = started.elapsed();
    let (mut old, mut new) = (0, 0);
    for kill in 0..kills {
        let before = fs::read_to_string(path.join("state.json")).unwrap();
        let at = format!("2026-12-01T{:02}:{:02}:00Z", kill / 60, kill % 60);
        let args = ["check", "--state", "state.json", "--at", &at];
        let mut command = Tool::new(args).dir(path).into_command();
        let child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = Running(child.unwrap());
        // Most of them close to the end, where it is written.
        thread::sleep(whole.mul_f64(0.5 + 0.6 * (kill as f64 * 0.618).fract()));
        drop(child);
        let after = fs::read_to_string(path.join("state.json")).unwrap();
        let state: Value = serde_json::from_str(&after).unwrap();
        assert_eq!(state["checks"].as_object().unwrap().len(), names.len());
        match state["at"] == at {
            true => new += 1,
            false => {
                assert_eq!(after, before, "neither the old state nor the new one");
                old += 1;
            }
        }
    }
    assert_eq!(old + new, kills);
    assert_eq!(known(item(&json(path, 30), "bundle c0")).0, "same");
}
