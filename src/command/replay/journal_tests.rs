//! What a journal tells after a kill, a power cut, or damage.

use std::io::Read;

use super::past::{LINE_LIMIT, Memory};
use super::*;
use proptest::prelude::*;
use tokio::time::timeout;

const TO: &str = "https://a";
/// As the first version wrote it, which knew of no boot.
const HEAD: &str = "{\"journal\":1,\"to\":\"https://a\"}\n";

fn read(source: impl Read, to: &str) -> Result<(Memory, u64)> {
    past::read(source, to, Some("b0"))
}

fn lines(states: &[(u64, State)]) -> String {
    let line =
        |(n, state): &(u64, State)| Entry { n: *n, mark: Mark(7), past: Past::New }.line(*state);
    HEAD.to_owned() + &states.iter().map(line).collect::<String>()
}

#[test]
fn the_last_line_about_a_request_counts() {
    let text = lines(&[
        (1, State::Sending),
        (1, State::Answered { status: 200, done: true }),
        (2, State::Sending),
        (3, State::Sending),
        (3, State::Answered { status: 503, done: false }),
        (1_000_000, State::Failed(Failure::Refused)),
        (5, State::Sending),
        (5, State::Unknown(Failure::Timeout)),
    ]);
    let (memory, end) = read(text.as_bytes(), TO).unwrap();
    assert_eq!(end, text.len() as u64);
    for (n, past) in [
        (1, Past::Done),
        (2, Past::Unknown),
        (3, Past::Failed),
        (4, Past::New),
        (5, Past::Unknown),
        (1_000_000, Past::Failed),
    ] {
        assert_eq!(memory.past(n, Mark(7)).unwrap(), past, "{n}");
    }
    assert_eq!(memory.past(1, Mark(8)).unwrap_err().code, Failure::JournalMismatch);
}

