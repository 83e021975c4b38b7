//! Which paths there are: from the end entity by name and signature to an anchor, all candidates
//! until one breaks no rule.

use crate::cert::Chain;

use super::super::Problem;
use super::{Node, Path, Search, Strictness, is_signed_by, rules};

/// Signatures that are checked at most (as in Go after CVE-2018-16875).
const MAX_SIGNATURES: u32 = 100;
/// Certificates that are looked at as issuers at most.
const MAX_STEPS: u32 = 10_000;
/// Certificates between end entity and anchor at most. Real paths have one or two.
const MAX_INTERMEDIATES: usize = 8;

/// The path that breaks the fewest rules.
pub fn best_path(chain: &Chain, by: &Strictness<'_>) -> Search {
    let end_entity = chain.end_entity().and_then(|one| Node::read(one.der()));
    let Some(end_entity) = end_entity else { return Search::Nothing };
    let intermediates: Vec<Node<'_>> =
        chain.intermediates().iter().filter_map(|one| Node::read(one.der())).collect();
    let mut walk = Walk { by, intermediates: &intermediates, best: None, signatures: 0, steps: 0 };
    if by.anchors.holds(end_entity.der) {
        walk.judge(&Path { nodes: vec![&end_entity] });
    } else {
        walk.extend(&mut vec![&end_entity]);
    }
    match walk.best {
        Some(problems) => Search::Found(problems),
        None if walk.is_done() => Search::TooMuch,
        None => Search::Nothing,
    }
}

struct Walk<'p, 'a> {
    by: &'p Strictness<'a>,
    intermediates: &'p [Node<'a>],
    /// The fewest problems of any path so far.
    best: Option<Vec<Problem>>,
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
            if self.is_signed(head, &anchor) {
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
            if issuer.subject() == head.issuer() && !is_again && self.is_signed(head, issuer) {
                path.push(issuer);
                self.extend(path);
                path.pop();
            }
            if self.is_done() {
                return;
            }
        }
    }

    fn is_signed(&mut self, certificate: &Node<'_>, issuer: &Node<'_>) -> bool {
        self.signatures += 1;
        self.signatures <= MAX_SIGNATURES && is_signed_by(certificate, issuer)
    }

    fn is_done(&self) -> bool {
        self.signatures > MAX_SIGNATURES
            || self.steps > MAX_STEPS
            || self.best.as_ref().is_some_and(Vec::is_empty)
    }

    fn judge(&mut self, path: &Path<'_, '_>) {
        let problems = rules::problems(path, self.by);
        if self.best.as_ref().is_none_or(|best| problems.len() < best.len()) {
            self.best = Some(problems);
        }
    }
}
