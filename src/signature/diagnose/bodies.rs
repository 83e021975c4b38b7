//! All changed bodies, one after the other: the rows of the table, then JSON written again in every
//! dialect. They are made one at a time, so that a large body is held twice and not a hundred times.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;
use std::hash::BuildHasher;
use std::ops::{ControlFlow, Range};

use foldhash::quality::RandomState;

use super::body::{RAW, ROWS, Row};
use super::cause::{Cause, RAW_BODY};
use super::cut::{self, Cut};
use super::dialect::{
    ESCAPES, EscapeRow, LAYOUTS, LayoutRow, VARIATIONS, Variation, javascript_number, with_fraction,
};
use super::form_dialect::WRITERS;
use super::form_dialect::Writer;
use super::json::Tree;
use super::layout::{Layout, Step, Style};
use super::spelling::respell_strings;
use super::wrapping;
use crate::digest;

/// Most numbers of a document that are changed one at a time, and most bytes that this may write.
const MOST_NUMBERS: usize = 32;
const MOST_WRITTEN: usize = 8 << 20;

/// Which change it was.
#[derive(Clone, Copy)]
pub enum Change {
    /// A row of the table.
    Row(&'static Row),
    /// Strings of JSON spelled as a writer does, blanks as they are.
    Strings(&'static EscapeRow),
    /// JSON written again.
    Json(&'static LayoutRow, &'static EscapeRow, &'static Variation),
    /// A form written again.
    Form(&'static Writer),
    /// JSON written as the form that it was.
    JsonForm(&'static Writer),
    /// One number of JSON written as JavaScript writes it, or with a fraction of zero.
    Number(&'static str),
    /// One field of a form alone; the number counts from 1.
    Field(usize),
    /// Cut at Content-Length.
    Cut,
}

impl Change {
    /// Whether the file is right, and the sender signs something else.
    pub fn is_senders(self) -> bool {
        matches!(self, Self::Row(row) if row.is_senders)
    }

    /// Whether it changes nothing but the line ends at the end of the body that was tried before.
    fn is_at_end(self) -> bool {
        match self {
            Self::Row(row) => row.advice.name.starts_with("body-final"),
            Self::Json(_, _, variation) => variation.is_newline,
            _ => false,
        }
    }

    /// Its words; `before` and `after` are lengths.
    pub fn cause(self, before: usize, after: usize) -> Cause {
        let mut rewritten = "it was parsed and serialised again; the sender signed {after} bytes";
        let (change, message) = match self {
            Self::Row(row) => return row.advice.cause(before, after),
            Self::Cut => (
                "body-cut-at-content-length".to_owned(),
                "cut the body at Content-Length ({after} of {before} bytes)".to_owned(),
            ),
            Self::Form(writer) => (
                format!("body-form-as-{}", writer.name),
                format!("encode the form as {}", writer.who),
            ),
            Self::JsonForm(writer) => (
                format!("body-json-is-form-as-{}", writer.name),
                format!("turn the JSON back into a form, encoded as {}", writer.who),
            ),
            Self::Number(fraction) => (
                format!(
                    "body-json-number-{}",
                    if fraction.is_empty() { "whole" } else { "fraction" }
                ),
                match fraction.is_empty() {
                    true => {
                        "write one of the first numbers of the JSON without its fraction (1 for 1.0)".to_owned()
                    }
                    false => "write one of the first numbers of the JSON with a fraction (1.0 for 1)".to_owned(),
                },
            ),
            Self::Field(number) => {
                rewritten = "the sender signs one field of the form, of {after} bytes";
                ("body-form-field".to_owned(), format!("remove field {number} from the form"))
            }
            Self::Strings(escape) => (
                format!("body-json-strings-{}", escape.name),
                format!("write the strings of the JSON {}", escape.who),
            ),
            Self::Json(layout, escape, variation) => {
                let names = [layout.name, escape.name, variation.name];
                let names: Vec<_> = names.into_iter().filter(|name| !name.is_empty()).collect();
                let who = [layout.who, escape.who, variation.who];
                let who: Vec<_> = who.into_iter().filter(|who| !who.is_empty()).collect();
                let change = format!("body-json-{}", names.join("-"));
                (change, format!("write the JSON {}", who.join(", ")))
            }
        };
        let text = |text: &str| {
            text.replace("{before}", &before.to_string()).replace("{after}", &after.to_string())
        };
        let (message, why, help) = (text(&message), text(rewritten), RAW.to_owned());
        Cause { change, message, why, help, command: None, code: RAW_BODY }
    }
}

/// A body that is tried.
pub struct Body<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Those of one kin are the same up to the line ends that end them.
    pub kin: usize,
    sha256: OnceCell<[u8; 32]>,
}

impl<'a> Body<'a> {
    /// The kin of the body that was given.
    pub const GIVEN: usize = 0;

    /// A body of that kin.
    pub fn new(bytes: &'a [u8], kin: usize) -> Self {
        Self { bytes, kin, sha256: OnceCell::new() }
    }

    /// What it shares with all others of its kin.
    pub fn shared(&self) -> &'a [u8] {
        let is_line_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let end = self.bytes.iter().rposition(|byte| !is_line_end(byte)).map_or(0, |last| last + 1);
        &self.bytes[..end]
    }

    /// Its SHA-256, computed once.
    pub fn sha256(&self) -> &[u8; 32] {
        self.sha256.get_or_init(|| digest::sha256(self.bytes))
    }
}

/// Gives every changed body to `look`, none twice, until it says to stop. `common` leaves out what is
/// not worth trying together with other changes.
pub fn each(
    body: &[u8],
    content_length: Option<usize>,
    common: bool,
    look: &mut dyn FnMut(Change, &Body<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let random = RandomState::default();
    let mut seen = HashSet::from([random.hash_one(body)]);
    let mut kin = Body::GIVEN;
    let mut once = |change: Change, changed: &[u8]| {
        kin += usize::from(!change.is_at_end());
        match seen.insert(random.hash_one(changed)) {
            true => look(change, &Body::new(changed, kin)),
            false => ControlFlow::Continue(()),
        }
    };
    let left_out = cut::by_size(body);
    let is_text = left_out != Some(Cut::Length);
    for row in ROWS.iter().filter(|row| row.common || !common) {
        // Those are cheap for any body.
        let cheap = Change::Row(row).is_at_end() || row.advice.name == "body-empty";
        if (is_text || cheap)
            && let Some(changed) = (row.apply)(body)
        {
            once(Change::Row(row), &changed)?;
        }
    }
    if is_text && !common {
        for (index, field) in wrapping::fields(body).iter().enumerate() {
            once(Change::Field(index + 1), field)?;
        }
        for writer in WRITERS {
            if let Some(changed) = writer.again(body) {
                once(Change::Form(writer), &changed)?;
            }
            if let Some(changed) = writer.of_json(body) {
                once(Change::JsonForm(writer), &changed)?;
            }
        }
    }
    if let Some(cut) = content_length.and_then(|length| body.get(..length)) {
        once(Change::Cut, cut)?;
    }
    match left_out {
        None => each_json(body, common, &mut once),
        Some(_) => ControlFlow::Continue(()),
    }
}

fn each_json(
    body: &[u8],
    common: bool,
    look: &mut dyn FnMut(Change, &[u8]) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let bare = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let (Some(mut tree), Ok(text)) = (Tree::parse(bare), std::str::from_utf8(bare)) else {
        return ControlFlow::Continue(());
    };
    // Most bodies are plain ASCII without slashes, where most spellings come out alike.
    let random = RandomState::default();
    let mut seen = HashSet::new();
    let mut escapes = Vec::new();
    for row in ESCAPES.iter().filter(|row| row.common || !common) {
        let spelled = row.escape.map_or(Some(Cow::Borrowed(text.as_bytes())), |escape| {
            respell_strings(text, escape).map(Cow::Owned)
        });
        if let Some(spelled) = spelled
            && seen.insert(random.hash_one(&spelled))
        {
            look(Change::Strings(row), &spelled)?;
            escapes.push(row);
        }
    }
    let mut steps = tree.steps();
    let mut changed = Vec::new();
    if !common {
        each_number(&tree, &steps, text, &mut changed, &mut *look)?;
    }
    for variation in VARIATIONS.iter().filter(|variation| variation.common || !common) {
        let words =
            Style { word: variation.word, empty: variation.empty, ..Style::of(Layout::default()) };
        let is_news = match variation.sorted {
            true => !tree.is_sorted(),
            false => variation.name.is_empty() || tree.is_changed_by(&words),
        };
        if !is_news {
            continue;
        }
        if variation.sorted {
            tree.sort();
            steps = tree.steps();
        }
        for escape in &escapes {
            let spelled = tree.spelled(&Style { escape: escape.escape, ..words });
            let layouts = LAYOUTS.iter().take(variation.layouts);
            for layout in layouts.filter(|row| row.common || !common) {
                spelled.write_into(&mut changed, &steps, &layout.layout, None);
                look(Change::Json(layout, escape, variation), &changed)?;
                if let Some(variation) = variation.with_newline.filter(|_| !common) {
                    changed.push(b'\n');
                    look(Change::Json(layout, escape, variation), &changed)?;
                }
            }
        }
    }
    ControlFlow::Continue(())
}

/// One number at a time, in the text as it stands and in the most frequent layouts.
fn each_number(
    tree: &Tree<'_>,
    steps: &[Step],
    text: &str,
    changed: &mut Vec<u8>,
    look: &mut dyn FnMut(Change, &[u8]) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let spelled = tree.spelled(&Style::of(Layout::default()));
    let most = (MOST_WRITTEN / text.len().max(1)).clamp(1, MOST_NUMBERS);
    let is_number = |(_, place): &(usize, Range<usize>)| {
        text[place.start..].starts_with(|first: char| first == '-' || first.is_ascii_digit())
    };
    for (number, place) in tree.words_at(text).filter(is_number).take(most) {
        let word = &text[place.clone()];
        let (fraction, other) = match (javascript_number(word), with_fraction(word)) {
            (whole, _) if whole != word => ("", whole),
            (_, fractioned) if fractioned != word => (".0", fractioned),
            _ => continue,
        };
        changed.clear();
        for piece in [&text[..place.start], &other, &text[place.end..]] {
            changed.extend_from_slice(piece.as_bytes());
        }
        look(Change::Number(fraction), changed)?;
        for row in LAYOUTS.iter().take(2) {
            spelled.write_into(changed, steps, &row.layout, Some((number, &other)));
            look(Change::Number(fraction), changed)?;
        }
    }
    ControlFlow::Continue(())
}

/// The body without its final newline, and with one more.
pub fn ends(body: &[u8]) -> Vec<(Change, Vec<u8>)> {
    let rows = ROWS.iter().filter(|row| row.advice.name.starts_with("body-final-newline"));
    rows.filter_map(|row| Some((Change::Row(row), (row.apply)(body)?))).collect()
}
