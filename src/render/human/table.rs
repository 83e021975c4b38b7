//! Rows of a table with aligned columns.

use crate::parallel;
use crate::render::human::look::{INDENT, Look, width};
use crate::report::Status;

/// One line of a table.
#[derive(Clone, Debug)]
pub struct Row {
    /// The verdict; the worst rows come first.
    pub status: Status,
    /// Place among rows of the same verdict, smallest first: for example the days that remain.
    pub order: i64,
    /// The cells, already escaped and painted; the last one may be long.
    pub cells: Vec<String>,
}

/// How wide the cells of a column are.
#[derive(Clone, Copy, Default)]
struct Column {
    /// The widest of those that take a third of the line at most.
    short: usize,
    /// The widest of the others.
    long: usize,
    /// How many others.
    count: usize,
}

impl Column {
    fn width(self, rows: usize) -> usize {
        if self.count * 2 > rows { self.long } else { self.short }
    }
}

/// The rows as lines: the mark of the verdict, then the cells in columns. A cell that takes more
/// than a third of the width pushes its own line out of the columns, not all others; where most
/// cells of a column are that long, as the paths of a deep folder are, the column is made for them.
pub fn align(rows: &[Row], look: &Look) -> Vec<String> {
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let cap = look.width / 3;
    let mut seen = vec![Column::default(); columns];
    for row in rows {
        for (cell, column) in row.cells.iter().zip(&mut seen) {
            match width(cell) {
                taken if taken <= cap => column.short = column.short.max(taken),
                taken => (column.long, column.count) = (column.long.max(taken), column.count + 1),
            }
        }
    }
    let widths: Vec<usize> = seen.iter().map(|column| column.width(rows.len())).collect();
    parallel::map(rows.iter(), |row| {
        let mut line = look.mark(row.status);
        let mut columns = 4;
        for (cell, widest) in row.cells.iter().zip(&widths) {
            let taken = width(cell);
            if look.folds && columns + 2 + taken > look.width && columns > 4 {
                line.truncate(line.trim_end().len());
                // The rest stands below, as much of it on a line as fits.
                let mut below = look.wrap(cell, INDENT.len()).join("\n");
                below.insert(0, '\n');
                line.push_str(&below);
                columns = below.rsplit('\n').next().map_or(0, width);
                continue;
            }
            let padding = widest.saturating_sub(taken);
            line.push_str("  ");
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', padding));
            columns += 2 + taken + padding;
        }
        line.truncate(line.trim_end().len());
        line
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(width: usize, folds: bool) -> Look {
        Look {
            colour: false,
            unicode: true,
            width,
            verbose: false,
            quiet: false,
            show_secrets: false,
            folds,
        }
    }

    #[test]
    fn one_long_cell_leaves_the_others_in_place() {
        let look = look(30, false);
        let row = |cells: [&str; 2]| Row {
            status: Status::Ok,
            order: 0,
            cells: cells.map(str::to_owned).to_vec(),
        };
        let rows = [row(["a long path indeed", "x"]), row(["b", "y"]), row(["ccc", "z"])];
        assert_eq!(
            align(&rows, &look),
            ["ok    a long path indeed  x", "ok    b    y", "ok    ccc  z"]
        );
    }

    #[test]
    fn many_long_cells_are_a_column() {
        let look = look(30, false);
        let row = |cells: [&str; 2]| Row {
            status: Status::Ok,
            order: 0,
            cells: cells.map(str::to_owned).to_vec(),
        };
        let rows = [row(["a long path indeed", "x"]), row(["a longer path indeed", "y"])];
        assert_eq!(
            align(&rows, &look),
            ["ok    a long path indeed    x", "ok    a longer path indeed  y"]
        );
    }

    #[test]
    fn where_somebody_looks_a_long_row_goes_on_below() {
        let look = look(30, true);
        let cells = ["a", "ff6c0105042833b2f22da833", "b", "words that go on and on"];
        let row = Row { status: Status::Ok, order: 0, cells: cells.map(str::to_owned).to_vec() };
        let lines = align(&[row], &look);
        assert_eq!(
            lines.join("\n").lines().collect::<Vec<_>>(),
            [
                "ok    a",
                "      ff6c0105042833b2f22da833",
                "      b",
                "      words that go on and on"
            ]
        );
    }

    #[test]
    fn columns_are_aligned_and_lines_have_no_blanks_at_their_end() {
        let look = look(80, false);
        let row = |cells: &[&str]| Row {
            status: Status::Ok,
            order: 0,
            cells: cells.iter().map(|&cell| cell.to_owned()).collect(),
        };
        let lines = align(&[row(&["a", "äöü", "x"]), row(&["bbb", "c", ""])], &look);
        assert_eq!(lines, ["ok    a    äöü  x", "ok    bbb  c"]);
    }
}
