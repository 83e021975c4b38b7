//! `mint`: which files there are now, and what each is for.

use crate::outcome::Outcome;
use crate::render::human::{Layout, Look, Paint, Row, generic};
use crate::report::{Closing, Item};

/// A line a file.
pub const LAYOUT: Layout =
    Layout { command: "mint", streams: false, rows, summary, ..generic::LAYOUT };

fn rows(item: &Item, look: &Look) -> Vec<Row> {
    let path = look.text(&item.subject).into_owned();
    let contains = match &item.outcome {
        Outcome::Minted(minted) => look.paint(&look.text(minted.contains), Paint::Dim),
        _ => String::new(),
    };
    vec![Row { status: item.status(), order: 0, cells: vec![path, contains] }]
}

fn summary(closing: &Closing, _: &[Row], _: &Look) -> String {
    format!("{} files for tests, not for production", closing.tally.items)
}
