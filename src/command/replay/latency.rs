//! Latencies in constant memory: a histogram whose cells grow with the value, 3 % wide.

use std::time::Duration;

use crate::fact::Facts;

/// Cells of each doubling.
const CELLS: usize = 32;
/// Doublings from 1 microsecond on: up to 36 minutes; longer ones count there.
const DOUBLINGS: usize = 31;
/// Limits of the rows that people see, in milliseconds.
const ROWS: [f64; 16] =
    [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4];

/// How long requests took.
#[derive(Clone, Debug)]
pub struct Latencies {
    cells: Vec<u64>,
    count: u64,
    sum: Duration,
    least: Duration,
    most: Duration,
}

impl Default for Latencies {
    fn default() -> Self {
        Self {
            cells: vec![0; CELLS * DOUBLINGS],
            count: 0,
            sum: Duration::ZERO,
            least: Duration::MAX,
            most: Duration::ZERO,
        }
    }
}

impl Latencies {
    /// Counts one more.
    pub fn add(&mut self, latency: Duration) {
        let cell = cell(latency).min(self.cells.len() - 1);
        self.cells[cell] += 1;
        self.count += 1;
        self.sum += latency;
        self.least = self.least.min(latency);
        self.most = self.most.max(latency);
    }

    /// The latency in milliseconds that this part of them (0 to 1) did not exceed, 3 % at most too
    /// high.
    fn percentile(&self, part: f64) -> f64 {
        let rank = ((self.count as f64 * part).ceil() as u64).max(1);
        let mut seen = 0;
        for (index, count) in self.cells.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return upper(index).clamp(millis(self.least), millis(self.most));
            }
        }
        millis(self.most)
    }

    /// Percentiles and histogram, as the summary has them.
    pub fn facts(&self) -> Facts {
        if self.count == 0 {
            return Facts::new();
        }
        let percentiles = Facts::new()
            .with("min", rounded(millis(self.least)))
            .with("mean", rounded(millis(self.sum) / self.count as f64))
            .with("p50", rounded(self.percentile(0.50)))
            .with("p90", rounded(self.percentile(0.90)))
            .with("p95", rounded(self.percentile(0.95)))
            .with("p99", rounded(self.percentile(0.99)))
            .with("max", rounded(millis(self.most)));
        Facts::new().with("latency_ms", percentiles).with("histogram", self.histogram())
    }

    /// Rows from the first to the last that is not empty.
    fn histogram(&self) -> Vec<Facts> {
        let mut rows = [0; ROWS.len() + 1];
        for (index, count) in self.cells.iter().enumerate().filter(|(_, count)| **count > 0) {
            let middle = (lower(index) + upper(index)) / 2.0;
            rows[ROWS.partition_point(|limit| *limit < middle)] += count;
        }
        let first = rows.iter().position(|count| *count > 0).unwrap_or(0);
        let last = rows.iter().rposition(|count| *count > 0).unwrap_or(0);
        (first..=last)
            .map(|row| {
                Facts::new().with("up_to_ms", ROWS.get(row).copied()).with("count", rows[row])
            })
            .collect()
    }
}

/// The cell of a latency: its highest bit chooses the doubling, the bits below it the cell.
fn cell(latency: Duration) -> usize {
    let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX).max(1);
    let doubling = micros.ilog2() as usize;
    let below = micros - (1 << doubling);
    // below < 2^doubling, so the quotient is smaller than CELLS.
    let cell = (u128::from(below) * CELLS as u128) >> doubling;
    doubling * CELLS + cell as usize
}

fn lower(cell: usize) -> f64 {
    let (doubling, part) = (cell / CELLS, cell % CELLS);
    (1_u64 << doubling) as f64 * (1.0 + part as f64 / CELLS as f64) / 1000.0
}

fn upper(cell: usize) -> f64 {
    lower(cell + 1)
}

fn millis(latency: Duration) -> f64 {
    latency.as_secs_f64() * 1000.0
}

fn rounded(millis: f64) -> f64 {
    (millis * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_within_their_cell() {
        let mut latencies = Latencies::default();
        for micros in 1..=100_000_u64 {
            latencies.add(Duration::from_micros(micros));
        }
        for (part, expected) in [(0.5, 50.0), (0.9, 90.0), (0.99, 99.0), (1.0, 100.0)] {
            let found = latencies.percentile(part);
            assert!((expected..=expected * 1.04).contains(&found), "{part}: {found}");
        }
        let facts = latencies.facts();
        let latency = facts.map("latency_ms").unwrap();
        assert_eq!(latency.get("min").unwrap().as_float(), Some(0.001));
        assert_eq!(latency.get("max").unwrap().as_float(), Some(100.0));
        let counted: i64 =
            facts.list("histogram").iter().filter_map(|row| row.as_map()?.int("count")).sum();
        assert_eq!(counted, 100_000);
    }

    #[test]
    fn the_ends_of_the_scale() {
        let mut latencies = Latencies::default();
        assert!(latencies.facts().is_empty());
        for latency in [Duration::ZERO, Duration::from_micros(1), Duration::from_secs(1 << 40)] {
            latencies.add(latency);
        }
        assert_eq!(latencies.facts().list("histogram").len(), ROWS.len() + 1);
        for cells in (0..CELLS * DOUBLINGS).collect::<Vec<_>>().windows(2) {
            assert!(lower(cells[0]) < lower(cells[1]));
        }
    }
}
