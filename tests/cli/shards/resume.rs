//! `--resume`: whatever ended a run, the next one goes on, and in the end the rows are those of a run
//! that nothing disturbed.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::inputs::{self, AT, Folder, VERIFY};
use crate::harness::{Running, Tool};

/// A run over numbered rows, into this file.
fn tool(folder: &Path, line: &str, file: &str) -> Tool {
    let line = format!("{line} --format ndjson --at {AT} --output {file}");
    Tool::new(line.split(' ')).dir(folder)
}

/// What a run writes that nothing disturbs.
fn undisturbed(folder: &Path, line: &str) -> Vec<u8> {
    drop(tool(folder, &format!("{line} --end-mark"), "whole").run());
    fs::read(folder.join("whole")).unwrap()
}

/// Commands that go on, over inputs of some hundred records.
fn commands(folder: &Folder) -> [String; 5] {
    let lines: String = (0..300).map(|number| inputs::entry(number) + "\n\n").collect();
    folder.write("d.har.ndjson", lines.as_bytes());
    let targets: String =
        (0..300).map(|n| if n % 3 == 0 { "file:none\n" } else { "file:a.pem\n" }).collect();
    folder.write("targets", targets.as_bytes());
    [
        format!("{VERIFY} d.har.ndjson"),
        format!("{VERIFY} d.har.ndjson --shard 2/3"),
        format!("{VERIFY} d.har.ndjson -q"),
        "thumbprint --targets targets --jobs 256".to_owned(),
        "inspect store".to_owned(),
    ]
}

/// The file and its note as a run leaves them that was killed after so many bytes.
fn killed(folder: &Path, whole: &[u8], length: usize) {
    let end: Value =
        serde_json::from_slice(whole.split(|byte| *byte == b'\n').rev().nth(1).unwrap()).unwrap();
    let note = format!(
        "{{\"shard\":{},\"input_sha256\":{}}}\n",
        end["end"]["shard"], end["end"]["input_sha256"]
    );
    fs::write(folder.join("rows.resume"), note).unwrap();
    fs::write(folder.join("rows"), &whole[..length]).unwrap();
}

#[test]
fn rows_that_end_at_any_byte_are_gone_on_with() {
    let folder = Folder::new();
    for line in commands(&folder) {
        let whole = undisturbed(folder.path(), &line);
        let cuts = (0..12).map(|number| whole.len() * number / 12);
        for length in cuts.chain([1, whole.len() - 1, whole.len() - 2]) {
            killed(folder.path(), &whole, length);
            drop(
                tool(folder.path(), &format!("{line} --resume --exit complete"), "rows")
                    .run()
                    .code(0),
            );
            let rows = fs::read(folder.path().join("rows")).unwrap();
            assert!(rows == whole, "{line}: cut at {length} of {}", whole.len());
            assert!(!folder.path().join("rows.resume").exists());
        }
    }
}

