//! The page of each test of `audit`: what goes wrong in real receivers, how it is written right, and a
//! public case of it.

use crate::outcome::explanation::{Explanation, Kind};
use crate::policy::audit::table::{self, Test};

/// What stands before the id of a test, where other things can be asked for too.
pub const PREFIX: &str = "audit:";
/// Where the code stands that keeps a forged call out.
const CODE: &str = "docs/audit.md has the lines of code, in six languages";

/// What the test of this id is about.
pub fn of(id: &str) -> Option<Explanation> {
    table::named(id).map(explained)
}

/// All tests.
pub fn all() -> impl Iterator<Item = Explanation> {
    table::tests().iter().map(explained)
}

fn explained(test: &Test) -> Explanation {
    let expected = format!("{}: must be {}", test.group.word(), test.expected.word());
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Explanation {
        kind: Kind::Audit,
        id: format!("{PREFIX}{}", test.id),
        title: test.change.clone(),
        from: "audit".to_owned(),
        side: None,
        line: None,
        times: 1,
        meaning: text(&test.wrong),
        causes: Vec::new(),
        next: text(&test.right),
        related: Vec::new(),
        source: text(&test.advisory),
        grade: "published".to_owned(),
        also: vec![expected, CODE.to_owned()],
        page: None,
        is_listed: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_is_explained_and_has_a_public_case() {
        let mut count = 0;
        for one in all() {
            for text in [&one.title, &one.meaning, &one.next] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{}: {text:?}", one.id);
            }
            for source in one.source.split("; ") {
                assert!(source.starts_with("https://"), "{}: {source:?}", one.id);
            }
            count += 1;
        }
        assert!(count > 50, "{count}");
        assert_eq!(of("stale").unwrap().id, "audit:stale");
        assert!(of("nonsense").is_none());
    }
}
