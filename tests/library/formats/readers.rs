//! Readers that know a format and not this program.

use std::collections::HashSet;

use hookprint::report::{Item, Place};
use serde_json::Value;

use super::sample::{self, render};

fn data(file: &str) -> String {
    format!("{}/tests/data/{file}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_schema_of_sarif_accepts_the_sarif_report() {
    let schema = std::fs::read_to_string(data("sarif-2.1.0.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&schema).unwrap();
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
}

/// What code scanning of GitHub asks for beyond the schema (docs.github.com, "SARIF support for code
/// scanning"): texts that are not empty and not too long, a rule for each result, and one place in a file.
#[test]
fn code_scanning_takes_the_sarif_report() {
    let text = |value: &Value, limit: usize| {
        let text = value.as_str().unwrap_or_default();
        assert!(!text.is_empty() && text.chars().count() <= limit, "{value}");
    };
    let report: Value = serde_json::from_str(&render("sarif", &sample::items())).unwrap();
    assert_eq!(report["version"], "2.1.0");
    text(&report["$schema"], 1024);
    let run = &report["runs"][0];
    text(&run["tool"]["driver"]["name"], 255);
    assert_eq!(run["automationDetails"]["id"], "hookprint/sample/");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let mut ids = HashSet::new();
    for rule in rules {
        assert!(ids.insert(rule["id"].as_str().unwrap()), "twice: {}", rule["id"]);
        text(&rule["id"], 255);
        text(&rule["shortDescription"]["text"], 1024);
        text(&rule["fullDescription"]["text"], 1024);
        text(&rule["help"]["text"], 4096);
        text(&rule["help"]["markdown"], 4096);
        let words =
            [&rule["defaultConfiguration"]["level"], &rule["properties"]["problem.severity"]];
        let known = [["error"; 2], ["warning"; 2], ["note", "recommendation"]];
        assert!(known.iter().any(|known| words == *known), "{rule}");
        assert_eq!(rule["properties"]["precision"], "very-high");
    }
    let results = run["results"].as_array().unwrap();
    assert!(results.len() <= 25_000);
    let mut fingerprints = HashSet::new();
    for result in results {
        assert!(ids.contains(result["ruleId"].as_str().unwrap()), "{result}");
        text(&result["message"]["text"], 65_536);
        let [location] = &result["locations"].as_array().unwrap()[..] else { panic!("{result}") };
        let place = &location["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        // A path from the root of the repository, or a file: no other scheme, and nothing above it.
        let path = uri.strip_prefix("file:///").unwrap_or(uri);
        assert!(!path.is_empty() && !path.starts_with(['/', '.']), "{uri}");
        assert!(path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':'), "{uri}");
        let number = |name: &str| place["region"][name].as_u64().unwrap();
        assert!(number("startLine") >= 1 && number("startLine") == number("endLine"), "{place}");
        assert!(number("startColumn") < number("endColumn"), "{place}");
        let hash = result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
        let (hex, count) = hash.split_once(':').unwrap();
        assert!(hex.len() == 16 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
        count.parse::<u8>().unwrap();
        assert!(fingerprints.insert(hash), "two alerts are one: {result}");
    }
    // Of two that are alike in one item each is an alert.
    let mut twice = sample::items().swap_remove(1);
    twice.findings.push(twice.findings[0].clone());
    let report: Value = serde_json::from_str(&render("sarif", &[twice])).unwrap();
    let hashes = [0, 1].map(
        |n| &report["runs"][0]["results"][n]["partialFingerprints"]["primaryLocationLineHash"],
    );
    let [first, second] = hashes.map(|hash| hash.as_str().unwrap().split_once(':').unwrap());
    assert_eq!((first.0, first.1, second.1), (second.0, "1", "2"));
    // What could not be looked at has not been mended: it is a result, too.
    let failed =
        results.iter().filter(|one| one["ruleId"] == "tls-alert" || one["ruleId"] == "malformed");
    assert_eq!((results.len(), failed.count()), (8, 2));
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn a_list_of_targets_is_a_place_in_a_report() {
    let place = Place { line: 7, columns: 17, ..Place::file("hosts.txt") };
    let item = Item { place: Some(place), ..sample::items().swap_remove(3) };
    let report: Value =
        serde_json::from_str(&render("sarif", std::slice::from_ref(&item))).unwrap();
    let location = &report["runs"][0]["results"][0]["locations"][0];
    assert_eq!(location["physicalLocation"]["artifactLocation"]["uri"], "hosts.txt");
    let region = serde_json::json!({
        "startLine": 7, "startColumn": 1, "endLine": 7, "endColumn": 18
    });
    assert_eq!(location["physicalLocation"]["region"], region);
    assert_eq!(location["logicalLocations"][0]["fullyQualifiedName"], "partner.example:443");
    let annotation = render("github", &[item]);
    let expected = "::error file=hosts.txt,line=7,title=tls-alert::partner.example:443: refused";
    assert!(annotation.starts_with(expected), "{annotation}");
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
        let (label, values) = datum.split_once('=').unwrap();
        assert!(label.bytes().all(|byte| byte.is_ascii_lowercase()));
        // 'label'=value;warn;crit: ranges outside of which it is one.
        let mut values = values.split(';');
        values.next().unwrap().parse::<i64>().unwrap();
        for range in values.clone().filter(|range| !range.is_empty()) {
            range.trim_end_matches(':').parse::<f64>().unwrap();
        }
        assert!(values.count() <= 2, "{datum}");
    }
    // It lives for 33 days: a third of that is a warning, a tenth critical.
    let expected = "days=12;11:;3.3: items=7 ok=2 info=1 warning=1;0 critical=1;;0 failed=2";
    assert_eq!(performance, expected);
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
            assert!(["file", "line", "title"].contains(&name), "{name}");
        }
    }
    assert!(text.contains(
        "::error file=certs/webex-client.p12,line=1,title=certificate expires soon::CN=hooks.example: expires in 12 days%0Anext: "
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
