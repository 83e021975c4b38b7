//! The tests of `audit` for the documentation: the pages of `explain`.

use std::fmt::Write as _;

use crate::explain;
use crate::policy::audit::Group;
use crate::policy::audit::table::{self, Test};

/// Where the written part of `docs/audit.md` ends.
pub const FROM: &str =
    "<!-- What follows is written by `UPDATE=1 cargo test --test library generated`. -->\n";

/// The part of `docs/audit.md` that is made of the table.
pub fn markdown() -> String {
    let mut text = FROM.to_owned();
    for group in Group::ALL {
        let tests: Vec<&Test> = table::tests().iter().filter(|test| test.group == group).collect();
        if tests.is_empty() {
            continue;
        }
        let _ = write!(text, "\n## Tests of {}\n", group.word());
        for test in tests {
            section(test, &mut text);
        }
    }
    text
}

fn section(test: &Test, text: &mut String) {
    let Some(one) = explain::audit::of(&test.id) else { return };
    let plain = |text: &str| text.replace('<', "&lt;");
    let _ = write!(
        text,
        "\n### {}\n\n{}; this must be {}.\n\n- Wrong: {}\n- Right: {}\n- Seen: {}\n",
        test.id,
        plain(&one.title),
        test.expected.word(),
        plain(&one.meaning),
        plain(&one.next),
        one.source
    );
}
