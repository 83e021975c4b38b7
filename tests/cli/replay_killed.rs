//! `replay --journal` killed in full flight, on 16 lanes: nothing is lost, nothing comes twice, and what is said to be
//! unknown was on its way.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::Tool;
use crate::harness::receiver::{Receiver, answer, capture};

const LANES: usize = 16;
/// Requests of one capture, and kills until it is sent to its end.
const COUNT: usize = 4_000;
const KILLS: usize = 10;
/// An answer that was there for so long before a kill was to be known.
const LONG_AGO: Duration = Duration::from_millis(10);

/// What came of so many kills.
#[derive(Debug, Default)]
struct Toll {
    kills: usize,
    lost: usize,
    doubled: usize,
    unknown: usize,
    /// Of those: never arrived.
    unsent: usize,
    /// Of those: answered long before the kill.
    answered: usize,
}

/// Numbers whose last line in the journal is `sending`.
fn sending(journal: &Path) -> HashSet<usize> {
    let text = fs::read_to_string(journal).unwrap_or_default();
    let mut last = HashMap::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("{\"n\":")) {
        let (number, state) = line.split_once(',').unwrap();
        last.insert(number.parse().unwrap(), state.ends_with("\"sending\"}"));
    }
    last.into_iter().filter(|(_, is_sending)| *is_sending).map(|(number, _)| number).collect()
}

/// Sends a capture, killed so many times before it is through.
fn sent_with_kills(round: usize, toll: &mut Toll) {
    let answered = Arc::new(Mutex::new(HashMap::new()));
    let times = answered.clone();
    let receiver = Receiver::start(move |received, stream| {
        let number: usize = str::from_utf8(&received.body).unwrap().parse().unwrap();
        thread::sleep(Duration::from_micros(number as u64 * 7_919 % 3_000));
        drop(stream.write_all(&answer("200 OK")));
        times.lock().unwrap().insert(number, Instant::now());
    });
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.har.ndjson"), capture(COUNT)).unwrap();
    let journal = folder.path().join("journal");
    let (url, lanes) = (receiver.url(), LANES.to_string());
    let args = ["replay", "a.har.ndjson", "--journal", "journal", "--jobs", &lanes, "--to", &url];
    let replay = || Tool::new(args).args(["--format", "ndjson"]).dir(folder.path());
    let mut unknown: HashMap<usize, Instant> = HashMap::new();
    for kill in 0..KILLS {
        let mut command = replay().into_command();
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let (before, moment) = (receiver.count(), (round * KILLS + kill) as u64);
        let started = Instant::now();
        while receiver.count() < before + (moment * 31 % 197) as usize
            && started.elapsed() < Duration::from_secs(5)
        {
            thread::sleep(Duration::from_micros(100));
        }
        thread::sleep(Duration::from_micros(moment * 7_919 % 5_000));
        let killed = Instant::now();
        child.kill().unwrap();
        child.wait().unwrap();
        for number in sending(&journal) {
            unknown.entry(number).or_insert(killed);
        }
    }
    let last = replay().run();
    let is_unknown = |item: &&serde_json::Value| item["failure"]["code"] == "outcome-unknown";
    assert_eq!(last.ndjson().iter().filter(is_unknown).count(), unknown.len());
    let mut arrived: HashMap<usize, usize> = HashMap::new();
    for received in receiver.received() {
        *arrived.entry(str::from_utf8(&received.body).unwrap().parse().unwrap()).or_insert(0) += 1;
    }
    let answered = answered.lock().unwrap();
    toll.kills += KILLS;
    toll.doubled += arrived.values().filter(|times| **times > 1).count();
    toll.unknown += unknown.len();
    for number in 1..=COUNT {
        match (arrived.contains_key(&number), unknown.get(&number)) {
            (false, None) => toll.lost += 1,
            (false, Some(_)) => toll.unsent += 1,
            (true, Some(killed)) => {
                let when = answered.get(&number);
                toll.answered += usize::from(when.is_some_and(|when| *when + LONG_AGO <= *killed));
            }
            (true, None) => {}
        }
    }
}

/// Kills so many times. At most so many in a hundred of the requests under way are unknown for no reason.
fn killed(kills: usize, needless: usize) {
    let mut toll = Toll::default();
    for round in 0..kills / KILLS {
        sent_with_kills(round, &mut toll);
    }
    eprintln!("{toll:?}");
    assert_eq!((toll.kills, toll.lost, toll.doubled), (kills, 0, 0), "{toll:?}");
    assert!(toll.unknown > kills, "the kills met nothing: {toll:?}");
    assert!((toll.unsent + toll.answered) * 100 <= kills * LANES * needless, "{toll:?}");
}

#[test]
fn twenty_times_and_only_what_was_on_its_way_is_unknown() {
    // Where others work on the machine as well, we may get no time to read an answer.
    killed(20, 6);
}

#[test]
#[ignore = "takes minutes: cargo test --test cli three_hundred -- --ignored --nocapture"]
fn three_hundred_times() {
    killed(300, 2);
}
