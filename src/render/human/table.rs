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

/// What gives way where a table is wider than the terminal; what is too wide still goes on below.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fit {
    /// The columns that are left out, the first one first.
    pub spare: &'static [usize],
    /// The column whose text is cut then.
    pub elastic: Option<usize>,
}

/// The fewest columns that are left of a text that is cut.
const SHORTEST: usize = 20;

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

/// The rows as lines: the mark of the verdict, then the cells in columns, of which one without any text
/// takes no room. A cell that takes more than a third of the width pushes its own line out of the columns,
/// not all others; where most cells of a column are that long, as the paths of a deep folder are, the
/// column is made for them.
pub fn align(rows: &[Row], look: &Look, fit: Fit) -> Vec<String> {
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let cap = look.width / 3;
    let (mut seen, mut is_said) = (vec![Column::default(); columns], vec![false; columns]);
    for row in rows {
        // A message in the place of the columns has nothing beside it.
        let message = (row.cells.len() < columns).then(|| row.cells.len() - 1);
        for (at, cell) in row.cells.iter().enumerate() {
            is_said[at] |= !cell.is_empty();
            match (width(cell), &mut seen[at]) {
                _ if message == Some(at) => {}
                (taken, column) if taken <= cap => column.short = column.short.max(taken),
                (taken, column) => {
                    (column.long, column.count) = (column.long.max(taken), column.count + 1);
                }
            }
        }
    }
    let mut widths: Vec<_> = seen.iter().map(|column| column.width(rows.len())).collect();
    fit.make_room(&mut widths, &mut is_said, look.width);
    parallel::map(rows.iter(), |row| {
        let mut line = look.mark(row.status);
        let mut columns = 4;
        let shown = row.cells.iter().zip(&widths).enumerate().filter(|(at, _)| is_said[*at]);
        for (at, (cell, widest)) in shown {
            let is_cut = fit.elastic == Some(at) && width(cell) > *widest && *widest >= SHORTEST;
            let cell = if is_cut { &cut(cell, *widest) } else { cell };
            let taken = width(cell);
            if look.folds && columns + 2 + taken > look.width {
                // The rest stands below, as much of it on a line as fits.
                let wrapped = look.wrap(cell, INDENT.len()).join("\n");
                if columns > 4 {
                    line.truncate(line.trim_end().len());
                    line.push('\n');
                    line.push_str(&wrapped);
                } else {
                    line.push_str("  ");
                    line.push_str(wrapped.trim_start());
                }
                columns = wrapped.rsplit('\n').next().map_or(0, width);
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

impl Fit {
    /// Leaves columns out, then cuts one, until a line has no more than `most` columns.
    fn make_room(self, widths: &mut [usize], is_said: &mut [bool], most: usize) {
        // The last column goes on below where it has to.
        let count = widths.len().saturating_sub(1);
        let excess = |widths: &[usize], is_said: &[bool]| {
            let shown = widths.iter().zip(is_said).take(count).filter(|(_, is_said)| **is_said);
            (4 + shown.map(|(width, _)| 2 + width).sum::<usize>()).saturating_sub(most)
        };
        for &at in self.spare {
            if excess(widths, is_said) > 0 && at < is_said.len() {
                is_said[at] = false;
            }
        }
        let over = excess(widths, is_said);
        if let Some(width) = self.elastic.and_then(|at| widths.get_mut(at)) {
            *width = (*width).min(width.saturating_sub(over).max(SHORTEST));
        }
    }
}

/// The beginning of a text of so many columns, where it has more.
fn cut(text: &str, most: usize) -> String {
    let kept: String = text.chars().take(most.saturating_sub(2)).collect();
    format!("{kept}..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(width: usize, folds: bool) -> Look {
        Look { unicode: true, folds, ..Look::plain(width) }
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
            align(&rows, &look, Fit::default()),
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
            align(&rows, &look, Fit::default()),
            ["ok    a long path indeed    x", "ok    a longer path indeed  y"]
        );
    }

    #[test]
    fn where_somebody_looks_a_long_row_goes_on_below() {
        let look = look(30, true);
        let cells = ["a", "ff6c0105042833b2f22da833", "b", "words that go on and on"];
        let row = Row { status: Status::Ok, order: 0, cells: cells.map(str::to_owned).to_vec() };
        let lines = align(&[row], &look, Fit::default());
        assert_eq!(
            lines.join("\n").lines().collect::<Vec<_>>(),
            [
                "ok    a",
                "      ff6c0105042833b2f22da833",
                "      b",
                "      words that go on and on"
            ]
        );
        let cells = vec!["a.har line 1: signature matches (kindly)".to_owned()];
        let row = Row { status: Status::Ok, order: 0, cells };
        let lines = align(&[row], &look, Fit::default());
        assert_eq!(lines, ["ok    a.har line 1: signature\n        matches (kindly)"]);
    }

    #[test]
    fn columns_are_aligned_and_lines_have_no_blanks_at_their_end() {
        let look = look(80, false);
        let row = |cells: &[&str]| Row {
            status: Status::Ok,
            order: 0,
            cells: cells.iter().map(|&cell| cell.to_owned()).collect(),
        };
        let lines =
            align(&[row(&["a", "äöü", "x"]), row(&["bbb", "c", ""])], &look, Fit::default());
        assert_eq!(lines, ["ok    a    äöü  x", "ok    bbb  c"]);
    }

    #[test]
    fn columns_give_way_by_content() {
        let cells = ["########", "some/path.pem", "CN=a name of 23 columns", "RSA 2048", ""];
        let row = || Row { status: Status::Ok, order: 0, cells: cells.map(str::to_owned).to_vec() };
        let fit = Fit { spare: &[0, 3], elastic: Some(2) };
        let first = |width| align(&[row(), row()], &look(width, false), fit).swap_remove(0);
        let all = "ok    ########  some/path.pem  CN=a name of 23 columns  RSA 2048";
        assert_eq!((first(80).as_str(), first(64).as_str()), (all, all));
        assert_eq!(first(60), "ok    some/path.pem  CN=a name of 23 columns  RSA 2048");
        assert_eq!(first(50), "ok    some/path.pem  CN=a name of 23 columns");
        assert_eq!(first(40), "ok    some/path.pem  CN=a name of 23 co..");
    }

    #[test]
    fn a_message_at_the_end_of_its_row_moves_no_column() {
        let row = |cells: &[&str]| Row {
            status: Status::Ok,
            order: 0,
            cells: cells.iter().map(|&cell| cell.to_owned()).collect(),
        };
        let rows =
            [row(&["a", "why it could not be"]), row(&["b", "sha1", "7 d"]), row(&["c", "", ""])];
        let lines = align(&rows, &look(80, false), Fit::default());
        assert_eq!(lines, ["ok    a  why it could not be", "ok    b  sha1  7 d", "ok    c"]);
    }
}
