//! All changed bodies in their order: the rows of the table, then JSON written again in every dialect.

use std::cell::OnceCell;
use std::ops::ControlFlow;

use super::body::{RAW, ROWS, Row};
use super::cause::{Cause, RAW_BODY};
use super::cut::{self, Cut};
use super::dialect::{EscapeRow, LayoutRow, Variation};
use super::form_dialect::{WRITERS, Writer};
use super::rounds::Rounds;
use super::{documents, wrapping};
use crate::digest;

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
    sha256: OnceCell<[u8; 32]>,
}

impl<'a> Body<'a> {
    /// A body of these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, sha256: OnceCell::new() }
    }

    /// What it shares with all that differ from it in the line ends at their end.
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

/// Does `work` to every changed body, none twice, and gives what comes of it to `take`, in their order, until
/// that says to stop. `work` runs on all processors; bodies that differ in nothing but the line ends at their
/// end come to it one after the other, with what they have in common. `common` leaves out what is not worth
/// trying together with other changes.
pub fn each<C: Default, R: Send>(
    body: &[u8],
    content_length: Option<usize>,
    common: bool,
    work: &(dyn Fn(Change, &Body<'_>, &mut C) -> R + Sync),
    take: &mut dyn FnMut(R) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut rounds = Rounds::of(body, work, take);
    let left_out = cut::by_size(body);
    let is_text = left_out != Some(Cut::Length);
    // Those are cheap for any body.
    let is_cheap =
        |row: &'static Row| Change::Row(row).is_at_end() || row.advice.name == "body-empty";
    let is_worth = |row: &&'static Row| (row.common || !common) && (is_text || is_cheap(row));
    let mut changes: Vec<Change> = ROWS.iter().filter(is_worth).map(Change::Row).collect();
    let fields = if is_text && !common { wrapping::fields(body) } else { Vec::new() };
    changes.extend((1..=fields.len()).map(Change::Field));
    if is_text && !common {
        changes.extend(WRITERS.iter().flat_map(|it| [Change::Form(it), Change::JsonForm(it)]));
    }
    changes.push(Change::Cut);
    let made = |change: Change| match change {
        Change::Row(row) => (row.apply)(body),
        Change::Field(number) => fields.get(number - 1).cloned(),
        Change::Form(writer) => writer.again(body),
        Change::JsonForm(writer) => writer.of_json(body),
        Change::Cut => content_length.and_then(|length| body.get(..length)).map(<[u8]>::to_vec),
        Change::Strings(_) | Change::Json(..) | Change::Number(_) => None,
    };
    let groups = changes.chunk_by(|_, next| next.is_at_end()).collect();
    rounds.round(
        groups,
        |group: &[Change], _, kin| {
            for change in group {
                if let Some(changed) = made(*change) {
                    kin.alike(*change, &changed);
                }
            }
        },
        drop,
    )?;
    match left_out {
        None => documents::each(body, common, &mut rounds),
        Some(_) => ControlFlow::Continue(()),
    }
}

/// The body without its final newline, and with one more.
pub fn ends(body: &[u8]) -> Vec<(Change, Vec<u8>)> {
    let rows = ROWS.iter().filter(|row| row.advice.name.starts_with("body-final-newline"));
    rows.filter_map(|row| Some((Change::Row(row), (row.apply)(body)?))).collect()
}
