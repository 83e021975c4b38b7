//! The known word that a mistyped one was meant to be.

/// The most letters that are compared: names and messages are short, and what is longer is none.
const LONGEST: usize = 128;

/// `did you mean WORD?`, where one of the known words is near.
pub fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(wrong, known).map(|near| format!("did you mean {near}?"))
}

/// The known word that a wrong one was meant to be: a third of its letters may differ.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    let rated = known.into_iter().map(|word| (distance(&wrong, &word.to_lowercase()), word));
    let (distance, word) = rated.min_by_key(|(distance, _)| *distance)?;
    (distance * 3 <= word.chars().count().max(3)).then_some(word)
}

/// How many letters are to be changed, put in, left out or swapped with the next one.
pub fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().take(LONGEST).collect();
    let other: Vec<char> = other.chars().take(LONGEST).collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (above, letter) in one.iter().enumerate() {
        let mut row = vec![above + 1];
        for (left, known) in other.iter().enumerate() {
            let changed = rows[above][left] + usize::from(letter != known);
            let mut least = changed.min(row[left] + 1).min(rows[above][left + 1] + 1);
            let is_swapped =
                above > 0 && left > 0 && (*letter, one[above - 1]) == (other[left - 1], *known);
            if is_swapped {
                least = least.min(rows[above - 1][left - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_offered_and_no_other() {
        let known = || ["issuer", "purpose", "read_on", "holds_until"].into_iter();
        assert_eq!(nearest("isuer", known()), Some("issuer"));
        assert_eq!(nearest("readon", known()), Some("read_on"));
        assert_eq!(nearest("Holds_Untill", known()), Some("holds_until"));
        assert_eq!(nearest("colour", known()), None);
        for (one, other, expected) in [
            ("", "", 0),
            ("", "ab", 2),
            ("ab", "", 2),
            ("kitten", "sitting", 3),
            ("form", "from", 1),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn a_third_of_the_letters_may_differ() {
        assert_eq!(nearest("cxxnt", ["count"].into_iter()), None);
        assert_eq!(nearest("cxunt", ["count"].into_iter()), Some("count"));
        assert_eq!(nearest("ixxuer", ["issuer"].into_iter()), Some("issuer"));
        assert_eq!(nearest("ixxuxr", ["issuer"].into_iter()), None);
    }
}
