//! What a text that nobody recognises was perhaps meant to be: told as what it is, a guess.

use crate::explain::table;
use crate::explain::text::folded;
use crate::failure::FAILURES;
use crate::finding::RULES;
use crate::nearest::distance;
use crate::tls::alert::ALERTS;

/// The longest line that is compared, in letters.
const LONGEST: usize = 120;
/// The most lines that are compared.
const MOST: usize = 4;
/// How many of 100 letters may differ.
const DIFFERENT: usize = 35;

/// The nearest three of everything that is known.
pub fn nearest(text: &str) -> Vec<String> {
    let lines: Vec<String> =
        text.lines().map(folded).filter(|line| !line.is_empty()).take(MOST).collect();
    let codes = RULES.iter().map(|rule| rule.id).chain(FAILURES.iter().map(|row| row.id));
    let alerts = ALERTS.iter().map(|(_, name)| *name);
    let messages = table::rows().iter().flat_map(|row| &row.patterns).map(String::as_str);
    let mut rated: Vec<(usize, &str)> = Vec::new();
    for known in codes.chain(alerts).chain(messages) {
        let plain = folded(known);
        let best = lines.iter().filter_map(|line| apart(line, &plain)).min();
        rated.extend(best.map(|apart| (apart, known)));
    }
    rated.sort_unstable();
    rated.dedup_by_key(|(_, known)| *known);
    rated.into_iter().take(3).map(|(_, known)| known.to_owned()).collect()
}

/// How many of 100 letters differ, if few enough do.
fn apart(line: &str, known: &str) -> Option<usize> {
    let (ours, theirs) = (line.chars().count(), known.chars().count());
    let longest = ours.max(theirs);
    if ours > LONGEST || longest == 0 || ours.abs_diff(theirs) * 100 > longest * DIFFERENT {
        return None;
    }
    Some(distance(line, known) * 100 / longest).filter(|apart| *apart <= DIFFERENT)
}

/// The words of a text that can be repeated: nothing that may be a secret.
pub fn words(text: &str) -> String {
    let shown = text.split_whitespace().take(12).map(|word| {
        let is_plain = word.len() <= 20
            && word.chars().all(|letter| letter.is_alphabetic() || "-_:,.'()".contains(letter));
        if is_plain { word } else { "..." }
    });
    let mut words: Vec<&str> = shown.collect();
    words.dedup_by(|one, other| *one == "..." && *other == "...");
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_misspelled_is_offered_and_nothing_else() {
        assert_eq!(nearest("certifcate verify faild")[0], "certificate verify failed");
        assert_eq!(nearest("certificate-expird")[0], "certificate-expired");
        assert_eq!(nearest("unkown_ca")[0], "unknown_ca");
        assert!(nearest("the quick brown fox jumps over the lazy dog").is_empty());
        assert!(nearest("").is_empty() && nearest(&"x".repeat(100_000)).is_empty());
    }

    #[test]
    fn what_may_be_a_secret_is_not_repeated() {
        assert_eq!(words("my token is whsec_MfKQ9r8GKYqrTwjU 7f3a ok"), "my token is ... ok");
    }
}
