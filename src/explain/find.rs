//! Everything in a text that stands in the tables: one pass for the messages, one for what announces
//! alerts and numbers. What says more goes before what says less, and of equals the last one: the cause
//! that lies deepest.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Input, MatchKind};

use crate::explain::marks::{self, ANNOUNCED};
use crate::explain::table::{self, Row, Speaker};
use crate::explain::text::{Folded, folded};
use crate::outcome::explanation::{Kind, Side};

/// How much a find says; the most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// That something is wrong, and not what.
    Wrapper,
    /// The number of a program.
    Number,
    /// A message.
    Message,
    /// An alert.
    Alert,
    /// The reason that another message gives in brackets.
    Reason,
}

/// A row that was found, in all its places.
#[derive(Clone, Debug)]
pub struct Found {
    /// The row.
    pub row: &'static Row,
    /// As what.
    pub kind: Kind,
    /// How much it says.
    pub rank: Rank,
    /// Who says it.
    pub side: Side,
    /// Whether the side that says it sent the alert, and did not receive it.
    pub is_sent: bool,
    /// Where it stands last.
    pub place: Range<usize>,
    /// The line of that, from 1.
    pub line: u64,
    /// In how many lines it stands.
    pub times: u64,
}

/// A find in one place.
struct Hit {
    row: &'static Row,
    kind: Kind,
    rank: Rank,
    place: Range<usize>,
}

/// What the line around a find tells about it.
#[derive(Clone, Copy, Default)]
struct Line {
    start: usize,
    end: usize,
    is_of_tls: bool,
    is_of_server: bool,
    is_of_caller: bool,
    is_sent: bool,
}

/// Words that only a server writes into its log.
const OF_SERVER: &[&str] = &[
    ", client: ",
    "while ssl handshaking",
    "tls handshake error from",
    "[ssl:error]",
    "[ssl:info]",
    "[ssl:warn]",
    "peer certificate required",
    "authorizationerror",
    "tlsclienterror",
    "fe_main",
    "ssl_accept",
];
/// Words of a server that calls another one: there it is the client.
const OF_CLIENT: &[&str] = &[" upstream, client: ", "[remote "];
/// The line in which Apache says why, and not of whom: that stands in the line before.
const OF_LIBRARY: &str = "ssl library error:";
/// Words with which a server names the certificate of a caller.
const OF_CALLER: &[&str] = &[
    "client certificate",
    "client's certificate",
    "client ssl certificate",
    "certificate verification: error",
];

/// The messages of all rows, folded.
struct Messages {
    automaton: Option<AhoCorasick>,
    rows: Vec<&'static Row>,
}

static MESSAGES: LazyLock<Messages> = LazyLock::new(|| {
    let rows = table::rows().iter().filter(|row| row.alert.is_none());
    let (rows, patterns): (Vec<_>, Vec<_>) =
        rows.flat_map(|row| row.patterns.iter().map(move |text| (row, folded(text)))).unzip();
    // The table is ours, and a test builds the automaton.
    let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(patterns);
    Messages { automaton: automaton.ok(), rows }
});

static MARKS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(ANNOUNCED).ok());

/// Everything that is known in a text, what says most first; only what `from` says, where that is given.
/// What only says that something is wrong is left out where anything says more.
pub fn all(text: &Folded, from: Option<&str>) -> Vec<Found> {
    let mut hits = announced(text);
    let spans: Vec<Range<usize>> = hits.iter().map(|hit| hit.place.clone()).collect();
    messages(text, &spans, &mut hits);
    hits.retain(|hit| from.is_none_or(|from| hit.row.is_from(from)));
    hits.sort_by_key(|hit| hit.place.start);
    let mut found = merged(text, hits);
    found.sort_by_key(|one| Reverse((one.rank, one.place.start)));
    if found.iter().any(|one| one.rank > Rank::Wrapper) {
        found.retain(|one| one.rank > Rank::Wrapper);
    }
    found
}

fn announced(text: &Folded) -> Vec<Hit> {
    let Some(automaton) = MARKS.as_ref() else { return Vec::new() };
    let mut hits = Vec::new();
    for found in automaton.find_overlapping_iter(&text.text) {
        let word = found.pattern().as_usize();
        let Some(one) = marks::announced(text, word, found.start(), found.end()) else { continue };
        let rank = match (one.row.wrapper, one.kind) {
            (true, _) => Rank::Wrapper,
            (_, Kind::Alert) => Rank::Alert,
            (_, _) if ANNOUNCED[word] == "curl: (" => Rank::Number,
            _ => Rank::Reason,
        };
        let start =
            if one.kind == Kind::Alert { before(&text.text, found.start()) } else { found.start() };
        hits.push(Hit { row: one.row, kind: one.kind, rank, place: start..one.end });
    }
    hits
}

