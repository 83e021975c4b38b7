//! Latencies in little memory: a histogram that keeps three digits of each.

use std::time::Duration;

use hdrhistogram::Histogram;

use crate::outcome::exchange::{Distribution, Percentiles, Row, in_millis};

/// Limits of the rows that people see, in milliseconds.
const ROWS: [f64; 16] =
    [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4];

/// An hour in microseconds: longer ones count there.
const LONGEST: u64 = 3_600_000_000;

/// How long requests took.
#[derive(Debug, Default)]
pub struct Latencies {
    /// Microseconds; made for the first one.
    cells: Option<Histogram<u64>>,
    sum: Duration,
    least: Duration,
    most: Duration,
}

impl Latencies {
    /// Counts one more.
    pub fn add(&mut self, latency: Duration) {
        if self.cells.is_none() {
            // These bounds are among those that the library takes.
            self.cells = Histogram::new_with_bounds(1, LONGEST, 3).ok();
            self.least = latency;
        }
        if let Some(cells) = &mut self.cells {
            cells.saturating_record(u64::try_from(latency.as_micros()).unwrap_or(u64::MAX));
        }
        self.sum += latency;
        self.least = self.least.min(latency);
        self.most = self.most.max(latency);
    }

    /// Percentiles and histogram; `None` before the first one.
    pub fn distribution(&self) -> Option<Distribution> {
        let cells = self.cells.as_ref()?;
        let percentile = |quantile: f64| {
            let latency = Duration::from_micros(cells.value_at_quantile(quantile));
            in_millis(latency.clamp(self.least, self.most))
        };
        let latency_ms = Percentiles {
            min: in_millis(self.least),
            mean: in_millis(self.sum.div_f64(cells.len() as f64)),
            p50: percentile(0.50),
            p90: percentile(0.90),
            p95: percentile(0.95),
            p99: percentile(0.99),
            max: in_millis(self.most),
        };
        let mut counts = [0; ROWS.len() + 1];
        for cell in cells.iter_recorded() {
            let middle = cells.median_equivalent(cell.value_iterated_to()) as f64 / 1e3;
            counts[ROWS.partition_point(|limit| *limit < middle)] += cell.count_at_value();
        }
        let rows = counts.iter().enumerate();
        let rows = rows.map(|(row, count)| Row { up_to_ms: ROWS.get(row).copied(), count: *count });
        let rows: Vec<Row> = rows.skip_while(|row| row.count == 0).collect();
        let last = rows.iter().rposition(|row| row.count > 0).map_or(0, |last| last + 1);
        Some(Distribution { latency_ms, histogram: rows[..last].to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_exact_to_three_digits() {
        let mut latencies = Latencies::default();
        for micros in 1..=100_000_u64 {
            latencies.add(Duration::from_micros(micros));
        }
        let Distribution { latency_ms, histogram } = latencies.distribution().unwrap();
        for (found, expected) in [
            (latency_ms.p50, 50.0),
            (latency_ms.p90, 90.0),
            (latency_ms.p95, 95.0),
            (latency_ms.p99, 99.0),
        ] {
            assert!((expected..=expected * 1.001).contains(&found), "{expected}: {found}");
        }
        assert_eq!((latency_ms.min, latency_ms.mean, latency_ms.max), (0.001, 50.001, 100.0));
        let counts: Vec<u64> = histogram.iter().map(|row| row.count).collect();
        assert_eq!(counts.iter().sum::<u64>(), 100_000);
        assert_eq!(counts[..5], [100, 100, 300, 500, 1000]);
        assert_eq!(histogram.last().unwrap().up_to_ms, Some(100.0));
    }

    #[test]
    fn the_ends_of_the_scale() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.distribution(), None);
        for latency in [Duration::ZERO, Duration::from_micros(1), Duration::from_secs(1 << 40)] {
            latencies.add(latency);
        }
        let Distribution { latency_ms, histogram } = latencies.distribution().unwrap();
        assert_eq!((histogram.len(), histogram.last().unwrap().up_to_ms), (ROWS.len() + 1, None));
        assert_eq!((latency_ms.min, latency_ms.p50), (0.0, 0.001));
    }
}
