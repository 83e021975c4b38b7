//! Metrics in the text exposition format of Prometheus: a metric's series stand together, each once.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::render::escape::escape;

/// A metric and its series: labels, as they are written, and value.
pub struct Metric {
    kind: &'static str,
    name: &'static str,
    help: &'static str,
    series: BTreeMap<String, f64>,
}

impl Metric {
    /// A gauge.
    pub fn new(name: &'static str, help: &'static str) -> Self {
        Self { kind: "gauge", name, help, series: BTreeMap::new() }
    }

    /// A counter.
    pub fn counter(name: &'static str, help: &'static str) -> Self {
        Self { kind: "counter", ..Self::new(name, help) }
    }

    /// Sets a series.
    pub fn set(&mut self, labels: &[(&str, &str)], value: f64) {
        *self.entry(labels) = value;
    }

    /// The value of a series; the same labels are the same series.
    pub fn entry(&mut self, labels: &[(&str, &str)]) -> &mut f64 {
        let labels: Vec<_> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", label(value))).collect();
        self.series.entry(labels.join(",")).or_default()
    }

    /// Appends it, if it has any series.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { kind, name, help, series } = self;
        if series.is_empty() {
            return Ok(());
        }
        writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}")?;
        for (labels, value) in series {
            match labels.as_str() {
                "" => writeln!(out, "{name} {value}")?,
                labels => writeln!(out, "{name}{{{labels}}} {value}")?,
            }
        }
        Ok(())
    }
}

/// A label's value: backslash, quote and line feed are escaped; our own escaping leaves no line feed.
fn label(text: &str) -> String {
    escape(text).replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_labels_are_one_series_and_quotes_do_not_end_a_label() {
        let mut metric = Metric::new("m", "h.");
        *metric.entry(&[("item", "a\"} 1\n")]) += 1.0;
        *metric.entry(&[("item", "a\"} 1\n")]) += 1.0;
        let mut out = Vec::new();
        metric.write(&mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "# HELP m h.\n# TYPE m gauge\nm{item=\"a\\\"} 1\\\\n\"} 2\n"
        );
    }
}
