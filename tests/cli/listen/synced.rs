//! What was answered is in the capture, however the listener ends.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hookprint::capture;

use crate::harness::Tool;
use crate::harness::listener::Listener;

/// The bodies in a capture whose last line may be torn.
fn kept(path: &Path) -> Vec<u64> {
    let file = std::fs::File::open(path).unwrap();
    let entries = capture::load(file, &capture::Options::default()).unwrap();
    let whole = entries.filter_map(Result::ok);
    whole.map(|one| String::from_utf8(one.request.body).unwrap().parse().unwrap()).collect()
}

#[cfg(unix)]
#[test]
fn what_was_answered_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    for (round, args) in [&[][..], &["--sync"], &["--sync"], &["--sync"]].into_iter().enumerate() {
        let path = folder.path().join(format!("{round}.har.ndjson"));
        let capture = ["--plain", "-qq", "--capture", path.to_str().unwrap()];
        let listener = Listener::start(&[&capture[..], args].concat());
        let (next, answered) = (AtomicU64::new(0), AtomicU64::new(0));
        let call = || {
            let mut stream = TcpStream::connect(listener.addr).unwrap();
            let mut own = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed).to_string();
                let head = format!(
                    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n",
                    number.len()
                );
                let sent = stream.write_all(format!("{head}{number}").as_bytes());
                if sent.and_then(|()| stream.read_exact(&mut [0; 38])).is_err() {
                    return own;
                }
                own.push(number.parse::<u64>().unwrap());
                answered.fetch_add(1, Ordering::Relaxed);
            }
        };
        let told: Vec<u64> = std::thread::scope(|scope| {
            let callers: Vec<_> = (0..16).map(|_| scope.spawn(call)).collect();
            while answered.load(Ordering::Relaxed) < 100 + 37 * round as u64 {
                std::thread::sleep(Duration::from_millis(1));
            }
            listener.kill();
            callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
        });
        let kept = kept(&path);
        let mut once = kept.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), kept.len(), "none is there twice");
        let missing = told.iter().filter(|number| once.binary_search(number).is_err()).count();
        assert_eq!((missing, told.len() >= 100), (0, true), "{args:?}");
    }
}

#[test]
fn what_cannot_be_synced_is_said_before_anybody_calls() {
    let start = |args: &[&str]| {
        Tool::new(["listen", "--addr", ":0", "--plain", "--for", "1ms"]).args(args).run()
    };
    start(&["--sync"]).code(2);
    if cfg!(target_os = "linux") {
        let outcome = start(&["--capture", "/dev/stdout", "--sync"]).code(3);
        assert!(outcome.stderr.contains("cannot write /dev/stdout"), "{}", outcome.stderr);
    }
}
