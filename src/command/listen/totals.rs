//! What was received so far: counted as it comes, told at the end and, where that was asked for, all the
//! while in a file for the collector of node exporter.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

use super::entry::Entry;
use crate::error::Result;
use crate::input::{Access, replace};
use crate::outcome::delivery::{Received, Used};
use crate::render::metric::Metric;

/// The most keys that are told apart: an issuer may publish new ones all the time.
const MOST: usize = 1000;

/// The counters.
#[derive(Default)]
pub struct Totals {
    deliveries: AtomicU64,
    bytes: AtomicU64,
    refused: AtomicU64,
    connections: AtomicU64,
    pins: Mutex<Vec<Used>>,
    secrets: Mutex<Vec<Used>>,
}

impl Totals {
    /// Nothing yet, of pins and secrets with these names.
    pub fn of(pins: Vec<String>, secrets: Vec<String>) -> Self {
        let unused = |names: Vec<String>| {
            let mut all: Vec<Used> = Vec::new();
            for name in names {
                if !all.iter().any(|one| one.label == name) {
                    all.push(Used { label: name, ..Used::default() });
                }
            }
            Mutex::new(all)
        };
        Self { pins: unused(pins), secrets: unused(secrets), ..Self::default() }
    }

    /// Counts a connection.
    pub fn connected(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a delivery that came at that moment. What lets nobody in is not in use.
    pub fn delivered(&self, entry: &Entry) {
        let Entry { delivery, decision, .. } = entry;
        let (refused, at) = (decision.is_refused(), delivery.received_at);
        self.deliveries.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(delivery.length() as u64, Ordering::Relaxed);
        self.refused.fetch_add(u64::from(refused), Ordering::Relaxed);
        if refused {
            return;
        }
        if let Some(pin) = &decision.admitted.matched_pin {
            count(&self.pins, &pin.name, at);
        }
        let verify = decision.checked.as_ref().map(|checked| &checked.verification);
        let verify = verify.filter(|verify| verify.is_admitted());
        if let Some(secret) = verify.and_then(|verify| verify.matched_secret.as_ref()) {
            count(&self.secrets, secret, at);
        }
    }

    /// For the summary.
    pub fn received(&self, elapsed: Duration, ended_at: OffsetDateTime) -> Received {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Received {
            deliveries: read(&self.deliveries),
            request_bytes: read(&self.bytes),
            refused: read(&self.refused),
            connections: read(&self.connections),
            unreported: 0,
            seconds: (elapsed.as_secs_f64() * 1000.0).round() / 1000.0,
            ended_at,
            pins: all(&self.pins),
            secrets: all(&self.secrets),
        }
    }
}

fn count(used: &Mutex<Vec<Used>>, label: &str, at: OffsetDateTime) {
    let mut used = used.lock().unwrap_or_else(PoisonError::into_inner);
    let known = used.iter().position(|one| one.label == label);
    let place = known.unwrap_or_else(|| {
        if used.len() < MOST {
            used.push(Used { label: label.to_owned(), ..Used::default() });
        }
        used.len() - 1
    });
    if let Some(one) = used.get_mut(place).filter(|one| one.label == label) {
        one.count += 1;
        one.first_seen = one.first_seen.map_or(at, |first| first.min(at)).into();
        one.last_seen = one.last_seen.map_or(at, |last| last.max(at)).into();
    }
}

fn all(used: &Mutex<Vec<Used>>) -> Vec<Used> {
    used.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The file of `--prometheus-file`, written anew as a whole: who reads it never sees half of it.
pub struct MetricsFile {
    path: PathBuf,
    written: Option<Vec<u8>>,
}

impl MetricsFile {
    /// How often it is written, if anything has changed.
    pub const PERIOD: Duration = Duration::from_secs(5);

    /// Writes it for the first time.
    ///
    /// # Errors
    /// `write` when it cannot be written.
    pub fn create(path: &Path, totals: &Totals) -> Result<Self> {
        let mut file = Self { path: path.to_owned(), written: None };
        file.write(totals)?;
        Ok(file)
    }

    /// Writes what was received by now.
    ///
    /// # Errors
    /// `write` when it cannot be written.
    pub fn write(&mut self, totals: &Totals) -> Result<()> {
        let text = metrics(&totals.received(Duration::ZERO, OffsetDateTime::UNIX_EPOCH));
        if self.written.as_ref() != Some(&text) {
            replace(&self.path, &text, Access::Kept)?;
            self.written = Some(text);
        }
        Ok(())
    }
}

/// The text exposition format.
fn metrics(received: &Received) -> Vec<u8> {
    let mut out = Vec::new();
    let counter = |name, help, value: u64| {
        let mut metric = Metric::counter(name, help);
        metric.set(&[], value as f64);
        metric
    };
    let used = |used: &[Used], kind, total: (&'static str, _), last: (&'static str, _)| {
        let mut count = Metric::counter(total.0, total.1);
        let mut seen = Metric::new(last.0, last.1);
        for one in used {
            count.set(&[(kind, &one.label)], one.count as f64);
            if let Some(at) = one.last_seen {
                seen.set(&[(kind, &one.label)], at.unix_timestamp() as f64);
            }
        }
        [count, seen]
    };
    let metrics = [
        counter("hookprint_deliveries_total", "Requests received.", received.deliveries),
        counter("hookprint_deliveries_refused_total", "Requests kept out.", received.refused),
        counter("hookprint_request_bytes_total", "Bytes of their bodies.", received.request_bytes),
        counter("hookprint_connections_total", "Connections of callers.", received.connections),
    ];
    let pins = used(
        &received.pins,
        "pin",
        ("hookprint_pin_deliveries_total", "Requests let in whose caller matches the pin."),
        ("hookprint_pin_last_seen_seconds", "When the last one came (Unix time)."),
    );
    let secrets = used(
        &received.secrets,
        "secret",
        ("hookprint_secret_deliveries_total", "Requests let in whose signature is by the secret."),
        ("hookprint_secret_last_seen_seconds", "When the last one came (Unix time)."),
    );
    for metric in metrics.iter().chain(&pins).chain(&secrets) {
        // Memory takes all of it.
        let _ = metric.write(&mut out);
    }
    out
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn each_use_is_counted_with_its_first_and_last_moment() {
        let totals = Totals::of(Vec::new(), ["new", "old", "new"].map(str::to_owned).to_vec());
        let at = datetime!(2026-11-26 1:00 UTC);
        for minutes in [2, 0, 5] {
            count(&totals.secrets, "old", at + Duration::from_secs(60 * minutes));
        }
        count(&totals.secrets, "k1", at);
        let secrets = totals.received(Duration::ZERO, OffsetDateTime::UNIX_EPOCH).secrets;
        let labels: Vec<&str> = secrets.iter().map(|one| one.label.as_str()).collect();
        assert_eq!(labels, ["new", "old", "k1"]);
        assert_eq!((secrets[0].count, secrets[0].last_seen), (0, None));
        assert_eq!(secrets[1].count, 3);
        assert_eq!(secrets[1].first_seen, Some(at));
        assert_eq!(secrets[1].last_seen, Some(datetime!(2026-11-26 1:05 UTC)));
        for number in 0..2 * MOST {
            count(&totals.pins, &number.to_string(), at);
        }
        assert_eq!(totals.received(Duration::ZERO, OffsetDateTime::UNIX_EPOCH).pins.len(), MOST);
    }

    #[test]
    fn metrics_are_of_the_text_format() {
        let at = datetime!(2026-11-26 1:00 UTC);
        let totals = Totals::of(vec!["old".to_owned()], vec!["a\"b".to_owned()]);
        count(&totals.pins, "old", at);
        let text = String::from_utf8(metrics(
            &totals.received(Duration::ZERO, OffsetDateTime::UNIX_EPOCH),
        ))
        .unwrap();
        for line in [
            "# HELP hookprint_deliveries_total Requests received.\n# TYPE hookprint_deliveries_total counter\nhookprint_deliveries_total 0\n",
            "hookprint_pin_deliveries_total{pin=\"old\"} 1\n",
            "# TYPE hookprint_pin_last_seen_seconds gauge\n",
            "hookprint_pin_last_seen_seconds{pin=\"old\"} 1795654800\n",
            "hookprint_secret_deliveries_total{secret=\"a\\\"b\"} 0\n",
        ] {
            assert!(text.contains(line), "{line}{text}");
        }
        assert!(!text.contains("secret_last_seen"), "what never came has no moment: {text}");
    }
}
