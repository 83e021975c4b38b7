//! All that is to be seen of a run, people's output and programs', as golden files keep it.

use std::path::Path;

use super::pki::NOW;
use super::{Outcome, Tool, steady};

/// How each run is looked at: the columns of the terminal, and an option.
pub const LOOKS: [(&str, &[&str]); 4] =
    [("80", &[]), ("120", &[]), ("120", &["-v"]), ("80", &["--json"])];

/// A run in every look: what it prints, on stderr too, and its exit code.
pub fn every_look(folder: &Path, tool: impl Fn() -> Tool) -> String {
    let look = |(columns, options): &(&str, &[&str])| {
        let tool = tool().args(["--at", NOW]).args(*options).env("COLUMNS", columns).dir(folder);
        headed(columns, options, &tool.run())
    };
    LOOKS.iter().map(look).collect()
}

/// What a run printed, below the look that it was given.
pub fn headed(columns: &str, options: &[&str], outcome: &Outcome) -> String {
    let Outcome { code, stdout, stderr, .. } = outcome;
    let stdout = stable(stdout);
    let look = format!("{columns} columns {}", options.join(" "));
    format!("== {}\n{stdout}== stderr\n{stderr}== exit {code}\n", look.trim_end())
}

/// The text without what is another in each run: ports, times, and the version of the tool.
pub fn stable(text: &str) -> String {
    const MOMENT: &str = "\"2026-11-22T05:00:00Z\"";
    let values = [
        ("\"seconds\":", "0"),
        ("\"version\":\"0", "\""),
        ("\"startedDateTime\":", MOMENT),
        ("\"_receivedAt\":", MOMENT),
        ("{\"at\":", MOMENT),
        ("\"first_seen\":\"", "2026-11-22T05:00:00Z\""),
        ("\"last_seen\":\"", "2026-11-22T05:00:00Z\""),
        ("      at         ", "2026-11-22T05:00:00Z"),
        ("\"time\":", "0"),
        ("\"wait\":", "0"),
        ("\"port\":", "40443"),
        (" connections in ", "0.0 s"),
    ];
    values.iter().fold(steady(text), |text, (before, value)| replaced(&text, before, value))
}

/// The text with another value behind each `before`.
fn replaced(text: &str, before: &str, value: &str) -> String {
    let mut parts = text.split(before);
    let mut stable = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find([',', '}', '\n']).unwrap_or(part.len());
        stable.extend([before, value, &part[end..]]);
    }
    stable
}
