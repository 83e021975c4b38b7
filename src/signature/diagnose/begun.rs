//! What changed bodies have in common is hashed once: a newline at the end of a body of 4 MB, or a time
//! behind it, costs a block and not the whole body.

use super::bodies::Body;
use crate::signature::mac::State;
use crate::signature::scheme::Algorithm;
use crate::signature::template::Content;

/// Computations that have taken what stands before a body and what it shares with those that differ from it
/// in the line ends at their end: they go on from there with each of them, and with each text that begins so.
#[derive(Default)]
pub struct Begun {
    /// By key and algorithm, and what stands before the body.
    states: Vec<((usize, Algorithm), Vec<u8>, State)>,
}

impl Begun {
    /// The computation of that key and algorithm over the content with that body.
    pub fn go_on(
        &mut self,
        by: (usize, Algorithm),
        state: &State,
        content: &Content,
        body: &Body<'_>,
    ) -> Vec<u8> {
        let [before, whole, after] = content.pieces(body.bytes);
        // No copy of a secret is kept.
        let is_kept = content.after.is_some() && (before.is_empty() || !content.is_secret);
        if !is_kept {
            let mut state = state.clone();
            [before, whole, after].iter().for_each(|piece| state.update(piece));
            return state.finish();
        }
        let shared = body.shared();
        let known = self.states.iter().find(|(who, start, _)| *who == by && start == before);
        let mut state = match known {
            Some((.., state)) => state.clone(),
            None => {
                let mut state = state.clone();
                [before, shared].iter().for_each(|piece| state.update(piece));
                self.states.push((by, before.to_vec(), state.clone()));
                state
            }
        };
        [&body.bytes[shared.len()..], after].iter().for_each(|piece| state.update(piece));
        state.finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever was hashed before, the value is that of the whole content.
        #[test]
        fn going_on_is_hashing_all_of_it(
            core in "[ab]{0,2}",
            tries in proptest::collection::vec(("[\r\n]{0,2}", 0..3_usize, any::<bool>()), 1..12),
        ) {
            const BEFORE: [&[u8]; 3] = [b"", b"1700000000.", b"secret"];
            let mut begun = Begun::default();
            for (end, before, is_gap) in tries {
                let bytes = format!("{core}{end}").into_bytes();
                let content = Content {
                    before: BEFORE[before].to_vec(),
                    after: is_gap.then(|| b".id".to_vec()),
                    is_secret: before == 2,
                };
                for (key, algorithm) in [(0, Algorithm::HmacSha256), (1, Algorithm::HmacSha256), (0, Algorithm::Sha1)] {
                    let state = State::new(algorithm, &[key as u8; 20]).unwrap();
                    let mut whole = state.clone();
                    whole.update(&content.bytes(&bytes));
                    let value = begun.go_on((key, algorithm), &state, &content, &Body::new(&bytes));
                    prop_assert_eq!(value, whole.finish());
                }
                prop_assert!(begun.states.iter().all(|(_, start, _)| start != b"secret"));
            }
        }
    }
}
