//! Which paths there are: from the end entity by name and signature to an anchor, all candidates
//! until one breaks no rule.

use crate::cert::Chain;

use super::node::{Node, Path};
use super::signed::{self, Refusal};
use super::{Demand, Problem, library, rules};

/// Signatures that are checked at most (as in Go after CVE-2018-16875).
const MAX_SIGNATURES: u32 = 100;
/// Certificates that are looked at as issuers at most.
const MAX_STEPS: u32 = 10_000;
/// Certificates between end entity and anchor at most. Real paths have one or two.
const MAX_INTERMEDIATES: usize = 8;

/// What became of the search for a path.
pub enum Search {
    /// A path to an anchor, and what breaks the rules on it: nothing, if it is right.
    Found(Vec<Problem>),
    /// No path ends at an anchor; which issuers of the right name were refused.
    Nothing(Vec<Refused>),
    /// The work allowed was done before an answer was found.
    TooMuch,
}

/// An issuer of the right name whose signature it is not.
pub struct Refused {
    /// Whose signature was looked at.
    pub certificate: String,
    /// The issuer's name, in full.
    pub issuer: String,
    /// Whether the issuer is a trust anchor.
    pub is_anchor: bool,
    /// Whether the certificate names the key of this very issuer.
    pub is_meant: bool,
    /// The algorithm that the certificate names.
    pub algorithm: String,
    /// Why it does not count.
    pub refusal: Refusal,
}

/// The path that breaks the fewest rules.
pub fn best_path(chain: &Chain, by: &Demand<'_>) -> Search {
    let end_entity = chain.end_entity().and_then(|one| Node::read(one.der()));
    let Some(end_entity) = end_entity else { return Search::Nothing(Vec::new()) };
    let intermediates: Vec<Node<'_>> =
        chain.intermediates().iter().filter_map(|one| Node::read(one.der())).collect();
    let mut walk = Walk {
        by,
        intermediates: &intermediates,
        best: None,
        refused: Vec::new(),
        signatures: 0,
        steps: 0,
    };
    if by.anchors.holds(end_entity.der) {
        walk.judge(&Path { nodes: vec![&end_entity] });
    } else {
        walk.extend(&mut vec![&end_entity]);
    }
    match walk.best {
        Some(problems) => Search::Found(problems),
        None if walk.is_done() => Search::TooMuch,
        None => Search::Nothing(walk.refused),
    }
}

struct Walk<'p, 'a> {
    by: &'p Demand<'a>,
    intermediates: &'p [Node<'a>],
    /// The fewest problems of any path so far.
    best: Option<Vec<Problem>>,
    refused: Vec<Refused>,
    signatures: u32,
    steps: u32,
}

impl<'p, 'a> Walk<'p, 'a> {
    /// Tries every issuer of the last certificate, anchors first. Ends at a path without problems
    /// or when the work allowed is done.
    fn extend(&mut self, path: &mut Vec<&'p Node<'a>>) {
        let Some(head) = path.last().copied() else { return };
        for der in self.by.anchors.certificates_named(head.issuer()) {
            let Some(anchor) = Node::read(der) else { continue };
            if self.is_signed(head, &anchor, true) {
                let nodes = path.iter().copied().chain([&anchor]).collect();
                self.judge(&Path { nodes });
            }
            if self.is_done() {
                return;
            }
        }
        if path.len() > MAX_INTERMEDIATES {
            return;
        }
        for issuer in self.intermediates {
            self.steps += 1;
            // The same name and key again is a loop (RFC 4158 section 5.2).
            let is_again = path.iter().any(|node| {
                node.subject() == issuer.subject()
                    && node.parsed.public_key() == issuer.parsed.public_key()
            });
            let is_named = issuer.subject() == head.issuer();
            if is_named && !is_again && self.is_signed(head, issuer, false) {
                path.push(issuer);
                self.extend(path);
                path.pop();
            }
            if self.is_done() {
                return;
            }
        }
    }

    fn is_signed(&mut self, certificate: &Node<'_>, issuer: &Node<'_>, is_anchor: bool) -> bool {
        self.signatures += 1;
        if self.signatures > MAX_SIGNATURES {
            return false;
        }
        let Err(refusal) = signed::by(certificate, issuer) else { return true };
        let named = certificate.issuer_id().0;
        self.refused.push(Refused {
            certificate: certificate.name(),
            issuer: certificate.issuer_text(),
            is_anchor,
            is_meant: named.is_some() && named == issuer.key_id(),
            algorithm: signed::algorithm(certificate).0,
            refusal,
        });
        false
    }

