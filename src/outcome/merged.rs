//! `merge`: what an earlier run found out about one thing, as it stands in its row. The facts stay the
//! text that they are: they are written again byte for byte, and read only by formats that list
//! certificates.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::listed::{Listed, Told};

/// The facts of a row.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Merged {
    facts: Box<RawValue>,
}

impl Merged {
    /// Every certificate that it shows, under the alias of its entry or "", in the order of the row.
    pub fn certificates(&self) -> Vec<(String, Listed<'static>)> {
        let mut found = Vec::new();
        if let Ok(facts) = serde_json::from_str(self.facts.get()) {
            collect(&facts, "", &mut found);
        }
        found
    }
}

/// The certificates in a value: what has all the keys of one is one, wherever a command puts it.
fn collect(value: &Value, alias: &str, found: &mut Vec<(String, Listed<'static>)>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, alias, found)),
        Value::Object(facts) => {
            if let Ok(told) = Told::deserialize(value) {
                return found.push((alias.to_owned(), Listed::Told(told)));
            }
            let alias = facts.get("alias").and_then(Value::as_str).unwrap_or(alias);
            facts.values().for_each(|value| collect(value, alias, found));
        }
        _ => {}
    }
}

/// What the runs of all parts say in their summaries, beside the counts of items.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Sums(Map<String, Value>);

impl Sums {
    /// Adds the summary of one more part. Counts are added up, and histograms row by row. Times, rates,
    /// means and percentiles are left out: the runs may have gone side by side or a day apart, and what
    /// nine of ten answers took cannot be told from what nine of ten took in each.
    pub fn add(&mut self, summary: &Map<String, Value>) {
        for (name, value) in summary {
            let is_count = value.is_u64() || value.is_boolean() || name == HISTOGRAM;
            match self.0.get_mut(name) {
                Some(sum) => add(sum, value),
                None if is_count => drop(self.0.insert(name.clone(), value.clone())),
                None => {}
            }
        }
    }
}

/// The key of a histogram, whose rows have an upper limit and a count.
const HISTOGRAM: &str = "histogram";

fn add(sum: &mut Value, more: &Value) {
    match (sum, more) {
        (Value::Bool(any), Value::Bool(one)) => *any |= one,
        (Value::Number(sum), Value::Number(more)) => {
            if let (Some(some), Some(more)) = (sum.as_u64(), more.as_u64()) {
                *sum = some.saturating_add(more).into();
            }
        }
        (Value::Array(rows), Value::Array(more)) => more.iter().for_each(|row| add_row(rows, row)),
        _ => {}
    }
}

fn add_row(rows: &mut Vec<Value>, row: &Value) {
    // The last row has no limit.
    let limit = |row: &Value| row["up_to_ms"].as_f64().unwrap_or(f64::INFINITY);
    match rows.binary_search_by(|known| limit(known).total_cmp(&limit(row))) {
        Ok(place) => add(&mut rows[place]["count"], &row["count"]),
        Err(place) => rows.insert(place, row.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn counts_and_histograms_are_added_up_and_what_cannot_be_is_left_out() {
        let mut sums = Sums::default();
        for summary in [
            json!({ "requests": 2, "interrupted": false, "elapsed_ms": 1.5, "requests_per_second": 9.0,
                "latency_ms": { "p50": 1.0 },
                "histogram": [{ "up_to_ms": 1.0, "count": 2 }, { "up_to_ms": null, "count": 1 }] }),
            json!({ "requests": 3, "interrupted": true, "elapsed_ms": 2.5, "resumed": 1 }),
            json!({ "requests": 1, "histogram": [{ "up_to_ms": 0.5, "count": 4 },
                { "up_to_ms": 1.0, "count": 1 }, { "up_to_ms": null, "count": 7 }] }),
        ] {
            sums.add(summary.as_object().unwrap());
        }
        let expected = json!({ "requests": 6, "interrupted": true, "resumed": 1,
            "histogram": [{ "up_to_ms": 0.5, "count": 4 }, { "up_to_ms": 1.0, "count": 3 },
                { "up_to_ms": null, "count": 8 }] });
        assert_eq!(serde_json::to_value(&sums).unwrap(), expected);
    }

    #[test]
    fn certificates_are_found_wherever_they_stand_and_facts_stay_as_they_are() {
        let at = time::macros::datetime!(2026-12-01 0:00 UTC);
        let described = crate::cert::tests::sample().describe(at);
        let certificate = serde_json::to_string(&described).unwrap();
        let facts = format!(
            r#"{{"chain":[{certificate}], "entries":[{{"alias":"a","chain":[{certificate}]}}],"sha256":"no"}}"#
        );
        let merged: Merged = serde_json::from_str(&facts).unwrap();
        assert_eq!(serde_json::to_string(&merged).unwrap(), facts);
        let found = merged.certificates();
        let (aliases, listed): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        assert_eq!(aliases, ["", "a"]);
        let known = Listed::Described(&described);
        for told in listed {
            assert_eq!((told.subject(), told.issuer()), (known.subject(), known.issuer()));
            assert_eq!(
                (told.not_before(), told.not_after(), told.remaining_days()),
                (known.not_before(), known.not_after(), known.remaining_days())
            );
            assert_eq!(
                (told.sha1(), told.sha256(), told.spki_sha256()),
                (known.sha1(), known.sha256(), known.spki_sha256())
            );
        }
    }
}