/// As long as the file of a running command grows, it is killed somewhere, and run again.
#[cfg(unix)]
#[test]
fn runs_that_are_killed_lose_no_row_and_double_none() {
    let kills = std::env::var("HOOKPRINT_KILLS").map_or(20, |kills| kills.parse().unwrap());
    let folder = Folder::new();
    let lines: String = (0..4_000).map(|number| inputs::entry(number % 90) + "\n").collect();
    folder.write("d.har.ndjson", lines.as_bytes());
    let line = format!("{VERIFY} d.har.ndjson --shard 1/2");
    let whole = undisturbed(folder.path(), &line);
    let file = folder.path().join("rows");
    let length = || fs::metadata(&file).map_or(0, |metadata| metadata.len());
    let mut done = 0;
    while done < kills {
        let run = tool(folder.path(), &format!("{line} --resume"), "rows").into_command();
        let mut run = Running({ run }.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        // Another share of what is left each time.
        let until = length() + (whole.len() as u64 - length()) * (done % 7) / 8;
        while run.try_wait().unwrap().is_none() && length() < until {
            thread::sleep(Duration::from_micros(50));
        }
        let is_killed = run.try_wait().unwrap().is_none();
        run.kill().unwrap();
        run.wait().unwrap();
        done += u64::from(is_killed);
        if !is_killed || done % 5 == 0 {
            drop(tool(folder.path(), &format!("{line} --resume"), "rows").run().code(1));
            assert!(fs::read(&file).unwrap() == whole, "after {done} kills");
            fs::remove_file(&file).unwrap();
        }
    }
}

#[cfg(unix)]
#[test]
fn a_run_that_is_told_to_end_is_gone_on_with() {
    for quiet in ["", " -q"] {
        let folder = Folder::new();
        let line = format!("thumbprint --targets - --exit complete{quiet}");
        let targets = ["file:none\nfile:a.pem\n", "\nfile:none\nfile:a.pem\n"];
        let run = |file: &str, option: &str| {
            tool(folder.path(), &format!("{line} {option}"), file)
                .stdin(targets.concat())
                .run()
                .code(0)
        };
        drop(run("whole", "--end-mark"));
        let mut command = tool(folder.path(), &format!("{line} --resume"), "rows").into_command();
        let mut child =
            Running(command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(targets[0].as_bytes()).unwrap();
        let rows = || fs::read_to_string(folder.path().join("rows")).unwrap_or_default();
        while rows().lines().count() < 2 - quiet.len() / 3 {
            thread::sleep(Duration::from_millis(1));
        }
        let told = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(told.success());
        assert_eq!(child.wait().unwrap().code(), Some(3));
        let last: Value = serde_json::from_str(rows().lines().last().unwrap()).unwrap();
        assert_eq!(last["end"]["complete"], false, "{last}");
        drop(run("rows", "--resume"));
        assert_eq!(rows(), fs::read_to_string(folder.path().join("whole")).unwrap());
    }
}

#[test]
fn rows_of_something_else_are_left_alone() {
    let folder = Folder::new();
    let [line, ..] = commands(&folder);
    let whole = undisturbed(folder.path(), &line);
    let before = |length: usize| {
        killed(folder.path(), &whole, length);
        whole[..length].to_vec()
    };
    let resume = |line: &str| tool(folder.path(), &format!("{line} --resume"), "rows").run();
    let is_refused = |line: &str, bytes: &[u8]| {
        let outcome = resume(line).code(2);
        assert!(outcome.stderr.contains("not rows of"), "{line}: {}", outcome.stderr);
        assert!(fs::read(folder.path().join("rows")).unwrap() == bytes, "{line}");
    };
    for length in [whole.len() / 2, whole.len()] {
        let bytes = before(length);
        is_refused(&format!("{line} --shard 1/2"), &bytes);
        is_refused(&format!("{line} --tolerance 1h"), &bytes);
        is_refused(&line.replace("d.har.ndjson", "targets"), &bytes);
        // A word that is no option does not cost what was done.
        assert!(resume(&format!("{line} --no-such")).code(2).stderr.contains("--no-such"));
        assert!(fs::read(folder.path().join("rows")).unwrap() == bytes);
    }
    let half = before(whole.len() / 2);
    fs::remove_file(folder.path().join("rows.resume")).unwrap();
    is_refused(&line, &half);
    folder.write("rows", b"nothing of ours\n");
    is_refused(&line, b"nothing of ours\n");
    let report = format!("{line} --resume --report json=report.json");
    drop(tool(folder.path(), &report, "rows").run().code(2));
    let report: Value =
        serde_json::from_slice(&fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    assert_eq!(report["items"][0]["failure"]["code"], "resume-mismatch");
    let half = before(whole.len() / 2);
    folder.write("d.har.ndjson", inputs::entry(7).as_bytes());
    is_refused(&line, &half);
}

#[test]
fn what_is_done_is_not_done_again() {
    let folder = Folder::new();
    let [line, ..] = commands(&folder);
    for _ in 0..2 {
        drop(tool(folder.path(), &format!("{line} --resume"), "rows").run().code(1));
        // What it would be verified with is not even read.
        let _ = fs::remove_file(folder.path().join("secret"));
    }
    drop(tool(folder.path(), &format!("{line} --resume --exit complete"), "rows").run().code(0));
    for line in ["inspect store --resume", "inspect store --resume --format ndjson"] {
        let said = Tool::new(line.split(' ')).dir(folder.path()).run().code(2).stderr;
        assert!(said.contains("--output"), "{said}");
    }
}

/// A disk of 256 KiB, which only the superuser can make.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_gone_on_from() {
    let folder = Folder::new();
    let [line, ..] = commands(&folder);
    let whole = undisturbed(folder.path(), &line);
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mount = |size: &str| {
        let options = format!("size={size}");
        let args = ["-t", "tmpfs", "-o", options.as_str(), "tmpfs"];
        Command::new("mount").args(args).arg(&disk).stderr(Stdio::null()).status()
    };
    if !mount("64k").is_ok_and(|status| status.success()) {
        return eprintln!("skipped: no disk can be made");
    }
    let full = tool(folder.path(), &format!("{line} --resume --exit complete"), "disk/rows").run();
    let half = fs::read(disk.join("rows")).unwrap();
    let notes = fs::read(disk.join("rows.resume")).unwrap();
    let unmounted = Command::new("umount").arg(&disk).status().unwrap();
    assert!(unmounted.success() && !half.is_empty() && whole.starts_with(&half));
    assert!(full.code(3).stderr.contains("No space"));
    folder.write("disk/rows", &half);
    folder.write("disk/rows.resume", &notes);
    drop(tool(folder.path(), &format!("{line} --resume"), "disk/rows").run().code(1));
    assert!(fs::read(disk.join("rows")).unwrap() == whole);
}
