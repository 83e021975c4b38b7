//! What bad peers get: one failure code each, one clear sentence, exit 3, within the timeout.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use crate::harness::peer::{Peer, drain};
use crate::harness::{Outcome, Tool};

/// A ServerHello of TLS 1.2 without what must follow it.
const HALF_A_HANDSHAKE: &[u8] = b"\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03\
    0123456789abcdef0123456789abcdef\x00\xc0\x2f\x00";

/// A look at a peer that does something at once.
fn look(target: &str, more: &[&str]) -> Outcome {
    look_within("25s", target, more)
}

fn look_within(timeout: &str, target: &str, more: &[&str]) -> Outcome {
    let args = [&["thumbprint", target, "--json", "--timeout", timeout], more].concat();
    Tool::new(args).run()
}

#[track_caller]
fn assert_fails(outcome: Outcome, code: &str, words: &str) {
    let outcome = outcome.code(3);
    assert!(outcome.elapsed < Duration::from_secs(20), "took {:?}", outcome.elapsed);
    let failure = &outcome.item()["failure"];
    assert_eq!(failure["code"], code, "{failure}");
    assert_eq!(failure["kind"], "network");
    let message = failure["message"].as_str().unwrap();
    assert!(message.contains(words), "{message}");
}

#[test]
fn no_name_no_listener_no_route_no_network() {
    assert_fails(look_within("9s", "nothing.invalid", &[]), "dns", "nothing.invalid");
    let target = "127.0.0.1:1";
    assert_fails(look(target, &[]), "refused", "refused");
    assert_fails(look("255.255.255.255:9", &[]), "unreachable", "cannot be reached");
    assert_fails(look(target, &["--offline"]), "offline", "--offline");
    assert_fails(look(target, &["-6"]), "dns", "no IPv6 address");
}

#[test]
fn silence_and_slowness_end_at_the_deadline() {
    let look = |target: &str, more: &[&str]| look_within("1500ms", target, more);
    let silent = Peer::start(drain);
    assert_fails(look(&silent.target(), &[]), "timeout", "after 1.5 s during the TLS handshake");
    // One byte of an alert record every 200 ms, for ever.
    let slow = Peer::start(|mut stream| {
        for byte in b"\x16\x03\x03\x40\x00".iter().chain(std::iter::repeat(&0)) {
            if stream.write_all(&[*byte]).is_err() {
                return;
            }
            thread::sleep(Duration::from_millis(200));
        }
    });
    assert_fails(look(&slow.target(), &[]), "timeout", "during the TLS handshake");
    let greeting = Peer::start(drain);
    let outcome = look(&greeting.target(), &["--starttls", "smtp"]);
    assert_fails(outcome, "timeout", "while asking for TLS");
}

#[test]
fn closed_at_once_in_the_middle_and_reset() {
    let closed = Peer::start(|mut stream: TcpStream| {
        let mut heard = [0; 4096];
        let _ = stream.read(&mut heard);
    });
    assert_fails(look(&closed.target(), &[]), "closed", "without an answer");
    let half = Peer::start(|mut stream: TcpStream| {
        let mut heard = [0; 4096];
        let _ = stream.read(&mut heard);
        let _ = stream.write_all(HALF_A_HANDSHAKE);
    });
    assert_fails(look(&half.target(), &[]), "closed", "in the middle");
    // Closing with unread bytes makes the kernel send a reset.
    let reset = Peer::start(|stream: TcpStream| {
        let mut heard = [0; 1];
        let _ = stream.peek(&mut heard);
    });
    assert_fails(look(&reset.target(), &[]), "reset", "reset the connection");
}

