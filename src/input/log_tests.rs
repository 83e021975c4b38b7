//! Records are whole, whoever else writes, whatever fails, and wherever the file goes.

use super::*;
use crate::input::disk::trouble::{Trouble, at_every_operation};

#[test]
fn records_are_appended_after_whole_and_torn_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    Log::open(&path).unwrap().append(b"one\n").unwrap();
    Log::open(&path).unwrap().append(b"tor").unwrap();
    let mut log = Log::open(&path).unwrap();
    log.append(b"two\n").unwrap();
    log.syncer()().unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"one\ntor\ntwo\n");
}

#[test]
fn large_records_are_there_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let mut log = Log::open(&path).unwrap();
    let large = vec![b'x'; 3 * PIECE];
    log.append_pieces(|out| large.chunks(1000).try_for_each(|it| out.write_all(it))).unwrap();
    log.append(b"\n").unwrap();
    let broken = log.append_pieces(|out| {
        out.write_all(&large)?;
        out.write_all(b"tail")?;
        Err(std::io::ErrorKind::StorageFull.into())
    });
    assert_eq!(broken.unwrap_err().code, Failure::DiskFull);
    log.append(b"two\n").unwrap();
    assert!(std::fs::read(&path).unwrap() == [&large[..], b"\ntwo\n"].concat());
}

/// As `logrotate` does it, and `rm`.
#[cfg(unix)]
#[test]
fn records_go_where_the_name_leads() {
    for is_synced in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let (path, moved) = (folder.path().join("log"), folder.path().join("log.1"));
        let read = |path: &Path| std::fs::read_to_string(path).unwrap();
        let mut log = Log::open(&path).unwrap();
        let sync = is_synced.then(|| log.syncer());
        let synced = || sync.iter().all(|sync| sync().is_ok());
        log.append(b"one\n").unwrap();
        std::fs::rename(&path, &moved).unwrap();
        log.append_pieces(|out| out.write_all(b"two\n")).unwrap();
        assert!(synced());
        assert_eq!((read(&moved), read(&path)), ("one\n".into(), "two\n".into()));
        std::fs::remove_file(&path).unwrap();
        log.append(b"three\n").unwrap();
        // Somebody else has begun the next one already, and was killed.
        std::fs::rename(&path, &moved).unwrap();
        std::fs::write(&path, "to").unwrap();
        log.append(b"four\n").unwrap();
        assert_eq!((read(&moved), read(&path)), ("three\n".into(), "to\nfour\n".into()));
        // What another program cuts short goes on at its new end.
        std::fs::write(&path, "").unwrap();
        log.append(b"five\n").unwrap();
        assert!(synced());
        assert_eq!(read(&path), "five\n");
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert_eq!(log.append(b"six\n").unwrap_err().code, Failure::Write);
    }
}

#[test]
fn two_who_append_to_one_file_do_not_tear_each_others_records() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let append = |letter: u8| {
        for number in 0..10 {
            let mut log = Log::open(&path).unwrap();
            let large = [vec![letter; 2 * PIECE], b"\n".to_vec()].concat();
            match number % 2 {
                0 => log.append_pieces(|out| {
                    large.chunks(PIECE).try_for_each(|piece| {
                        out.write_all(piece)?;
                        out.flush()
                    })
                }),
                _ => log.append(&[letter, b'\n']),
            }
            .unwrap();
        }
    };
    std::thread::scope(|scope| {
        for letter in *b"abc" {
            scope.spawn(move || append(letter));
        }
    });
    let written = std::fs::read(&path).unwrap();
    let mut lines: Vec<_> = written.split_inclusive(|byte| *byte == b'\n').collect();
    let is_whole = |line: &[u8]| {
        let (end, text) = line.split_last().unwrap();
        *end == b'\n'
            && [1, 2 * PIECE].contains(&text.len())
            && text.iter().all(|byte| *byte == text[0])
    };
    assert!(lines.iter().all(|line| is_whole(line)));
    lines.sort_unstable();
    assert_eq!(lines.len(), 30);
}

#[test]
fn whether_another_process_appends_is_seen_without_a_wait() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let (log, other) = (Log::open(&path).unwrap(), Log::open(&path).unwrap());
    assert!(log.is_free() && other.is_free());
    let alone = other.alone(&other.file).unwrap();
    assert!(!log.is_free());
    drop(alone);
    assert!(log.is_free());
}

#[cfg(unix)]
#[test]
fn new_logs_are_private() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    Log::open(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let error = Log::open(Path::new("/dev/full")).unwrap().append(b"x\n").unwrap_err();
    assert_eq!(error.code, Failure::DiskFull);
}

/// Whatever fails, and wherever the power is cut: what was appended and synced is there, and a later
/// run appends behind it.
#[test]
fn a_record_that_was_kept_stays() {
    let record = |number: usize| format!("{number} {}\n", "x".repeat(number * 97 % 700));
    let write = |folder: &Path| {
        let (mut appended, mut synced) = (Vec::new(), Vec::new());
        // Two runs.
        for numbers in [0..4, 4..8] {
            let Ok(mut log) = Log::open(&folder.join("log")) else { continue };
            for number in numbers {
                if log.append(record(number).as_bytes()).is_ok() {
                    appended.push(number);
                }
                if log.syncer()().is_ok() {
                    synced.clone_from(&appended);
                }
            }
        }
        (appended, synced)
    };
    at_every_operation(write, |folder, (appended, synced), trouble| {
        let path = folder.join("log");
        if let Ok(mut log) = Log::open(&path) {
            log.append(b"later\n").unwrap();
        }
        let found = std::fs::read(path).unwrap();
        let lines: Vec<_> = found.split_inclusive(|byte| *byte == b'\n').collect();
        let is_there = |number| lines.contains(&record(number).as_bytes());
        let kept = if matches!(trouble, Trouble::PowerCut(_)) { &synced } else { &appended };
        assert!(kept.iter().all(|number| is_there(*number)), "{trouble:?} {kept:?}");
        assert!(lines.contains(&&b"later\n"[..]), "{trouble:?}");
        // What its sender was told is not kept, is not kept.
        if matches!(trouble, Trouble::Error | Trouble::Full) {
            assert!((0..8).all(|number| is_there(number) == kept.contains(&number)));
        }
    });
}
