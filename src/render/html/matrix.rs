//! The matrix of `probe`: who gets in where.

use crate::outcome::probe::Shown;
use crate::policy::probe::Outcome;
use crate::render::html::markup::Markup;
use crate::render::matrix;

/// The table, with what is wanted in its head.
pub fn matrix(table: &[Shown]) -> Markup {
    let mut out = Markup::default();
    let identities = matrix::identities(table);
    if identities.is_empty() {
        return out;
    }
    out.raw("<h2>Who gets in</h2>\n<p class=dim>wanted: ").text(&matrix::wanted(table));
    out.raw("\n<div class=matrix><table><thead><tr><th scope=col>where");
    for identity in &identities {
        out.raw("<th scope=col>").text(identity);
    }
    out.raw("<th scope=col>verdict</thead>\n");
    for Shown { column, .. } in table {
        out.raw("<tr><th scope=row>").text(&matrix::name(column));
        for identity in &identities {
            let row = matrix::plain(column).find(|row| row.identity == *identity);
            let class = match row {
                Some(row) if row.outcome == Outcome::Unclear => "warning",
                Some(row) if !row.is_held() => "critical",
                _ => "ok",
            };
            out.raw("<td class=").raw(class).raw("><b>");
            out.text(&matrix::cell(column, identity)).raw("</b>");
        }
        out.raw("<td>").raw(column.verdict.word()).raw("\n");
    }
    out.raw("</table></div>\n");
    out
}
