//! What people see.

use std::io::Write;

use super::{folder, tool};
use crate::harness::golden::assert_golden;
use crate::harness::receiver::{Receiver, answer};

#[test]
fn the_screen_says_what_was_let_in_and_what_to_do() {
    let folder = folder();
    let receiver = Receiver::start(|received, stream| {
        let takes = ["control", "stale", "two-headers-bad-first", "list-with-one-good", "replayed"];
        let is_taken = takes.iter().any(|id| received.head.contains(&format!("/{id}\r\n")));
        let _ = stream.write_all(&answer(if is_taken { "200 OK" } else { "401 No" }));
    });
    for (name, options) in [
        ("holes", "--scheme github --secret env:S --only signature,time,replay"),
        ("times", "--scheme stripe --secret env:S --only signature,time,replay"),
        ("all", "--scheme github --secret env:S --only signature -v"),
    ] {
        let run = tool(folder.path(), &receiver.url(), options).run().code(1);
        let seen = run.stdout.replace(&receiver.address.to_string(), "127.0.0.1:8080");
        assert_golden(&format!("audit/{name}.txt"), &seen);
    }
}
