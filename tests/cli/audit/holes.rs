//! Receivers with one hole each: it is named by its id, and nothing else is.

use std::io::Write;

use hookprint::digest::hex;
use hookprint::signature::mac::mac;
use hookprint::signature::scheme::Algorithm;

use super::{SECRET, accusations, folder, tool};
use crate::harness::receiver::{Received, Receiver};

/// What GitHub's header must be for this body.
fn expected(algorithm: Algorithm, body: &[u8]) -> String {
    hex(&mac(algorithm, SECRET.as_bytes(), &[body]).unwrap())
}

fn values(received: &Received, name: &str) -> Vec<String> {
    let lines = received.head.lines().filter_map(|line| line.split_once(": "));
    let named = lines.filter(|(known, _)| known.eq_ignore_ascii_case(name));
    named.map(|(_, value)| value.to_owned()).collect()
}

/// Answers each call by whether it is taken; no two refusals look alike to who compares bodies only.
fn receiver(takes: impl Fn(&Received) -> bool + Send + Sync + 'static) -> Receiver {
    Receiver::start(move |received, stream| {
        let (status, body) = match takes(received) {
            true => ("200 OK", format!("took {}", values(received, "Hookprint-Audit").concat())),
            false => ("401 Unauthorized", "no".to_owned()),
        };
        let length = body.len();
        let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}");
    })
}

fn github(takes: fn(&[String], &str, &Received) -> bool) -> Receiver {
    receiver(move |received| {
        let given = values(received, "X-Hub-Signature-256");
        let right = format!("sha256={}", expected(Algorithm::HmacSha256, &received.body));
        takes(&given, &right, received)
    })
}

#[test]
fn each_hole_is_named_by_its_id_and_nothing_else_is() {
    let folder = folder();
    let holes: [(&str, Receiver, &[&str]); 7] = [
        ("none", github(|given, right, _| given == [right]), &[]),
        ("no check", github(|_, _, _| true), &["forged-accepted unsigned"]),
        (
            "presence",
            github(|given, _, _| !given.is_empty()),
            &["forged-accepted empty-signature", "forged-accepted wrong-secret"],
        ),
        (
            "beginning",
            github(|given, right, _| {
                given.len() == 1 && given[0].len() > 7 && right.starts_with(&given[0])
            }),
            &["forged-accepted truncated-signature"],
        ),
        (
            "first",
            github(|given, right, _| given.first().is_some_and(|one| one == right)),
            &["forged-accepted two-headers-good-first"],
        ),
        (
            "last",
            github(|given, right, _| given.last().is_some_and(|one| one == right)),
            &["forged-accepted two-headers-bad-first"],
        ),
        (
            "sha1",
            github(|given, right, received| {
                let weak = format!("sha1={}", expected(Algorithm::HmacSha1, &received.body));
                given.len() == 1 && (given[0] == right || given[0] == weak)
            }),
            &["forged-accepted weaker-digest"],
        ),
    ];
    for (name, receiver, wanted) in &holes {
        let options =
            "--scheme github --secret env:S --json --replay-allowed --only signature,time,replay";
        let run = tool(folder.path(), &receiver.url(), options).run();
        assert_eq!(accusations(&run), *wanted, "{name}: {}", run.stdout);
        assert_eq!(run.code, i32::from(!wanted.is_empty()), "{name}");
    }
}

/// What Stripe's header must be: over the time that it names, unless that is looked at elsewhere.
fn stripe(takes: fn(i64, bool, bool) -> bool) -> Receiver {
    receiver(move |received| {
        let header = values(received, "Stripe-Signature").concat();
        let field = |name: &str| {
            let items = header.split(',').filter_map(|item| item.split_once('='));
            items
                .filter(|(known, _)| *known == name)
                .map(|(_, value)| value.to_owned())
                .collect::<Vec<_>>()
        };
        let time = field("t").concat();
        let signs = |content: Vec<u8>| {
            let right = expected(Algorithm::HmacSha256, &content);
            field("v1").contains(&right)
        };
        let with_time = signs([time.as_bytes(), b".", &received.body].concat());
        let now = time::OffsetDateTime::now_utc().unix_timestamp();
        let age = time.parse().map_or(i64::MAX, |time: i64| now - time);
        takes(age, with_time, time.parse::<i64>().is_ok())
    })
}

#[test]
fn holes_in_time_are_told_from_a_wide_tolerance() {
    let folder = folder();
    let holes: [(&str, Receiver, &[&str]); 4] = [
        ("none", stripe(|age, signed, _| signed && age.abs() <= 300), &[]),
        ("no time", stripe(|_, signed, _| signed), &["forged-accepted stale"]),
        (
            "an hour",
            stripe(|age, signed, _| signed && age.abs() <= 3700),
            &["tolerance-wide stale"],
        ),
        ("one-sided", stripe(|age, signed, is_time| signed && is_time && age <= 300), &[]),
    ];
    for (name, receiver, wanted) in &holes {
        let options =
            "--scheme stripe --secret env:S --json --replay-allowed --only signature,time,replay";
        let run = tool(folder.path(), &receiver.url(), options).run();
        assert_eq!(accusations(&run), *wanted, "{name}: {}", run.stdout);
        let has_info = run.stdout.contains("\"tolerance-two-sided\"");
        assert_eq!(has_info, *name == "one-sided", "{name}");
    }
    let wide = tool(folder.path(), &holes[2].1.url(), "--scheme stripe --secret env:S --only time")
        .run()
        .code(0);
    let words: String = wide.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words
            .contains("a call 6 min, and 10 min, and 1 h old was accepted, and the limit is 5 min"),
        "{}",
        wide.stdout
    );
}

#[test]
fn an_answer_that_helps_the_forger_is_told_and_not_repeated() {
    let folder = folder();
    for echoed in [expected(Algorithm::HmacSha256, super::BODY.as_bytes()), SECRET.to_owned()] {
        let word = echoed.clone();
        let receiver = Receiver::start(move |received, stream| {
            let right = format!("sha256={}", expected(Algorithm::HmacSha256, &received.body));
            let (status, body) = match values(received, "X-Hub-Signature-256") == [right] {
                true => ("200 OK", "ok".to_owned()),
                false if received.head.contains("/wrong-secret\r\n") => {
                    ("401 Unauthorized", format!("it is not {word}"))
                }
                false => ("401 Unauthorized", "no".to_owned()),
            };
            let length = body.len();
            let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}");
        });
        let options = "--scheme github --secret env:S --json --replay-allowed --only signature";
        let run = tool(folder.path(), &receiver.url(), options).run().code(1);
        assert_eq!(accusations(&run), ["secret-echoed wrong-secret"], "{}", run.stdout);
        assert!(!run.stdout.contains(&echoed) && !run.stderr.contains(&echoed));
    }
}
