//! Every finding code is raised somewhere: a code that nothing raises promises what is not there.

use hookprint::failure::{FAILURES, Failure};
use hookprint::finding::RULES;

use super::source::{Source, sources};

#[test]
fn every_code_is_raised_somewhere() {
    let sources = sources();
    for rule in RULES {
        let word = format!("Code::{:?}", rule.code);
        let is_raised = sources
            .iter()
            .filter(|source| source.path != "finding.rs")
            .any(|source| source.code().any(|(_, line)| names(line, &word)));
        assert!(is_raised, "nothing raises {}", rule.id);
    }
}

/// Every failure is raised somewhere, and stands in a test, which raises it.
#[test]
fn every_failure_is_raised_by_a_test() {
    let mut tests = super::source::texts_of("tests");
    tests.extend(sources().iter().map(Source::tests));
    let code: String = sources()
        .iter()
        .flat_map(|source| source.code())
        .map(|(_, line)| format!("{line}\n"))
        .collect();
    for row in FAILURES {
        let word = format!("Failure::{:?}", row.failure);
        assert!(names(&code, &word), "nothing fails with {}", row.id);
        // Nobody is left to read of it.
        let is_raised =
            |text: &String| names(text, &word) || text.contains(&format!("\"{}\"", row.id));
        assert!(
            row.failure == Failure::ClosedPipe || tests.iter().any(is_raised),
            "no test raises {}",
            row.id
        );
    }
}

/// Whether that very word stands there: `Code::PinOld` does not stand in `Code::PinOlder`.
fn names(text: &str, word: &str) -> bool {
    let ends = |after: &str| !after.starts_with(char::is_alphanumeric);
    text.match_indices(word).any(|(at, _)| ends(&text[at + word.len()..]))
}
