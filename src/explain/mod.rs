//! What does this code, alert, number or message mean? Words are looked up, texts are searched for
//! everything that stands in the tables; what nobody recognises is not guessed.
//!
//! Pure: the tables are compiled in, no file is read and no socket opened. They are read when something
//! is explained, and by no other command.

pub mod asked;
pub mod audit;
mod causes;
mod find;
mod marks;
pub mod near;
pub mod pages;
pub mod secrets;
pub mod table;
pub mod text;
mod whole;

use time::OffsetDateTime;

pub use causes::Own;
use causes::Whose;
use find::Found;
use text::Folded;
use whole::Whole;

use crate::outcome::explanation::Explanation;

/// The longest subject, in letters.
const LONGEST: usize = 120;

/// By what a text is explained.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// Only what this program says.
    pub from: Option<&'a str>,
    /// Our own certificate.
    pub own: Option<&'a Own>,
    /// The moment to judge it at.
    pub now: OffsetDateTime,
}

/// What was recognised in a text.
pub struct Answer {
    /// Each thing with the words that say it, what says most first.
    pub explanations: Vec<(String, Explanation)>,
    /// How many lines were longer than what is looked at.
    pub cut: u64,
}

/// Explains everything that is recognised in a text.
pub fn explain(text: &str, rules: &Rules<'_>) -> Answer {
    let text = Folded::of(text);
    let whole = Whole::of(&text);
    let mut found = find::all(&text, rules.from);
    found.retain(|one| whole.counts(one));
    let explanations = found.iter().map(|one| explained(&text, &whole, one, rules)).collect();
    Answer { explanations, cut: text.cut }
}

fn explained(
    text: &Folded,
    whole: &Whole,
    found: &Found,
    rules: &Rules<'_>,
) -> (String, Explanation) {
    let whose = whole::whose(found);
    let mut causes = causes::of(found.row, whose, rules.own, rules.now);
    whole.narrow(&mut causes);
    let base = found.row.explained(found.kind);
    let (meaning, next) = whole::otherwise(found).unwrap_or((base.meaning, base.next));
    if whose == Whose::Other
        && let [only] = causes.as_mut_slice()
        && !only.proven
    {
        (only.text, only.fix) = (meaning.clone(), next.clone());
    }
    let subject = text.text[found.place.clone()].chars().take(LONGEST).collect();
    let explanation = Explanation {
        title: whole::title(found, whole, &base.title),
        side: Some(found.side),
        line: Some(found.line),
        times: found.times,
        causes,
        also: whole.also(found, whose),
        meaning,
        next,
        ..base
    };
    (subject, explanation)
}

#[cfg(test)]
mod tests;
