//! A renewal: what changes for peers when one certificate is put in the place of another.

mod authority;
mod names;
mod peers;
#[cfg(test)]
mod tests;
mod weaker;

use serde::Serialize;
use time::OffsetDateTime;

use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::cert::{Certificate, Chain, Pin, rfc3339};
use crate::finding::{Code, Finding, Severity};
use crate::tls::Anchors;
use crate::tls::path::{Below, Purpose};

pub use peers::Peer;

/// One side of a renewal.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// What is presented, the end-entity certificate first.
    pub chain: &'a Chain,
    /// Programs that open the store it is in; empty for what needs no opening.
    pub opens_with: &'a [String],
}

/// What the peers are known to hold.
#[derive(Clone, Copy, Debug)]
pub struct Peers<'a> {
    /// Thumbprints that they accept.
    pub pins: &'a [Pin],
    /// Authorities that they trust, where somebody said so.
    pub anchors: Option<&'a Anchors>,
}

/// What changes from OLD to NEW.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// It is the very same certificate.
    pub same_certificate: bool,
    /// Both certify the same public key.
    pub same_key: bool,
    /// Both have the same subject name, byte by byte.
    pub same_subject: bool,
    /// Both have the same issuer name, byte by byte.
    pub same_issuer: bool,
    /// Alternative names that only NEW has; the common name where there are none.
    pub names_added: Vec<String>,
    /// Those that only OLD has.
    pub names_removed: Vec<String>,
    /// Purposes (extended key usage) that only NEW has.
    pub purposes_added: Vec<String>,
    /// Those that only OLD has, and `digitalSignature` where NEW must not sign any more.
    pub purposes_removed: Vec<String>,
    /// Subjects of issuers that only NEW brings along.
    pub chain_added: Vec<String>,
    /// Those that only OLD brought along.
    pub chain_removed: Vec<String>,
    /// Whole days in which both are valid, rounded down; negative: days without a valid one.
    pub overlap_days: i64,
    /// What peers compare.
    pub thumbprints: Thumbprints,
    /// Programs that open OLD and not NEW.
    pub opens_with_lost: Vec<String>,
    /// What each kind of peer will say.
    pub peers: Vec<Peer>,
}

/// The thumbprints of both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Thumbprints {
    /// Those that go.
    pub old: Prints,
    /// Those that come.
    pub new: Prints,
}

/// The thumbprints of one certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Prints {
    /// SHA-1 over the certificate, in hex.
    pub sha1: String,
    /// SHA-256 over the certificate, in hex.
    pub sha256: String,
    /// SHA-256 over its public key, in base64.
    pub spki_sha256: String,
}

impl Prints {
    fn of(certificate: &Certificate) -> Self {
        let print = |kind| Thumbprint::of(certificate, kind).text();
        Self {
            sha1: print(Kind::Sha1),
            sha256: print(Kind::Sha256),
            spki_sha256: print(Kind::Spki),
        }
    }
}

/// What changes, and what is wrong with that. `None` where a side has no certificate. Findings are
/// about `subject`.
pub fn renewal(
    old: Side<'_>,
    new: Side<'_>,
    peers: Peers<'_>,
    subject: &str,
    now: OffsetDateTime,
) -> Option<(Change, Vec<Finding>)> {
    let pair = Pair {
        old: old.chain.end_entity()?,
        new: new.chain.end_entity()?,
        old_chain: old.chain,
        new_chain: new.chain,
        now,
    };
    let lost = old.opens_with.iter().filter(|_| !new.opens_with.is_empty());
    let opens_with_lost = lost.filter(|one| !new.opens_with.contains(one)).cloned().collect();
    let change = pair.change(opens_with_lost, peers.anchors);
    let findings = pair.findings(&change, peers.pins, subject);
    Some((change, findings))
}

/// Both end-entity certificates with their chains.
struct Pair<'a> {
    old: &'a Certificate,
    new: &'a Certificate,
    old_chain: &'a Chain,
    new_chain: &'a Chain,
    now: OffsetDateTime,
}

