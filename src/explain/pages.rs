//! The page of each code: what raises it, how it looks, what to do. The tables of findings and of
//! failures have what every report needs; `data/codes.toml` has the rest, and is read only for a page.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::failure::{FAILURES, Row};
use crate::finding::{RULES, Rule};
use crate::outcome::explanation::{self, Explanation, Kind};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    finding: BTreeMap<String, Page>,
    failure: BTreeMap<String, Page>,
}

/// What the page of a code has beside its row.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Which command says so, and when.
    pub raised_by: String,
    /// When a finding is worse, or less bad.
    pub severity_changes: Option<String>,
    /// How it looks: a command, and what it said.
    pub example: String,
    /// What to do about a finding; a failure has that in its row.
    pub remedy: Option<String>,
    /// Other codes that it has to do with.
    #[serde(default)]
    pub related: Vec<String>,
}

static TABLE: LazyLock<Table> =
    // A test reads the same text; an unreadable table would explain nothing, but break nothing.
    LazyLock::new(|| toml::from_str(include_str!("../data/codes.toml")).unwrap_or_default());

/// The pages of a code, which can be that of a finding and of a failure.
pub fn of(code: &str) -> Vec<Explanation> {
    let rules = RULES.iter().filter(|rule| rule.id == code).filter_map(finding);
    rules.chain(FAILURES.iter().filter(|row| row.id == code).filter_map(failure)).collect()
}

/// The pages of all codes: of findings, then of failures.
pub fn all() -> Vec<Explanation> {
    RULES.iter().filter_map(finding).chain(FAILURES.iter().filter_map(failure)).collect()
}

fn finding(rule: &Rule) -> Option<Explanation> {
    let page = TABLE.finding.get(rule.id)?;
    let shown = explanation::Page {
        severity: Some(rule.severity),
        severity_changes: page.severity_changes.clone(),
        raised_by: page.raised_by.clone(),
        example: page.example.clone(),
        allow: Some(format!("--allow {}", rule.id)),
    };
    let remedy = page.remedy.as_deref().unwrap_or_default();
    Some(explained(Kind::Finding, (rule.id, rule.title, rule.explanation, remedy), page, shown))
}

fn failure(row: &Row) -> Option<Explanation> {
    let page = TABLE.failure.get(row.id)?;
    let shown = explanation::Page {
        severity: None,
        severity_changes: None,
        raised_by: page.raised_by.clone(),
        example: page.example.clone(),
        allow: None,
    };
    Some(explained(Kind::Failure, (row.id, row.title, row.explanation, row.remedy), page, shown))
}

fn explained(
    kind: Kind,
    (id, title, meaning, remedy): (&str, &str, &str, &str),
    page: &Page,
    shown: explanation::Page,
) -> Explanation {
    Explanation {
        kind,
        id: id.to_owned(),
        title: title.to_owned(),
        from: "hookprint".to_owned(),
        side: None,
        line: None,
        times: 1,
        meaning: meaning.to_owned(),
        causes: Vec::new(),
        next: remedy.to_owned(),
        related: page.related.clone(),
        source: format!("hookprint {}", env!("CARGO_PKG_VERSION")),
        grade: "own".to_owned(),
        also: Vec::new(),
        page: Some(shown),
        is_listed: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        toml::from_str(include_str!("../data/codes.toml")).unwrap()
    }

    #[test]
    fn every_code_has_its_page_and_every_page_its_code() {
        let Table { finding, failure } = table();
        let mut findings: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
        findings.sort_unstable();
        let failures: Vec<_> = FAILURES.iter().map(|row| row.id).collect();
        assert_eq!(finding.keys().collect::<Vec<_>>(), findings.iter().collect::<Vec<_>>());
        assert_eq!(failure.keys().collect::<Vec<_>>(), failures.iter().collect::<Vec<_>>());
        let is_code = |code: &String| finding.contains_key(code) || failure.contains_key(code);
        for (code, page) in finding.iter().chain(&failure) {
            assert!(page.related.iter().all(&is_code), "{code}: {:?}", page.related);
            assert!(!page.related.contains(code) && !page.raised_by.ends_with('.'), "{code}");
            assert!(page.example.starts_with("$ hookprint"), "{code}: {}", page.example);
        }
        assert!(finding.values().all(|page| page.remedy.is_some()));
        assert!(failure.values().all(|page| page.remedy.is_none()));
    }

    #[test]
    fn a_code_of_both_tables_has_two_pages() {
        let kinds = |code| of(code).iter().map(|page| page.kind).collect::<Vec<_>>();
        assert_eq!(kinds("key-mismatch"), [Kind::Finding, Kind::Failure]);
        assert_eq!(kinds("dns"), [Kind::Failure]);
        assert_eq!(all().len(), RULES.len() + FAILURES.len());
    }
}
