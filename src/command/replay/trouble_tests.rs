//! Whole runs on a disk that fails at each of their operations, against a receiver that counts.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use crate::command::{Cli, Context};
use crate::failure::Failure;
use crate::input::trouble::{Trouble, at_every_operation};
use crate::outcome::Outcome;
use crate::outcome::exchange::Replay;
use crate::report::{Closing, Item, Renderer, Reporter, Stream};

const COUNT: usize = 4;
/// The request that is answered 503 when it comes for the first time.
const BUSY: usize = 2;

/// How often each request arrived, by its number.
type Arrived = Arc<Mutex<[usize; COUNT + 1]>>;

/// Receives bodies that are numbers, for as long as the test runs.
fn receiver() -> (String, Arrived) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (url, arrived) = (format!("http://{}", listener.local_addr().unwrap()), Arrived::default());
    let counted = arrived.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, counted) = (stream.unwrap(), counted.clone());
            thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|length| length > 0) {
                    if std::mem::take(&mut line) != "\r\n" {
                        continue;
                    }
                    let mut body = [0];
                    reader.read_exact(&mut body).unwrap();
                    let number = usize::from(body[0] - b'0');
                    let times = &mut counted.lock().unwrap()[number];
                    *times += 1;
                    let status = if (number, *times) == (BUSY, 1) { 503 } else { 200 };
                    let answer = format!("HTTP/1.1 {status} x\r\nContent-Length: 0\r\n\r\n");
                    stream.write_all(answer.as_bytes()).unwrap();
                }
            });
        }
    });
    (url, arrived)
}

/// A report that keeps what it is told: the subjects of what is unknown, and how many items came.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<(Vec<usize>, usize)>>);

impl Renderer for Told {
    fn item(&mut self, item: &Arc<Item>, _: &mut dyn Write) -> io::Result<()> {
        let (unknown, answered) = &mut *self.0.lock().unwrap();
        match &item.failure {
            None if matches!(item.outcome, Outcome::Replay(Replay::Exchange(_))) => *answered += 1,
            Some(error) if error.code == Failure::OutcomeUnknown => {
                unknown.push(item.subject.rsplit(' ').next().unwrap().parse().unwrap());
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(&mut self, _: &Closing, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// One run: what is unknown, and how many were reported with an answer.
fn run(folder: &Path, url: &str) -> (Vec<usize>, usize) {
    let file = |name: &str| folder.join(name).into_os_string();
    let words = ["hookprint", "replay", "--to", url, "--jobs", "3"];
    let mut words: Vec<OsString> = words.map(OsString::from).into();
    words.extend([file("a.har.ndjson"), "--journal".into(), file("journal"), "-q".into()]);
    let Cli { verb, job, global, .. } = Cli::parse(words).unwrap();
    let told = Told::default();
    let stream = Stream {
        renderer: Box::new(told.clone()),
        sink: Box::new(std::io::sink()),
        name: "nowhere".to_owned(),
        for_people: false,
        shows_everything: true,
        shows_old_news: true,
        is_numbered: false,
    };
    let mut reporter = Reporter::new(vec![stream], Vec::new());
    // An error, of opening the journal, is one of the troubles.
    let _ = job(&Context::new(global, verb.name), &mut reporter);
    let told = told.0.lock().unwrap();
    told.clone()
}

#[test]
fn whatever_fails_nothing_is_lost_and_nothing_comes_twice() {
    let capture = |folder: &Path| {
        let line = |number| {
            format!(
                "{{\"startedDateTime\":\"2026-11-22T05:00:00Z\",\"request\":{{\"method\":\"POST\",\
                 \"url\":\"https://a/\",\"headers\":[],\"postData\":{{\"text\":\"{number}\"}}}}}}\n"
            )
        };
        let lines: String = (1..=COUNT).map(line).collect();
        std::fs::write(folder.join("a.har.ndjson"), lines).unwrap();
    };
    let send = |folder: &Path| {
        capture(folder);
        let (url, arrived) = receiver();
        // The second run sends once more what was answered 503.
        let reported = [(); 2].map(|()| run(folder, &url).1).iter().sum();
        (url, arrived, reported)
    };
    at_every_operation(send, |folder, (url, arrived, reported): (_, Arrived, usize), trouble| {
        // Even when the disk is full, an outcome that is known is said.
        assert_eq!(arrived.lock().unwrap().iter().sum::<usize>(), reported, "{trouble:?}");
        let (unknown, _) = run(folder, &url);
        let after = *arrived.lock().unwrap();
        for (number, times) in after.into_iter().enumerate().skip(1) {
            let most = if number == BUSY { 2 } else { 1 };
            assert!(times <= most, "{trouble:?}: {number} came {times} times");
            assert!(times > 0 || unknown.contains(&number), "{trouble:?}: {number} is lost");
        }
        // Each lane has one request under way; more is unknown only where the power was cut.
        let is_cut = matches!(trouble, Trouble::PowerCut(_));
        assert!(is_cut || unknown.len() <= 3, "{trouble:?}: {unknown:?}");
    });
}
