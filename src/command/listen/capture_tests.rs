//! Tests of the capture: what is there, what was written together, and who is told.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use proptest::prelude::*;
use time::OffsetDateTime;

use super::*;
use crate::capture::{self, Options};
use crate::command::listen::decision::Decision;
use crate::command::listen::session::Session;
use crate::http::head::RequestHead;
use crate::http::{Headers, Response};
use crate::net::serve::{Body, Delivery, Share};

const HEAD: &[u8] = b"POST /a?b=%20 HTTP/1.1\r\nhost: x\r\nX-A: \xe9\r\n\r\n";

fn entry(body: &[u8]) -> Box<Entry> {
    let peer = ([127, 0, 0, 1], 9).into();
    let mut own = Body::default();
    own.make_room(body.len() as u64).unwrap();
    own.extend(body).unwrap();
    let delivery = Delivery {
        request: RequestHead::parse(HEAD).unwrap().into(),
        body: own,
        coming: None,
        sum: None,
        head: HEAD.to_vec(),
        trailers: Headers::new(),
        chunked: false,
        received_at: OffsetDateTime::UNIX_EPOCH,
        is_unread: false,
        share: Share::default(),
    };
    Box::new(Entry {
        seq: 1,
        elapsed_ms: 0.5,
        origin: "https://127.0.0.1:8443".into(),
        session: Arc::new(Session::new(peer, None, OffsetDateTime::UNIX_EPOCH)),
        delivery,
        decision: Decision::new(Arc::default(), None, false),
        response: Arc::new(Response::text(200, "ok\n")),
        body_sha256: None,
    })
}

/// What became of deliveries with these bodies that come at the same time.
async fn together(capture: &Arc<Capture>, bodies: &[Vec<u8>]) -> Vec<Kept> {
    let append = |body: &Vec<u8>| {
        let (capture, entry) = (capture.clone(), entry(body));
        tokio::spawn(async move { capture.keep(entry).await.unwrap().1 })
    };
    let tasks: Vec<_> = bodies.iter().map(append).collect();
    let mut appended = Vec::new();
    for task in tasks {
        appended.push(task.await.unwrap());
    }
    appended
}

/// The bodies in a capture.
fn bodies(path: &Path) -> Vec<Vec<u8>> {
    let file = std::fs::File::open(path).unwrap();
    let entries = capture::load(file, &Options::default()).unwrap();
    entries.map(|one| one.unwrap().request.body).collect()
}

/// Another text of about so many bytes for each number.
fn text(number: usize, length: usize) -> Vec<u8> {
    let mut text = format!("{number} ").into_bytes();
    text.resize(length.max(text.len()), b'x');
    text
}

#[tokio::test]
async fn half_a_line_that_a_panic_left_does_not_tear_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calls.har.ndjson");
    let capture = Arc::new(Capture::open(&path, false, false).unwrap());
    lock(&capture.lines.written).lines.extend_from_slice(b"{\"startedDateTime\":\"2026-");
    assert!(together(&capture, &[text(1, 0)]).await.iter().all(Result::is_ok));
    assert_eq!(bodies(&path), [text(1, 0)]);
}

#[tokio::test]
async fn lines_that_come_together_are_there_once_and_written_together() {
    for (sync, length) in [(false, 0), (true, 0), (false, 1500), (true, 1500)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("calls.har.ndjson");
        let texts: Vec<_> = (0..50).map(|number| text(number, length)).collect();
        let capture = Arc::new(Capture::open(&path, false, sync).unwrap());
        for appended in together(&capture, &texts).await {
            assert_eq!(appended.unwrap(), 1, "one write for all");
        }
        assert_eq!(bodies(&path), texts);
    }
}

#[tokio::test]
async fn no_more_is_written_at_once_than_fits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calls.har.ndjson");
    let capture = Arc::new(Capture::open(&path, false, true).unwrap());
    // As text and as base64 each is a little more than a fourth of what is written at once.
    let small = LARGE / 9;
    let lengths = [[small; 10], [small, LARGE + 1, small, 3, LARGE + 1, 3, 3, 3, LARGE, small]];
    let texts: Vec<_> =
        lengths.concat().iter().enumerate().map(|(number, &length)| text(number, length)).collect();
    let writes: Vec<u64> =
        together(&capture, &texts).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(writes[..10], [1, 1, 1, 1, 2, 2, 2, 2, 3, 3]);
    // Those that are large are each by themselves, and all are in the order they came in.
    assert_eq!(writes[10..], [3, 4, 5, 5, 6, 7, 7, 7, 7, 8]);
    assert!(bodies(&path) == texts);
}

