//! The matrix of `probe` in words, for every format that shows a table: who gets in where, and by which
//! alert or status.

use crate::outcome::probe::{Column, Shown, place};
use crate::policy::probe::{Outcome, Row, Wanted};

/// Columns of the word in a cell.
const WORD: usize = 4;

/// The identities, in the order of the table.
pub fn identities(table: &[Shown]) -> Vec<&str> {
    let mut all = Vec::new();
    for row in table.iter().flat_map(|shown| plain(&shown.column)) {
        if !all.contains(&row.identity.as_str()) {
            all.push(&row.identity);
        }
    }
    all
}

/// The rows of the matrix itself, without side doors and resumed sessions.
pub fn plain(column: &Column) -> impl Iterator<Item = &Row> {
    column.rows.iter().filter(|row| row.is_plain())
}

/// Where a column is.
pub fn name(column: &Column) -> String {
    place(column.address, column.protocol)
}

/// What became of an identity: `in   200`, `out   48`; in capitals what is not as wanted, empty where
/// it was not tried.
pub fn cell(column: &Column, identity: &str) -> String {
    let Some(row) = plain(column).find(|row| row.identity == identity) else {
        return String::new();
    };
    let word = row.outcome.to_string();
    let is_wrong = !row.is_held() && row.outcome != Outcome::Unclear;
    let word = if is_wrong { word.to_uppercase() } else { word };
    let code = match (row.alert_number, row.status) {
        (Some(number), _) => number.to_string(),
        (None, Some(status)) => status.to_string(),
        (None, None) => "-".to_owned(),
    };
    format!("{word:<WORD$}{code:>3}")
}

/// What is wanted, with what came of it: `old in, new in, none out`.
pub fn wanted(table: &[Shown]) -> String {
    let rows = table.first().into_iter().flat_map(|shown| plain(&shown.column));
    let words = rows.map(|row| {
        let word = match row.expected {
            Wanted::Accept => "in",
            Wanted::Reject => "out",
        };
        format!("{} {word}", row.identity)
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::policy::probe::{Kind, Verdict};

    fn row(identity: &str, expected: Wanted, outcome: Outcome, code: Option<u16>) -> Row {
        Row {
            identity: identity.to_owned(),
            kind: Kind::File,
            sha256: None,
            expected,
            outcome,
            by: None,
            when: None,
            alert: None,
            alert_number: code.filter(|code| *code < 200).map(|code| code as u8),
            status: code.filter(|code| *code >= 200),
            sent: true,
            resumed: false,
            door: None,
            sentence: String::new(),
            elapsed_ms: 0.0,
        }
    }

    /// A table of one place, with a cell of every kind.
    pub fn table() -> [Shown; 1] {
        let by_door = Row {
            door: Some("no server name".to_owned()),
            ..row("none", Wanted::Reject, Outcome::Accepted, Some(200))
        };
        let column = Column {
            address: Some("192.0.2.1:443".parse().unwrap()),
            protocol: "TLSv1.3",
            verdict: Verdict::Required,
            asked: None,
            accepted_issuers: Vec::new(),
            signature_schemes: Vec::new(),
            control_status: None,
            clock_skew_seconds: None,
            tickets: 0,
            trust_problem: None,
            rows: vec![
                row("old", Wanted::Accept, Outcome::Accepted, Some(200)),
                row("new", Wanted::Accept, Outcome::Refused, Some(48)),
                row("none", Wanted::Reject, Outcome::Refused, Some(116)),
                row("stranger", Wanted::Reject, Outcome::Accepted, Some(404)),
                row("expired", Wanted::Reject, Outcome::Unclear, None),
                by_door,
            ],
        };
        let (findings, failure) = (Vec::new(), None);
        [Shown { column, findings, failure }]
    }

    #[test]
    fn a_cell_shouts_where_it_is_not_as_wanted() {
        let table = table();
        let cells: Vec<_> =
            identities(&table).into_iter().map(|one| cell(&table[0].column, one)).collect();
        assert_eq!(cells, ["in  200", "OUT  48", "out 116", "IN  404", "?     -"]);
        assert_eq!(cell(&table[0].column, "nobody"), "");
        assert_eq!(name(&table[0].column), "192.0.2.1 TLS 1.3");
        assert_eq!(wanted(&table), "old in, new in, none out, stranger out, expired out");
    }
}
