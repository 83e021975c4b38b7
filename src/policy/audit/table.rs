//! The table of tests, `data/audit.toml`, in the order in which they are tried.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Expected, Group};

/// One test.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// Its name.
    pub id: String,
    /// What it is about.
    pub group: Group,
    /// What is changed in the good request, in a sentence.
    pub change: String,
    /// What should become of it.
    pub expected: Expected,
    /// What to do where it came out otherwise, in a line.
    pub next: String,
    /// Tests whose acceptance already says that this one would be accepted.
    #[serde(default)]
    pub implied_by: Vec<String>,
    /// What goes wrong in real receivers.
    pub wrong: Option<String>,
    /// How it is written right.
    pub right: Option<String>,
    /// A public case.
    pub advisory: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Table {
    test: Vec<Test>,
}

static TABLE: LazyLock<Table> =
    // A test reads the same text; without it nothing would be tried, and that is said.
    LazyLock::new(|| toml::from_str(include_str!("../../data/audit.toml")).unwrap_or_default());

/// All tests.
pub fn tests() -> &'static [Test] {
    &TABLE.test
}

/// The test of that id.
pub fn named(id: &str) -> Option<&'static Test> {
    tests().iter().find(|test| test.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_and_in_its_order() {
        let table: Table = toml::from_str(include_str!("../../data/audit.toml")).unwrap();
        assert!(table.test.len() > 25);
        for (at, test) in table.test.iter().enumerate() {
            let before = &table.test[..at];
            assert!(before.iter().all(|other| other.id != test.id), "{} twice", test.id);
            for id in &test.implied_by {
                assert!(before.iter().any(|other| other.id == *id), "{}: {id}", test.id);
            }
            for sentence in [&test.change, &test.next] {
                assert!(!sentence.ends_with('.') && !sentence.is_empty(), "{}", test.id);
            }
            let is_id = |char: char| char.is_ascii_lowercase() || char == '-';
            assert!(test.id.chars().all(is_id), "{}", test.id);
        }
        let of = |group| table.test.iter().position(|test| test.group == group);
        let places: Vec<_> = Group::ALL.into_iter().filter_map(of).collect();
        assert!(places.is_sorted(), "{places:?}");
    }
}
