//! `verify`: every command that a diagnosis offers repairs: it is run by a shell, and what it leaves
//! verifies.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::harness::Tool;
use crate::needs;

tests!(
    every_command_that_is_offered_repairs,
    the_body_that_matched_is_written_whole_or_not_at_all,
    credentials_are_not_repeated_in_a_command,
);

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn tool(args: &[&str], folder: &Path) -> Tool {
    Tool::new(args)
        .args(["--scheme", "github", "--secret", "env:SECRET"])
        .env("SECRET", SECRET)
        .dir(folder)
}

/// The header of a sender who signs `body`.
fn header(body: &[u8], folder: &Path) -> String {
    fs::write(folder.join("signed"), body).unwrap();
    tool(&["sign", "signed"], folder).run().code(0).stdout.trim_end().to_owned()
}

/// Runs a line in a shell that finds the tool.
fn shell(line: &str, folder: &Path) {
    let bin = Path::new(env!("CARGO_BIN_EXE_hookprint")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut run = Command::new("sh");
    run.args(["-c", line]).current_dir(folder).env("PATH", path).env("SECRET", SECRET);
    let run = run.output().unwrap();
    // Our own ends with 1: what it was given still does not match.
    let wanted = if line.starts_with("hookprint ") { 1 } else { 0 };
    assert_eq!(run.status.code(), Some(wanted), "{line}: {}", String::from_utf8_lossy(&run.stderr));
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(body).unwrap();
    writer.finish().unwrap()
}

fn every_command_that_is_offered_repairs() {
    needs::programs(&["base64", "gzip", "head", "iconv", "jq", "perl", "printf", "tail", "tr"]);
    let json = r#"{"a":1,"b":[true,"é"]}"#;
    let pretty = "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    \"é\"\n  ]\n}";
    let utf16: Vec<u8> = "\u{feff}{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let own = "hookprint verify --write-signed-body";
    let cases: &[(&[u8], &[u8], &str)] = &[
        (b"hei\n", b"hei", "printf %s \"$(cat"),
        // The shell would take both newlines away.
        (b"hei\n\n", b"hei\n", "head -c"),
        // And the zero byte.
        (b"a\0b\n", b"a\0b", "head -c"),
        (b"hei\r\n", b"hei", "printf %s \"$(tr"),
        (b"hei", b"hei\n", "printf '\\n'"),
        (b"hei", b"hei\r\n", "printf '\\r\\n'"),
        (b" hei ", b"hei", own),
        (b"a\r\nb\r\n", b"a\nb\n", "tr -d"),
        // A lone CR must stay.
        (b"a\rb\r\nc\r\n", b"a\rb\nc\n", own),
        (b"a\nb\nc", b"a\r\nb\r\nc", "perl"),
        (b"\xef\xbb\xbfhei", b"hei", "tail"),
        (&utf16, b"{\"a\":1}", "iconv"),
        (b"eyJhIjoxfQ==", b"{\"a\":1}", "base64"),
        (b"eyJhIjoxLCI_Ijo-fQ", b"{\"a\":1,\"?\":>}", own),
        (br#"{"body":"{\"a\":1}"}"#, b"{\"a\":1}", "jq -j .body"),
        (br#"{"body":"eyJhIjoxfQ==","isBase64Encoded":true}"#, b"{\"a\":1}", own),
        (br#""{\"a\":1}""#, b"{\"a\":1}", "jq -j . "),
        (&gzip(b"hei"), b"hei", "gzip"),
        ("blåbær".as_bytes(), b"bl\xe5b\xe6r", "iconv"),
        (pretty.as_bytes(), json.as_bytes(), "jq -cj ."),
        (json.as_bytes(), pretty.as_bytes(), "jq -j ."),
        // jq reads numbers as binary fractions, and writes others.
        (b"{ \"a\": 1.0 }", b"{\"a\":1.0}", own),
        (b"{ \"a\": 12.50 }", b"{\"a\":12.50}", own),
        (b"{ \"a\": 12345678901234567890 }", b"{\"a\":12345678901234567890}", own),
        (b"{ \"a\": 1, \"a\": 2 }", b"{\"a\":1,\"a\":2}", own),
        (br#"{ "a": "\/" }"#, br#"{"a":"\/"}"#, own),
        (b"{\"b\":1,\"a\":2}", b"{\"a\":2,\"b\":1}", own),
        (b"payload=%7B%22a%22%3A1%7D", b"{\"a\":1}", own),
        (b"3\r\nhei\r\n0\r\n\r\n", b"hei", own),
        (b"{\"a\":1}", b"{\"a\": 1}\n", own),
    ];
    for (given, signed, begins) in cases {
        let folder = tempfile::tempdir().unwrap();
        let (folder, name) = (folder.path(), "-a body's.json");
        let header = header(signed, folder);
        fs::write(folder.join(name), given).unwrap();
        let args = ["verify", "--header", &header];
        let outcome = tool(&args, folder).args(["--", name]).run().code(1);
        let run = tool(&args, folder).args(["--json", "--", name]).run().code(1);
        let causes = run.item()["facts"]["diagnosis"].as_array().unwrap().clone();
        let commands: Vec<&str> =
            causes.iter().filter_map(|cause| cause["command"].as_str()).collect();
        let [command] = commands[..] else { panic!("{given:?}: {}", outcome.stdout) };
        assert!(command.starts_with(begins), "{command}");
        // The command that was read as JSON asks for JSON, too.
        let plain = command.replace(" --json", "");
        assert!(outcome.stdout.contains(&format!("next: {plain}")), "{}", outcome.stdout);
        assert_eq!(outcome.stdout.matches("next: ").count(), 1, "{}", outcome.stdout);
        shell(command, folder);
        let fixed = format!("{name}.fixed");
        let repaired = if folder.join(&fixed).exists() { &fixed } else { name };
        assert_eq!(fs::read(folder.join(repaired)).unwrap(), *signed, "{command}");
        tool(&args, folder).args(["--", repaired]).run().code(0);
    }
}

fn the_body_that_matched_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let header = header(b"{\"a\":1.0}", folder);
    fs::write(folder.join("body"), "{ \"a\": 1.0 }").unwrap();
    let verify = |args: &[&str]| {
        let args = [&["verify", "body", "--header", &header, "--write-signed-body"], args].concat();
        let scheme = ["--scheme", "github", "--secret", "env:SECRET"];
        Tool::new(args).args(scheme).env("SECRET", SECRET).dir(folder).run()
    };
    let outcome = verify(&["out"]).code(1);
    assert!(outcome.stdout.contains("written   9 bytes in out"), "{}", outcome.stdout);
    assert!(!outcome.stdout.contains("--write-signed-body"), "{}", outcome.stdout);
    assert_eq!(fs::read(folder.join("out")).unwrap(), b"{\"a\":1.0}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.join("out")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // What matches as it is, is what was signed.
    fs::write(folder.join("body"), "{\"a\":1.0}").unwrap();
    verify(&["same"]).code(0);
    assert_eq!(fs::read(folder.join("same")).unwrap(), b"{\"a\":1.0}");
    // Where nothing matches, nothing is written, and that is said.
    fs::write(folder.join("body"), "other").unwrap();
    let outcome = verify(&["none"]).code(1);
    assert!(outcome.stdout.contains("nothing was written to none"), "{}", outcome.stdout);
    assert!(!folder.join("none").exists());
    for (args, message) in
        [(&["-"][..], "this must go to a file"), (&["x", "--no-diagnose"], "cannot be used with")]
    {
        let outcome = verify(args).code(2);
        assert!(outcome.stderr.contains(message), "{}", outcome.stderr);
    }
    fs::write(folder.join("body"), format!("POST / HTTP/1.1\r\n{header}\r\n\r\nx")).unwrap();
    let outcome = tool(&["verify", "--write-signed-body", "x", "body"], folder).run().code(2);
    assert!(outcome.stderr.contains("this is a capture"), "{}", outcome.stderr);
}

/// The header that a command line holds may let somebody in: it is not repeated.
fn credentials_are_not_repeated_in_a_command() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let header = header(b"{\"a\":1.0}", folder);
    fs::write(folder.join("body"), "{ \"a\": 1.0 }").unwrap();
    let args = ["verify", "body", "--header", &header, "--header", "Authorization: Bearer s3cret"];
    for format in [&[][..], &["--json"]] {
        let outcome = tool(&args, folder).args(format).run().code(1);
        assert!(!outcome.stdout.contains("s3cret"), "{}", outcome.stdout);
        let words = "run this command again with --write-signed-body body.fixed";
        assert!(outcome.stdout.contains(words), "{}", outcome.stdout);
    }
}
