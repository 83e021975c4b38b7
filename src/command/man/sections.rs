//! The sections of a man page that stand beside the options.

use clap::Command;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use crate::finding::RULES;

/// What the tool is, in the page of hookprint itself.
const DESCRIPTION: [&str; 3] = [
    "hookprint checks what webhooks are made of: the certificates that hosts and callers present, \
     the keystores they come from, the signatures of payloads, and the requests themselves.",
    "Everything checked is an item. An item has facts (what is there), findings (what is wrong \
     with it) or a failure (why it could not be checked). All output formats show the same \
     items.",
    "Secrets and passwords are never given as values. A SOURCE says where to read one: file:PATH \
     (one final newline is removed, with a note), env:NAME, fd:N, stdin, or prompt. Durations are \
     90s, 15m, 12h, 30d \
     or 1h30m; sizes are 64KiB or 10MB; - is standard input.",
];

/// What the environment changes.
const ENVIRONMENT: [(&str, &str); 6] = [
    ("NO_COLOR", "no colour, if not empty"),
    ("COLUMNS", "width in columns, overriding the terminal's"),
    ("CLICOLOR_FORCE", "colour even if the output is not a terminal, unless 0"),
    (
        "HTTPS_PROXY, ALL_PROXY, NO_PROXY",
        "the proxy, and the hosts that bypass it; also in lower case",
    ),
    ("SSL_CERT_FILE", "trust anchors, instead of the system's"),
    ("LC_ALL, LC_CTYPE, LANG", "whether non-ASCII characters can be shown"),
];

/// Files that are read or written without being named on the command line, or have a form of ours.
const FILES: [(&str, &str); 1] = [(
    "*.har.ndjson",
    "captured requests: one HAR entry per line, with the exact bytes; mode 0600",
)];

/// Exit codes, as they stand in every page.
const EXIT_CODES: [(&str, &str); 5] = [
    ("0", "checked; nothing at or above --fail-on"),
    (
        "1",
        "checked; at least one finding at or above --fail-on, even if something could not be checked",
    ),
    ("2", "wrong options or values; nothing was done"),
    (
        "3",
        "could not check: something was unreachable, unreadable or could not be decrypted, or \
         nothing was found",
    ),
    ("130", "interrupted"),
];

/// What other people's pages say.
const SEE_ALSO: [&str; 4] = ["openssl(1)", "curl(1)", "keytool(1)", "jq(1)"];

/// NAME, SYNOPSIS and DESCRIPTION; the page of hookprint itself has COMMANDS too.
pub fn opening(command: &Command, name: &str) -> Roff {
    let mut roff = Roff::new();
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    roff.control("SH", ["NAME"]);
    roff.text([roman(format!("{name} - {}", about.trim_end_matches(['.', '?'])))]);
    roff.control("SH", ["SYNOPSIS"]);
    let usage = command.clone().render_usage().to_string();
    let usage: Vec<_> = usage.trim_start_matches("Usage: ").split_whitespace().collect();
    roff.text(synopsis(&usage));
    roff.control("SH", ["DESCRIPTION"]);
    if !command.has_subcommands() {
        let long = command.get_long_about().map(ToString::to_string).unwrap_or(about);
        roff.text([roman(ended(&long))]);
        roff.control("PP", []);
        roff.text([roman(
            "Options that every command has (--format, --report, --fail-on, --at and others), \
             finding codes and the environment are described in hookprint(1).",
        )]);
        return roff;
    }
    for paragraph in DESCRIPTION {
        roff.control("PP", []);
        roff.text([roman(paragraph)]);
    }
    roff.control("SH", ["COMMANDS"]);
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        term(&mut roff, &format!("hookprint-{}(1)", command.get_name()), &about);
    }
    roff
}

/// NOTES, EXAMPLES, EXIT STATUS and SEE ALSO; the page of hookprint itself has FINDINGS, ENVIRONMENT and
/// FILES too.
pub fn closing(command: &Command, names: &[String]) -> Roff {
    let mut roff = Roff::new();
    let is_root = command.has_subcommands();
    if is_root {
        roff.control("SH", ["FINDINGS"]);
        roff.text([roman(
            "What can be wrong, by code, with its usual severity. --allow CODE counts it as info.",
        )]);
        for rule in RULES {
            let text = format!("{}: {}. {}", rule.severity.name(), rule.title, rule.explanation);
            term(&mut roff, rule.id, &text);
        }
        terms(&mut roff, "ENVIRONMENT", &ENVIRONMENT);
        terms(&mut roff, "FILES", &FILES);
    }
    if command.get_name() == "explain" {
        roff.control("SH", ["CODES"]);
        for (id, text) in super::codes::terms() {
            term(&mut roff, &id, &text);
        }
    }
    if let Some(notes) = command.get_after_long_help() {
        roff.control("SH", ["NOTES"]);
        for paragraph in notes.to_string().split("\n\n") {
            // A table stands as it is, and a sentence is filled.
            let is_table = paragraph.contains("\n  ");
            roff.control("PP", []);
            if is_table {
                roff.control("nf", []);
            }
            for line in paragraph.lines() {
                roff.text([roman(line)]);
            }
            if is_table {
                roff.control("fi", []);
            }
        }
    }
    let examples = command.get_before_long_help().map(ToString::to_string).unwrap_or_default();
    roff.control("SH", ["EXAMPLES"]);
    roff.control("nf", []);
    for line in examples.lines().skip(1) {
        roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
    }
    roff.control("fi", []);
    terms(&mut roff, "EXIT STATUS", &EXIT_CODES);
    roff.control("SH", ["SEE ALSO"]);
    // Only the page of hookprint itself names every command: one more command changes one page.
    let own = if is_root { names } else { &["hookprint".to_owned()] };
    let own = own.iter().map(|name| format!("{name}(1)"));
    let all: Vec<_> = own.chain(SEE_ALSO.map(str::to_owned)).collect();
    roff.text([roman(all.join(", "))]);
    roff
}

/// A usage line: what is typed as it stands is bold.
fn synopsis(usage: &[&str]) -> Vec<Inline> {
    let mut inlines = Vec::new();
    for &word in usage {
        let is_typed = !word.contains(['<', '[', '|']);
        inlines.push(if is_typed { bold(word) } else { roman(word) });
        inlines.push(roman(" "));
    }
    inlines.pop();
    inlines
}

fn terms(roff: &mut Roff, title: &str, terms: &[(&str, &str)]) {
    roff.control("SH", [title]);
    for (name, meaning) in terms {
        term(roff, name, meaning);
    }
}

fn term(roff: &mut Roff, name: &str, meaning: &str) {
    roff.control("TP", []);
    roff.text([bold(name)]);
    roff.text([roman(meaning)]);
}

/// Text as a sentence.
fn ended(text: &str) -> String {
    match text.ends_with(['.', '?', '!']) {
        true => text.to_owned(),
        false => format!("{text}."),
    }
}