/// Where the word before begins, as in "tlsv1 alert unknown ca".
fn before(text: &str, at: usize) -> usize {
    let word = text[..at].trim_end_matches(' ');
    let start = word.rfind(|letter: char| !letter.is_ascii_alphanumeric()).map_or(0, |end| end + 1);
    // A letter that is none of ASCII has more bytes than one.
    if at - start <= 12 && text.is_char_boundary(start) { start } else { at }
}

fn messages(text: &Folded, spans: &[Range<usize>], hits: &mut Vec<Hit>) {
    let Messages { automaton: Some(automaton), rows } = &*MESSAGES else { return };
    let text_of = &text.text;
    let mut spans = spans.iter().peekable();
    let mut at = 0;
    while let Some(found) = automaton.find(Input::new(text_of).range(at..)) {
        let place = found.range();
        if !is_whole(text_of, &place) {
            at = place.start + 1;
            continue;
        }
        at = place.end;
        // What an alert says is not said again by a part of it.
        while spans.next_if(|span| span.end <= place.start).is_some() {}
        if spans.peek().is_some_and(|span| span.start < place.end && span.end >= place.end) {
            continue;
        }
        let row = rows[found.pattern().as_usize()];
        let rank = match row.wrapper {
            true => Rank::Wrapper,
            false if is_reason(&text_of[..place.start]) => Rank::Reason,
            false => Rank::Message,
        };
        hits.push(Hit { row, kind: Kind::Message, rank, place });
    }
}

/// Whether a find is no part of longer words.
fn is_whole(text: &str, place: &Range<usize>) -> bool {
    let is_word =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    let bytes = text.as_bytes();
    let touches = |inner: usize, outer: Option<usize>| {
        is_word(bytes.get(inner)) && outer.is_some_and(|outer| is_word(bytes.get(outer)))
    };
    !touches(place.start, place.start.checked_sub(1)) && !touches(place.end - 1, Some(place.end))
}

/// Whether what follows is in brackets, behind a number at most.
fn is_reason(before: &str) -> bool {
    let before = before
        .trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == ':' || letter == ' ');
    before.ends_with(['(', '['])
}

/// Each row once, with what its lines tell.
fn merged(text: &Folded, hits: Vec<Hit>) -> Vec<Found> {
    let mut places: HashMap<(&str, Side, bool), usize> = HashMap::new();
    let mut all: Vec<Found> = Vec::new();
    let mut line = Line::default();
    for hit in hits {
        if hit.place.start >= line.end || line.end == 0 {
            line = look(text, hit.place.start);
        }
        if !fits(text, &line, &hit) {
            continue;
        }
        let side = side(&line, &hit);
        let is_sent = hit.kind == Kind::Alert && line.is_sent;
        let number = text.line_of(hit.place.start);
        let index = *places.entry((hit.row.id.as_str(), side, is_sent)).or_insert_with(|| {
            let Hit { row, kind, rank, place } = &hit;
            let place = place.clone();
            all.push(Found {
                row,
                kind: *kind,
                rank: *rank,
                side,
                is_sent,
                place,
                line: 0,
                times: 0,
            });
            all.len() - 1
        });
        let one = &mut all[index];
        one.times += u64::from(one.line != number);
        one.rank = one.rank.max(hit.rank);
        // The longest of a line is what it says, the last line the deepest.
        if one.line != number || hit.place.len() > one.place.len() {
            one.place = hit.place;
        }
        one.line = number;
    }
    all
}

fn look(text: &Folded, at: usize) -> Line {
    let (start, end) = text.around(at);
    let line = &text.text[start..end];
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    let before = || text.text[..start].trim_end().rsplit('\n').next().unwrap_or_default();
    let is_of_client =
        has(OF_CLIENT) || (line.contains(OF_LIBRARY) && before().contains(OF_CLIENT[1]));
    Line {
        start,
        end,
        is_of_tls: has(&["tls", "ssl", "fatal", "handshake", "'description'", "received alert ["]),
        is_of_server: has(OF_SERVER) && !is_of_client,
        is_of_caller: has(OF_CALLER) && !is_of_client,
        is_sent: has(&["(out), tls alert", "alert (write)", "sent alert", "alert write:"]),
    }
}

/// Whether a line is about what the row is about.
fn fits(text: &Folded, line: &Line, hit: &Hit) -> bool {
    if hit.kind == Kind::Alert {
        return line.is_of_tls;
    }
    let with = &hit.row.with;
    with.is_empty() || with.iter().any(|word| text.text[line.start..line.end].contains(word))
}

fn side(line: &Line, hit: &Hit) -> Side {
    let is_of_server = line.is_of_server || (hit.row.judges() && line.is_of_caller);
    match hit.row.side {
        _ if is_of_server && hit.kind == Kind::Alert => Side::Server,
        Some(Speaker::Either) if is_of_server => Side::Server,
        Some(Speaker::Answer) => Side::Answer,
        Some(Speaker::Local) => Side::Local,
        Some(Speaker::Server) => Side::Server,
        Some(Speaker::Client) if is_of_server => Side::Server,
        _ => Side::Client,
    }
}
