//! `demo`: comes out as it says, quickly, and leaves nothing behind.

use std::time::Duration;

use crate::harness::{Tool, assert_golden, steady_times};

#[test]
fn every_step_comes_out_as_said_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = Tool::new(["demo"]).env("TMPDIR", folder.path()).run().code(0);
    assert!(outcome.stdout.contains("12 steps, all as expected"), "{}", outcome.stdout);
    assert!(outcome.elapsed < Duration::from_secs(25), "{:?}", outcome.elapsed);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn offline_means_loopback_too() {
    let outcome = Tool::new(["demo", "--offline"]).run().code(3);
    assert!(outcome.stderr.contains("--offline"), "{}", outcome.stderr);
}

#[test]
fn what_people_see() {
    for (name, args, columns) in [
        ("story-80.txt", &["demo"][..], "80"),
        ("story-120.txt", &["demo"], "120"),
        ("story.json", &["demo", "--json"], "120"),
    ] {
        let seen = Tool::new(args).env("COLUMNS", columns).run().code(0).stdout;
        assert_golden(&format!("demo/{name}"), &steady_times(&seen));
    }
}
