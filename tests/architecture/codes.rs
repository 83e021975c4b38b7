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