#[tokio::test]
async fn what_was_handed_over_is_written_before_the_capture_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calls.har.ndjson");
    let body = vec![b'x'; LITTLE];
    let capture = Capture::open(&path, false, false).unwrap();
    let mut gone = Box::pin(capture.keep(entry(&body)));
    assert!(gone.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(gone);
    drop(capture);
    assert_eq!(bodies(&path), [body]);
}

#[tokio::test]
async fn who_goes_before_its_turn_leaves_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calls.har.ndjson");
    let capture = Capture::open(&path, false, false).unwrap();
    let mut nobody = Context::from_waker(Waker::noop());
    let mut gone = Box::pin(capture.keep(entry(b"gone")));
    assert!(gone.as_mut().poll(&mut nobody).is_pending());
    let mut other = pin!(capture.keep(entry(b"other")));
    assert!(other.as_mut().poll(&mut nobody).is_pending());
    drop(gone);
    let (other, appended) = other.await.unwrap();
    assert!(appended.is_ok() && other.body_sha256.is_some());
    assert_eq!(bodies(&path), [&b"gone"[..], b"other"]);
}

#[tokio::test]
async fn nobody_is_told_before_the_line_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calls.har.ndjson");
    let capture = Capture::open(&path, false, false).unwrap();
    let length = || std::fs::metadata(&path).unwrap().len();
    for body in [1, 2 * LITTLE, LARGE + 1].map(|length| text(0, length)) {
        let mut kept = Box::pin(capture.keep(entry(&body)));
        // As if the disk were at work for others.
        let disk = lock(&capture.lines.written);
        let before = length();
        for _ in 0..100 {
            assert!(kept.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        assert_eq!(length(), before);
        drop(disk);
        let (entry, kept) = kept.await.unwrap();
        assert!(kept.is_ok() && entry.delivery.body[..] == body);
        assert!(bodies(&path).last() == Some(&body));
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_write_that_fails_fails_for_all_whose_lines_were_in_it() {
    let capture = Arc::new(Capture::open(Path::new("/dev/full"), false, false).unwrap());
    for length in [1, LITTLE, LARGE + 1] {
        for appended in together(&capture, &[1, 2].map(|number| text(number, length))).await {
            assert_eq!(appended.unwrap_err().code, Failure::DiskFull);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// A line that is made later, and among others, is the one that its delivery has by itself.
    #[test]
    fn a_line_is_the_same_whoever_makes_it(
        bodies in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..300),
                "[\"\\\\\\PC\u{0}-\u{20}\u{7f}\u{202e}]{0,300}".prop_map(String::into_bytes),
            ],
            1..6,
        ),
        redact: bool,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("calls.har.ndjson");
        let capture = Arc::new(Capture::open(&path, redact, false).unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let kept = runtime.block_on(together(&capture, &bodies));
        prop_assert!(kept.iter().all(Result::is_ok));
        let alone = |body: &Vec<u8>| {
            let mut entry = entry(body);
            let record = entry.record();
            if redact { record.redacted_line() } else { record.line() }
        };
        let written = std::fs::read(&path).unwrap();
        prop_assert_eq!(&written, &bodies.iter().flat_map(alone).collect::<Vec<_>>());
        for (line, body) in written.split_inclusive(|byte| *byte == b'\n').zip(&bodies) {
            let json: serde_json::Value = serde_json::from_slice(line).unwrap();
            let digest = crate::digest::hex(&crate::digest::sha256(body));
            prop_assert_eq!(json["_bodySha256"].as_str(), Some(&*digest));
            let shown = json["request"]["postData"]["text"].as_str();
            if let (false, false, Ok(text)) = (redact, body.is_empty(), std::str::from_utf8(body)) {
                prop_assert_eq!(shown, Some(text));
            }
            prop_assert_eq!(json.get("_raw").is_some(), !redact);
        }
    }
}
