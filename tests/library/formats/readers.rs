//! Readers that know a format and not this program.

use std::collections::HashSet;

use super::sample::{self, render};

fn data(file: &str) -> String {
    format!("{}/tests/data/{file}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_schema_of_sarif_accepts_the_sarif_report() {
    let schema = std::fs::read_to_string(data("sarif-2.1.0.json")).unwrap();
    let mut schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    // The published pattern of a language is no regular expression; our reports name none.
    for definition in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][definition]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern").unwrap();
    }
    let validator = jsonschema::draft7::new(&schema).unwrap();
    for items in [sample::items(), Vec::new()] {
        let report = serde_json::from_str(&render("sarif", &items)).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&report)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let report: serde_json::Value =
        serde_json::from_str(&render("sarif", &sample::items())).unwrap();
    let run = &report["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 6);
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap().len(), 2);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]));
    }
}

/// The text exposition format: a metric's lines stand together, after its type; each series once.
#[test]
fn a_prometheus_reader_reads_the_metrics() {
    let text = render("prometheus", &sample::items());
    let mut done = HashSet::new();
    let mut series = HashSet::new();
    let mut metric = "";
    for line in text.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            let mut words = comment.split(' ');
            match (words.next(), words.next()) {
                (Some("HELP"), Some(name)) => {
                    assert!(done.insert(name), "{name} stands in two places");
                    metric = name;
                }
                (Some("TYPE"), Some(name)) => {
                    assert_eq!((name, words.next()), (metric, Some("gauge")))
                }
                _ => panic!("what is this? {line}"),
            }
            continue;
        }
        let (name, rest) = line.split_at(line.find(['{', ' ']).unwrap());
        assert_eq!(name, metric);
        let (labels, value) = match rest.strip_prefix('{') {
            Some(rest) => read_labels(rest),
            None => (Vec::new(), rest),
        };
        assert!(series.insert((name, labels)), "twice: {line}");
        value.strip_prefix(' ').unwrap().parse::<f64>().unwrap();
    }
    assert!(text.ends_with('\n'));
    let soon = format!(
        "hookprint_certificate_not_after_seconds{{item=\"certs/webex-client.p12\",alias=\"hooks-2026\",subject=\"CN=hooks.example\",sha256=\"{}\"}} 1796342400",
        sample::items()[1].outcome.first_to_end().unwrap().sha256()
    );
    assert!(text.lines().any(|line| line == soon), "{text}");
    assert!(text.contains("hookprint_item_status{item=\"certs/webex-client.p12\"} 3\n"));
}

/// `name="value",...}` and what follows. Backslash, quote and line feed are escaped in values.
fn read_labels(text: &str) -> (Vec<(String, String)>, &str) {
    let mut labels = Vec::new();
    let mut rest = text;
    loop {
        let (name, after) = rest.split_once("=\"").unwrap();
        assert!(
            name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()),
            "{name}"
        );
        let mut value = String::new();
        let mut chars = after.char_indices();
        let end = loop {
            match chars.next().unwrap() {
                (end, '"') => break end,
                (_, '\\') => match chars.next().unwrap().1 {
                    'n' => value.push('\n'),
                    escaped @ ('\\' | '"') => value.push(escaped),
                    other => panic!("no such escape: {other}"),
                },
                (_, char) => value.push(char),
            }
        };
        labels.push((name.to_owned(), value));
        rest = &after[end + 1..];
        match rest.strip_prefix(',') {
            Some(next) => rest = next,
            None => return (labels, rest.strip_prefix('}').unwrap()),
        }
    }
}

/// Monitoring plug-ins: one line of text, a pipe, performance data as `label=number`; then details.
#[test]
fn a_monitoring_core_reads_the_plugin_output() {
    let text = render("nagios", &sample::items());
    let (first, details) = text.split_once('\n').unwrap();
    let (verdict, performance) = first.split_once(" | ").unwrap();
    assert!(verdict.starts_with("CRITICAL - certs/webex-client.p12: "), "{verdict}");
    assert!(!details.contains('|') && details.lines().count() == 8, "{details}");
    for datum in performance.split(' ') {
        let (label, value) = datum.split_once('=').unwrap();
        assert!(label.bytes().all(|byte| byte.is_ascii_lowercase()));
        value.parse::<i64>().unwrap();
    }
    assert!(performance.starts_with("days=12 items=7 ok=2 "), "{performance}");
}

/// The runner of GitHub Actions: a command is a line that begins with `::`.
#[test]
fn a_workflow_runner_reads_the_commands() {
    let text = render("github", &sample::items());
    let commands: Vec<_> = text.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!((commands.len(), text.lines().count()), (8, 9));
    for command in commands {
        let (head, _message) = command[2..].split_once("::").unwrap();
        let (level, properties) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&level), "{level}");
        for property in properties.split(',') {
            let (name, _) = property.split_once('=').unwrap();
            assert!(["file", "title"].contains(&name), "{name}");
        }
    }
    assert!(text.contains(
        "::error file=certs/webex-client.p12,title=certificate expires soon::CN=hooks.example: expires in 12 days%0Anext: "
    ));
}

/// GitHub Flavored Markdown: every row has as many cells as the heading.
#[test]
fn the_markdown_table_has_four_columns() {
    let text = render("markdown", &sample::items());
    let rows: Vec<_> = text.lines().filter(|line| line.starts_with('|')).collect();
    assert_eq!(rows.len(), 2 + 7);
    for row in rows {
        assert_eq!(row.matches('|').count(), 5, "{row}");
        for tag in row.split('<').skip(1) {
            assert!(tag.starts_with("br>") || tag.starts_with("!-- -->"), "{tag}");
        }
    }
}

/// RFC 5545: lines of at most 75 bytes that end with CR LF; components nest; an identity each.
#[test]
fn a_calendar_reads_the_events() {
    let text = render("ics", &sample::items());
    assert!(text.split_inclusive('\n').all(|line| line.ends_with("\r\n") && line.len() <= 77));
    let unfolded = text.replace("\r\n ", "");
    let mut open = Vec::new();
    let mut identities = HashSet::new();
    for line in unfolded.lines() {
        let (name, value) = line.split_once(':').unwrap();
        assert!(name.bytes().all(|byte| byte.is_ascii_uppercase()), "{line}");
        match name {
            "BEGIN" => open.push(value),
            "END" => assert_eq!(open.pop(), Some(value)),
            "UID" => assert!(identities.insert(value), "twice: {value}"),
            "DTSTART" | "DTSTAMP" => {
                let digits = value.bytes().filter(u8::is_ascii_digit).count();
                assert!(value.len() == 16 && digits == 14 && value.ends_with('Z'), "{value}");
            }
            _ => {}
        }
    }
    assert!(open.is_empty());
    assert_eq!(identities.len(), 4);
    assert!(unfolded.contains("\r\nDTSTART:20261204T000000Z\r\n"));
}
