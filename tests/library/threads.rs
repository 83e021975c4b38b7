//! The thread that warms the random generator does not outlive the event loop: AWS-LC aborts a
//! process in which one asks for random bytes once `main` has returned.
//!
//! No other test of this binary runs an event loop, so the threads it sees are its own.

use hookprint::net::block_on;

/// Set in the flags of a thread that runs no code of ours any more (`PF_EXITING`).
const EXITING: u64 = 4;

/// Names of the threads of this process that still run.
fn threads() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    // A thread may end between the two looks.
    let stats =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("stat")).ok());
    let running = stats.filter_map(|stat| {
        // `tid (name) state ppid pgrp session tty tpgid flags ...`, proc_pid_stat(5).
        let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
        let flags: u64 = rest.split_whitespace().nth(6)?.parse().ok()?;
        (flags & EXITING == 0).then(|| name.to_owned())
    });
    running.collect()
}

#[test]
fn an_event_loop_leaves_no_thread_that_asks_for_random_bytes() {
    assert!(!threads().is_empty());
    for _ in 0..3000 {
        block_on(async { Ok(()) }).unwrap();
        let after = threads();
        assert!(!after.iter().any(|name| name == "random"), "{after:?}");
    }
}
