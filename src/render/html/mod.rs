//! `html`: one page that needs nothing but itself: the verdict, what ends when, every item, and what the
//! codes mean. It has no script and asks for nothing, and its length is bounded whatever was looked at.

mod audit;
mod bars;
mod captured;
mod card;
mod certificate;
mod codes;
mod inspect;
mod markup;
mod matrix;
mod others;
mod page;
mod sent;
mod served;
mod timeline;
mod words;

use std::cmp::Reverse;
use std::io::{self, Write};
use std::sync::Arc;

use crate::outcome::Outcome;
use crate::outcome::audit::Audit;
use crate::outcome::probe::Probe;
use crate::render::human::Look;
use crate::report::{Closing, Header, Item, Renderer, Status};

use card::Card;
use codes::Codes;
use markup::Markup;
use timeline::Timeline;

/// Items that have a row; of more, the worst.
const MOST: usize = 1_000;

/// The page, written at the end. What it keeps of an item until then is bounded.
pub struct Html {
    header: Header,
    look: Look,
    cards: Vec<Card>,
    items: u64,
    /// There were more than there is room for.
    has_let_go: bool,
    worst: Status,
    timeline: Timeline,
    codes: Codes,
    /// The matrix of `probe` or the groups of `audit`, if there are any.
    matrix: Markup,
    /// What there is to say of everything, where that is more than counts.
    sentence: Option<String>,
}

impl Html {
    /// Begins a report.
    pub fn new(header: &Header, look: Look) -> Self {
        Self {
            header: header.clone(),
            look: Look { colour: false, unicode: true, folds: false, ..look },
            cards: Vec::new(),
            items: 0,
            has_let_go: false,
            worst: Status::Ok,
            timeline: Timeline::at(header.at),
            codes: Codes::default(),
            matrix: Markup::default(),
            sentence: None,
        }
    }

    /// Sorts the cards as they are shown, worst first and then by what ends first, and lets go of more than
    /// there is room for.
    fn keep_worst(&mut self) {
        self.cards.sort_by_key(|card| (Reverse(card.status), card.ends, card.number));
        self.has_let_go |= self.cards.len() > MOST;
        self.cards.truncate(MOST);
    }
}

impl Renderer for Html {
    fn item(&mut self, item: &Arc<Item>, _: &mut dyn Write) -> io::Result<()> {
        self.items += 1;
        self.worst = self.worst.max(item.status());
        let headline = words::headline(item, &self.look);
        let sentence = || Some(format!("{}: {headline}", item.subject));
        let (table, has_more) = match &item.outcome {
            Outcome::Probe(Probe::Comparison(it)) => {
                (matrix::matrix(&it.table), !it.changes.is_empty())
            }
            Outcome::Audit(Audit::Totals(it)) => (audit::groups(&it.rows), false),
            _ => (Markup::default(), true),
        };
        if !table.is_empty() {
            (self.matrix, self.sentence) = (table, sentence());
            // The table says it.
            if item.status() == Status::Ok && !has_more {
                return Ok(());
            }
        } else if self.items == 1 {
            self.sentence = sentence();
        } else if self.matrix.is_empty() {
            self.sentence = None;
        }
        self.timeline.add(item);
        self.codes.add(item);
        self.cards.push(Card::of(item, self.items, &headline, &self.look));
        if self.cards.len() >= 2 * MOST {
            self.keep_worst();
        }
        Ok(())
    }

    fn finish(&mut self, closing: &Closing, out: &mut dyn Write) -> io::Result<()> {
        self.keep_worst();
        out.write_all(page::page(self, closing).as_str().as_bytes())
    }
}
