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

/// What the page of a code shows is what the program prints: words of it stand in the source as they are.
/// A message that is worded anew makes its example one of yesterday.
#[test]
fn every_example_is_in_the_words_of_the_source() {
    let sources: String = sources().iter().map(|source| format!("{}\n", source.text)).collect();
    // A string that goes on in the next line has a backslash there.
    let source = sources.replace("\\\n", " ");
    let source: String = source.split_whitespace().collect::<Vec<_>>().join(" ");
    let says = |text: &str, most: usize| {
        let words: Vec<&str> = text.split(' ').collect();
        words.windows(most.min(words.len())).any(|words| source.contains(&words.join(" ")))
    };
    for page in hookprint::explain::pages::all() {
        let example = page.page.unwrap().example;
        let message =
            example.lines().nth(1).and_then(|line| line.strip_prefix(&page.id)).unwrap_or_default();
        let message = message.trim_start_matches(": ");
        let next = example.lines().nth(2).and_then(|line| line.strip_prefix("next: "));
        let is_said =
            says(message, 3) || next.map_or_else(|| says(message, 2), |next| says(next, 3));
        // What is wrong with a command line is said by the parser; a name and a format leave few words.
        let is_short =
            ["usage", "provider-refuses", "renewal-unreadable"].contains(&page.id.as_str());
        assert!(
            !message.is_empty() && (is_said || is_short),
            "{}: nothing says {message:?}",
            page.id
        );
    }
}

/// Whether that very word stands there: `Code::PinOld` does not stand in `Code::PinOlder`.
fn names(text: &str, word: &str) -> bool {
    let ends = |after: &str| !after.starts_with(char::is_alphanumeric);
    text.match_indices(word).any(|(at, _)| ends(&text[at + word.len()..]))
}
