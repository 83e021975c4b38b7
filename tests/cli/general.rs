//! What holds for every command: help, versions, usage errors, reports into files.

use crate::harness::Tool;

#[test]
fn version_and_help_go_to_stdout() {
    let version = Tool::new(["--version"]).run().code(0);
    assert_eq!(version.stdout, format!("hookprint {}\n", env!("CARGO_PKG_VERSION")));
    let help = Tool::new(["--help"]).run().code(0);
    assert!(help.stdout.contains("Examples:") && help.stderr.is_empty());
}

#[test]
fn usage_errors_are_exit_code_2_on_stderr() {
    for args in [
        &["nonsense"][..],
        &["man", "--format", "xml"],
        &["man", "--fail-on", "x"],
        &["man", "--at", "noon"],
    ] {
        let outcome = Tool::new(args).run().code(2);
        assert!(outcome.stdout.is_empty() && !outcome.stderr.is_empty(), "{args:?}");
    }
}

/// Times at both ends of the calendar: refused in words, or taken.
#[test]
fn no_time_is_too_early_or_too_late_to_be_answered() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("body"), "{}").unwrap();
    let run = |words: &str, at: &str| {
        let tool = Tool::new(words.split(' ')).args(["--at", at]);
        tool.env("S", "0123456789abcdef").dir(folder.path()).run()
    };
    let sign = "sign body --scheme stripe --secret env:S";
    let audit = "audit http://127.0.0.1:1/ --payload body --scheme stripe --secret env:S --dry-run";
    for at in ["9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00+23:59"] {
        for words in [sign, audit, "mint pki", "inspect body --format ics"] {
            let refused = run(words, at).code(2).stderr;
            assert!(refused.contains("not an RFC 3339 time"), "{words}: {refused}");
        }
    }
    for at in ["9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z"] {
        run(sign, at).code(0);
        run(audit, at).code(0);
        let refused = run("mint pki", at).code(2).stderr;
        assert!(refused.contains("no certificate can name such a time"), "{refused}");
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let tool = env!("CARGO_BIN_EXE_hookprint");
    let script = format!("{tool} completions bash | head -c 1 >/dev/null; exit ${{PIPESTATUS[0]}}");
    let outcome = std::process::Command::new("bash").args(["-c", &script]).output().unwrap();
    assert_eq!((outcome.status.code(), outcome.stderr.len()), (Some(0), 0));
}

#[test]
fn a_full_disk_is_a_clear_failure() {
    let outcome = Tool::new(["completions", "bash", "--output", "/dev/full"]).run().code(3);
    assert!(outcome.stderr.contains("cannot write /dev/full"), "{}", outcome.stderr);
}

#[test]
fn json_and_several_reports_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let extra = folder.path().join("extra.ndjson");
    let report = format!("ndjson={}", extra.display());
    let outcome = Tool::new(["completions", "fish", "--json", "--report", &report]).run().code(0);
    assert_eq!(outcome.json()["summary"]["ok"], 1);
    assert_eq!(std::fs::read_to_string(extra).unwrap().lines().count(), 1);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
