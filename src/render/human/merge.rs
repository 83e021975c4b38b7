//! `merge`: a line for each item, as it comes: there can be a million. What each was is in the report of
//! its run.

use crate::render::human::{Layout, Look, Row, generic};
use crate::render::remark::{counts, remarks};
use crate::report::{Closing, Item};

/// One line each.
pub const LAYOUT: Layout = Layout { command: "merge", full, summary, ..generic::LAYOUT };

fn full(item: &Item, look: &Look) -> Vec<String> {
    let (mark, subject) = (look.mark(item.status()), look.text(&item.subject));
    let line = match remarks(item).first() {
        Some(worst) => format!("{mark}  {subject}  {}: {}", worst.code, worst.sentence(item)),
        None => format!("{mark}  {subject}"),
    };
    // What ends the merge has a next step; of rows there are many.
    let help = item.failure.iter().filter_map(|failure| failure.help.as_deref());
    let is_ours = matches!(item.outcome, crate::outcome::Outcome::Nothing {});
    let next = help.filter(|_| is_ours).flat_map(|help| look.next(help));
    std::iter::once(line).chain(next).collect()
}

fn summary(closing: &Closing, _: &[Row], _: &Look) -> String {
    format!("{}: {} items", counts(&closing.tally), closing.tally.items)
}