impl Pair<'_> {
    fn change(&self, opens_with_lost: Vec<String>, anchors: Option<&Anchors>) -> Change {
        let (old, new) = (self.old, self.new);
        let (names_added, names_removed) = names::differences(old, new);
        let (purposes_added, purposes_removed) = names::purposes(old, new);
        let (chain_added, chain_removed) = self.issuers();
        let begin = old.not_before.max(new.not_before);
        let end = old.not_after.min(new.not_after);
        let mut change = Change {
            same_certificate: old == new,
            same_key: old.spki() == new.spki(),
            same_subject: old.subject_der() == new.subject_der(),
            same_issuer: old.issuer_der() == new.issuer_der(),
            names_added,
            names_removed,
            purposes_added,
            purposes_removed,
            chain_added,
            chain_removed,
            overlap_days: (end - begin).whole_seconds().div_euclid(86_400),
            thumbprints: Thumbprints { old: Prints::of(old), new: Prints::of(new) },
            opens_with_lost,
            peers: Vec::new(),
        };
        change.peers = peers::all(self, &change, anchors);
        change
    }

    /// Subjects of issuers that only NEW brings along, and that only OLD did.
    fn issuers(&self) -> (Vec<String>, Vec<String>) {
        let only = |these: &Chain, those: &Chain| -> Vec<String> {
            let these = these.intermediates().iter();
            let only = these.filter(|one| !those.certificates().contains(one));
            only.map(|one| one.name().to_owned()).collect()
        };
        (only(self.new_chain, self.old_chain), only(self.old_chain, self.new_chain))
    }

    fn findings(&self, change: &Change, pins: &[Pin], subject: &str) -> Vec<Finding> {
        let finding = |code, message: String| Finding::new(code, subject, message);
        let mut findings: Vec<Finding> = self.breaks_pin(change, pins, subject);
        let lost = names::lost(&change.names_removed, self.new);
        if !lost.is_empty() {
            let message = format!("NEW does not cover {}, which OLD does", lost.join(", "));
            let help = "have it reissued with every name that peers ask for or compare";
            findings.push(finding(Code::RenewalLosesName, message).help(help));
        }
        if !change.purposes_removed.is_empty() {
            let removed = change.purposes_removed.join(", ");
            let message = format!("NEW may not be used for {removed}, as OLD may");
            let help = "have it reissued with that purpose; public authorities stop issuing \
                        clientAuth, private ones do not";
            findings.push(finding(Code::RenewalLosesPurpose, message).help(help));
        }
        findings.extend(self.new_issuer(change).map(|message| {
            finding(Code::RenewalIssuerNew, message).help(
                "anyone who trusts or compares the issuer must accept the new one too, \
                       before the switch",
            )
        }));
        findings.extend(self.left_out().map(|message| {
            finding(Code::ChainIncomplete, message)
                .severity(Severity::Warning)
                .help("append the certificates of its issuers, as in OLD")
        }));
        findings.extend(weaker::than(self.old, self.new).map(|message| {
            finding(Code::RenewalWeaker, message)
                .help("have it reissued with a key and signature as strong as before")
        }));
        if self.new.not_before > self.old.not_after {
            let (end, begin) = (rfc3339(self.old.not_after), rfc3339(self.new.not_before));
            let message = format!("OLD expires at {end}, and NEW is valid only from {begin}");
            let help = "have it reissued, valid before the old one expires";
            findings.push(finding(Code::RenewalGap, message).help(help));
        }
        if self.new.not_after < self.now {
            let message = format!("NEW expired at {}", rfc3339(self.new.not_after));
            let help = "are OLD and NEW the wrong way round? OLD comes first";
            findings.push(finding(Code::CertificateExpired, message).help(help));
        }
        findings
    }

    /// `renewal-breaks-pin`, and what is odd about the pins.
    fn breaks_pin(&self, change: &Change, pins: &[Pin], subject: &str) -> Vec<Finding> {
        if pins.is_empty() && change.same_certificate {
            return Vec::new();
        }
        let help = "add the new thumbprint next to the old one, switch, then remove the old one";
        if pins.is_empty() {
            let holds = if change.same_key { "; key pins still match" } else { "" };
            let message = format!("peers that pin OLD's thumbprint refuse NEW{holds}");
            return vec![Finding::new(Code::RenewalBreaksPin, subject, message).help(help)];
        }
        let below = Below { purpose: Purpose::likely(self.new), name: None, now: self.moment() };
        let pinned = super::pins(self.new_chain, pins, below, subject);
        let oddities = pinned.findings.into_iter();
        let mut findings: Vec<Finding> =
            oddities.filter(|one| ![Code::PinMismatch, Code::PinOld].contains(&one.code)).collect();
        if pinned.matched.is_none() {
            let message = match pins.len() {
                1 => "the pin is not one of NEW".to_owned(),
                count => format!("none of the {count} pins is one of NEW"),
            };
            let finding = Finding::new(Code::RenewalBreaksPin, subject, message).help(help);
            findings.push(finding.severity(Severity::Critical));
        }
        findings
    }

    /// How whoever issued NEW differs from whoever issued OLD.
    fn new_issuer(&self, change: &Change) -> Option<String> {
        let (old, new) = (self.old, self.new);
        if change.same_certificate {
            return None;
        }
        if !change.same_issuer {
            // Who signs itself is nobody's authority but its own.
            let by = |one: &Certificate| match one.is_self_issued() {
                true => "itself".to_owned(),
                false => one.issuer().to_owned(),
            };
            return Some(format!("NEW is issued by {}, OLD by {}", by(new), by(old)));
        }
        let keys = [old, new].map(|one| one.extensions.authority_key_id.as_ref());
        if let [Some(before), Some(after)] = keys
            && before != after
            && !(old.is_self_issued() && new.is_self_issued())
        {
            let issuer = new.issuer();
            return Some(format!("NEW is issued by another key of the same name, {issuer}"));
        }
        let [before, after] = [self.old_chain, self.new_chain]
            .map(|chain| chain.path().last().map(|one| one.issuer_der()));
        (before != after && !change.chain_removed.is_empty() && !change.chain_added.is_empty())
            .then(|| {
                let end = |chain: &Chain| {
                    chain.path().last().map(|one| one.issuer().to_owned()).unwrap_or_default()
                };
                let (before, after) = (end(self.old_chain), end(self.new_chain));
                format!("the chain of NEW leads to {after}, that of OLD to {before}")
            })
    }

    /// That NEW comes without its issuers, which OLD brought along.
    fn left_out(&self) -> Option<String> {
        let brings = |chain: &Chain| chain.path().len() > 1;
        let alone = !brings(self.new_chain) && !self.new.is_self_issued();
        (brings(self.old_chain) && alone).then(|| {
            format!("NEW comes without its issuer {}; OLD comes with its own", self.new.issuer())
        })
    }

    /// When NEW is used: now, or as soon as it is valid.
    fn moment(&self) -> OffsetDateTime {
        self.now.max(self.new.not_before)
    }
}
