//! Certificates among the facts of an item, as formats find them: every group with an `sha256` and
//! a `not_after`, wherever it stands.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use std::borrow::Cow;

use crate::cert::Description;
use crate::fact::{Facts, Value};
use crate::report::Item;

/// A certificate that an item shows, and where.
#[derive(Clone, Debug)]
pub struct Dated<'a> {
    /// Alias of the nearest entry around it, or "".
    pub alias: &'a str,
    /// What is known about it.
    pub facts: Cow<'a, Facts>,
}

impl Dated<'_> {
    /// SHA-256 of the certificate, hex.
    pub fn sha256(&self) -> &str {
        self.facts.text("sha256")
    }

    /// The end of validity.
    pub fn not_after(&self) -> Option<OffsetDateTime> {
        self.moment("not_after")
    }

    /// A moment under that name.
    pub fn moment(&self, name: &str) -> Option<OffsetDateTime> {
        OffsetDateTime::parse(self.facts.text(name), &Rfc3339).ok()
    }
}

/// Every certificate of an item, in the order of its facts.
pub fn certificates(item: &Item) -> Vec<Dated<'_>> {
    let described = item.outcome.certificates();
    let of = |(alias, it): (_, &Description)| Dated { alias, facts: Cow::Owned(it.facts()) };
    let mut found: Vec<Dated<'_>> = described.into_iter().map(of).collect();
    collect(&item.facts, "", &mut found);
    found
}

/// The certificate of an item that ends first.
pub fn first_to_end(item: &Item) -> Option<Dated<'_>> {
    let ends = |dated: &Dated<'_>| dated.not_after();
    certificates(item).into_iter().filter(|dated| ends(dated).is_some()).min_by_key(ends)
}

fn collect<'a>(facts: &'a Facts, alias: &'a str, found: &mut Vec<Dated<'a>>) {
    let alias = facts.get("alias").and_then(Value::as_text).unwrap_or(alias);
    if !facts.text("sha256").is_empty() && !facts.text("not_after").is_empty() {
        found.push(Dated { alias, facts: Cow::Borrowed(facts) });
    }
    for (_, value) in facts.iter() {
        descend(value, alias, found);
    }
}

fn descend<'a>(value: &'a Value, alias: &'a str, found: &mut Vec<Dated<'a>>) {
    match value {
        Value::Map(facts) => collect(facts, alias, found),
        Value::List(values) => values.iter().for_each(|value| descend(value, alias, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(sha256: &str, not_after: &str) -> Facts {
        Facts::new().with("not_after", not_after).with("sha256", sha256)
    }

    #[test]
    fn certificates_are_found_at_any_depth_under_their_alias() {
        let mut item = Item::new("x");
        let entry = Facts::new()
            .with("alias", "new")
            .with("chain", vec![certificate("01", "2027-01-01T00:00:00Z")]);
        item.facts = Facts::new()
            .with("chain", vec![certificate("02", "2026-12-01T00:00:00Z")])
            .with("entries", vec![entry])
            .with("sha256", "of something else");
        let found: Vec<_> =
            certificates(&item).iter().map(|it| (it.alias, it.sha256().to_owned())).collect();
        assert_eq!(found, [("", "02".to_owned()), ("new", "01".to_owned())]);
        assert_eq!(first_to_end(&item).unwrap().sha256(), "02");
    }
}
