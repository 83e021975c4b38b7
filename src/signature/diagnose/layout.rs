//! How a document of JSON is written: its leaves are spelled once for a writer, and copied between the
//! brackets, separators and line ends of each layout.

use std::ops::Range;

use super::json::{DEEPEST, Tree, Value};
use super::spelling::{Escape, quote};

/// Where blanks stand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Layout {
    /// Between members.
    pub comma: &'static str,
    /// Between name and value.
    pub colon: &'static str,
    /// One level of indentation; all in one line when `None`.
    pub indent: Option<&'static str>,
    /// What ends a line.
    pub line_end: &'static str,
    /// A blank inside the brackets of one line, as in `{ "a": 1 }`.
    pub padded: bool,
    /// Arrays stay in one line, as in `[ 1, 2 ]`.
    pub inline_arrays: bool,
}

/// How a document is written.
#[derive(Clone, Copy)]
pub struct Style {
    /// Where blanks stand.
    pub layout: Layout,
    /// How strings are written; as they are spelled when `None`.
    pub escape: Option<Escape>,
    /// How numbers, `true`, `false` and `null` are written.
    pub word: Option<fn(&str) -> String>,
    /// How an empty container is written.
    pub empty: fn(&'static str) -> &'static str,
}

impl Style {
    /// Nothing but these blanks.
    pub fn of(layout: Layout) -> Self {
        Self { layout, escape: None, word: None, empty: |brackets| brackets }
    }
}

/// The leaves of a document, and the names of its members, as one writer spells them.
pub struct Spelled {
    bytes: Vec<u8>,
    /// For each value, where its name ends and where it ends itself; it begins where the one before ends.
    ends: Vec<[u32; 2]>,
}

impl Tree<'_> {
    /// Its leaves and names in that style.
    pub fn spelled(&self, style: &Style) -> Spelled {
        // Most styles are no longer: what grows by doubling takes three times as much.
        let mut bytes = Vec::with_capacity(self.length);
        let mut ends = Vec::with_capacity(self.values.len());
        for (value, name) in self.values.iter().zip(&self.names) {
            name.iter().for_each(|name| quote(name, style.escape, &mut bytes));
            let middle = bytes.len() as u32;
            match value {
                Value::Word(word) => match style.word {
                    None => bytes.extend_from_slice(word.as_bytes()),
                    Some(write) => bytes.extend_from_slice(write(word).as_bytes()),
                },
                Value::Text(raw) => quote(raw, style.escape, &mut bytes),
                Value::Array(items) if items.is_empty() => {
                    bytes.extend_from_slice((style.empty)("[]").as_bytes());
                }
                Value::Object(members) if members.is_empty() => {
                    bytes.extend_from_slice((style.empty)("{}").as_bytes());
                }
                Value::Array(_) => bytes.push(b'['),
                Value::Object(_) => bytes.push(b'{'),
            }
            ends.push([middle, bytes.len() as u32]);
        }
        Spelled { bytes, ends }
    }

    /// What is written one after the other, whatever the layout.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::with_capacity(self.values.len());
        // Containers that are open, with their members written so far.
        let mut open: Vec<(u32, usize, Step)> = Vec::new();
        let mut next = (!self.values.is_empty()).then_some(Step::default());
        loop {
            if let Some(step) = next.take() {
                steps.push(step);
                let value = &self.values[step.place as usize];
                if value.child(0).is_some() {
                    let is_array = matches!(value, Value::Array(_));
                    let (depth, objects) = (step.depth + 1, step.objects + u16::from(!is_array));
                    open.push((step.place, 0, Step { is_array, depth, objects, ..step }));
                }
            }
            let Some((container, written, inner)) = open.last_mut() else { return steps };
            match self.values[*container as usize].child(*written) {
                Some(place) => {
                    let before = if *written == 0 { Before::First } else { Before::Next };
                    *written += 1;
                    next = Some(Step { place, before, ..*inner });
                }
                None => {
                    steps.push(Step { before: Before::End, ..*inner });
                    open.pop();
                }
            }
        }
    }

    /// The document in another style, without a final newline.
    pub fn write(&self, style: &Style) -> Vec<u8> {
        let mut room = Vec::new();
        let length = self.spelled(style).write_into(&mut room, &self.steps(), &style.layout);
        room.truncate(length);
        room
    }
}

/// One step of writing a document: what comes before a value, and the value; or the end of a container.
#[derive(Clone, Copy, Default)]
pub struct Step {
    /// The number of the value; of the container at its end.
    place: u32,
    before: Before,
    /// Whether it stands in an array, or ends one.
    is_array: bool,
    /// The containers around it, and how many of them are objects.
    depth: u16,
    objects: u16,
}

/// Where a step stands in its container.
#[derive(Clone, Copy, Default)]
enum Before {
    /// In none.
    #[default]
    Nothing,
    First,
    Next,
    End,
}

