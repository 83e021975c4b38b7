//! Every finding code is raised somewhere: a code that nothing raises promises what is not there.

use hookprint::finding::RULES;

use crate::sources;

#[test]
fn every_code_is_raised_somewhere() {
    let sources = sources();
    for rule in RULES {
        let word = format!("Code::{:?}", rule.code);
        let is_raised = sources.iter().filter(|source| source.path != "finding.rs").any(|source| {
            source.code().any(|(_, line)| {
                // `Code::PinOld` is not raised by `Code::PinOlder`.
                let ends = |after: &str| !after.starts_with(char::is_alphanumeric);
                line.match_indices(&word).any(|(at, _)| ends(&line[at + word.len()..]))
            })
        });
        assert!(is_raised, "nothing raises {}", rule.id);
    }
}

/// Every failure code that the source names stands in a test, which raises it.
#[test]
fn every_failure_is_raised_by_a_test() {
    let mut tests = crate::texts_of("tests");
    // Unit tests stand at the bottom of their file.
    tests.extend(sources().iter().filter_map(|source| {
        let at = source.text.find("\n#[cfg(test)]")?;
        Some(source.text[at..].to_owned())
    }));
    let mut codes = std::collections::BTreeSet::new();
    for source in sources() {
        let code: String = source.code().map(|(_, line)| format!("{line}\n")).collect();
        for maker in ["Error::input(", "Error::network(", "Error::output("] {
            for (at, _) in code.match_indices(maker) {
                let rest = code[at + maker.len()..].trim_start();
                let name = rest.strip_prefix('"').and_then(|rest| rest.split('"').next());
                codes.extend(name.map(str::to_owned));
            }
        }
    }
    assert!(codes.len() > 30, "where are the failures? {codes:?}");
    codes.retain(|code| {
        let word = format!("\"{code}\"");
        !tests.iter().any(|text| text.contains(&word))
    });
    assert!(codes.is_empty(), "no test raises {codes:?}");
}