#[test]
fn what_became_of_a_request_is_written_in_one_line() {
    let entry = Entry { n: 12, mark: Mark(0x2c), past: Past::New };
    for (state, text) in [
        (State::Sending, r#""sending""#),
        (State::Answered { status: 503, done: false }, r#""answered","status":503,"done":false"#),
        (State::Failed(Failure::Refused), r#""failed","code":"refused""#),
        (State::Unknown(Failure::Timeout), r#""unknown","code":"timeout""#),
    ] {
        let line = format!("{{\"n\":12,\"digest\":\"0000002c\",\"state\":{text}}}\n");
        assert_eq!(entry.line(state), line);
    }
}

#[test]
fn marks_tell_requests_apart_and_have_thirty_bits() {
    let request = |method: &str, target: &str, name: &str, value: &str, body: &str| {
        let (method, target) = (method.to_owned(), target.to_owned());
        let mut request =
            Request { method, target, body: body.as_bytes().to_vec(), ..Request::default() };
        request.headers.push(name, value);
        Mark::of(&request)
    };
    let mark = request("POST", "/a", "X", "1", "{}");
    assert_eq!(mark, request("POST", "/a", "X", "1", "{}"));
    for other in [
        request("PUT", "/a", "X", "1", "{}"),
        request("POST", "/b", "X", "1", "{}"),
        request("POST", "/a", "Y", "1", "{}"),
        request("POST", "/a", "X", "2", "{}"),
        request("POST", "/a", "X", "1", "{ }"),
        // The same bytes, cut elsewhere.
        request("POST", "/aX", "", "1", "{}"),
        request("POST", "/a", "X", "", "1{}"),
    ] {
        assert_ne!(mark, other);
        assert_eq!(Mark::parse(&format!("{:08x}", other.0)), Some(other));
    }
    assert_eq!(Mark::parse("3fffffff"), Some(Mark(0x3fff_ffff)));
    assert_eq!((Mark::parse("40000000"), Mark::parse("x")), (None, None));
}

#[test]
fn another_destination_and_a_damaged_line_are_refused() {
    let text = lines(&[(1, State::Sending)]);
    assert_eq!(read(text.as_bytes(), "https://b").unwrap_err().code, Failure::JournalMismatch);
    let damaged = text.replace("sending", "sleeping");
    let error = read(damaged.as_bytes(), TO).unwrap_err();
    assert!(error.code == Failure::Malformed && error.message.starts_with("line 2: "), "{error}");
    let long = format!("{HEAD}{}", "x".repeat(10_000));
    assert_eq!(read(long.as_bytes(), TO).unwrap_err().code, Failure::Malformed);
}

#[test]
fn a_torn_line_is_cut_before_the_next_is_appended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let journal = Journal::open(&path, TO).unwrap();
    journal.write("{\"n\":1,\"digest\":\"00000007\",\"sta").unwrap();
    drop(journal);
    let journal = Journal::open(&path, TO).unwrap();
    assert_eq!(journal.memory.past(1, Mark(7)).unwrap(), Past::New);
    journal.write("x").unwrap();
    drop(journal);
    let head = head(TO, boot().as_deref());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{head}x"));
}

#[test]
fn a_file_that_is_no_journal_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes");
    for text in ["a token", "two  blanks\n", "\0\u{1}binary", "{\"other\"", "x\n"] {
        std::fs::write(&path, text).unwrap();
        assert_eq!(Journal::open(&path, TO).unwrap_err().code, Failure::Malformed, "{text:?}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
    let (ours, other) = (head(TO, boot().as_deref()), head(TO, Some("5eb1-0f")));
    let torn =
        ["", "   ", "\0\0", "{\"journal\":1,\"to\":\"h    ", HEAD.trim_end()].map(str::to_owned);
    let cut = (0..other.len()).map(|length| other[..length].to_owned() + "   ");
    for text in torn.into_iter().chain(cut) {
        std::fs::write(&path, &text).unwrap();
        drop(Journal::open(&path, TO).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), ours, "{text:?}");
    }
}

#[test]
fn filler_ends_the_lines_with_or_without_a_hole() {
    let whole = lines(&[(1, State::Sending)]);
    let end = whole.len() as u64;
    let rest = lines(&[(2, State::Sending), (3, State::Sending)]).split_off(HEAD.len());
    let filler = " ".repeat(10_000);
    let zeros = format!("{whole}{}", "\0".repeat(10_000));
    assert_eq!(read(zeros.as_bytes(), TO).unwrap().1, end);
    for torn in [String::new(), rest[..17].to_owned(), rest.replace("sending", &filler)] {
        let text = format!("{whole}{torn}{filler}");
        let (memory, found) = read(text.as_bytes(), TO).unwrap();
        assert_eq!((found, memory.past(1, Mark(7)).unwrap()), (end, Past::Unknown), "{torn}");
        assert_eq!(memory.past(2, Mark(8)).unwrap(), Past::New);
        assert_eq!(memory.past(3, Mark(8)).unwrap(), Past::New);
    }
    // Somebody may write JSON with blanks.
    let spaced = whole.replace(",\"", ", \"");
    assert_eq!(read(spaced.as_bytes(), TO).unwrap().1, spaced.len() as u64);
    let folder = tempfile::tempdir().unwrap();
    let (path, odd) = (folder.path().join("journal"), "https://a/#b   c");
    drop(Journal::open(&path, odd).unwrap());
    assert!(read(&*std::fs::read(&path).unwrap(), odd).unwrap().1 > 0);
}

/// A hole of blanks or zeros in a line, where it stood, leaves all others as they are.
#[test]
fn what_follows_damage_stays_true() {
    let done = State::Answered { status: 200, done: true };
    let states: Vec<_> = (1..=4).flat_map(|n| [(n, State::Sending), (n, done)]).collect();
    let text = lines(&states);
    let of = |n: u64, what: &str| format!("{{\"n\":{n},\"digest\":\"00000007\",{what}");
    for hole in ["  ", "\0", &" ".repeat(100), &" ".repeat(10_000)] {
        for (line, about) in [
            (of(2, "\"state\":\"sending\""), Past::Done),
            (of(2, "\"state\":\"answered\""), Past::Unknown),
            (of(4, "\"state\":\"answered\""), Past::Unknown),
            // Which request it is about is not known any more: no line is about request 5 yet.
            ("{\"n\":3,".to_owned(), Past::Done),
        ] {
            let is_last = line.starts_with("{\"n\":4");
            let middle = line.len().min(30);
            let damaged =
                text.replacen(&line, &format!("{}{hole}{}", &line[..middle], &line[middle..]), 1);
            assert_ne!(damaged, text);
            let (memory, end) = read(damaged.as_bytes(), TO).unwrap();
            // A block that is missing at the end was never known to be on disk.
            let is_cut = is_last && hole.len() >= 512;
            assert_eq!(end == damaged.len() as u64, !is_cut, "{line} {}", hole.len());
            for n in 1..=4 {
                let past = memory.past(n, Mark(7)).unwrap();
                let is_about = line.starts_with(&format!("{{\"n\":{n},"));
                assert_eq!(past, if is_about { about } else { Past::Done }, "{n}: {line}");
            }
            let next = memory.past(5, Mark(7)).unwrap();
            let nameless = middle < 30;
            assert_eq!(next == Past::Unknown, nameless, "{line}: {next:?}");
            assert_eq!(memory.past(100_000, Mark(7)).unwrap(), Past::New);
        }
    }
}

/// Where nothing of a damaged line can be read, as many requests may be meant as lines have room in it,
/// and no more.
#[test]
fn a_line_that_is_lost_holds_back_only_what_it_may_be_about() {
    let done = State::Answered { status: 200, done: true };
    let whole = lines(&[(1, State::Sending), (1, done)]);
    for (length, lost) in [(39, 1), (40, 2), (79, 2), (80, 3)] {
        let hole = format!("{:<width$}\n", "{\"n", width = length - 1);
        let last = lines(&[(2, done)]).split_off(HEAD.len());
        let (memory, _) = read(format!("{whole}{hole}{last}").as_bytes(), TO).unwrap();
        assert_eq!(memory.past(2, Mark(7)).unwrap(), Past::Done);
        assert_eq!(memory.past(2 + lost, Mark(7)).unwrap(), Past::Unknown, "{length}");
        assert_eq!(memory.past(3 + lost, Mark(7)).unwrap(), Past::New, "{length}");
    }
}

/// A hole at the end is what a power cut leaves, from the size of a block on.
#[test]
fn a_hole_at_the_end_is_a_block_or_damage() {
    let whole = lines(&[(1, State::Sending)]);
    for (length, is_kept) in [(511, true), (512, false)] {
        let text = format!("{whole}{:<width$}\n", "{\"n\":2,", width = length - 1);
        let end = read(text.as_bytes(), TO).unwrap().1;
        assert_eq!(end == text.len() as u64, is_kept, "{length}");
        assert!(is_kept || end == whole.len() as u64, "{length}");
    }
    // Our longest lines are far from the limit; one of that length is no line of ours.
    let long = format!("{HEAD}{}\n", "x".repeat(LINE_LIMIT as usize));
    assert_eq!(read(long.as_bytes(), TO).unwrap_err().code, Failure::Malformed);
}

proptest! {
    /// However a journal is cut, nothing that was done is forgotten but its last line.
    #[test]
    fn a_cut_loses_the_last_line_only(count in 1_u64..20, cut in 0_usize..2000) {
        let states: Vec<_> = (1..=count)
            .flat_map(|n| [(n, State::Sending), (n, State::Answered { status: 200, done: true })])
            .collect();
        let text = lines(&states);
        let cut = cut.min(text.len());
        let (memory, end) = read(&text.as_bytes()[..cut], TO).unwrap();
        let whole = text[..cut].matches('\n').count().saturating_sub(1) as u64;
        prop_assert_eq!(end, text[..cut].rfind('\n').map_or(0, |at| at as u64 + 1));
        for n in 1..=count {
            let expected = match whole {
                lines if lines >= 2 * n => Past::Done,
                lines if lines == 2 * n - 1 => Past::Unknown,
                _ => Past::New,
            };
            prop_assert_eq!(memory.past(n, Mark(7)).unwrap(), expected);
        }
    }
}

/// Journals of each version, killed or cut off from power after these lines.
#[test]
fn a_kill_leaves_what_was_written_and_a_power_cut_what_was_announced() {
    let line = |n, state| Entry { n, mark: Mark(7), past: Past::New }.line(state);
    let done = State::Answered { status: 200, done: true };
    let head = |boot| head(TO, Some(boot));
    let earlier = [head("a0"), line(2, State::Failed(Failure::Refused))].concat();
    let text = [
        earlier,
        head("b0"),
        announcement(1..=5),
        line(1, State::Sending),
        line(1, done),
        line(3, State::Sending),
        line(4, State::Sending),
        line(4, State::Failed(Failure::Reset)),
    ]
    .concat();
    for (boot, pasts) in [
        // The same machine, still running: what has no `sending` never left.
        ("b0", [Past::Done, Past::Failed, Past::Unknown, Past::Failed, Past::New, Past::New]),
        ("c0", [Past::Done, Past::Unknown, Past::Unknown, Past::Failed, Past::Unknown, Past::New]),
    ] {
        let (memory, end) = past::read(text.as_bytes(), TO, Some(boot)).unwrap();
        assert_eq!((end, memory.is_of_this_boot()), (text.len() as u64, boot == "b0"));
        for (n, past) in (1..).zip(pasts) {
            assert_eq!(memory.past(n, Mark(7)).unwrap(), past, "{n} since {boot}");
        }
    }
    // Where the system does not say, nothing is trusted.
    let (memory, _) =
        past::read(text.replace(",\"boot\":\"b0\"", "").as_bytes(), TO, None).unwrap();
    assert_eq!(memory.past(5, Mark(7)).unwrap(), Past::Unknown);
    for wrong in ["\"from\":0,\"upto\":1", "\"from\":2,\"upto\":1", "\"from\":1,\"upto\":5000"] {
        let text = format!("{HEAD}{{{wrong}}}\n");
        assert_eq!(read(text.as_bytes(), TO).unwrap_err().code, Failure::Malformed, "{wrong}");
    }
    let newer = HEAD.replace("1,", "3,");
    assert_eq!(read(newer.as_bytes(), TO).unwrap_err().code, Failure::Malformed);
}

#[test]
fn neighbours_are_announced_in_one_line() {
    let text = announcement([1, 2, 3, 7, 9, 10, 4].into_iter());
    let ranges = ["1,\"upto\":3", "7,\"upto\":7", "9,\"upto\":10", "4,\"upto\":4"];
    assert_eq!(text, ranges.map(|range| format!("{{\"from\":{range}}}\n")).concat());
    let long = announcement(1..=past::RANGE + 1);
    assert_eq!(long.lines().count(), 2);
    let (memory, _) = read(format!("{HEAD}{long}").as_bytes(), TO).unwrap();
    assert_eq!(memory.past(past::RANGE + 1, Mark(7)).unwrap(), Past::Unknown);
    assert_eq!(memory.past(past::RANGE + 2, Mark(7)).unwrap(), Past::New);
}

fn entry(n: u64) -> Entry {
    Entry { n, mark: Mark(7), past: Past::New }
}

fn journal() -> (tempfile::TempDir, std::path::PathBuf, Journal) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let journal = Journal::open(&path, TO).unwrap();
    (folder, path, journal)
}

fn written(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    text.trim_end_matches(' ').split_once('\n').unwrap().1.to_owned()
}

/// Polls `keep` while something else runs.
async fn kept<T>(journal: &Journal, work: impl Future<Output = T>) -> T {
    tokio::select! {
        ended = journal.keep() => panic!("{ended:?}"),
        output = work => output,
    }
}

#[tokio::test]
async fn lines_are_held_until_somebody_writes_them_all() {
    let (_folder, path, journal) = journal();
    (1..=2).for_each(|n| journal.hold(entry(n), State::Sending));
    assert_eq!(written(&path), "");
    journal.flush().unwrap();
    let line = |n| entry(n).line(State::Sending);
    assert_eq!(written(&path), [1, 2].map(line).concat());
    // In a moment they are written in any case, and before somebody waits for the disk.
    journal.hold(entry(3), State::Sending);
    kept(&journal, journal.settle()).await.unwrap();
    assert_eq!(written(&path), [1, 2, 3].map(line).concat());
    journal.hold(entry(4), State::Sending);
    assert!(timeout(Duration::ZERO, journal.announce_again(entry(5))).await.is_err());
    assert_eq!(written(&path), [1, 2, 3, 4].map(line).concat());
}

#[tokio::test]
async fn lanes_are_announced_together_and_then_ahead() {
    let (_folder, path, journal) = journal();
    kept(&journal, async {
        let all = tokio::join!(
            journal.announce(entry(1)),
            journal.announce(entry(2)),
            journal.announce(entry(4)),
        );
        assert_eq!(all, (Ok(()), Ok(()), Ok(())));
    })
    .await;
    assert_eq!(written(&path), announcement([1, 2, 4].into_iter()));
    // One whose turn comes late is not taken for announced.
    kept(&journal, journal.announce(entry(3))).await.unwrap();
    assert!(written(&path).ends_with(&announcement(3..=3)));
    // So fast that the next ones are announced before they ask: no more than a bounded number.
    let newest = 1_000_000;
    journal.pace.update(|pace| pace.map(|pace| Pace { since: pace.since - BEHIND, ..pace }));
    kept(&journal, journal.announce(entry(newest))).await.unwrap();
    assert!(written(&path).ends_with(&announcement(newest..=newest + AHEAD)));
    let before = written(&path);
    journal.announce(entry(newest + 1)).await.unwrap();
    assert_eq!(written(&path), before);
    // A request that is to leave once more is announced once more.
    kept(&journal, journal.announce_again(entry(newest))).await.unwrap();
    assert!(written(&path)[before.len()..].starts_with(&announcement(newest..=newest)));
}

/// Slowly, nothing is announced that is not about to leave.
#[tokio::test]
async fn who_sends_slowly_announces_one_at_a_time() {
    let (_folder, path, journal) = journal();
    for n in 1..4 {
        let before = |pace: Pace| Pace { since: pace.since - BEHIND * 100, ..pace };
        journal.pace.update(|pace| pace.map(before));
        kept(&journal, journal.announce(entry(n))).await.unwrap();
    }
    assert_eq!(written(&path), [1, 2, 3].map(|n| announcement(n..=n)).concat());
}

#[tokio::test]
async fn after_the_first_error_nothing_is_written() {
    let (_folder, path, journal) = journal();
    *journal.failed.borrow_mut() = Some(Error::new(Failure::DiskFull, "full"));
    for _ in 0..2 {
        journal.hold(entry(1), State::Sending);
        assert_eq!(journal.flush().unwrap_err().code, Failure::DiskFull);
        assert_eq!(journal.announce(entry(1)).await.unwrap_err().code, Failure::DiskFull);
        assert_eq!(journal.settle().await.unwrap_err().code, Failure::DiskFull);
    }
    assert_eq!(written(&path), "");
}
