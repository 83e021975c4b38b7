//! Changed bodies that are JSON: with other strings, with another number, then the whole document written
//! again in every dialect.

use std::collections::HashSet;
use std::ops::{ControlFlow, Range};
use std::sync::OnceLock;

use super::bodies::Change;
use super::dialect::{
    ESCAPES, EscapeRow, LAYOUTS, LayoutRow, VARIATIONS, javascript_number, with_fraction,
};
use super::json::Tree;
use super::layout::{Layout, Spelled, Step, Style};
use super::rounds::{Kin, Rounds};
use super::spelling::respell_strings;

/// Most numbers of a document that are changed one at a time, and most bytes that this may write.
const MOST_NUMBERS: usize = 32;
const MOST_WRITTEN: usize = 8 << 20;
/// What longer documents hold is spelled anew for each variation: kept for every writer, it takes ten times
/// as much memory.
const LONGEST_KEPT: usize = 8 << 20;

/// A spelling of strings, and the leaves of the document in it.
struct Speller {
    row: &'static EscapeRow,
    leaves: OnceLock<Spelled>,
}

impl Speller {
    fn of(row: &'static EscapeRow) -> Self {
        Self { row, leaves: OnceLock::new() }
    }

    /// The leaves, spelled once.
    fn leaves(&self, tree: &Tree<'_>) -> &Spelled {
        self.leaves.get_or_init(|| tree.spelled(&self.style()))
    }

    fn style(&self) -> Style {
        Style { escape: self.row.escape, ..Style::of(Layout::default()) }
    }
}

/// Makes every changed body of a document, if the body is one.
pub fn each<C: Default, R: Send>(
    body: &[u8],
    common: bool,
    rounds: &mut Rounds<'_, C, R>,
) -> ControlFlow<()> {
    let bare = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let (Some(mut tree), Ok(text)) = (Tree::parse(bare), std::str::from_utf8(bare)) else {
        return ControlFlow::Continue(());
    };
    let mut spellers = each_spelling(text, common, rounds)?;
    let mut steps = tree.steps();
    if !common && let Some(as_it_is) = spellers.first() {
        each_number(&tree, &steps, text, as_it_is, rounds)?;
    }
    let is_kept = text.len() <= LONGEST_KEPT;
    let at_once = if is_kept { ESCAPES.len() } else { 1 };
    for variation in VARIATIONS.iter().filter(|variation| variation.common || !common) {
        let words =
            Style { word: variation.word, empty: variation.empty, ..Style::of(Layout::default()) };
        let needed = if is_kept { usize::MAX } else { 1 };
        let changes: Vec<_> = tree.changes(&words).take(needed).collect();
        let is_news = match variation.sorted {
            true => !tree.is_sorted(),
            false => variation.name.is_empty() || !changes.is_empty(),
        };
        if !is_news {
            continue;
        }
        if variation.sorted {
            tree.sort();
            steps = tree.steps();
        }
        let layouts = LAYOUTS.iter().take(variation.layouts);
        let layouts: Vec<&LayoutRow> = layouts.filter(|row| row.common || !common).collect();
        // Leaves of one variation alone are written in all layouts at once, and not kept.
        let share = if changes.is_empty() { 1 } else { layouts.len() };
        for group in spellers.chunks_mut(at_once) {
            let shares = |speller| layouts.chunks(share).map(move |layouts| (speller, layouts));
            let write = |(speller, layouts): (&Speller, &[&'static LayoutRow]),
                         room: &mut Vec<u8>,
                         kin: &mut Kin<'_, C, R>| {
                let own;
                let leaves = match (changes.is_empty(), is_kept) {
                    (true, _) => speller.leaves(&tree),
                    (false, true) => {
                        own = speller.leaves(&tree).with(&changes);
                        &own
                    }
                    (false, false) => {
                        own = tree.spelled(&Style { escape: speller.row.escape, ..words });
                        &own
                    }
                };
                for layout in layouts {
                    let length = leaves.write_into(room, &steps, &layout.layout);
                    kin.other(Change::Json(layout, speller.row, variation), &room[..length]);
                    if let Some(variation) = variation.with_newline.filter(|_| !common) {
                        room[length] = b'\n';
                        kin.alike(Change::Json(layout, speller.row, variation), &room[..=length]);
                    }
                }
            };
            rounds.round(group.iter().flat_map(shares).collect(), write, drop)?;
            if !is_kept {
                group.iter_mut().for_each(|speller| drop(speller.leaves.take()));
            }
        }
    }
    ControlFlow::Continue(())
}

/// Strings as each writer spells them, all else as it stands. Most bodies are plain ASCII without slashes,
/// where most spellings come out alike: which do not, is what comes back.
fn each_spelling<C: Default, R: Send>(
    text: &str,
    common: bool,
    rounds: &mut Rounds<'_, C, R>,
) -> ControlFlow<(), Vec<Speller>> {
    let mut seen = HashSet::new();
    let mut spellers = Vec::new();
    let spell = |row: &'static EscapeRow, _: &mut Vec<u8>, kin: &mut Kin<'_, C, R>| {
        let hash = match row.escape {
            None => kin.other(Change::Strings(row), text.as_bytes()),
            Some(escape) => kin.other(Change::Strings(row), &respell_strings(text, escape)?),
        };
        Some((row, hash))
    };
    let rows = ESCAPES.iter().filter(|row| row.common || !common).collect();
    rounds.round(rows, spell, |spelled| {
        let is_new = spelled.filter(|(_, hash)| seen.insert(*hash));
        spellers.extend(is_new.map(|(row, _)| Speller::of(row)));
    })?;
    ControlFlow::Continue(spellers)
}

/// One number at a time, in the text as it stands and in the most frequent layouts.
fn each_number<C: Default, R: Send>(
    tree: &Tree<'_>,
    steps: &[Step],
    text: &str,
    as_it_is: &Speller,
    rounds: &mut Rounds<'_, C, R>,
) -> ControlFlow<()> {
    let most = (MOST_WRITTEN / text.len().max(1)).clamp(1, MOST_NUMBERS);
    let is_number = |(_, place): &(usize, Range<usize>)| {
        text[place.start..].starts_with(|first: char| first == '-' || first.is_ascii_digit())
    };
    let numbers = tree.words_at(text).filter(is_number).take(most).collect();
    let write =
        |(number, place): (usize, Range<usize>), room: &mut Vec<u8>, kin: &mut Kin<'_, C, R>| {
            let word = &text[place.clone()];
            let (fraction, other) = match (javascript_number(word), with_fraction(word)) {
                (whole, _) if whole != word => ("", whole),
                (_, fractioned) if fractioned != word => (".0", fractioned),
                _ => return,
            };
            room.clear();
            for piece in [&text[..place.start], &other, &text[place.end..]] {
                room.extend_from_slice(piece.as_bytes());
            }
            kin.other(Change::Number(fraction), room);
            // Of a long document there is one: it does not share them with others.
            let changes = [(number, other)];
            let spelled = match text.len() <= LONGEST_KEPT {
                true => as_it_is.leaves(tree).with(&changes),
                false => tree.spelled(&as_it_is.style()).with(&changes),
            };
            for row in LAYOUTS.iter().take(2) {
                let length = spelled.write_into(room, steps, &row.layout);
                kin.other(Change::Number(fraction), &room[..length]);
            }
        };
    rounds.round(numbers, write, drop)
}