impl Spelled {
    /// The same with other words in place of the leaves of those numbers, which stand in order.
    pub fn with(&self, changes: &[(usize, String)]) -> Self {
        let mut changed = Self {
            bytes: Vec::with_capacity(self.bytes.len()),
            ends: Vec::with_capacity(self.ends.len()),
        };
        let mut copied = 0;
        for (number, word) in changes {
            let [_, leaf] = self.at(*number);
            changed.copy(self, copied..leaf.start, *number);
            let middle = changed.bytes.len() as u32;
            changed.bytes.extend_from_slice(word.as_bytes());
            changed.ends.push([middle, changed.bytes.len() as u32]);
            copied = leaf.end;
        }
        changed.copy(self, copied..self.bytes.len(), self.ends.len());
        changed
    }

    /// Copies bytes, and the values that are left before that number, of which they are.
    fn copy(&mut self, from: &Self, bytes: Range<usize>, number: usize) {
        let (before, after) = (bytes.start as u32, self.bytes.len() as u32);
        let ends = from.ends[self.ends.len()..number].iter();
        self.ends.extend(ends.map(|ends| ends.map(|end| end - before + after)));
        self.bytes.extend_from_slice(&from.bytes[bytes]);
    }

    /// The document in that layout, at the start of a room that grows as it must. Returns its length; at
    /// least one byte follows it.
    pub fn write_into(&self, room: &mut Vec<u8>, steps: &[Step], layout: &Layout) -> usize {
        let lines = Lines::of(layout);
        let mut at = 0;
        // Most layouts are not three times as long. What is reserved and not written takes no memory.
        let length = self.bytes.len();
        room.reserve((4 * length).saturating_sub(room.len()));
        for step in steps {
            let before = lines.before(step);
            let [name, text] = match step.before {
                Before::End => [0..0, 0..0],
                _ => self.at(step.place as usize),
            };
            let most = before.len() + name.len() + lines.colon.len() + text.len() + SHORT;
            if room.len() - at < most {
                room.resize(room.len() + length / 4 + most, 0);
            }
            put(room, &mut at, &lines.text, before);
            if let Before::End = step.before {
                room[at] = if step.is_array { b']' } else { b'}' };
                at += 1;
                continue;
            }
            if !name.is_empty() {
                put(room, &mut at, &self.bytes, name);
                put(room, &mut at, &lines.text, lines.colon.clone());
            }
            put(room, &mut at, &self.bytes, text);
        }
        room.resize(room.len().max(at + 1), 0);
        at
    }

    /// Where name and leaf of the value of that number stand; empty for what has none.
    fn at(&self, place: usize) -> [Range<usize>; 2] {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before][1] as usize);
        let [middle, end] = self.ends[place].map(|end| end as usize);
        [start..middle, middle..end]
    }
}

/// Most pieces are short, and copied as so many bytes, of which what is too much is written over: that costs a
/// third of a copy of as many as there are.
const SHORT: usize = 16;

#[inline(always)]
fn put(room: &mut [u8], at: &mut usize, text: &[u8], piece: Range<usize>) {
    let (from, to, length) = (&text[piece.start..], &mut room[*at..], piece.len());
    match (from.first_chunk::<SHORT>(), to.first_chunk_mut::<SHORT>()) {
        (Some(chunk), Some(place)) if length <= SHORT => *place = *chunk,
        _ => to[..length].copy_from_slice(&from[..length]),
    }
    *at += length;
}

/// What a layout puts between members.
struct Lines {
    /// The comma, what ends a line, and more indentation than there can be; then what stands in one line:
    /// comma, colon and blank.
    text: Vec<u8>,
    /// Bytes of the comma, of what ends a line, and of one level.
    lengths: [usize; 3],
    /// Whether all of it stands in one line, and whether arrays do.
    is_line: bool,
    inline_arrays: bool,
    comma: Range<usize>,
    colon: Range<usize>,
    pad: Range<usize>,
}

impl Lines {
    fn of(layout: &Layout) -> Self {
        let indent = layout.indent.unwrap_or_default();
        let mut text = [layout.comma, layout.line_end, &indent.repeat(DEEPEST)].concat();
        let mut place = |piece: &str| {
            text.push_str(piece);
            text.len() - piece.len()..text.len()
        };
        let (comma, pad) = match layout.indent {
            None => (layout.comma, if layout.padded { " " } else { "" }),
            Some(_) => (", ", " "),
        };
        let (comma, colon, pad) = (place(comma), place(layout.colon), place(pad));
        // Room, so that all of them are short pieces.
        text.push_str(&" ".repeat(SHORT));
        let lengths = [layout.comma.len(), layout.line_end.len(), indent.len()];
        let (is_line, inline_arrays) = (layout.indent.is_none(), layout.inline_arrays);
        Self { text: text.into_bytes(), lengths, is_line, inline_arrays, comma, colon, pad }
    }

    fn before(&self, step: &Step) -> Range<usize> {
        let [comma, end, level] = self.lengths;
        let is_inline = self.is_line || self.inline_arrays && step.is_array;
        let depth = usize::from(if self.inline_arrays { step.objects } else { step.depth });
        let line = |start, depth: usize| start..comma + end + depth * level;
        match (step.before, is_inline) {
            (Before::Nothing, _) => 0..0,
            (Before::First | Before::End, true) => self.pad.clone(),
            (Before::Next, true) => self.comma.clone(),
            (Before::First, false) => line(comma, depth),
            (Before::Next, false) => line(0, depth),
            (Before::End, false) => line(comma, depth - 1),
        }
    }
}