#[test]
fn what_speaks_instead_is_named() {
    let http = Peer::saying(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    assert_fails(look(&http.target(), &[]), "not-tls", "HTTP");
    let ssh = Peer::saying(b"SSH-2.0-OpenSSH_9.6\r\n");
    assert_fails(look(&ssh.target(), &[]), "not-tls", "SSH");
    let smtp = Peer::saying(b"220 mail.example ESMTP\r\n");
    assert_fails(look(&smtp.target(), &[]), "not-tls", "SMTP");
    let garbage = Peer::saying(b"\x00\x1b[31mgarbage");
    assert_fails(look(&garbage.target(), &[]), "not-tls", "garbage");
}

#[test]
fn alerts_have_their_name_and_number() {
    for (bytes, name, number) in [
        (b"\x15\x03\x03\x00\x02\x02\x28".as_slice(), "handshake_failure", 40),
        (b"\x15\x03\x03\x00\x02\x02\x46", "protocol_version", 70),
        (b"\x15\x03\x03\x00\x02\x02\x70", "unrecognized_name", 112),
        (b"\x15\x03\x03\x00\x02\x02\xc8", "unknown", 200),
    ] {
        let peer = Peer::saying(bytes);
        let outcome = look(&peer.target(), &[]);
        let alert = outcome.item()["failure"]["alert"].clone();
        assert_eq!((&alert["name"], &alert["number"]), (&name.into(), &number.into()));
        assert_fails(outcome, "tls-alert", name);
    }
}

#[test]
fn records_of_maximal_length_are_bounded() {
    for header in [b"\x16\x03\x03\xff\xff", b"\x16\x03\x03\x40\x00"] {
        let peer = Peer::start(move |mut stream| {
            let filler = [2; 65536];
            let _ = stream.write_all(header);
            while stream.write_all(&filler).is_ok() {}
        });
        let outcome = look(&peer.target(), &[]).code(3);
        let code = outcome.item()["failure"]["code"].clone();
        assert!(["tls-error", "not-tls", "reset"].contains(&code.as_str().unwrap()), "{code}");
        assert!(outcome.elapsed < Duration::from_secs(20));
    }
}

#[test]
fn a_refusal_to_switch_to_tls_says_what_was_said() {
    let peer = Peer::start(|mut stream| {
        let _ = stream.write_all(b"220 mail.example\r\n");
        let mut heard = [0; 512];
        let _ = stream.read(&mut heard);
        let _ = stream.write_all(b"502 not \x1b[2Jhere\r\n");
        drain(stream);
    });
    let outcome = look(&peer.target(), &["--starttls", "smtp"]);
    assert_fails(outcome, "starttls-refused", "502 not");
    let human = Tool::new(["thumbprint", &peer.target(), "--starttls", "smtp"]).run().code(3);
    assert!(!human.stdout.contains('\x1b'), "{:?}", human.stdout);
}

#[test]
fn a_proxy_that_refuses_and_a_password_that_stays_hidden() {
    let peer = Peer::saying(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    let proxy = format!("http://me:hunter2@{}", peer.target());
    for tool in [
        Tool::new(["thumbprint", "a.example", "--json", "--proxy", &proxy]),
        Tool::new(["thumbprint", "a.example", "--json", "-v"]).env("HTTPS_PROXY", &proxy),
    ] {
        let outcome = tool.run();
        assert!(!outcome.stdout.contains("hunter2") && !outcome.stderr.contains("hunter2"));
        assert_fails(outcome, "proxy", "407");
    }
    let wrong = Tool::new(["thumbprint", "a", "--proxy", "socks4://me:hunter2@b"]).run().code(2);
    assert!(!wrong.stderr.contains("hunter2"), "{}", wrong.stderr);
}

#[test]
fn a_malformed_target_or_pin_is_refused_before_anything_is_sent() {
    let good = Peer::saying(b"x");
    for args in [
        &[good.target().as_str(), "a b"][..],
        &[&good.target(), "a:0"],
        &[&good.target(), "http://a.example"],
        &[&good.target(), "--pin", "1234"],
        &[&good.target(), "--servername", "a b"],
        &[&good.target(), "--resolve", "nonsense"],
        &[&good.target(), "--tries", "0"],
        &[],
    ] {
        let outcome = Tool::new([&["thumbprint"], args].concat()).run().code(2);
        assert!(outcome.stdout.is_empty() && !outcome.stderr.is_empty(), "{args:?}");
    }
    assert_eq!(good.calls(), 0);
    assert_fails(look(&good.target(), &[]), "not-tls", "x");
}

#[test]
fn retries_are_made_within_the_deadline() {
    let peer = Peer::start(drop);
    let outcome = look_within("8s", &peer.target(), &["--retries", "2"]);
    assert!(outcome.elapsed < Duration::from_secs(8));
    assert_eq!(outcome.code(3).item()["status"], "failed");
    assert_eq!(peer.calls(), 3);
}