    fn is_done(&self) -> bool {
        self.signatures > MAX_SIGNATURES
            || self.steps > MAX_STEPS
            || self.best.as_ref().is_some_and(Vec::is_empty)
    }

    fn judge(&mut self, path: &Path<'_, '_>) {
        let mut problems = rules::problems(path, self.by);
        if problems.is_empty() {
            problems.extend(library::problem(path, self.by));
        }
        if self.best.as_ref().is_none_or(|best| problems.len() < best.len()) {
            self.best = Some(problems);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{NOW, Party, authority, named, party};
    use super::*;
    use crate::tls::{Anchors, Purpose};

    fn found(chain: &[&Party], anchors: &[&Party]) -> Search {
        let chain = Chain::new(chain.iter().map(|party| party.certificate.clone()).collect());
        let anchors = anchors.iter().map(|party| party.certificate.der().to_vec().into());
        best_path(&chain, &Demand::of_peer(&Anchors::new(anchors), Purpose::Server, NOW))
    }

    /// Looks for a path from the first without anchors; with the signatures and steps it took.
    fn walked(parties: &[&Party], steps: u32) -> (u32, u32, bool) {
        let nodes: Vec<_> =
            parties.iter().map(|one| Node::read(one.certificate.der()).unwrap()).collect();
        let anchors = Anchors::default();
        let by = Demand::of_peer(&anchors, Purpose::Server, NOW);
        let (best, refused) = (None, Vec::new());
        let mut walk =
            Walk { by: &by, intermediates: &nodes[1..], best, refused, signatures: 0, steps };
        walk.extend(&mut vec![&nodes[0]]);
        (walk.signatures, walk.steps, walk.is_done())
    }

    #[test]
    fn a_hundred_signatures_are_looked_at() {
        let root = party("root", None, authority);
        let middle = party("middle", Some(&root), authority);
        let leaf = party("leaf", Some(&middle), named);
        let twin = party("middle", None, authority);
        let chain = |twins: usize, last: &[&'static str]| {
            let mut chain = vec![&leaf];
            chain.extend(std::iter::repeat_n(&twin, twins));
            chain.extend(last.iter().map(|_| &middle));
            found(&chain, &[&root])
        };
        assert!(matches!(chain(98, &["middle"]), Search::Found(problems) if problems.is_empty()));
        assert!(matches!(chain(99, &["middle"]), Search::TooMuch));
        assert!(matches!(chain(100, &[]), Search::Nothing(refused) if refused.len() == 100));
        assert!(matches!(chain(101, &[]), Search::TooMuch));
    }

    #[test]
    fn steps_are_counted_and_end_the_search() {
        let [leaf, other] = ["leaf", "other"].map(|name| party(name, None, named));
        assert_eq!(walked(&[&leaf, &other, &other], 0), (0, 2, false));
        assert_eq!(walked(&[&leaf, &other], MAX_STEPS - 1), (0, MAX_STEPS, false));
        assert_eq!(walked(&[&leaf, &other, &other], MAX_STEPS), (0, MAX_STEPS + 1, true));
    }

    #[test]
    fn a_loop_is_no_path_and_a_new_key_of_the_same_name_is_no_loop() {
        let root = party("root", None, authority);
        let leaf = party("leaf", Some(&root), named);
        assert_eq!(walked(&[&leaf, &root], 0), (1, 2, false));
        let renewed = party("root", Some(&root), authority);
        let leaf = party("leaf", Some(&renewed), named);
        let above = party("above", None, authority);
        let signed = party("root", Some(&above), authority);
        let lower = party("root", Some(&signed), authority);
        let below = party("leaf", Some(&lower), named);
        assert!(matches!(found(&[&leaf, &renewed], &[&root]), Search::Found(_)));
        assert!(matches!(found(&[&below, &lower, &signed], &[&above]), Search::Found(_)));
    }

    #[test]
    fn eight_intermediates_are_looked_at() {
        let root = party("root", None, authority);
        let mut above: Vec<Party> = Vec::new();
        for number in 0..9 {
            let by = above.last().unwrap_or(&root);
            above.push(party(&format!("authority {number}"), Some(by), authority));
        }
        let is_found = |count: usize| {
            let leaf = party("leaf", above[..count].last(), named);
            let chain: Vec<&Party> = [&leaf].into_iter().chain(&above[..count]).collect();
            matches!(found(&chain, &[&root]), Search::Found(_))
        };
        assert!(is_found(1) && is_found(8) && !is_found(9));
    }
}
