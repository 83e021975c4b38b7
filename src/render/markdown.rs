//! `markdown`: a table for job summaries and pull requests (GitHub Flavored Markdown), worst first.

use std::cmp::Reverse;
use std::io::{self, Write};
use std::sync::Arc;

use crate::cert::rfc3339;
use crate::outcome::Outcome;
use crate::outcome::explanation::Explanation;
use crate::outcome::probe::{Probe, Shown};
use crate::render::escape::escape;
use crate::render::matrix;
use crate::render::remark::{counts, remarks};
use crate::report::{Closing, Header, Item, Renderer, Status};

/// The table, written at the end.
pub struct Markdown {
    command: &'static str,
    at: String,
    rows: Vec<(Status, String)>,
    /// Lines of a matrix, if there is one.
    matrix: Vec<String>,
    /// What `explain` says, a page each.
    pages: Vec<String>,
}

impl Markdown {
    /// Begins a report.
    pub fn new(header: &Header) -> Self {
        Self {
            command: header.command,
            at: rfc3339(header.at),
            rows: Vec::new(),
            matrix: Vec::new(),
            pages: Vec::new(),
        }
    }
}

impl Renderer for Markdown {
    fn item(&mut self, item: &Arc<Item>, _: &mut dyn Write) -> io::Result<()> {
        if let Outcome::Explanation(one) = &item.outcome {
            self.pages.push(page(item, one));
        }
        let status = item.status();
        let ends = item.outcome.first_to_end().map_or(String::new(), |described| {
            let moment = rfc3339(described.not_after());
            let date = moment.split('T').next().unwrap_or_default();
            format!("{date} ({} days)", described.remaining_days())
        });
        let said: Vec<_> = remarks(item)
            .iter()
            .map(|remark| {
                let help = remark.help.map(|help| format!("<br>next: {}", cell(help)));
                format!(
                    "{}: {}{}{}",
                    remark.code,
                    cell(&remark.sentence(item)),
                    cell(&remark.keyed()),
                    help.unwrap_or_default()
                )
            })
            .collect();
        if let Outcome::Probe(Probe::Comparison(comparison)) = &item.outcome {
            self.matrix = matrix(&comparison.table);
        }
        let (name, subject) = (status.name(), cell(&item.subject));
        self.rows
            .push((status, format!("| {name} | {subject} | {ends} | {} |", said.join("<br>"))));
        Ok(())
    }

    fn finish(&mut self, closing: &Closing, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "### hookprint {}: {}\n", self.command, counts(&closing.tally))?;
        for line in &self.matrix {
            writeln!(out, "{line}")?;
        }
        if !self.rows.is_empty() {
            writeln!(out, "| status | item | ends | what |\n| --- | --- | --- | --- |")?;
        }
        self.rows.sort_by_key(|(status, _)| Reverse(*status));
        for (_, row) in &self.rows {
            writeln!(out, "{row}")?;
        }
        for page in &self.pages {
            write!(out, "\n{page}")?;
        }
        writeln!(out, "\nchecked as of {}, exit code {}", self.at, closing.exit_code)
    }
}

/// The matrix of `probe`, with a blank line behind it.
fn matrix(table: &[Shown]) -> Vec<String> {
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let identities = matrix::identities(table);
    let head = identities.iter().map(|name| cell(name));
    let head: Vec<_> =
        ["where".to_owned()].into_iter().chain(head).chain(["verdict".to_owned()]).collect();
    let rule = head.iter().map(|_| "---".to_owned()).collect();
    let mut lines = vec![line(head), line(rule)];
    lines.extend(table.iter().map(|shown| {
        let place = [cell(&matrix::name(&shown.column))].into_iter();
        let cells = identities.iter().map(|name| cell(&matrix::cell(&shown.column, name)));
        line(place.chain(cells).chain([shown.column.verdict.word().to_owned()]).collect())
    }));
    lines.push(String::new());
    lines
}

/// An explanation, for a ticket.
fn page(item: &Item, one: &Explanation) -> String {
    let mut page = format!("#### {}\n\n", cell(&one.title));
    let mut say = |name: &str, text: &str| {
        if !text.is_empty() {
            page.push_str(&format!("- **{name}**: {}\n", cell(text)));
        }
    };
    if let Some(line) = one.line {
        say(&format!("line {line}"), &item.subject);
    }
    say("means", &one.meaning);
    for cause in &one.causes {
        let sure = if cause.proven { "the cause" } else { "perhaps" };
        say(sure, &format!("{}; {}", cause.text, cause.fix));
    }
    say("next", &one.next);
    one.also.iter().for_each(|also| say("also", also));
    say("related", &one.related.join(", "));
    say("source", &one.source);
    page
}

/// Untrusted text inside a table: what Markdown or HTML would give a meaning is written as a
/// character reference, which never has one (CommonMark section 2.5).
fn cell(text: &str) -> String {
    let text = escape(text);
    let mut cell = String::with_capacity(text.len());
    for (position, char) in text.char_indices() {
        match char {
            '&' | '<' | '>' | '|' | '`' | '*' | '_' | '[' | ']' | '~' | '\\' | '$' | '!' => {
                cell.push_str(&format!("&#{};", u32::from(char)));
            }
            // Not a link, and nobody is called.
            ':' if text[position..].starts_with("://") => cell.push_str("&#58;"),
            '@' => cell.push_str("@<!-- -->"),
            _ => cell.push(char),
        }
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_has_a_meaning() {
        assert_eq!(cell("a|b\n# c"), "a&#124;b&#92;n# c");
        assert_eq!(cell("<img src=x>"), "&#60;img src=x&#62;");
        assert_eq!(cell("https://x.example @me"), "https&#58;//x.example @<!-- -->me");
    }
}
