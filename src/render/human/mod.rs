//! `human`: the verdict first, then the evidence, then the next step.
//!
//! One thing is shown in full; many are one line each, worst first. What a command's items look like
//! is a [`Layout`]; this file decides which of its functions is used when.

pub(super) mod audit;
mod check;
pub mod demo;
pub(super) mod diff;
pub(super) mod explain;
pub(super) mod generic;
pub(super) mod inspect;
mod listen;
mod look;
mod merge;
mod mint;
mod probe;
pub(super) mod replay;
mod schemes;
mod table;
pub(super) mod thumbprint;
mod timeline;
pub(super) mod verify;

use std::io::{self, Write};
use std::sync::Arc;

use crate::report::{Closing, Header, Item, Renderer};

pub use look::{Look, Paint};
pub use table::{Fit, Row, align};

/// What the items of a command look like.
pub struct Layout {
    /// The command.
    pub command: &'static str,
    /// Whether each item is shown in full as soon as it is known.
    pub streams: bool,
    /// An item in full: lines below the verdict line, each without a line feed at its end.
    pub full: fn(&Item, &Look) -> Vec<String>,
    /// An item as rows of a table: usually one, `inspect` has one for each certificate.
    pub rows: fn(&Item, &Look) -> Vec<Row>,
    /// The last line, when there are several items.
    pub summary: fn(&Closing, &[Row], &Look) -> String,
}

/// The layouts there are; a command without one gets the generic layout.
const LAYOUTS: &[Layout] = &[
    audit::LAYOUT,
    check::LAYOUT,
    demo::LAYOUT,
    diff::LAYOUT,
    explain::LAYOUT,
    merge::LAYOUT,
    mint::LAYOUT,
    thumbprint::LAYOUT,
    listen::LAYOUT,
    inspect::LAYOUT,
    probe::LAYOUT,
    replay::LAYOUT,
    Layout { command: "send", ..replay::LAYOUT },
    schemes::LAYOUT,
    verify::LAYOUT,
];

/// What gives way in tables that are too wide; the others go on below.
const FITS: &[(&str, Fit)] = &[("inspect", inspect::FIT)];

/// Shows all items of a report together, at its end.
type Together = fn(&Closing, &[Arc<Item>], &Look) -> Vec<String>;

/// The commands whose items are shown together.
const TOGETHER: &[(&str, Together)] = &[("check", check::together)];

/// The human format.
pub struct Human {
    look: Look,
    layout: &'static Layout,
    /// What shows all items together, and the items.
    together: Option<Together>,
    all: Vec<Arc<Item>>,
    /// The first item, until a second one shows that a table is wanted.
    first: Option<Arc<Item>>,
    rows: Vec<Row>,
    /// The rows of what was shown in full instead, without their cells: they count as the others.
    shown: Vec<Row>,
    items: u64,
    /// Whether an item was printed as it stands, for `$(...)`: then nothing else is.
    is_verbatim: bool,
}

impl Human {
    /// Begins a report.
    pub fn new(header: &Header, look: Look) -> Self {
        let layout = LAYOUTS.iter().find(|layout| layout.command == header.command);
        let layout = layout.unwrap_or(&generic::LAYOUT);
        let together = TOGETHER.iter().find(|(command, _)| *command == header.command);
        let together = together.map(|(_, together)| *together);
        let (all, first, rows, shown) = Default::default();
        Self { look, layout, together, all, first, rows, shown, items: 0, is_verbatim: false }
    }

    fn show(&self, item: &Item, out: &mut dyn Write) -> io::Result<()> {
        for line in (self.layout.full)(item, &self.look) {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}

impl Renderer for Human {
    fn item(&mut self, item: &Arc<Item>, out: &mut dyn Write) -> io::Result<()> {
        self.items += 1;
        if self.together.is_some() {
            self.all.push(Arc::clone(item));
            return if self.look.verbose { self.show(item, out) } else { Ok(()) };
        }
        if let Some(text) = item.outcome.verbatim() {
            self.is_verbatim = true;
            out.write_all(text.as_bytes())?;
            return out.flush();
        }
        if self.layout.streams || self.look.verbose || item.outcome.is_detailed() {
            self.show(item, out)?;
            if !self.layout.streams {
                let rows = (self.layout.rows)(item, &self.look);
                self.shown.extend(rows.into_iter().map(|row| Row { cells: Vec::new(), ..row }));
            }
            return out.flush();
        }
        if self.items == 1 {
            self.first = Some(Arc::clone(item));
            return Ok(());
        }
        if let Some(first) = self.first.take() {
            self.rows.extend((self.layout.rows)(&first, &self.look));
        }
        self.rows.extend((self.layout.rows)(item, &self.look));
        Ok(())
    }

    fn finish(&mut self, closing: &Closing, out: &mut dyn Write) -> io::Result<()> {
        if let Some(together) = self.together {
            let lines = together(closing, &self.all, &self.look);
            return lines.iter().try_for_each(|line| writeln!(out, "{line}"));
        }
        if let Some(first) = self.first.take() {
            return self.show(&first, out);
        }
        self.rows.sort_by(|a, b| b.status.cmp(&a.status).then_with(|| a.order.cmp(&b.order)));
        let fit = FITS.iter().find(|(command, _)| *command == self.layout.command);
        let fit = fit.map_or_else(Fit::default, |(_, fit)| *fit);
        for line in align(&self.rows, &self.look, fit) {
            writeln!(out, "{line}")?;
        }
        if self.is_verbatim || self.items == 0 && closing.tally.items > 0 {
            // What there is to say stands on stderr, or was not asked for.
            return Ok(());
        }
        self.rows.append(&mut self.shown);
        let summary = (self.layout.summary)(closing, &self.rows, &self.look);
        if !summary.is_empty() && !self.look.quiet && self.items != 1 {
            writeln!(out, "{summary}")?;
        }
        Ok(())
    }
}
